import { createHash } from "node:crypto";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createPodIdentity } from "../../compute/shared/pod-identity.pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { s3CidrsOf } from "../../shared/s3-addresses.pulumi";
import { externalSecret } from "../web-service/workload";
import { networkPolicy } from "./network";
import { proxyConfiguration } from "./proxy";
import { alertRules, scaledObject, serviceMonitor } from "./scaling";
import { type VllmServerArgs } from "./vllm-server-arguments.pulumi";
import { serverOf, wakeQueueOf, weightStatements } from "./vllm-server";
import { vllmServerFaults } from "./vllm-server-faults";
import {
  cacheVolumeClaim,
  chatTemplateConfigMap,
  deployment,
  disruptionBudget,
  isScaled,
  type LanguageServer,
  proxyConfigMap,
  service,
  serviceAccount,
} from "./workload";

type Server = LanguageServer<pulumi.Input<string>>;

const WAITING_PER_REPLICA = 4;

/**
 * A language model on one GPU, by vLLM, with OpenAI's API: by default Llama 2 7B in GPTQ on a T4, with the flags that a T4 needs.
 * Give the cluster's Kubernetes provider as `providers: { kubernetes }`.
 *
 * Security: vLLM listens inside its pod only; a proxy lets three paths through, all of which ask for the key out of Secrets Manager. Pods are not
 * root, write nothing but caches, reach S3 and nothing else, and read the files of this one model; nothing is looked up on the Hub.
 * Cost (us-east-1, 2026-07-20): USD 383.98 a month for each pod that runs throughout, which is its g4dn.xlarge; nothing while none runs and
 * nodes start from zero.
 * `pulumi up` does not wait for an answer: the weights may not be uploaded yet, and a server may sleep.
 * Replaced when: `namespace` or `serviceName` changes. A roll-out has no pod for the minutes of a start: the new one needs the GPU of the old.
 */
export class VllmServer extends pulumi.ComponentResource {
  /** Name of the Service. */
  readonly serviceName: pulumi.Output<string>;
  /** Namespace that it runs in. */
  readonly namespace: pulumi.Output<string>;
  /** Where pods of the cluster call it: OpenAI's `base_url` without `/v1`. */
  readonly clusterUrl: pulumi.Output<string>;
  /** Name that requests carry as `model`. */
  readonly servedName: pulumi.Output<string>;
  /** ARN of the pods' role. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: VllmServerArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("VllmServer", name, vllmServerFaults(name, args));
    super("modelloop:index:VllmServer", name, {}, opts);
    const weights = pulumi.interpolate`s3://${args.weights.bucketName}/${args.weights.prefix}`;
    const server: Server = serverOf<pulumi.Input<string>>(name, args, accountOf(this).region, weights);

    const identity = createIdentity(this, name, server, args);
    const dependsOn = [identity, ...createSurroundings(this, name, server, args)];
    new kubernetes.apps.v1.Deployment(`${name}-deployment`, deployment(server, versionOf(server)), { parent: this, dependsOn });
    new kubernetes.policy.v1.PodDisruptionBudget(`${name}-disruption-budget`, disruptionBudget(server), { parent: this });
    const { metadata } = new kubernetes.core.v1.Service(`${name}-service`, service(server), { parent: this });
    createScaling(this, name, server, args);

    this.serviceName = metadata.name;
    this.namespace = metadata.namespace;
    this.clusterUrl = pulumi.interpolate`http://${metadata.name}.${metadata.namespace}.svc`;
    this.servedName = pulumi.output(server.engine.servedName);
    this.roleArn = identity.roleArn;
    const { serviceName, namespace, clusterUrl, servedName, roleArn } = this;
    this.registerOutputs({ serviceName, namespace, clusterUrl, servedName, roleArn });
  }
}

function createIdentity(parent: pulumi.Resource, name: string, server: Server, { cluster, weights, namespace, tags }: VllmServerArgs) {
  const { bucketName, prefix, kmsKeyArn } = weights;
  const statements = pulumi
    .all([bucketName, accountOf(parent).partition, kmsKeyArn])
    .apply(([bucket, partition, key]) => weightStatements(bucket, prefix, partition, key));
  const of = { clusterName: cluster.clusterName, namespace, serviceAccount: server.name, statements, tags };
  return createPodIdentity(parent, name, of);
}

/** What must be there before the first pod starts. */
function createSurroundings(parent: pulumi.Resource, name: string, server: Server, args: VllmServerArgs): pulumi.Resource[] {
  const { apiKey, callerNamespaces, monitoring } = args;
  const { clusterSecretStoreName, ...key } = apiKey;
  const secrets = { clusterSecretStoreName, variables: [{ variable: "VLLM_API_KEY", ...key }] };
  const callers = { callerNamespaces, watcherNamespace: monitoring?.namespace ?? "monitoring" };
  const policy = s3CidrsOf(parent).apply((cidrs) => networkPolicy(server, callers, cidrs).spec);
  return [
    new kubernetes.core.v1.ServiceAccount(`${name}-account`, serviceAccount(server), { parent }),
    new kubernetes.networking.v1.NetworkPolicy(
      `${name}-network-policy`,
      { ...networkPolicy(server, callers, []), spec: policy },
      { parent },
    ),
    new kubernetes.core.v1.ConfigMap(`${name}-proxy`, proxyConfigMap(server), { parent }),
    new kubernetes.apiextensions.CustomResource(`${name}-secrets`, externalSecret(server, secrets), { parent }),
    ...(server.chatTemplate === undefined
      ? []
      : [new kubernetes.core.v1.ConfigMap(`${name}-chat-template`, chatTemplateConfigMap(server, server.chatTemplate), { parent })]),
    ...(server.cacheClaim === undefined
      ? []
      : [new kubernetes.core.v1.PersistentVolumeClaim(`${name}-cache`, cacheVolumeClaim(server, server.cacheClaim), { parent })]),
  ];
}

function createScaling(parent: pulumi.Resource, name: string, server: Server, args: VllmServerArgs): void {
  const monitoring = args.monitoring && { ...args.monitoring, waitingPerReplica: args.monitoring.waitingPerReplica ?? WAITING_PER_REPLICA };
  const create = (noun: string, manifest: kubernetes.apiextensions.CustomResourceArgs) =>
    new kubernetes.apiextensions.CustomResource(`${name}-${noun}`, manifest, { parent });
  if (isScaled(server)) create("autoscaler", scaledObject(server, wakeQueueOf<pulumi.Input<string>>(args), monitoring));
  if (monitoring === undefined) return;
  create("monitor", serviceMonitor(server));
  create("alerts", alertRules(server, monitoring));
}

/** Pods read their configuration once: another one must be another template. */
function versionOf({ answerSeconds, chatTemplate = "" }: Server): string {
  return createHash("sha256")
    .update(proxyConfiguration(answerSeconds) + chatTemplate)
    .digest("hex")
    .slice(0, 16);
}
