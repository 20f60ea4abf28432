/** The security groups of a cluster and its nodes (nodejs/eks/cluster/cluster.ts, nodejs/eks/nodes/securitygroup.ts). */
import type { Json, RecordedResource } from "../recording";
import { Construction } from "./eks-construction";
import { derive, idOf, record, text, type Tree, type Value } from "./eks-values";
import type { RemoteModel } from "./model";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";

const TO_THE_WORLD = {
  type: "egress",
  fromPort: 0,
  toPort: 0,
  protocol: "-1",
  cidrBlocks: ["0.0.0.0/0"],
  description: "Allow internet access.",
};

export interface NodeSecurityGroup {
  group: RecordedResource;
  /** Lets the nodes reach the cluster's API. */
  clusterIngressRule: RecordedResource;
}

/** Open outwards to everything; who may come in is said by rules beside it. */
export function addClusterSecurityGroup(construction: Construction, vpcId: Tree): RecordedResource {
  const name = `${construction.name}-eksClusterSecurityGroup`;
  const given = { tags: construction.value("tags"), own: construction.value("clusterSecurityGroupTags") };
  const group = addGroup(
    construction,
    name,
    vpcId,
    derive(given, ({ tags, own }) => ({ Name: name, ...record(own), ...record(tags) })),
  );
  addRule(construction, "eksClusterInternetEgressRule", { ...TO_THE_WORLD, securityGroupId: idOf(group) });
  return group;
}

export function addNodeSecurityGroup(
  construction: Construction,
  facts: { vpcId: Tree; clusterGroupId: Tree; clusterName: Tree; tags: Tree },
): NodeSecurityGroup {
  const name = `${construction.name}-nodeSecurityGroup`;
  const { vpcId, clusterGroupId, clusterName, tags } = facts;
  const ownership = (cluster: Json | undefined) => ({ [`kubernetes.io/cluster/${text(cluster)}`]: "owned" });
  const allTags = derive({ tags, clusterName }, (parts) => ({ Name: name, ...ownership(parts.clusterName), ...record(parts.tags) }));
  const group = addGroup(construction, name, vpcId, allTags);

  const nodes = { type: "ingress", securityGroupId: idOf(group) };
  const fromCluster = { ...nodes, protocol: "tcp", sourceSecurityGroupId: clusterGroupId };
  addRule(construction, "eksNodeIngressRule", {
    ...{ ...nodes, fromPort: 0, toPort: 0, protocol: "-1", self: true },
    description: "Allow nodes to communicate with each other",
  });
  addRule(construction, "eksNodeClusterIngressRule", {
    ...{ ...fromCluster, fromPort: 1025, toPort: 65535 },
    description: "Allow worker Kubelets and pods to receive communication from the cluster control plane",
  });
  addRule(construction, "eksExtApiServerClusterIngressRule", {
    ...{ ...fromCluster, fromPort: 443, toPort: 443 },
    description: "Allow pods running extension API servers on port 443 to receive communication from cluster control plane",
  });
  addRule(construction, "eksNodeInternetEgressRule", { ...TO_THE_WORLD, securityGroupId: idOf(group) });
  const clusterIngressRule = addRule(construction, "eksClusterIngressRule", {
    ...{
      type: "ingress",
      fromPort: 443,
      toPort: 443,
      protocol: "tcp",
      securityGroupId: clusterGroupId,
      sourceSecurityGroupId: idOf(group),
    },
    description: "Allow pods to communicate with the cluster API Server",
  });
  return { group, clusterIngressRule };
}

/** A user's own `eks.NodeGroupSecurityGroup`: the same children outside of a cluster component. */
export const nodeGroupSecurityGroup: RemoteModel = (component, context) => {
  const construction = new Construction(component, context);
  const clusterGroup = construction.find(construction.json("clusterSecurityGroup"));
  const { group, clusterIngressRule } = addNodeSecurityGroup(construction, {
    vpcId: construction.value("vpcId"),
    clusterGroupId: clusterGroup === undefined ? construction.value("clusterSecurityGroup") : idOf(clusterGroup),
    clusterName: construction.outputOf(construction.value("eksCluster"), "name"),
    tags: construction.value("tags"),
  });
  return { securityGroup: context.reference(group), securityGroupRule: context.reference(clusterIngressRule) };
};

function addGroup(construction: Construction, name: string, vpcId: Tree, tags: Value): RecordedResource {
  // The description is the SDK's own default, and changing it would replace the group.
  return construction.register({ type: GROUP, name, inputs: { description: "Managed by Pulumi", vpcId, revokeRulesOnDelete: true, tags } });
}

function addRule(construction: Construction, noun: string, inputs: Record<string, Tree>): RecordedResource {
  const name = `${construction.name}-${noun}`;
  return construction.register({ type: RULE, name, inputs, outputs: { securityGroupRuleId: `${name}.securityGroupRuleId` } });
}
