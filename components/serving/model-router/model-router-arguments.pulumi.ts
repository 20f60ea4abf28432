import type * as pulumi from "@pulumi/pulumi";
import { type ModelServerReference } from "../shared/model-server-reference.pulumi";
import { type WebServiceLoadBalancerArgs, type WebServiceResourcesArgs } from "../web-service/web-service-arguments.pulumi";
import { type MissingUser, type UserIdSource } from "./model-router";

/** A router whose split somebody else writes: what they need to know of it. */
export interface ModelRouterReference {
  /** Namespace of all that follows. */
  namespace: pulumi.Input<string>;
  /** ConfigMap with the split: keys `split.json` and `split.conf`. */
  splitMapName: pulumi.Input<string>;
  /** Deployment whose annotation `splitHash` has the pods replaced. */
  deploymentName: pulumi.Input<string>;
  /** Port of each pod that tells the split it runs, at `/ab/config`. */
  internalPort: pulumi.Input<number>;
}

export interface ModelRouterVariantArgs {
  /** Name of the variant, in headers, logs and metrics: "xgboost". */
  variant: string;
  /** Name of its model on the model server: "anomaly_xgboost". */
  model: string;
  /** Percent of users, with two decimals at most; all variants together have 100. */
  percent: number;
}

export interface ModelRouterExperimentArgs {
  /** Name of the experiment; users are dealt by it. @default "exp1" */
  name?: string;
  /** Variants, the one that is to grow first. */
  variants: ModelRouterVariantArgs[];
}

export interface ModelRouterUserArgs {
  /** What tells users apart. @default UserIdSource.Header */
  source?: UserIdSource;
  /** Name of the header or cookie. @default "X-User-Id", for a cookie "user_id" */
  name?: string;
  /** What happens to requests without a user. @default MissingUser.Refuse */
  missing?: MissingUser;
}

export interface ModelRouterLimitsArgs {
  /** KiB of a request's body; larger ones are refused with 413. @default 1024 */
  maxBodyKib?: number;
  /** Seconds that the model server has to answer, 50 at most; then 504. A pod that goes waits as long. @default 5 */
  answerSeconds?: number;
  /** Requests a second of one user, counted by each pod for itself; more are refused with 429. @default 20 */
  requestsPerSecond?: number;
  /** Requests that a user may have above that at once. @default 40 */
  burst?: number;
}

export interface ModelRouterServiceMonitorArgs {
  /** Seconds between two readings. @default 15 */
  intervalSeconds?: number;
  /** Labels by which a Prometheus chooses it. @default - none */
  labels?: Record<string, string>;
}

export interface ModelRouterSignInArgs {
  /** Issuer of the OpenID Connect provider. */
  issuer: string;
  /** Where people are sent to sign in. */
  authorizationEndpoint: string;
  /** Where the load balancer gets its tokens. */
  tokenEndpoint: string;
  /** Where the load balancer asks who somebody is. */
  userInfoEndpoint: string;
  /** Secret of the router's namespace with the keys `clientID` and `clientSecret`; the load balancer controller must be able to read it. */
  secretName: pulumi.Input<string>;
}

export interface ModelRouterArgs {
  /** Namespace that it runs in. Changing it **replaces everything**. */
  namespace: pulumi.Input<string>;
  /** The model server that it leads to. Its two Services must be there first: NGINX does not start without. */
  modelServer: ModelServerReference;
  /** Name that callers use, in the path `/v2/models/<model>/infer`; which model answers, the split says. */
  model: string;
  /** What a request must hold, for whoever sent nothing: "input FP32[n,37]". @default - that it follows the Open Inference Protocol */
  expects?: string;
  /** The first split between variants. Later ones the loop writes: **changes here are ignored** once the router is there. */
  experiment: ModelRouterExperimentArgs;
  /** Name of the Service and of all that belongs to it. Changing it **replaces everything, and the split begins anew**. @default "ab-router" */
  serviceName?: string;
  /** Image of NGINX, 1.30.1 or newer, with a version or better a digest. @default - nginx-unprivileged 1.30.4, by its digest */
  image?: pulumi.Input<string>;
  /** Image of Fluent Bit, that makes metrics of the log. @default - fluent-bit 5.1.2, by its digest */
  measuringImage?: pulumi.Input<string>;
  /** Who a user is. @default - the header X-User-Id; requests without one are refused */
  user?: ModelRouterUserArgs;
  /** Pods, or where `maxReplicas` is set, pods at least. @default 3 */
  replicas?: number;
  /** Pods at most; an autoscaler then decides. @default - always `replicas` */
  maxReplicas?: number;
  /** Percent of the CPU asked for above which pods are added. Only with `maxReplicas`. @default 60 */
  targetCpuPercent?: number;
  /** What NGINX gets in each pod. @default - 250m to 1 of CPU, 128Mi to 256Mi of memory */
  resources?: WebServiceResourcesArgs;
  /** What one request and one user may cost. @default - 1 MiB, 5 s, 20 requests a second */
  limits?: ModelRouterLimitsArgs;
  /** Namespaces whose pods may call. @default - its own; none where there is a load balancer */
  callerNamespaces?: string[];
  /** Namespaces whose pods may read the metrics. @default ["monitoring"] */
  metricsNamespaces?: string[];
  /** IPv4 ranges that may read back the split that a pod runs: those of the loop's functions. @default - none */
  readerCidrs?: pulumi.Input<string>[];
  /** Has Prometheus' operator read the metrics; needs its custom resources in the cluster. @default - nobody is told */
  serviceMonitor?: ModelRouterServiceMonitorArgs;
  /** Has people sign in at the load balancer. @default - nobody has to */
  signIn?: ModelRouterSignInArgs;
  /** How it is reached from outside the cluster. @default - it is not */
  loadBalancer?: WebServiceLoadBalancerArgs;
  /** Tags of what AWS makes of it. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}
