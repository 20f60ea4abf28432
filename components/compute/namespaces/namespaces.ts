import { present } from "../../shared/present";

/** The platform's namespaces. */
export enum PlatformNamespace {
  /** The explainer, embeddings and what belongs to no other. */
  Mlops = "mlops",
  /** Model servers and the router before them. */
  Serving = "serving",
  /** Prometheus, Alertmanager, Grafana. */
  Monitoring = "monitoring",
  Airflow = "airflow",
  Mlflow = "mlflow",
}

/** Kubernetes' Pod Security Standards. */
export enum PodSecurity {
  /** No root, no privileges, no host. */
  Restricted = "restricted",
  /** Root inside the container, nothing of the host. */
  Baseline = "baseline",
  /** Everything, the host's network and disks too. */
  Privileged = "privileged",
}

/** What all pods of a namespace may ask for together. */
export interface Quota {
  readonly cpuRequests: string;
  readonly memoryRequests: string;
  readonly memoryLimits: string;
  /** Disk of all claims. */
  readonly storage: string;
  readonly gpus: number;
  readonly pods: number;
}

/** What a container gets that says nothing. */
export interface ContainerDefaults {
  readonly cpuRequest: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
}

export interface NamespacePlan {
  readonly name: string;
  readonly podSecurity: PodSecurity;
  /** Whether its pods may reach each other, and Prometheus all of them. Without it each workload opens what it serves. */
  readonly openInside: boolean;
  /** Whether a pod behind a load balancer is ready only when the load balancer says so too. */
  readonly readinessGates: boolean;
  readonly quota: Quota;
  readonly containerDefaults: ContainerDefaults;
}

const CONTAINER_DEFAULTS: ContainerDefaults = { cpuRequest: "100m", memoryRequest: "128Mi", memoryLimit: "1Gi" };

const MIDDLE: Quota = {
  ...{ cpuRequests: "8", memoryRequests: "32Gi", memoryLimits: "64Gi" },
  ...{ storage: "200Gi", gpus: 0, pods: 60 },
};

type Facts = Omit<NamespacePlan, "name">;

const PLAIN: Facts = {
  podSecurity: PodSecurity.Restricted,
  openInside: true,
  readinessGates: true,
  quota: MIDDLE,
  containerDefaults: CONTAINER_DEFAULTS,
};

/** Bounds against a runaway, not a plan of capacity: each is a few times what the platform's own workloads ask for. */
const FACTS: Record<PlatformNamespace, Facts> = {
  [PlatformNamespace.Mlops]: PLAIN,
  [PlatformNamespace.Serving]: {
    ...PLAIN,
    // A model server answers whoever reaches it, and can load other models: only the router may.
    openInside: false,
    quota: { cpuRequests: "64", memoryRequests: "256Gi", memoryLimits: "384Gi", storage: "200Gi", gpus: 4, pods: 100 },
  },
  [PlatformNamespace.Monitoring]: {
    ...PLAIN,
    // The node exporter reads the host's own network, processes and disks.
    podSecurity: PodSecurity.Privileged,
    // There is one Prometheus. It cannot be replaced without a gap, and must not wait for a load balancer to watch everything else.
    readinessGates: false,
    quota: { ...MIDDLE, storage: "500Gi" },
  },
  [PlatformNamespace.Airflow]: {
    ...PLAIN,
    // Every task is a pod, none of them is behind a load balancer, and each would ask the controller first.
    readinessGates: false,
    quota: { ...MIDDLE, cpuRequests: "16", memoryRequests: "64Gi", memoryLimits: "128Gi", pods: 120 },
  },
  [PlatformNamespace.Mlflow]: PLAIN,
};

export interface NamespaceSettings {
  readonly namespace: string;
  readonly podSecurity?: PodSecurity;
  readonly openInside?: boolean;
  readonly readinessGates?: boolean;
  readonly quota?: Partial<Quota>;
  readonly containerDefaults?: Partial<ContainerDefaults>;
}

export interface HttpsEgress {
  readonly name: string;
  readonly cidrs: readonly string[];
  readonly namespaces?: readonly string[];
}

/** What of the arguments can be wrong before AWS is asked. */
export interface NamespacesShape {
  readonly namespaces?: readonly PlatformNamespace[];
  readonly extraNamespaces?: readonly string[];
  readonly settings?: readonly NamespaceSettings[];
  readonly httpsEgress?: readonly HttpsEgress[];
  readonly allowHttpsToAnywhere?: boolean;
}

export const ALL_NAMESPACES: readonly PlatformNamespace[] = Object.values(PlatformNamespace);

export function planNamespaces({ namespaces = ALL_NAMESPACES, extraNamespaces = [], settings = [] }: NamespacesShape): NamespacePlan[] {
  return [...namespaces, ...extraNamespaces].map((name) => {
    const facts = (FACTS as Partial<Record<string, Facts>>)[name] ?? PLAIN;
    const {
      namespace: _,
      quota,
      containerDefaults,
      ...chosen
    } = settings.find(({ namespace }) => namespace === name) ?? { namespace: name };
    return {
      name,
      ...facts,
      ...present(chosen),
      quota: { ...facts.quota, ...present(quota ?? {}) },
      containerDefaults: { ...facts.containerDefaults, ...present(containerDefaults ?? {}) },
    };
  });
}
