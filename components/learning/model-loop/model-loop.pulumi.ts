import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import type { ServingSignals } from "../drift-alarms/drift-alarms";
import { ASSET_BUCKET, type LoopOutput, type ParameterName, templateUrl } from "./deployment";
import { DEFAULT_LOOP_NAME, type LoopMode, modelLoopFaults, objectTagFaults } from "./model-loop";
import type * as synthesis from "./synthesis.cdk";

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

/**
 * The closed loop for a Pulumi program: the constructs of `modelloop/cdk`, synthesised in process, uploaded and deployed as one CloudFormation
 * stack in the same `pulumi up`.
 *
 * Security: as of the constructs: a role for each function, one key, people by IAM alone; a new loop observes and touches nothing. What is
 * uploaded holds no secret: of secrets it knows ARNs.
 * Cost: about 4 USD a month for the loop and 4.30 USD for each model (alarms), us-east-1, AWS price list, 2026-10-01; runs cost what their training costs.
 * Replaced when: never. The stack is protected and kept, and its policy refuses to replace or remove the ledger.
 */
export class ModelLoop extends pulumi.ComponentResource {
  /** Where operators send signed requests. */
  readonly operatorUrl: pulumi.Output<string>;
  /** Topic for the alerts of Alertmanager or Managed Prometheus. */
  readonly alertTopicArn: pulumi.Output<string>;
  /** Queue for feedback and the loop's other messages. */
  readonly intakeQueueArn: pulumi.Output<string>;
  /** Table of the ledger. */
  readonly ledgerTableName: pulumi.Output<string>;
  /** Alias on which runs are started. */
  readonly workflowAliasArn: pulumi.Output<string>;

  constructor(name: string, args: ModelLoopArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("ModelLoop", name, [
      ...modelLoopFaults({ ...args, channels: withGivenSecrets(args.channels) }),
      ...objectTagFaults(Object.keys(args.tags ?? {})),
    ]);
    super("modelloop:index:ModelLoop", name, {}, opts);
    const { allowDelete = false, assetsBucketName, tags } = args;
    const parameters = givenParameters(args);
    const loop = synthesised(args, Object.keys(parameters) as ParameterName[]);
    const uploads = loop.files.map((file) => upload(this, name, { bucket: assetsBucketName, tags }, file));

    const url = pulumi
      .all([assetsBucketName, accountOf(this)])
      .apply(([bucket, account]) => templateUrl(bucket, loop.templateKey, account));
    const stack = new aws.cloudformation.Stack(
      `${name}-stack`,
      {
        templateUrl: url,
        parameters: { ...parameters, [ASSET_BUCKET]: assetsBucketName },
        capabilities: ["CAPABILITY_IAM"],
        policyBody: loop.stackPolicy,
        ...(tags && { tags }),
      },
      // The URL names the bucket only; without this the stack would be asked for before its template is there.
      { parent: this, dependsOn: uploads, protect: !allowDelete, retainOnDelete: !allowDelete },
    );
    const output = (key: LoopOutput): pulumi.Output<string> => stack.outputs.apply((outputs) => outputs[key] ?? "");
    this.operatorUrl = output("OperatorUrl");
    this.alertTopicArn = output("AlertTopicArn");
    this.intakeQueueArn = output("IntakeQueueArn");
    this.ledgerTableName = output("LedgerTableName");
    this.workflowAliasArn = output("WorkflowAliasArn");
    const { operatorUrl, alertTopicArn, intakeQueueArn, ledgerTableName, workflowAliasArn } = this;
    this.registerOutputs({ operatorUrl, alertTopicArn, intakeQueueArn, ledgerTableName, workflowAliasArn });
  }
}

/** That a secret is given is known at once; which one, perhaps only while deploying. */
function withGivenSecrets({ emailAddresses, slackWebhookSecretArn, pagerDutySecretArn }: LoopChannelsArgs) {
  const given = (value: unknown): string | undefined => (value === undefined ? undefined : "given");
  return { emailAddresses, slackWebhookSecretArn: given(slackWebhookSecretArn), pagerDutySecretArn: given(pagerDutySecretArn) };
}

function givenParameters(args: ModelLoopArgs): Partial<Record<ParameterName, pulumi.Input<string>>> {
  const all: Record<ParameterName, pulumi.Input<string> | undefined> = {
    KmsKeyArn: args.kmsKeyArn,
    RetrainingFunctionArn: args.retrainingFunctionArn,
    TrafficQueueArn: args.trafficQueueArn,
    SlackWebhookSecretArn: args.channels.slackWebhookSecretArn,
    PagerDutySecretArn: args.channels.pagerDutySecretArn,
    SecretsKmsKeyArn: args.channels.secretsKmsKeyArn,
    PermissionsBoundaryArn: args.permissionsBoundaryArn,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function synthesised(args: ModelLoopArgs, given: ParameterName[]): synthesis.SynthesisedLoop {
  // Here and not above: whoever imports this package for a bucket must not load the CDK.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { synthesiseLoopOnce } = require("./synthesis.cdk") as typeof synthesis;
  const { environment, loop = DEFAULT_LOOP_NAME, models, runbooks, allowDelete = false } = args;
  const emailAddresses = args.channels.emailAddresses ?? [];
  return synthesiseLoopOnce({ environment, loop, models, emailAddresses, runbooks, allowDelete, given });
}

/** The key names the content: a changed file is another object, and what still refers to the old one finds it until the stack has changed. */
function upload(
  parent: ModelLoop,
  name: string,
  place: Pick<aws.s3.BucketObjectv2Args, "bucket" | "tags">,
  { key, content }: synthesis.LoopFile,
): aws.s3.BucketObjectv2 {
  const source = typeof content === "string" ? new pulumi.asset.StringAsset(content) : new pulumi.asset.FileAsset(onDisk(key, content));
  const hash = path.basename(key).slice(0, 12);
  return new aws.s3.BucketObjectv2(`${name}-asset-${hash}`, { ...place, key, source }, { parent });
}

/** Pulumi uploads bytes from a file only. By its content's name, so that the next `up` names the same path. */
function onDisk(key: string, content: Buffer): string {
  const folder = path.join(os.tmpdir(), "modelloop-assets");
  const file = path.join(folder, path.basename(key));
  fs.mkdirSync(folder, { recursive: true });
  const beside = `${file}.${process.pid}`;
  fs.writeFileSync(beside, content);
  fs.renameSync(beside, file);
  return file;
}
