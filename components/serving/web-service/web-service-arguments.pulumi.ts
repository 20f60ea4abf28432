import type * as pulumi from "@pulumi/pulumi";
import { type VpcReference } from "../../foundation/network/network.pulumi";
import { type TlsPolicy } from "../../shared/tls-policy";
import { type JwtClaimFormat } from "./jwt";
import { type Exposure } from "./load-balancer";

/** A role for pods, and where they run: it must trust `pods.eks.amazonaws.com`. */
export interface PodRoleReference {
  /** Name of the cluster. */
  clusterName: pulumi.Input<string>;
  /** ARN of the IAM role. */
  roleArn: pulumi.Input<string>;
}

export interface WebServiceProbesArgs {
  /** Path that answers 200 while the process is alive; three failures restart the container. @default "/health" */
  livenessPath?: string;
  /** Seconds that the process has to start. @default 30 */
  livenessDelaySeconds?: number;
  /** Path that answers 200 while requests can be taken. @default "/ready" */
  readinessPath?: string;
}

export interface WebServiceResourcesArgs {
  /** CPUs that a pod is promised. @default "250m" */
  cpuRequest?: string;
  /** CPUs that it may use; not less than `cpuRequest`. @default "500m" */
  cpuLimit?: string;
  /** Memory that it is promised. @default "512Mi" */
  memoryRequest?: string;
  /** Memory above which it is killed; not less than `memoryRequest`. @default "1Gi" */
  memoryLimit?: string;
}

export interface WebServiceSecretArgs {
  /** Name of the environment variable. */
  variable: string;
  /** Name or ARN of the secret in Secrets Manager. */
  secretName: pulumi.Input<string>;
  /** Key within it, where it is a JSON object. @default - the whole secret */
  property?: string;
}

export interface WebServiceSecretsArgs {
  /** Name of the external-secrets ClusterSecretStore that may read them (`AddOns`). */
  clusterSecretStoreName: pulumi.Input<string>;
  /** Which secret becomes which variable. */
  variables: WebServiceSecretArgs[];
  /** Minutes after which a new value reaches the cluster; pods see it when they start. @default 60 */
  refreshMinutes?: number;
}

export interface WebServiceEgressArgs {
  /** What is reached, for people: "PostgreSQL". */
  name: string;
  /** IPv4 ranges. At least one of these or `namespaces` is needed. @default - none */
  cidrs?: pulumi.Input<string>[];
  /** Namespaces of this cluster. @default - none */
  namespaces?: string[];
  /** TCP ports; of pods, not of their Service. */
  ports: number[];
  /** Allows `0.0.0.0/0` among the ranges, and others wider than /8. @default false */
  allowAnywhere?: boolean;
}

export interface WebServiceJwtClaimArgs {
  /** Name of the claim: `scope`, `roles`. */
  name: string;
  /** What it is compared with, up to ten. */
  values: string[];
  /** How tokens write it. @default JwtClaimFormat.SingleString */
  format?: JwtClaimFormat;
}

export interface WebServiceJwtArgs {
  /** What the claim `iss` must be. */
  issuer: string;
  /** Address of the issuer's keys, reachable from the internet. */
  jwksUrl: string;
  /** Further claims that a token must have; `exp` is always checked, and `nbf` and `iat` where there are any. @default - none */
  claims?: WebServiceJwtClaimArgs[];
}

export interface WebServiceLoadBalancerArgs {
  /** VPC of the cluster. It stands in the intra subnets, or in the private ones where there are none; in the public ones for the internet. */
  vpc: VpcReference;
  /** IPv4 ranges that may call. */
  inboundCidrs: pulumi.Input<string>[];
  /** Allows `0.0.0.0/0` among `inboundCidrs`, and other ranges wider than /8. @default false */
  allowInboundFromAnywhere?: boolean;
  /** ARN of the certificate, in the same Region. Required unless `allowPlainHttp` is true. @default - none */
  certificateArn?: pulumi.Input<string>;
  /** Takes requests without TLS, on port 80. @default false */
  allowPlainHttp?: boolean;
  /** Oldest version of TLS. @default TlsPolicy.Tls12OrNewer */
  tlsPolicy?: TlsPolicy;
  /** From where it can be reached. Changing it **replaces the load balancer and its DNS name**. @default Exposure.Internal */
  exposure?: Exposure;
  /** Host names that are answered; the certificate must cover them. @default - every host */
  hosts?: string[];
  /** Path that answers 200 while a pod can take requests. @default - the readiness probe's */
  healthPath?: string;
  /** Seconds without a byte after which a connection is closed; the program must keep its own open for longer. @default 60 */
  idleTimeoutSeconds?: number;
  /** Name of the bucket that takes the access log; it needs the writer `BucketWriter.LoadBalancerLogs`. @default - no log */
  accessLogBucketName?: pulumi.Input<string>;
  /** ARN of a regional web ACL of WAFv2 that the controller may attach (`AddOns`, `webAclArns`). Removing it here leaves it attached. @default - none */
  webAclArn?: pulumi.Input<string>;
  /** Name of the load balancer controller's release (`AddOns`), so that it is made after it and goes before it. @default - it is there already */
  loadBalancerController?: pulumi.Input<string>;
  /** Tokens without which nothing is let through. @default - none are asked for */
  jwt?: WebServiceJwtArgs;
}

export interface WebServiceArgs {
  /** Namespace that it runs in. Changing it **replaces everything**. */
  namespace: pulumi.Input<string>;
  /** Image with a version, or better a digest; never `latest`. */
  image: pulumi.Input<string>;
  /** Name of the Service and of all that belongs to it. Changing it **replaces everything**. @default - the component's name */
  serviceName?: string;
  /** What the container runs. @default - what its image says */
  command?: pulumi.Input<string>[];
  /** Port that the program listens on, 1,024 or above. @default 8000 */
  port?: number;
  /** User and group that it runs as; not root. @default 1000 */
  userId?: number;
  /** How Kubernetes asks whether it is well. @default - `/health` after 30 s every 10 s, `/ready` after 5 s every 5 s */
  probes?: WebServiceProbesArgs;
  /** Pods at least. @default 3 */
  minReplicas?: number;
  /** Pods at most. @default 10 */
  maxReplicas?: number;
  /** Percent of `cpuRequest` above which pods are added. @default 70 */
  targetCpuPercent?: number;
  /** Pods that stay while nodes are drained; fewer than `minReplicas`. @default - all but one */
  minAvailable?: number;
  /** What each pod gets. @default - 250m to 500m of CPU, 512Mi to 1Gi of memory */
  resources?: WebServiceResourcesArgs;
  /** Size of `/tmp`; the rest of the file system cannot be written. A pod that fills it is replaced. @default "256Mi" */
  temporaryStorage?: string;
  /** Environment variables that anybody may read. @default - none */
  environment?: Record<string, pulumi.Input<string>>;
  /** Environment variables out of Secrets Manager. @default - none */
  secrets?: WebServiceSecretsArgs;
  /** Role that the pods get, by EKS Pod Identity. @default - none */
  podRole?: PodRoleReference;
  /** Namespaces whose pods may call. @default - its own; none where there is a load balancer */
  callerNamespaces?: string[];
  /** What the pods may call besides DNS. @default - nothing */
  egress?: WebServiceEgressArgs[];
  /** How it is reached from outside the cluster. @default - it is not */
  loadBalancer?: WebServiceLoadBalancerArgs;
  /** Seconds that a pod which goes still takes requests; it has 30 more to finish them. @default 30 */
  drainSeconds?: number;
  /** Tags of what AWS makes of it. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}
