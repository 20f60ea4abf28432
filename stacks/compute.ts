import { AddOn, AddOns, Cluster, GpuNodeGroup, InternalGateway, Namespaces, NodeGroup, PlatformNamespace } from "../components";
import type { LayerContext } from "./context";
import type { Data } from "./data";
import type { Foundation } from "./foundation";
import type { ComputeOutputs } from "./outputs";
import { backupTag } from "./tags";

export interface Compute {
  cluster: Cluster;
  addOns: AddOns;
  namespaces: Namespaces;
  gateway?: InternalGateway;
}

export function createCompute(context: LayerContext, foundation: Foundation, data: Data): Compute {
  const cluster = createCluster(context, foundation);
  createNodes(context, foundation, cluster);
  const addOns = createAddOns(context, foundation, data, cluster);
  const namespaces = createNamespaces(context, foundation, cluster);
  const gateway = createGateway(context, foundation, data, { cluster, addOns, namespaces });
  letIn(cluster, data);
  return { cluster, addOns, namespaces, gateway };
}

function createCluster(context: LayerContext, { network, dataKey, logsKey }: Foundation): Cluster {
  const { controlPlaneLogs, ...settings } = context.config.compute.cluster;
  const { disposable: allowDelete } = context;
  return new Cluster(context.name("cluster"), {
    ...settings,
    vpc: network.reference(),
    kmsKeyArn: dataKey.keyArn,
    serviceCidr: context.config.foundation.network.kubernetesServiceCidr,
    controlPlaneLogs: { ...controlPlaneLogs, kmsKeyArn: logsKey.keyArn },
    volumes: {
      kmsKeyArn: dataKey.keyArn,
      tags: { ...context.tags, ...backupTag(context.config) },
      deleteVolumesWithClaims: allowDelete,
    },
    allowDelete,
    tags: context.tags,
  });
}

function createNodes(context: LayerContext, { network }: Foundation, cluster: Cluster): void {
  const { nodeGroups, gpuNodeGroups } = context.config.compute;
  const place = { cluster: cluster.reference(), subnetIds: network.privateSubnetIds, tags: context.tags };
  for (const { name, ...settings } of nodeGroups) new NodeGroup(context.name(name), { ...settings, ...place, labels: groupLabel(name) });
  for (const { name, ...settings } of gpuNodeGroups)
    new GpuNodeGroup(context.name(name), { ...settings, ...place, labels: groupLabel(name) });
}

/** By which pods choose their nodes. */
function groupLabel(name: string): Record<string, string> {
  return { "modelloop/node-group": name };
}

function createAddOns(context: LayerContext, { dataKey }: Foundation, { secrets }: Data, cluster: Cluster): AddOns {
  const { addOns, idleNodeMinutes, namespaces } = context.config.compute;
  const secretArns = [...secrets.values()].map(({ secretArn }) => secretArn);
  const readable = addOns.includes(AddOn.ExternalSecrets) && secretArns.length > 0 ? { secretArns, secretKeyArns: [dataKey.keyArn] } : {};
  return new AddOns(
    context.name("add-ons"),
    {
      cluster: cluster.reference(),
      addOns,
      webAclArns: webAclArns(context),
      idleNodeMinutes,
      ...readable,
      secretNamespaces: [...Object.values(PlatformNamespace), ...namespaces.extraNamespaces],
      tags: context.tags,
    },
    inside(cluster),
  );
}

/** The controller may attach those that it was told of before; others it leaves aside without a word. */
function webAclArns({ config }: LayerContext): string[] | undefined {
  const webAclArn = config.serving?.router?.loadBalancer?.webAclArn;
  return webAclArn === undefined ? undefined : [webAclArn];
}

function createNamespaces(context: LayerContext, { network }: Foundation, cluster: Cluster): Namespaces {
  const { disposable: allowDelete } = context;
  return new Namespaces(
    context.name("namespaces"),
    { ...context.config.compute.namespaces, vpcCidr: network.cidr, serviceCidr: cluster.serviceCidr, allowDelete },
    inside(cluster),
  );
}

function createGateway(
  context: LayerContext,
  { network }: Foundation,
  { accessLogs }: Data,
  { cluster, addOns, namespaces }: Omit<Compute, "gateway">,
): InternalGateway | undefined {
  const { gateway } = context.config.compute;
  if (gateway === undefined) return undefined;
  return new InternalGateway(
    context.name("gateway"),
    {
      ...gateway,
      vpc: network.reference(),
      cluster: cluster.reference(),
      routes: gateway.routes.map((route) => ({ ...route, namespace: namespaces.nameOf(route.namespace) })),
      loadBalancerController: addOns.loadBalancerController,
      accessLogBucketName: accessLogs?.bucketName,
      tags: context.tags,
    },
    inside(cluster),
  );
}

/** What stands in the cluster is put there by the cluster's own provider; by any other it would land in whatever cluster a person last used. */
function inside(cluster: Cluster): { providers: { kubernetes: ReturnType<Cluster["kubernetesProvider"]> } } {
  return { providers: { kubernetes: cluster.kubernetesProvider() } };
}

/** Pods have the cluster's security group. Which of them may log in is another matter: their roles and network policies. */
function letIn({ clusterSecurityGroupId }: Cluster, { database, cache }: Data): void {
  database.allowFrom("cluster", clusterSecurityGroupId);
  cache.allowFrom("cluster", clusterSecurityGroupId);
}

export function computeOutputs({ cluster, namespaces, gateway }: Compute): ComputeOutputs {
  return {
    cluster: {
      clusterName: cluster.clusterName,
      vpcId: cluster.vpcId,
      clusterSecurityGroupId: cluster.clusterSecurityGroupId,
      endpoint: cluster.endpoint,
      certificateAuthority: cluster.certificateAuthority,
      oidcProviderArn: cluster.oidcProviderArn,
      oidcIssuer: cluster.oidcIssuer,
      kubernetesVersion: cluster.kubernetesVersion,
    },
    kubeconfig: cluster.kubeconfig,
    storageClassName: cluster.storageClassName,
    namespaces: namespaces.names.apply((names) => Object.keys(names)),
    gatewayUrls: gateway?.urls,
    gatewayClientSecurityGroupId: gateway?.clientSecurityGroupId,
  };
}
