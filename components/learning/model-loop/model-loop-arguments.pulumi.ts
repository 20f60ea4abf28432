import type * as pulumi from "@pulumi/pulumi";
import type { ServingSignals } from "../drift-alarms/drift-alarms";
import type { LoopPlaceArgs } from "./loop-place.pulumi";
import type { LoopMode } from "./model-loop";
import type { ModelTrainingArgs } from "./training-arguments";

export interface LoopModelArgs {
  /** Name of the model, lower case. A change replaces the model's alarms. */
  name: string;
  /**
   * Models of one line share a model server, and so a lock. A change replaces all that the ledger knows of the model, and comes into force only
   * while nothing of it is under way on the old line.
   * @default - a line of its own, called like the model
   */
  line?: string;
  /** What the loop may do. @default LoopMode.Observe */
  mode?: LoopMode;
  /** When it is retrained in any case, in UTC. @default "cron(0 2 ? * SUN *)" */
  weeklySchedule?: string;
  /** Who answers for latency and errors. @default ServingSignals.CloudWatch */
  servingSignals?: ServingSignals;
  /** How it is trained, judged and rolled out; then the loop needs `place`. @default - its runs train nothing, and report "rejected" */
  training?: ModelTrainingArgs;
}

/** At least one way to a person. */
export interface LoopChannelsArgs {
  /** Each must confirm the subscription that AWS sends it. @default - none */
  emailAddresses?: string[];
  /** Secret whose text is the URL of a Slack incoming webhook. @default - none */
  slackWebhookSecretArn?: pulumi.Input<string>;
  /** Secret whose text is the integration key of a PagerDuty service, Events API v2. @default - none */
  pagerDutySecretArn?: pulumi.Input<string>;
  /** ARN of the key that encrypts these secrets; its policy must leave its use to IAM. @default - the key of AWS for secrets, which asks nobody */
  secretsKmsKeyArn?: pulumi.Input<string>;
}

export interface ModelLoopArgs {
  /** First word of every alarm's name: `dev`. A change renames, and so replaces, all alarms. */
  environment: string;
  /** Second word of the names of the loop's own alarms. A change replaces these. @default "loop" */
  loop?: string;
  /** Models that the loop looks after; at least one. */
  models: LoopModelArgs[];
  /** Ways to people. */
  channels: LoopChannelsArgs;
  /** Bucket that code and templates are uploaded to, below `modelloop/`. */
  assetsBucketName: pulumi.Input<string>;
  /** ARN of the key that encrypts what the loop stores; its policy must allow CloudWatch, CloudWatch Logs and Managed Prometheus. A change re-encrypts in place. @default - a key of its own */
  kmsKeyArn?: pulumi.Input<string>;
  /** Where models with `training` are trained, registered and rolled out. @default - none */
  place?: LoopPlaceArgs;
  /** ARN of the function that does the retraining. @default - none: a run trains nothing, and reports "rejected" */
  retrainingFunctionArn?: pulumi.Input<string>;
  /** ARN of the queue that takes orders to roll back. @default - none: a roll-back is a page */
  trafficQueueArn?: pulumi.Input<string>;
  /** ARN of a policy that bounds what each role of the loop can do, where the account asks for one. @default - none */
  permissionsBoundaryArn?: pulumi.Input<string>;
  /** Where this package's docs are published, for links from alarms. @default - a path within the package */
  runbooks?: string;
  /** Lets `pulumi destroy` delete the loop with its ledger, the record of every decision. @default false */
  allowDelete?: boolean;
  /** Tags of the stack, of all that is in it and of the files it is made of; 10 at most. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}
