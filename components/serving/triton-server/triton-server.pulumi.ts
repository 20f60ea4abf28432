import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Slot, SLOTS, slotName } from "../../../lambdas/domain/packages/slots";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { onceThere } from "../../shared/once-there.pulumi";
import { policyDocument } from "../../shared/policy-document";
import { readQuantity } from "../../shared/quantity";
import { s3CidrsOf } from "../../shared/s3-addresses.pulumi";
import { type ModelServerReference } from "../shared/model-server-reference.pulumi";
import { writersPolicy, writersPolicyBinding } from "./admission";
import { networkPolicy, releaseStatements, serviceAccountTrust, writersBinding, writersRole } from "./access";
import { PORTS, repositoryFlag } from "./flags";
import { OF_THE_LOOP, serviceMonitor, slotScaling } from "./scaling";
import { OF_KEDA, rollOutMinutes, serviceAccount, slotDeployment, slotDisruptionBudget, slotService } from "./slots";
import { type Accelerator, DEFAULT_RELEASES_PREFIX, serverOf, type TritonServerFacts } from "./triton-server";
import { readerFaults, tritonServerFaults } from "./triton-server-faults";
import { type TritonReleaseReference, type TritonServerArgs } from "./triton-server-arguments.pulumi";

type Server = TritonServerFacts<pulumi.Input<string>>;

/**
 * Tree models of one line, by Triton, in two slots: one serves a release, the other sleeps or loads the next. A release is a folder of the bucket
 * that is written once; the loop points a slot at it, KEDA decides how many pods it has. Both sleep until there is a first release.
 * Give the cluster's Kubernetes provider as `providers: { kubernetes }`. Needs the add-on KEDA.
 *
 * Security: pods are not root, write nothing but /tmp, reach S3 and STS and nothing else, and read the releases alone; only named callers reach
 * them; loading and unloading of models, shared memory, tracing and logging are closed to every caller; the loop may write two fields and no others, which Kubernetes checks.
 * Cost (us-east-1, 2026-07-20): USD 140.16 a month for each pod that runs throughout, which fills an m5.xlarge; nothing while a slot sleeps.
 * Replaced when: `namespace` or `serverName` changes, and the slots then sleep until the loop releases again.
 */
export class TritonServer extends pulumi.ComponentResource {
  /** Namespace that it runs in. */
  readonly namespace: pulumi.Output<string>;
  /** Service of slot a. */
  readonly slotAServiceName: pulumi.Output<string>;
  /** Service of slot b. */
  readonly slotBServiceName: pulumi.Output<string>;
  /** Beginning of the slots' names. */
  readonly serverName: pulumi.Output<string>;
  /** Where the releases lie: `s3://bucket/folder/`. */
  readonly releasesUrl: pulumi.Output<string>;
  /** Kubernetes group that may change releases and sleep. */
  readonly writersGroup: pulumi.Output<string>;
  /** Where models run, and so what releases must be packaged for. */
  readonly accelerator: pulumi.Output<Accelerator>;
  /** CPUs of a pod, and so how many threads releases may be packaged for. */
  readonly cpus: pulumi.Output<number>;
  /** Names in Triton of what every pod loads, and so every release holds. */
  readonly models: pulumi.Output<string[]>;
  /** ARN of the pods' role. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: TritonServerArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("TritonServer", name, tritonServerFaults(name, args));
    super("modelloop:index:TritonServer", name, {}, opts);
    const { bucketName, releasesPrefix = DEFAULT_RELEASES_PREFIX, monitoring } = args;
    const { region } = accountOf(this);
    const server: Server = serverOf<pulumi.Input<string>>(name, args, {
      repositoryFlag: pulumi.output(bucketName).apply(repositoryFlag),
      region,
    });

    const roleArn = createRole(this, name, server, args);
    const dependsOn = createSafeguards(this, name, server, roleArn, args);
    const [a, b] = SLOTS.map((slot) => createSlot(this, name, server, slot, dependsOn, monitoring?.prometheusUrl));
    if (monitoring?.serviceMonitor ?? monitoring !== undefined) {
      new kubernetes.apiextensions.CustomResource(`${name}-monitor`, serviceMonitor(server), { parent: this });
    }

    this.namespace = pulumi.output(server.namespace);
    this.slotAServiceName = a?.metadata.name ?? pulumi.output("");
    this.slotBServiceName = b?.metadata.name ?? pulumi.output("");
    this.serverName = pulumi.output(server.name);
    this.releasesUrl = pulumi.interpolate`s3://${bucketName}/${releasesPrefix}`;
    this.writersGroup = pulumi.output(server.writersGroup);
    this.accelerator = pulumi.output(server.accelerator);
    this.cpus = pulumi.output(readQuantity(server.cpu) ?? 1);
    this.models = pulumi.output([...server.models]);
    this.roleArn = roleArn;
    const { namespace, slotAServiceName, slotBServiceName, serverName, releasesUrl, writersGroup, accelerator, cpus, models } = this;
    const names = { namespace, slotAServiceName, slotBServiceName, serverName };
    this.registerOutputs({ ...names, releasesUrl, writersGroup, accelerator, cpus, models, roleArn });
  }

  /** What a router asks for. */
  reference(): ModelServerReference {
    const { namespace, slotAServiceName, slotBServiceName } = this;
    return { namespace, slotAServiceName, slotBServiceName, httpPort: PORTS.http };
  }

  /** What whoever writes releases asks for. */
  releaseReference(): TritonReleaseReference {
    const { namespace, serverName, releasesUrl, writersGroup, accelerator, cpus, models } = this;
    return { namespace, serverName, releasesUrl, writersGroup, accelerator, cpus, models };
  }
}

function createRole(parent: pulumi.Resource, name: string, server: Server, args: TritonServerArgs): pulumi.Output<string> {
  const { cluster, bucketName, kmsKeyArn, releasesPrefix = DEFAULT_RELEASES_PREFIX, tags } = args;
  const identity = pulumi.output({
    oidcProviderArn: cluster.oidcProviderArn,
    oidcIssuer: cluster.oidcIssuer,
    namespace: server.namespace,
    serviceAccount: server.name,
  });
  const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: identity.apply(serviceAccountTrust), tags }, { parent });
  const policy = pulumi
    .all([bucketName, accountOf(parent).partition, kmsKeyArn])
    .apply(([bucket, partition, key]) => policyDocument(releaseStatements(bucket, releasesPrefix, partition, key)));
  const rights = new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy }, { parent });
  return onceThere(role.arn, [rights]);
}

/** Before the pods: whom AWS takes them for, who reaches them, and who may change them. */
function createSafeguards(
  parent: pulumi.Resource,
  name: string,
  server: Server,
  roleArn: pulumi.Output<string>,
  { stsCidrs, readerCidrs = [] }: TritonServerArgs,
): pulumi.Resource[] {
  const ranges = pulumi.all([s3CidrsOf(parent), pulumi.all(stsCidrs), pulumi.all(readerCidrs)]);
  const policy = ranges.apply(([s3, sts, readers]) => {
    refuseInvalidArguments("TritonServer", name, readerFaults(readers));
    return networkPolicy(server, [...s3, ...sts], readers).spec;
  });
  const role = new kubernetes.rbac.v1.Role(`${name}-writers`, writersRole(server), { parent });
  const clusterWide = pulumi.interpolate`${server.namespace}-${server.name}-release-writers`;
  const fields = new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicy(
    `${name}-writers-policy`,
    writersPolicy<pulumi.Input<string>>(server, clusterWide),
    { parent },
  );
  const enforced = new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    `${name}-writers-policy-binding`,
    writersPolicyBinding<pulumi.Input<string>>(server, clusterWide),
    { parent, dependsOn: [fields] },
  );
  return [
    new kubernetes.core.v1.ServiceAccount(`${name}-account`, serviceAccount<pulumi.Input<string>>(server, roleArn), { parent }),
    new kubernetes.networking.v1.NetworkPolicy(`${name}-network-policy`, { ...networkPolicy(server, []), spec: policy }, { parent }),
    new kubernetes.rbac.v1.RoleBinding(`${name}-writers-binding`, writersBinding(server), { parent, dependsOn: [role, enforced] }),
  ];
}

function createSlot(
  parent: pulumi.Resource,
  name: string,
  server: Server,
  slot: Slot,
  dependsOn: pulumi.Resource[],
  prometheusUrl?: pulumi.Input<string>,
): kubernetes.core.v1.Service {
  const child = slotName(name, slot);
  const minutes = `${rollOutMinutes(server)}m`;
  const deployment = new kubernetes.apps.v1.Deployment(`${child}-deployment`, slotDeployment(server, slot), {
    ...{ parent, dependsOn, ignoreChanges: OF_KEDA, customTimeouts: { create: minutes, update: minutes } },
  });
  // KEDA refuses to scale what is not there, and what asks for no CPU.
  new kubernetes.apiextensions.CustomResource(`${child}-scaling`, slotScaling(server, slot, prometheusUrl), {
    ...{ parent, dependsOn: [deployment], ignoreChanges: OF_THE_LOOP },
  });
  new kubernetes.policy.v1.PodDisruptionBudget(`${child}-disruption-budget`, slotDisruptionBudget(server, slot), { parent });
  return new kubernetes.core.v1.Service(`${child}-service`, slotService(server, slot), { parent });
}
