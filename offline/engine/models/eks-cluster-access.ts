/** Who gets into a cluster: roles of its nodes, and access entries (nodejs/eks/cluster/cluster.ts, nodejs/eks/cluster/authenticationMode.ts). */
import type { Json, RecordedResource } from "../recording";
import { ACCESS_ENTRY_MODES, authenticatesBy } from "./eks-cluster-facts";
import type { Construction } from "./eks-construction";
import { addServiceRole } from "./eks-service-role";
import { list, member, output, record, type Tree, Value } from "./eks-values";

export interface InstanceRoles {
  /** References as the wire spells them. */
  roles: Value;
  arns: Tree;
  /** ARN of the one role that all node groups share, where there is one. */
  shared?: Value;
  profile?: RecordedResource;
}

export interface AccessEntries {
  entries: RecordedResource[];
  /** As `core.accessEntries` tells them. */
  facts: Tree[];
}

const NODE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"];

export function instanceRolesOf(construction: Construction): InstanceRoles {
  const several = construction.value("instanceRoles");
  if (several.json !== undefined) {
    const roles = new Value(construction.onTheWire(several.json), several.origins);
    const arns = list(several.json).map((role) => construction.outputOf(new Value(role, several.origins), "arn"));
    return { roles, arns: Array.isArray(several.json) ? arns : several };
  }
  const one = construction.value("instanceRole");
  if (one.json !== undefined) {
    const arn = construction.outputOf(one, "arn");
    return { roles: new Value([construction.onTheWire(one.json)], one.origins), arns: [arn], shared: arn };
  }
  return createsInstanceRole(construction) ? addInstanceRole(construction) : { roles: new Value([]), arns: [] };
}

/** Auto mode leaves out the default node group but not its role, unless the program says `skipDefaultNodeGroup` itself. */
export function createsInstanceRole(construction: Construction): boolean {
  if (construction.json("instanceRoles") !== undefined || construction.json("instanceRole") !== undefined) return false;
  return Boolean(construction.json("createInstanceRole") ?? !construction.isSet("skipDefaultNodeGroup"));
}

function addInstanceRole(construction: Construction): InstanceRoles {
  const { role, whole } = addServiceRole(construction, `${construction.name}-instanceRole`, {
    service: "ec2.amazonaws.com",
    policies: NODE_POLICIES,
  });
  const profile = construction.register({
    ...{ type: "aws:iam/instanceProfile:InstanceProfile", name: `${construction.name}-instanceProfile` },
    ...{ inputs: { role: output(role, "name") }, dependsOn: whole },
  });
  const arn = output(role, "arn");
  // The provider hands the role on once its policies are attached, which no preview sees happen.
  const { json } = construction.told([construction.context.reference(role)]);
  return { roles: new Value(json, [role.urn]), arns: [arn], shared: arn, profile };
}

/** Nodes of the shared role get in by an entry of their own; those of other roles bring theirs. */
export function addAccessEntries(construction: Construction, cluster: RecordedResource, shared: Value | undefined): AccessEntries {
  if (!authenticatesBy(ACCESS_ENTRY_MODES, construction.json("authenticationMode"))) return { entries: [], facts: [] };
  const ofNodes: Record<string, Tree> =
    shared === undefined ? {} : { defaultNodeGroupInstanceRole: { principalArn: shared, type: "EC2_LINUX" } };
  const given = record(construction.json("accessEntries"));
  const all: [string, Record<string, Tree>][] = Object.entries({ ...ofNodes, ...given }).map(([key, entry]) => [
    key,
    entry as Record<string, Tree>,
  ]);
  return { entries: all.map(([key, entry]) => addAccessEntry(construction, cluster, key, entry)), facts: all.map(([, entry]) => entry) };
}

function addAccessEntry(construction: Construction, cluster: RecordedResource, key: string, entry: Record<string, Tree>): RecordedResource {
  const name = `${construction.name}-${key}`;
  const clusterName = output(cluster, "name");
  const { principalArn, type, kubernetesGroups, tags, username, accessPolicies } = entry;
  const registered = construction.register({
    ...{ type: "aws:eks/accessEntry:AccessEntry", name, dependsOn: [cluster] },
    inputs: { clusterName, principalArn, type, kubernetesGroups, tags, userName: username },
  });
  for (const [policy, association] of Object.entries(record(accessPolicies as Json))) {
    construction.register({
      ...{
        type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        name: `${name}-${policy}`,
        parent: registered,
        dependsOn: [registered],
      },
      inputs: { clusterName, principalArn, policyArn: member(association, "policyArn"), accessScope: member(association, "accessScope") },
    });
  }
  return registered;
}
