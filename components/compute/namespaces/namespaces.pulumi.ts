import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { s3CidrsOf } from "../../shared/s3-addresses.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { DEFAULT_SERVICE_CIDR } from "../cluster/cluster";
import { onceThere } from "../../shared/once-there.pulumi";
import { limitRangeSpec, namespaceLabels, networkPolicies, type Surroundings, quotaSpec } from "./manifests";
import { namespacesFaults } from "./namespace-faults";
import { type NamespacePlan, planNamespaces, type PlatformNamespace, type PodSecurity } from "./namespaces";

export interface NamespaceQuotaArgs {
  /** CPUs that all pods may ask for together, such as `8` or `500m`. @default - see README */
  cpuRequests?: string;
  /** Memory likewise, such as `32Gi`. @default - see README */
  memoryRequests?: string;
  /** Memory that they may use at most; not less than `memoryRequests`. @default - see README */
  memoryLimits?: string;
  /** Disk of all claims. @default - see README */
  storage?: string;
  /** GPUs. @default - 4 in serving, 0 elsewhere */
  gpus?: number;
  /** Pods. @default - see README */
  pods?: number;
}

export interface ContainerDefaultsArgs {
  /** CPUs that a container asks for which says nothing. @default "100m" */
  cpuRequest?: string;
  /** Memory likewise. @default "128Mi" */
  memoryRequest?: string;
  /** Memory that it may use. @default "1Gi" */
  memoryLimit?: string;
}

export interface NamespaceSettingsArgs {
  /** Which namespace. */
  namespace: string;
  /** What its pods may be. @default - restricted; privileged in monitoring, whose node exporter reads the host */
  podSecurity?: PodSecurity;
  /** Whether its pods may reach each other, and Prometheus all of them. @default - true; false in serving */
  openInside?: boolean;
  /** Whether a new pod behind a load balancer is ready only when that found it healthy. @default - true; false in monitoring and airflow */
  readinessGates?: boolean;
  /** What all pods may ask for together. @default - see README */
  quota?: NamespaceQuotaArgs;
  /** What a container gets that says nothing. @default - see README */
  containerDefaults?: ContainerDefaultsArgs;
}

export interface HttpsEgressArgs {
  /** Where the ranges lead, in lower-case letters, digits and hyphens: "github". */
  name: string;
  /** IPv4 ranges. */
  cidrs: string[];
  /** Whose pods may go there. @default - all namespaces' */
  namespaces?: string[];
}

export interface NamespacesArgs {
  /** IPv4 range of the VPC: pods may go anywhere in it. */
  vpcCidr: pulumi.Input<string>;
  /** Range of the cluster's Services. @default "172.20.0.0/16" */
  serviceCidr?: pulumi.Input<string>;
  /** The platform's namespaces that are made. @default - all five */
  namespaces?: PlatformNamespace[];
  /** Names of others. @default - none */
  extraNamespaces?: string[];
  /** What differs from the defaults, by namespace. @default - nothing */
  settings?: NamespaceSettingsArgs[];
  /** Where pods may go over HTTPS outside the VPC. @default - nowhere but S3 */
  httpsEgress?: HttpsEgressArgs[];
  /** Allows `0.0.0.0/0` among them, and other ranges wider than /8. @default false */
  allowHttpsToAnywhere?: boolean;
  /** Whether pods reach S3 of this Region; its addresses lie in no VPC. @default true */
  s3Egress?: boolean;
  /** Lets `pulumi destroy` delete the namespaces and everything in them. @default false */
  allowDelete?: boolean;
}

/**
 * Namespaces with quotas, default requests, pod security and closed networks. Give the cluster's Kubernetes provider as
 * `providers: { kubernetes }`.
 *
 * Security: nothing enters or leaves a namespace but DNS, Pod Identity, the VPC, S3 of this Region, and what is named; pods are restricted.
 * Cost: nothing.
 * Replaced when: never; a namespace that is no longer named is deleted, and refused before that while it is protected.
 */
export class Namespaces extends pulumi.ComponentResource {
  /** Name → the same name, known once the namespace's guards are there: no pod starts before. */
  readonly names: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: NamespacesArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("Namespaces", name, namespacesFaults(args));
    super("modelloop:index:Namespaces", name, {}, opts);

    const surroundings = surroundingsOf(this, args);
    const guarded = new Map(planNamespaces(args).map((plan) => [plan.name, createNamespace(this, name, plan, args, surroundings)]));
    GUARDED.set(this, guarded);

    this.names = pulumi.output(Object.fromEntries(guarded));
    this.registerOutputs({ names: this.names });
  }

  /** For whoever puts something into the namespace: it then comes after this namespace's guards. */
  nameOf(namespace: string): pulumi.Output<string> {
    const guarded = GUARDED.get(this) ?? new Map<string, pulumi.Output<string>>();
    const name = guarded.get(namespace);
    if (name === undefined) throw new Error(`there is no namespace ${namespace}; there are ${[...guarded.keys()].join(", ")}`);
    return name;
  }
}

/** Beside the class and not in it: every property of a component is one of its outputs, and of `names` nobody can wait for a part. */
const GUARDED = new WeakMap<Namespaces, Map<string, pulumi.Output<string>>>();

function surroundingsOf(parent: pulumi.Resource, args: NamespacesArgs): pulumi.Output<Surroundings> {
  const { vpcCidr, serviceCidr = DEFAULT_SERVICE_CIDR, s3Egress = true } = args;
  return pulumi.output({ vpcCidr, serviceCidr, s3Cidrs: s3Egress ? s3CidrsOf(parent) : [] });
}

function createNamespace(
  parent: Namespaces,
  name: string,
  plan: NamespacePlan,
  args: NamespacesArgs,
  surroundings: pulumi.Output<Surroundings>,
): pulumi.Output<string> {
  const label = `${name}-${plan.name}`;
  const namespace = new kubernetes.core.v1.Namespace(
    label,
    { metadata: { name: plan.name, labels: namespaceLabels(plan) } },
    { parent, protect: args.allowDelete !== true },
  );
  const inside = (objectName: string) => ({ name: objectName, namespace: namespace.metadata.name });
  const quota = new kubernetes.core.v1.ResourceQuota(
    `${label}-quota`,
    { metadata: inside("quota"), spec: quotaSpec(plan.quota) },
    { parent },
  );
  const defaults = new kubernetes.core.v1.LimitRange(
    `${label}-defaults`,
    { metadata: inside("container-defaults"), spec: limitRangeSpec(plan.containerDefaults) },
    { parent },
  );
  const { httpsEgress = [], s3Egress = true } = args;
  const concerning = httpsEgress.filter(({ namespaces }) => namespaces?.includes(plan.name) ?? true);
  const policies = networkPolicies(plan, { s3Egress, httpsEgress: concerning }).map(
    (policy) =>
      new kubernetes.networking.v1.NetworkPolicy(
        `${label}-${policy.name}`,
        { metadata: inside(policy.name), spec: typeof policy.spec === "function" ? surroundings.apply(policy.spec) : policy.spec },
        { parent },
      ),
  );
  return onceThere(namespace.metadata.name, [quota, defaults, ...policies]);
}
