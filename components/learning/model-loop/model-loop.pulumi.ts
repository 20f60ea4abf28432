import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { present } from "../../shared/present";
import { DEFAULT_LOOP } from "../shared/loop-name";
import { ASSET_BUCKET, type LoopOutput, type ParameterName, templateUrl } from "./deployment";
import { admitRollOuts, placeFaults, placeParameters } from "./loop-place.pulumi";
import type { LoopChannelsArgs, ModelLoopArgs } from "./model-loop-arguments.pulumi";
import { modelLoopFaults, objectTagFaults } from "./model-loop";
import type * as synthesis from "./synthesis.cdk";

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
      ...placeFaults(args),
      ...objectTagFaults(Object.keys(args.tags ?? {})),
    ]);
    super("modelloop:index:ModelLoop", name, {}, opts);
    const { allowDelete = false, assetsBucketName, tags } = args;
    const parameters = { ...givenParameters(args), ...placeParameters(this, name, args) };
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
    admitRollOuts(this, name, args, output);
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
  return present({
    KmsKeyArn: args.kmsKeyArn,
    RetrainingFunctionArn: args.retrainingFunctionArn,
    TrafficQueueArn: args.trafficQueueArn,
    SlackWebhookSecretArn: args.channels.slackWebhookSecretArn,
    PagerDutySecretArn: args.channels.pagerDutySecretArn,
    SecretsKmsKeyArn: args.channels.secretsKmsKeyArn,
    PermissionsBoundaryArn: args.permissionsBoundaryArn,
  });
}

function synthesised(args: ModelLoopArgs, parameters: ParameterName[]): synthesis.SynthesisedLoop {
  // Here and not above: whoever imports this package for a bucket must not load the CDK.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { synthesiseLoopOnce } = require("./synthesis.cdk") as typeof synthesis;
  const { environment, loop = DEFAULT_LOOP, models, runbooks, allowDelete = false } = args;
  const emailAddresses = args.channels.emailAddresses ?? [];
  return synthesiseLoopOnce({ environment, loop, models, emailAddresses, runbooks, allowDelete, given: parameters });
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
