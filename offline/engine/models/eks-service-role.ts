/** `eks:index:ServiceRole`, a component of the provider's own (nodejs/eks/servicerole.ts): a role for an AWS service with managed policies. */
import { createHash } from "node:crypto";
import type { RecordedResource } from "../recording";
import { type Construction, PARTITION } from "./eks-construction";
import { output } from "./eks-values";

export interface ServiceRole {
  role: RecordedResource;
  /** The role and its policies: what must exist before somebody takes the role on. */
  whole: RecordedResource[];
}

interface ServiceRoleFacts {
  service: string;
  description?: string;
  /** Names of policies that AWS manages. */
  policies: readonly string[];
  /** @default sts:AssumeRole */
  actions?: string[];
}

export function addServiceRole(
  construction: Construction,
  name: string,
  { service, description, policies, actions = ["sts:AssumeRole"] }: ServiceRoleFacts,
): ServiceRole {
  const parent = construction.registerComponent("eks:index:ServiceRole", name);
  const trust = { Version: "2012-10-17", Statement: [{ Action: actions, Effect: "Allow", Principal: { Service: [service] } }] };
  const roleName = `${name}-role-standin`;
  const role = construction.register({
    ...{ type: "aws:iam/role:Role", name: `${name}-role`, parent },
    inputs: { description, assumeRolePolicy: JSON.stringify(trust), tags: construction.value("tags") },
    outputs: { name: roleName, arn: `arn:${PARTITION}:iam::${construction.context.accountId}:role/${roleName}` },
  });
  const attachments = policies.map((policy) =>
    construction.register({
      ...{ type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", name: `${name}-${nameSuffix(policy)}`, parent },
      inputs: { policyArn: `arn:${PARTITION}:iam::aws:policy/${policy}`, role: output(role, "name") },
    }),
  );
  return { role, whole: [role, ...attachments] };
}

/** The ARN is hashed without the partition, so that a name is the same in all partitions. */
function nameSuffix(policy: string): string {
  return createHash("sha1").update(`arn:aws:iam::aws:policy/${policy}`).digest("hex").slice(0, 8);
}
