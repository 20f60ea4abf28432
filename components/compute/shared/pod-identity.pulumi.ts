import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type PolicyStatement } from "../../shared/policy-document";
import { onceThere } from "../../shared/once-there.pulumi";
import { podIdentityTrust } from "./pod-identity";

export interface PodRoleArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
  readonly serviceAccount: string;
  /** Policies that AWS keeps. @default - none */
  readonly managedPolicyArns?: Record<string, pulumi.Input<string>>;
  /** What the pods may do besides. @default - nothing */
  readonly statements?: pulumi.Input<readonly PolicyStatement[]>;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

/** A role for the pods of one service account. Its ARN is known once its policies are in force: nobody starts without them. */
export function createPodRole(parent: pulumi.Resource, name: string, args: PodRoleArgs): pulumi.Output<string> {
  const { clusterName, namespace, serviceAccount, managedPolicyArns = {}, statements, tags } = args;
  const assumeRolePolicy = pulumi.output({ clusterName, namespace }).apply((place) => podIdentityTrust({ ...place, serviceAccount }));
  const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy, tags }, { parent });
  const attached = Object.entries(managedPolicyArns).map(
    ([policy, policyArn]) => new aws.iam.RolePolicyAttachment(`${name}-${policy}`, { role: role.name, policyArn }, { parent }),
  );
  const own =
    statements === undefined
      ? []
      : [
          new aws.iam.RolePolicy(
            `${name}-policy`,
            { role: role.name, policy: pulumi.output(statements).apply(policyDocument) },
            { parent },
          ),
        ];
  return onceThere(role.arn, [...attached, ...own]);
}

/** Such a role, and the association with which EKS hands it to the pods. */
export function createPodIdentity(parent: pulumi.Resource, name: string, args: PodRoleArgs): aws.eks.PodIdentityAssociation {
  const { clusterName, namespace, serviceAccount, tags } = args;
  const roleArn = createPodRole(parent, name, args);
  return new aws.eks.PodIdentityAssociation(`${name}-identity`, { clusterName, namespace, serviceAccount, roleArn, tags }, { parent });
}
