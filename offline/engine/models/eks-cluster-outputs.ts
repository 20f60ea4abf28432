/** What `eks.Cluster` gives back (nodejs/eks/cmd/provider/cluster.ts, and `CoreData` of nodejs/eks/cluster/cluster.ts). */
import type { Json, Properties, RecordedResource } from "../recording";
import type { InstanceRoles } from "./eks-cluster-access";
import type { Kubernetes } from "./eks-cluster-kubernetes";
import type { Construction } from "./eks-construction";
import { kubeconfigOf } from "./eks-kubeconfig";
import type { NodeSecurityGroup } from "./eks-security-groups";
import type { ServiceRole } from "./eks-service-role";
import { derive, flatten, idOf, isKnown, list, member, output, text, type Tree, Value } from "./eks-values";

/** A resource that was registered here, or one that the program gave. */
export interface Found {
  reference: Json;
  id: Value;
}

export interface ClusterParts {
  vpcId: Value;
  subnetIds: Value;
  serviceRole: ServiceRole | undefined;
  clusterGroup: Found | undefined;
  autoModeRole: ServiceRole | undefined;
  controlPlane: RecordedResource;
  kubernetes: Kubernetes;
  instanceRoles: InstanceRoles;
  nodeAccess: RecordedResource | undefined;
  accessEntries: Tree[];
  storageClasses: Record<string, RecordedResource>;
  vpcCni: RecordedResource | undefined;
  oidcProvider: RecordedResource | undefined;
  nodes: NodeSecurityGroup | undefined;
}

/** Arguments of the cluster that describe nodes, by the name that they have in `core.nodeGroupOptions`. */
const NODE_GROUP_OPTIONS: Readonly<Record<string, string>> = {
  nodeSubnetIds: "nodeSubnetIds",
  nodeAssociatePublicIpAddress: "nodeAssociatePublicIpAddress",
  instanceType: "instanceType",
  nodePublicKey: "nodePublicKey",
  nodeRootVolumeEncrypted: "nodeRootVolumeEncrypted",
  nodeRootVolumeSize: "nodeRootVolumeSize",
  nodeUserData: "nodeUserData",
  minSize: "minSize",
  maxSize: "maxSize",
  desiredCapacity: "desiredCapacity",
  amiId: "nodeAmiId",
  gpu: "gpu",
  version: "version",
};

/**
 * `awsProvider` is declared but never given by the provider, and `defaultNodeGroup` is refused. A part that is unknown is left out, for
 * the SDK to make it unknown: in a preview that is all of `core`, because Pulumi knows an object only where it knows every part.
 */
export function clusterOutputs(construction: Construction, parts: ClusterParts): Properties {
  const { controlPlane, clusterGroup, nodes, oidcProvider, autoModeRole } = parts;
  const reference = referenceBy(construction);
  const kubeconfig = kubeconfigOf(controlPlane, construction.context.region, { roleArn: scopeRole(construction) });
  const issuer = issuerOf(controlPlane);
  const ownGroupId = output(controlPlane, "vpcConfig", "clusterSecurityGroupId");
  const outputs: Record<string, Tree> = {
    kubeconfig,
    kubeconfigJson: derive({ kubeconfig }, (known) => JSON.stringify(known.kubeconfig)),
    eksCluster: reference(controlPlane),
    core: coreData(construction, parts, kubeconfig),
    instanceRoles: parts.instanceRoles.roles,
    clusterSecurityGroup: clusterGroup?.reference,
    clusterSecurityGroupId: clusterGroup?.id ?? ownGroupId,
    nodeSecurityGroup: reference(nodes?.group),
    nodeSecurityGroupId: nodes === undefined ? ownGroupId : idOf(nodes.group),
    eksClusterIngressRule: reference(nodes?.clusterIngressRule),
    clusterIngressRuleId: nodes === undefined ? "" : output(nodes.clusterIngressRule, "securityGroupRuleId"),
    defaultNodeGroupAsgName: "",
    fargateProfileId: "",
    fargateProfileStatus: "",
    oidcProviderArn: oidcProvider === undefined ? "" : output(oidcProvider, "arn"),
    oidcProviderUrl: issuer,
    oidcIssuer: derive({ issuer }, (known) => withoutProtocol(text(known.issuer))),
    autoModeNodeRoleName: autoModeRole === undefined ? "" : output(autoModeRole.role, "name"),
  };
  const known = Object.entries(outputs).map(([key, tree]) => [key, flatten(tree).json] as const);
  return Object.fromEntries(known.filter((entry): entry is [string, Json] => entry[1] !== undefined && isKnown(entry[1])));
}

function coreData(construction: Construction, parts: ClusterParts, kubeconfig: Value): Tree {
  const reference = referenceBy(construction);
  const { controlPlane, clusterGroup, serviceRole, nodes, autoModeRole } = parts;
  const keyArn = construction.value("encryptionConfigKeyArn");
  return {
    cluster: reference(controlPlane),
    vpcId: parts.vpcId,
    subnetIds: parts.subnetIds,
    publicSubnetIds: construction.value("publicSubnetIds"),
    privateSubnetIds: construction.value("privateSubnetIds"),
    clusterSecurityGroup: clusterGroup?.reference,
    endpoint: output(controlPlane, "endpoint"),
    nodeGroupOptions: {
      ...nodeGroupOptions(construction),
      instanceProfile: reference(parts.instanceRoles.profile),
      nodeSecurityGroup: reference(nodes?.group),
      clusterIngressRule: reference(nodes?.clusterIngressRule),
    },
    kubeconfig,
    provider: reference(parts.kubernetes.resource),
    vpcCni: reference(parts.vpcCni),
    instanceRoles: parts.instanceRoles.roles,
    eksNodeAccess: reference(parts.nodeAccess),
    tags: construction.value("tags"),
    nodeSecurityGroupTags: construction.value("nodeSecurityGroupTags"),
    storageClasses: Object.fromEntries(Object.entries(parts.storageClasses).map(([key, storageClass]) => [key, reference(storageClass)])),
    oidcProvider: reference(parts.oidcProvider),
    encryptionConfig: construction.isSet("encryptionConfigKeyArn") ? { provider: { keyArn }, resources: ["secrets"] } : undefined,
    clusterIamRole:
      serviceRole === undefined ? construction.onTheWire(construction.json("serviceRole") ?? null) : reference(serviceRole.role),
    accessEntries: parts.accessEntries,
    autoModeNodeRoleName: autoModeRole === undefined ? "" : output(autoModeRole.role, "name"),
  };
}

function nodeGroupOptions(construction: Construction): Record<string, Tree> {
  const together = construction.json("nodeGroupOptions");
  if (together !== undefined) return construction.onTheWire(together) as Properties;
  return Object.fromEntries(Object.entries(NODE_GROUP_OPTIONS).map(([option, argument]) => [option, construction.value(argument)]));
}

/** URL of the cluster's identity provider. */
export function issuerOf(controlPlane: RecordedResource): Value {
  const { json, origins } = output(controlPlane, "identities");
  return new Value(Array.isArray(json) ? member(list(member(json[0], "oidcs"))[0], "issuer") : json, origins);
}

export function withoutProtocol(url: string): string {
  return url.replace("https://", "");
}

function scopeRole(construction: Construction): Value {
  const { json, origins } = construction.value("providerCredentialOpts");
  return new Value(member(json, "roleArn"), origins);
}

function referenceBy(construction: Construction): (resource: RecordedResource | undefined) => Json | undefined {
  return (resource) => (resource === undefined ? undefined : construction.context.reference(resource));
}
