import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { policyDocument } from "../../shared/policy-document";
import { encryptionKeyFaults, keyAlias, keyPolicyStatements, type KeyService } from "./encryption-key";

export interface EncryptionKeyArgs {
  /** What the key protects, for whoever finds it in the console. @default "Encrypts <name>" */
  description?: pulumi.Input<string>;
  /** AWS services that may use the key for themselves, each only on behalf of this account. @default - none */
  services?: KeyService[];
  /** Days between two rotations, 90 to 2,560. Old data stays readable. @default 365 */
  rotationDays?: number;
  /** Days between deletion and loss of everything encrypted with it, 7 to 30. @default 30 */
  deletionWindowDays?: number;
  /** Lets `pulumi destroy` schedule the key's deletion, and with it the loss of everything encrypted with it. @default false */
  allowDelete?: boolean;
  /** Tags of the key. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * A KMS key that rotates, under a name that people can read.
 *
 * Security: this account's IAM policies decide who uses it; an AWS service only where `services` names it, and only for things of this account.
 * Cost: USD 1.00 a month and 0.03 for 10,000 requests (us-east-1, 2026-10-01); each of the first two rotations adds 1.00.
 * Replaced when: never by an argument. Protected, and kept in AWS when it leaves the program.
 */
export class EncryptionKey extends pulumi.ComponentResource {
  /** ARN of the key. */
  readonly keyArn: pulumi.Output<string>;
  /** Id of the key. */
  readonly keyId: pulumi.Output<string>;
  /** Alias, such as `alias/data-1a2b3c4d`. */
  readonly aliasName: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("EncryptionKey", name, encryptionKeyFaults(name, args));
    super("modelloop:index:EncryptionKey", name, {}, opts);
    const {
      description = `Encrypts ${name}`,
      services = [],
      rotationDays = 365,
      deletionWindowDays = 30,
      allowDelete = false,
      tags,
    } = args;

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description,
        enableKeyRotation: true,
        rotationPeriodInDays: rotationDays,
        deletionWindowInDays: deletionWindowDays,
        policy: accountOf(this).apply((account) => policyDocument(keyPolicyStatements(account, services))),
        tags,
      },
      { parent: this, protect: !allowDelete, retainOnDelete: !allowDelete },
    );
    const aliasName = key.keyId.apply((id) => keyAlias(name, id));
    const alias = new aws.kms.Alias(
      `${name}-alias`,
      { name: aliasName, targetKeyId: key.keyId },
      { parent: this, retainOnDelete: !allowDelete },
    );

    this.keyArn = key.arn;
    this.keyId = key.keyId;
    this.aliasName = alias.name;
    this.registerOutputs({ keyArn: this.keyArn, keyId: this.keyId, aliasName: this.aliasName });
  }
}
