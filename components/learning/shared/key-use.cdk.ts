import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";

/**
 * What DynamoDB and SNS ask of whoever uses a thing that is encrypted with the key (DynamoDB developer guide, "Authorizing use of your customer
 * managed key"), spelled out: CDK's own grants say `kms:ReEncrypt*` and `kms:GenerateDataKey*`.
 */
export const KEY_ACTIONS = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:DescribeKey",
];

/** Nothing where keys of AWS are used: those ask nobody. */
export function grantUseOf(key: IKey | undefined, grantee: IGrantable): void {
  if (key === undefined) return;
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: KEY_ACTIONS, resources: [key.keyArn] }));
}
