import { type PolicyStatement } from "../../shared/policy-document";

/** Service accounts that the add-ons run as, in kube-system (EKS user guide, "AWS add-ons"). */
export const VPC_CNI_ACCOUNT = "aws-node";
export const EBS_CSI_ACCOUNT = "ebs-csi-controller-sa";

/** Without it network policies are accepted, and enforced by nobody. */
export const VPC_CNI_VALUES = { enableNetworkPolicy: "true" };

/** Every volume gets these tags: a backup plan finds volumes by them. */
export function ebsCsiValues(volumeTags: Record<string, string>): object {
  return Object.keys(volumeTags).length === 0 ? {} : { controller: { extraVolumeTags: volumeTags } };
}

/** What the EBS driver needs of a key of one's own (kubernetes-sigs/aws-ebs-csi-driver, docs/install.md, "Encrypted EBS Volumes via KMS", 2026-08). */
export function ebsKeyStatements(kmsKeyArn: string): PolicyStatement[] {
  return [
    { Sid: "UseTheKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"], Resource: kmsKeyArn },
    {
      Sid: "LetEc2UseTheKey",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: kmsKeyArn,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
