import type * as pulumi from "@pulumi/pulumi";
import { type ClusterReference } from "../../compute/cluster/cluster-arguments.pulumi";
import { type Accelerator, type ModelKind } from "./triton-server";

export interface TritonModelArgs {
  /** Name under which it is called, the same as in its package: up to 40 of a-z, 0-9 and _. */
  name: string;
  /** What it is made of, and so which models of Triton it needs. */
  kind: ModelKind;
}

export interface TritonMonitoringArgs {
  /** Where KEDA asks for the time that calls wait: Prometheus' address inside the cluster. */
  prometheusUrl: pulumi.Input<string>;
  /** Namespace of Prometheus, which may read the metrics. @default "monitoring" */
  namespace?: string;
  /** Makes a ServiceMonitor, for which the definitions of Prometheus' operator must be in the cluster. @default true */
  serviceMonitor?: boolean;
}

/** Pods that may ask for predictions. */
export interface TritonCallerArgs {
  /** Labels, all of which such a pod has. */
  podLabels: Record<string, string>;
  /** Its namespace. @default - the server's own */
  namespace?: string;
}

export interface TritonServerArgs {
  /** The cluster that it runs in: its OpenID Connect provider is how the pods get a role. */
  cluster: ClusterReference;
  /** Namespace that it runs in. Changing it **replaces everything**. */
  namespace: pulumi.Input<string>;
  /** Bucket of the releases; the pods read it and nothing else. */
  bucketName: pulumi.Input<string>;
  /** The variants of the line: each release holds all of them. */
  models: TritonModelArgs[];
  /** IPv4 ranges where AWS STS answers, which gives the pods their role: the VPC's own where it has an endpoint for STS. */
  stsCidrs: pulumi.Input<string>[];
  /** Allows `0.0.0.0/0` among `stsCidrs`, on port 443: for a VPC without an endpoint for STS. @default false */
  allowStsAnywhere?: boolean;
  /** IPv4 ranges that may try a release on its pods before users get there, by HTTP: those of the loop's functions. @default - none */
  readerCidrs?: pulumi.Input<string>[];
  /** ARN of the KMS key that the bucket is encrypted with. @default - none */
  kmsKeyArn?: pulumi.Input<string>;
  /** Folder of the releases in the bucket, with a slash at its end. @default "releases/" */
  releasesPrefix?: string;
  /** Image with a version and better a digest too, of 26.06 or newer: a mirror of NVIDIA's. @default "nvcr.io/nvidia/tritonserver:26.07-py3" */
  image?: pulumi.Input<string>;
  /** Beginning of the slots' names, `-a` and `-b` follow. Changing it **replaces everything**. @default - the component's name */
  serverName?: string;
  /** Where models run; the packages must say the same. @default Accelerator.Cpu */
  accelerator?: Accelerator;
  /** Pods of a slot that is awake, at least. @default 3 */
  minReplicas?: number;
  /** Pods of a slot at most. @default 10 */
  maxReplicas?: number;
  /** Percent of `cpu` above which pods are added. @default 60 */
  targetCpuPercent?: number;
  /** Microseconds that a call may wait on average before pods are added; needs `monitoring`. @default 5000 */
  targetQueueMicroseconds?: number;
  /** CPUs that a pod has; the packages' threads must be as many. @default "2" */
  cpu?: string;
  /** Memory that a pod is promised. @default "2Gi" */
  memoryRequest?: string;
  /** Memory above which it is killed; not less than `memoryRequest`. @default "4Gi" */
  memoryLimit?: string;
  /** Size of `/tmp`, where models are copied before they are loaded; a pod that fills it is replaced. @default "2Gi" */
  modelStorage?: string;
  /** Minutes that a pod may take to pull the image and load its models. @default 10 */
  startMinutes?: number;
  /** Labels of the nodes that it may run on. @default - any; with a GPU, those that have one */
  nodeSelector?: Record<string, string>;
  /** Pods that may ask for predictions. @default - a `ModelRouter`'s of the name `ab-router`, in the server's own namespace */
  callers?: TritonCallerArgs[];
  /** Opens gRPC beside HTTP, to the same callers; the router speaks HTTP. @default false */
  allowGrpc?: boolean;
  /** Kubernetes group that may change releases and sleep, mapped from the loop's role by an access entry. @default "release-writers" */
  writersGroup?: string;
  /** Metrics and scaling by them. @default - scaling by CPU alone, no ServiceMonitor, and nobody may read the metrics */
  monitoring?: TritonMonitoringArgs;
  /** Type of the nodes, for the fit check. @default "m6i.xlarge", with a GPU "g4dn.xlarge" */
  instanceType?: string;
  /** Root disk of the nodes in GiB, for the fit check. @default 100 */
  nodeDiskGiB?: number;
  /** Tags of what AWS makes of it. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/** What whoever writes releases asks for. */
export interface TritonReleaseReference {
  /** Namespace of the slots. */
  namespace: pulumi.Input<string>;
  /** Beginning of the slots' names. */
  serverName: pulumi.Input<string>;
  /** Where the releases lie: `s3://bucket/folder/`. */
  releasesUrl: pulumi.Input<string>;
  /** Kubernetes group that may write. */
  writersGroup: pulumi.Input<string>;
  /** Where models run: a release for another place is refused (`slotFaults`). */
  accelerator: pulumi.Input<Accelerator>;
  /** CPUs of a pod. */
  cpus: pulumi.Input<number>;
  /** Names in Triton of what every pod loads, and so every release holds. */
  models: pulumi.Input<string[]>;
}
