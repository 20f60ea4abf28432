import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { policyDocument } from "../../shared/policy-document";
import { DEFAULT_RECOVERY_DAYS, secretFaults, secretPolicyStatements } from "./managed-secret";

export interface SecretRotationArgs {
  /** ARN of a function that knows how to rotate this kind of secret. Secrets Manager is allowed to invoke it. */
  functionArn: pulumi.Input<string>;
  /** Days between two rotations, 1 to 1,000. */
  days: number;
}

export interface ManagedSecretArgs {
  /** ARN of the KMS key that encrypts the value. */
  kmsKeyArn: pulumi.Input<string>;
  /** What it is and who uses it, for whoever finds it in the console. @default "Secret <name>" */
  description?: pulumi.Input<string>;
  /** Name in AWS; taken for `recoveryWindowDays` after deletion. Changing it **replaces the secret, and its value stays behind**. @default - the component's name and a random end */
  secretName?: pulumi.Input<string>;
  /** Rotates the value by itself. Add it once there is a value: there is nothing to rotate before. @default - none */
  rotation?: SecretRotationArgs;
  /** Days in which a deleted secret can be restored, 7 to 30. @default 30 */
  recoveryWindowDays?: number;
  /** Lets `pulumi destroy` delete the secret, after `recoveryWindowDays`. @default false */
  allowDelete?: boolean;
  /** Tags of the secret. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * A place in Secrets Manager for a value that neither the program nor its state ever holds.
 *
 * Security: encrypted with your key, closed to other accounts whatever their policies say; the value comes in by a person, a service or
 * rotation, never through Pulumi.
 * Cost (us-east-1, 2026-10-01): USD 0.40 a month, and 0.05 for 10,000 reads.
 * Replaced when: `secretName` changes. Protected, and kept in AWS when it leaves the program.
 */
export class ManagedSecret extends pulumi.ComponentResource {
  /** ARN of the secret, known once its policy is in force. */
  readonly secretArn: pulumi.Output<string>;
  /** Name of the secret. */
  readonly secretName: pulumi.Output<string>;

  constructor(name: string, args: ManagedSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("ManagedSecret", name, secretFaults(args));
    super("modelloop:index:ManagedSecret", name, {}, opts);
    const { kmsKeyArn, description = `Secret ${name}`, secretName, recoveryWindowDays = DEFAULT_RECOVERY_DAYS, rotation, tags } = args;
    const kept = args.allowDelete !== true;

    const secret = new aws.secretsmanager.Secret(
      `${name}-secret`,
      { name: secretName, description, kmsKeyId: kmsKeyArn, recoveryWindowInDays: recoveryWindowDays, tags },
      { parent: this, protect: kept, retainOnDelete: kept },
    );
    const statements = accountOf(this).apply((account) => policyDocument(secretPolicyStatements(account)));
    const policy = new aws.secretsmanager.SecretPolicy(
      `${name}-policy`,
      { secretArn: secret.arn, policy: statements, blockPublicPolicy: true },
      { parent: this, retainOnDelete: kept },
    );
    if (rotation !== undefined) createRotation(this, name, secret, rotation);

    this.secretArn = pulumi.all([secret.arn, policy.id]).apply(([arn]) => arn);
    this.secretName = secret.name;
    this.registerOutputs({ secretArn: this.secretArn, secretName: this.secretName });
  }
}

function createRotation(
  parent: pulumi.Resource,
  name: string,
  secret: aws.secretsmanager.Secret,
  { functionArn, days }: SecretRotationArgs,
): void {
  const service = {
    action: "lambda:InvokeFunction",
    function: functionArn,
    principal: "secretsmanager.amazonaws.com",
    sourceArn: secret.arn,
  };
  const permission = new aws.lambda.Permission(`${name}-rotator`, service, { parent });
  new aws.secretsmanager.SecretRotation(
    `${name}-rotation`,
    // A value that was put there a minute ago and is already in use need not change at once.
    { secretId: secret.id, rotationLambdaArn: functionArn, rotationRules: { automaticallyAfterDays: days }, rotateImmediately: false },
    { parent, dependsOn: permission },
  );
}
