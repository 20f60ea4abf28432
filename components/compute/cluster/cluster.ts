import { cidr, cidrFaults, cidrText, contains } from "../../foundation/network/cidr";
import { clientFaults, type NamedClient } from "../../shared/clients";
import { enumFaults, repeatFaults } from "../../shared/faults";
import { logRetentionFaults } from "../../shared/log-retention";
import { isOpenRange, reservedRange } from "../../shared/open-ranges";
import { nodeGroupFaults, type NodeGroupShape } from "../node-group/node-group";
import { type KubernetesVersion, kubernetesVersionFaults } from "./kubernetes-version";

/** What the control plane can write into CloudWatch. */
export enum ControlPlaneLog {
  /** Every request and its answer's code. By far the largest. */
  Api = "api",
  /** Who did what. */
  Audit = "audit",
  /** Which IAM principal came in as whom. */
  Authenticator = "authenticator",
  ControllerManager = "controllerManager",
  Scheduler = "scheduler",
}

/** What somebody who is let in may do; AWS's own access policies (EKS user guide, "Review access policy permissions"). */
export enum ClusterAccessLevel {
  /** Everything. */
  ClusterAdmin = "AmazonEKSClusterAdminPolicy",
  /** Everything but the cluster's own things, roles included. */
  Admin = "AmazonEKSAdminPolicy",
  /** Workloads, and their Secrets. */
  Edit = "AmazonEKSEditPolicy",
  /** Reads all but Secrets. */
  View = "AmazonEKSViewPolicy",
}

/** What of the arguments can be wrong before AWS is asked. */
export interface ClusterShape {
  readonly clusterName?: string;
  readonly kubernetesVersion?: KubernetesVersion;
  readonly publicEndpoint?: boolean;
  readonly publicAccessCidrs?: readonly string[];
  readonly allowPublicAccessFromAnywhere?: boolean;
  readonly serviceCidr?: string;
  readonly controlPlaneLogs?: ControlPlaneLogsShape;
  readonly access?: readonly ClusterAccess[];
  readonly apiClients?: readonly NamedClient[];
  readonly systemNodes?: NodeGroupShape;
}

export interface ControlPlaneLogsShape {
  readonly types?: readonly ControlPlaneLog[];
  readonly retentionDays?: number;
}

export interface ClusterAccess {
  readonly name: string;
  readonly principalArn?: unknown;
  readonly level?: ClusterAccessLevel;
  readonly namespaces?: readonly string[];
  readonly kubernetesGroups?: readonly string[];
}

export const DEFAULT_CONTROL_PLANE_LOGS: readonly ControlPlaneLog[] = [ControlPlaneLog.Audit, ControlPlaneLog.Authenticator];
export const DEFAULT_LOG_RETENTION_DAYS = 30;

/** One of the two ranges that EKS itself takes; said here, because network policies must let pods reach it. */
export const DEFAULT_SERVICE_CIDR = "172.20.0.0/16";

/** EKS API reference, CreateCluster, `name`. */
const CLUSTER_NAME = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

/** EKS API reference, KubernetesNetworkConfigRequest, `serviceIpv4Cidr`: "within one of the following private IP address blocks", /24 to /12. */
const SERVICE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(cidr);
const SERVICE_PREFIX = { widest: 12, narrowest: 24 };

export function clusterFaults(name: string, shape: ClusterShape): string[] {
  return [
    ...clusterNameFaults(shape.clusterName ?? name),
    ...kubernetesVersionFaults("kubernetesVersion", shape.kubernetesVersion),
    ...endpointFaults(shape),
    ...serviceCidrFaults(shape.serviceCidr ?? DEFAULT_SERVICE_CIDR),
    ...controlPlaneLogFaults(shape.controlPlaneLogs ?? {}),
    ...accessFaults(shape.access ?? []),
    ...clientFaults(shape.apiClients ?? [], "apiClients"),
    ...systemNodeFaults("systemNodes.", shape.systemNodes ?? {}),
  ];
}

function clusterNameFaults(clusterName: string): string[] {
  if (CLUSTER_NAME.test(clusterName)) return [];
  const rule = "EKS takes up to 100 letters, digits, hyphens and underscores, the first a letter or digit";
  return [`clusterName is ${JSON.stringify(clusterName)}; ${rule}: choose such a name`];
}

export function endpointFaults(shape: ClusterShape): string[] {
  const { publicEndpoint = false, publicAccessCidrs = [], allowPublicAccessFromAnywhere = false } = shape;
  const faults = publicAccessCidrs.flatMap((range, index) => cidrFaults(`publicAccessCidrs[${index}]`, range));
  faults.push(...repeatFaults("publicAccessCidrs", publicAccessCidrs));
  if (publicEndpoint && publicAccessCidrs.length === 0) {
    faults.push(
      "publicEndpoint is true without publicAccessCidrs; EKS then answers the whole internet: name the ranges that may reach it, or leave publicEndpoint out",
    );
  }
  if (!publicEndpoint && publicAccessCidrs.length > 0) {
    faults.push(
      "publicAccessCidrs is set without publicEndpoint; a private endpoint has no such list: set publicEndpoint to true, or leave it out",
    );
  }
  const anywhere = publicAccessCidrs.findIndex(isOpenRange);
  if (anywhere >= 0 && !allowPublicAccessFromAnywhere) {
    faults.push(
      `publicAccessCidrs[${anywhere}] is ${publicAccessCidrs[anywhere]}; it lets the internet at large try the cluster's door: name narrower ranges, or set allowPublicAccessFromAnywhere to true`,
    );
  }
  return [...faults, ...publicAccessCidrs.flatMap(reservedFaults)];
}

/** EKS user guide, "Cluster API server endpoint", and its answer to such a list: "The following CIDRs are invalid in publicAccessCidrs". */
function reservedFaults(range: string, index: number): string[] {
  const reserved = isOpenRange(range) ? undefined : reservedRange(range);
  if (reserved === undefined) return [];
  const rule = `it lies in ${reserved}, from which nobody comes by the internet, and EKS refuses it`;
  return [`publicAccessCidrs[${index}] is ${range}; ${rule}: name the public address behind which you are, or take it out`];
}

/** Without a node there is neither DNS nor the autoscaler that would buy one. */
export function systemNodeFaults(prefix: string, systemNodes: NodeGroupShape): string[] {
  const faults = nodeGroupFaults(systemNodes, prefix);
  if (systemNodes.minSize === 0) {
    faults.push(`${prefix}minSize is 0; DNS and the autoscaler run on these nodes, and without one nothing ever starts: keep 1 or more`);
  }
  return faults;
}

export function serviceCidrFaults(serviceCidr: string): string[] {
  const malformed = cidrFaults("serviceCidr", serviceCidr);
  if (malformed.length > 0) return malformed;
  const range = cidr(serviceCidr);
  const faults: string[] = [];
  if (range.prefix < SERVICE_PREFIX.widest || range.prefix > SERVICE_PREFIX.narrowest) {
    faults.push(
      `serviceCidr is ${serviceCidr}; EKS takes /${SERVICE_PREFIX.widest} to /${SERVICE_PREFIX.narrowest}: use ${DEFAULT_SERVICE_CIDR}`,
    );
  }
  if (!SERVICE_RANGES.some((allowed) => contains(allowed, range))) {
    faults.push(`serviceCidr is ${serviceCidr}; it must be private: choose one inside ${SERVICE_RANGES.map(cidrText).join(", ")}`);
  }
  return faults;
}

function controlPlaneLogFaults({ types = DEFAULT_CONTROL_PLANE_LOGS, retentionDays }: ControlPlaneLogsShape): string[] {
  return [
    ...types.flatMap((type, index) => enumFaults(`controlPlaneLogs.types[${index}]`, type, ControlPlaneLog)),
    ...repeatFaults("controlPlaneLogs.types", types),
    ...logRetentionFaults("controlPlaneLogs.retentionDays", retentionDays),
  ];
}

function accessFaults(access: readonly ClusterAccess[]): string[] {
  const faults = repeatFaults(
    "access",
    access.map(({ name }) => name),
  );
  access.forEach(({ principalArn, level, namespaces, kubernetesGroups = [] }, index) => {
    const property = `access[${index}]`;
    const first = access.findIndex((other) => typeof principalArn === "string" && other.principalArn === principalArn);
    if (first >= 0 && first < index) {
      faults.push(
        `${property}.principalArn is access[${first}]'s, too; EKS has one entry for each principal: make one of the two, with the higher level`,
      );
    }
    if (namespaces?.length === 0) {
      faults.push(`${property}.namespaces is empty; it could do nothing anywhere: name one, or leave it out for the whole cluster`);
    }
    faults.push(...enumFaults(`${property}.level`, level, ClusterAccessLevel));
    if (level === undefined && kubernetesGroups.length === 0) {
      faults.push(`${property} has neither level nor kubernetesGroups; who is let in may then do nothing: give one of the two`);
    }
    if (level === undefined && namespaces !== undefined) {
      faults.push(
        `${property}.namespaces is set without level; groups get their rights from Kubernetes itself: give a level, or leave it out`,
      );
    }
    if (level === ClusterAccessLevel.ClusterAdmin && namespaces !== undefined) {
      faults.push(`${property}.namespaces is set with level ClusterAdmin; that level is for the whole cluster: use Admin, or leave it out`);
    }
    const reserved = kubernetesGroups.find((group) => group.startsWith("system:"));
    if (reserved !== undefined) {
      // EKS API reference, CreateAccessEntry, `kubernetesGroups`.
      faults.push(`${property}.kubernetesGroups has ${reserved}; EKS keeps system: for itself: use a level, or a group of your own`);
    }
  });
  return faults;
}
