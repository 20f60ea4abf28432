import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

/** Who writes into the loop's topics by themselves: CloudWatch its alarms, Managed Prometheus its alerts (SNS developer guide, "Key management"). */
const PUBLISHERS = ["cloudwatch.amazonaws.com", "aps.amazonaws.com"];

/**
 * The loop's own key: for those who have none that the services below may use. Rotated yearly, kept when the stack goes, because the ledger,
 * which is kept too, could not be read without it.
 */
export class LoopKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: "What the model loop stores, logs and sends",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { account, region, partition } = Stack.of(this);
    const logs = new ServicePrincipal(`logs.${region}.amazonaws.com`);
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: "CloudWatchLogsUses",
        principals: [logs],
        actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        resources: ["*"],
        conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` } },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: "PublishersUse",
        principals: PUBLISHERS.map((service) => new ServicePrincipal(service)),
        actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      }),
    );
  }
}
