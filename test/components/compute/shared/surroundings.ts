/** A VPC and a cluster as somebody else's would be, by their ids, and what is sent to Kubernetes. */
import { type Properties } from "../../../../offline/engine";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";
import { type Plan } from "../../shared/plan-of";

export const vpc = {
  ...{ vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: ["subnet-1"] },
  ...{ privateSubnetIds: ["private-1", "private-2"], intraSubnetIds: ["intra-1", "intra-2"] },
};

export const cluster = {
  ...{ clusterName: "theirs", vpcId: "vpc-1", clusterSecurityGroupId: "sg-cluster", kubernetesVersion: "1.35" },
  ...{ endpoint: "https://theirs.eks.amazonaws.com", certificateAuthority: "Y2E=" },
  ...{ oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/issuer", oidcIssuer: "issuer" },
};

export const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";

/** Kubernetes' verdict on everything that the plan would send it, charts aside. */
export function kubernetesFaults({ resources }: Plan): string[] {
  const manifests = resources.filter(({ type }) => type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/"));
  return manifests.flatMap(({ name, inputs }) => manifestFaults(inputs).map((fault) => `${name}: ${fault}`));
}

/** The statements of a policy that stands in an input as text. */
export function statementsOf(plan: Plan, name: string, property = "policy"): Properties[] {
  return (plan.document(name, property) as { Statement: Properties[] }).Statement;
}
