/** The children of `eks.Cluster` (pulumi-eks 4.3.0, nodejs/eks/cluster/cluster.ts: `createCluster`, `createCore`), in the provider's order. */
import type { RecordedResource } from "../recording";
import { addCoreDns, addKubeProxy } from "./eks-addons";
import { addAccessEntries, instanceRolesOf } from "./eks-cluster-access";
import { isAutoMode } from "./eks-cluster-facts";
import { addKubernetesProvider, addNodeAccess, addStorageClasses } from "./eks-cluster-kubernetes";
import { clusterOutputs, type Found, issuerOf, withoutProtocol } from "./eks-cluster-outputs";
import { addVpcCni } from "./eks-cni";
import { Construction, PARTITION } from "./eks-construction";
import { addControlPlane } from "./eks-control-plane";
import { refuseCluster } from "./eks-refusals";
import { addClusterSecurityGroup, addNodeSecurityGroup, type NodeSecurityGroup } from "./eks-security-groups";
import { addServiceRole, type ServiceRole } from "./eks-service-role";
import { derive, idOf, list, member, output, record, text, Value } from "./eks-values";
import type { RemoteModel } from "./model";

interface Network {
  vpcId: Value;
  subnetIds: Value;
}

export const cluster: RemoteModel = (component, context) => {
  const construction = new Construction(component, context);
  refuseCluster(construction);

  const network = networkOf(construction);
  const serviceRole = construction.isSet("serviceRole") ? undefined : addControlPlaneRole(construction);
  const clusterGroup = clusterGroupOf(construction, network);
  const autoModeRole = autoModeRoleOf(construction);
  const controlPlane = addControlPlane(construction, {
    subnetIds: network.subnetIds,
    securityGroupId: clusterGroup?.id,
    serviceRole,
    autoModeRole,
  });
  addKubeProxy(construction, controlPlane);
  const kubernetes = addKubernetesProvider(construction, controlPlane);
  const instanceRoles = instanceRolesOf(construction);
  const nodeAccess = addNodeAccess(construction, kubernetes, instanceRoles.arns);
  const { entries, facts: accessEntries } = addAccessEntries(construction, controlPlane, instanceRoles.shared);
  const access = nodeAccess === undefined ? entries : [...entries, nodeAccess];
  const storageClasses = addStorageClasses(construction, kubernetes, access);
  const vpcCni = addVpcCni(construction, controlPlane, kubernetes.provider, access);
  addCoreDns(construction, controlPlane);
  const oidcProvider = construction.isSet("createOidcProvider") ? addOidcProvider(construction, controlPlane) : undefined;
  const nodes = skipsSecurityGroups(construction) ? undefined : addNodes(construction, network, controlPlane, clusterGroup);

  return clusterOutputs(construction, {
    ...{ ...network, serviceRole, clusterGroup, autoModeRole, controlPlane, kubernetes, instanceRoles, nodeAccess, accessEntries },
    ...{ storageClasses, vpcCni, oidcProvider, nodes },
  });
};

/** Without a VPC the account's default one is looked up, whatever the subnets are. */
function networkOf(construction: Construction): Network {
  const inDefaultVpc = !construction.isSet("vpcId");
  const vpcId = inDefaultVpc ? construction.told("default-vpc.id") : construction.value("vpcId");
  if (construction.json("subnetIds") !== undefined) return { vpcId, subnetIds: construction.value("subnetIds") };
  const publicIds = construction.value("publicSubnetIds");
  const privateIds = construction.value("privateSubnetIds");
  if (publicIds.json !== undefined || privateIds.json !== undefined) {
    return { vpcId, subnetIds: derive({ publicIds, privateIds }, (ids) => [...list(ids.publicIds), ...list(ids.privateIds)]) };
  }
  return { vpcId, subnetIds: inDefaultVpc ? construction.told(["default-vpc.subnetIds.0", "default-vpc.subnetIds.1"]) : new Value([]) };
}

const AUTO_MODE_POLICIES = [
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
];

function addControlPlaneRole(construction: Construction): ServiceRole {
  return addServiceRole(construction, `${construction.name}-eksRole`, {
    service: "eks.amazonaws.com",
    description: "Allows EKS to manage clusters on your behalf.",
    policies: ["AmazonEKSClusterPolicy", ...(isAutoMode(construction) ? AUTO_MODE_POLICIES : [])],
    actions: ["sts:AssumeRole", "sts:TagSession"],
  });
}

function autoModeRoleOf(construction: Construction): ServiceRole | undefined {
  if (!isAutoMode(construction) || member(construction.json("autoMode"), "createNodeRole") === false) return undefined;
  return addServiceRole(construction, `${construction.name}-nodeRole`, {
    service: "ec2.amazonaws.com",
    policies: ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"],
  });
}

function skipsSecurityGroups(construction: Construction): boolean {
  const skips = construction.json("skipDefaultSecurityGroups");
  return skips === undefined ? isAutoMode(construction) : Boolean(skips);
}

function clusterGroupOf(construction: Construction, { vpcId }: Network): Found | undefined {
  const given = construction.json("clusterSecurityGroup");
  if (given !== undefined) {
    const group = construction.find(given);
    return group === undefined ? { reference: given, id: construction.value("clusterSecurityGroup") } : found(construction, group);
  }
  return skipsSecurityGroups(construction) ? undefined : found(construction, addClusterSecurityGroup(construction, vpcId));
}

function addNodes(
  construction: Construction,
  { vpcId }: Network,
  controlPlane: RecordedResource,
  clusterGroup: Found | undefined,
): NodeSecurityGroup {
  const given = { tags: construction.value("tags"), own: construction.value("nodeSecurityGroupTags") };
  return addNodeSecurityGroup(construction, {
    ...{ vpcId, clusterGroupId: clusterGroup?.id, clusterName: output(controlPlane, "name") },
    tags: derive(given, ({ tags, own }) => ({ ...record(own), ...record(tags) })),
  });
}

function addOidcProvider(construction: Construction, controlPlane: RecordedResource): RecordedResource {
  const issuer = issuerOf(controlPlane);
  return construction.register({
    ...{ type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", name: `${construction.name}-oidcProvider` },
    inputs: {
      clientIdLists: ["sts.amazonaws.com"],
      url: issuer,
      // The provider reads the certificate off AWS's own endpoint, even in a preview.
      thumbprintLists: [construction.told("0".repeat(40))],
    },
    outputs: { arn: `arn:${PARTITION}:iam::${construction.context.accountId}:oidc-provider/${withoutProtocol(text(issuer.json))}` },
  });
}

function found(construction: Construction, resource: RecordedResource): Found {
  return { reference: construction.context.reference(resource), id: idOf(resource) };
}
