/**
 * The loop as a template and files, for who deploys it without the CDK. Synchronous, in process, and the same to the byte for the same
 * arguments: values that are known to another engine only come in as CloudFormation parameters.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { App, CfnOutput, CfnParameter, CliCredentialsStackSynthesizer, Stack } from "aws-cdk-lib";
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { present } from "../../shared/present";
import type { LoopModelShape } from "./model-loop";
import { ModelLoop, type ModelLoopProps } from "./model-loop.cdk";
import { zipFolder } from "./deterministic-zip.cdk";
import { givenRuns } from "./given-runs.cdk";
import { ASSET_BUCKET, type LoopOutput, PARAMETERS, type ParameterName } from "./deployment";
import { keepConstructs } from "./synthesised-constructs.cdk";

export interface SynthesisRequest {
  environment: string;
  loop?: string | undefined;
  models: readonly LoopModelShape[];
  emailAddresses: readonly string[];
  runbooks?: string | undefined;
  allowDelete: boolean;
  /** Which of the parameters will be given. */
  given: readonly ParameterName[];
  handlersFolder?: string | undefined;
}

/** To be uploaded under its key, which names its content. */
export interface LoopFile {
  key: string;
  content: string | Buffer;
}

export interface SynthesisedLoop {
  /** The template among them. */
  files: LoopFile[];
  templateKey: string;
  stackPolicy: string;
}

const synthesised = new Map<string, SynthesisedLoop>();

/** Once in a process for equal arguments: a preview and the apply after it are two runs of one program over one set of bundles. */
export function synthesiseLoopOnce(request: SynthesisRequest): SynthesisedLoop {
  const key = JSON.stringify(request);
  const known = synthesised.get(key) ?? synthesiseLoop(request, (app, templateKey) => keepConstructs(templateKey, app));
  synthesised.set(key, known);
  return known;
}

export function synthesiseLoop(request: SynthesisRequest, keep?: (app: App, templateKey: string) => void): SynthesisedLoop {
  // A folder of its own for each synthesis: CDK reads all that lies in it.
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-"));
  try {
    const app = new App({
      ...{ analyticsReporting: false, outdir, builtinCloudFormationValidation: false },
      context: { "aws:cdk:enable-path-metadata": false, "aws:cdk:enable-asset-metadata": false },
    });
    const synthesizer = new CliCredentialsStackSynthesizer({ fileAssetsBucketName: `\${${ASSET_BUCKET}}`, bucketPrefix: "modelloop/" });
    const stack = new Stack(app, "ModelLoop", { synthesizer, description: "Control loop of the models, made by modelloop" });
    new CfnParameter(stack, ASSET_BUCKET, { type: "String", description: "Bucket that holds code and nested templates" });
    const loop = new ModelLoop(stack, "Loop", loopProps(stack, request));
    boundRoles(stack, request);
    for (const [name, value] of Object.entries(outputsOf(loop))) new CfnOutput(stack, name, { value });
    const { stackPolicy } = loop.ledger;
    app.synth();
    const { files, templateKey } = filesIn(outdir, stack.artifactId);
    keep?.(app, templateKey);
    return { files, templateKey, stackPolicy };
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

/** Of the nested stacks too: an aspect visits all that is below. */
function boundRoles(stack: Stack, { given }: SynthesisRequest): void {
  const name: ParameterName = "PermissionsBoundaryArn";
  if (!given.includes(name)) return;
  const { valueAsString } = new CfnParameter(stack, name, { type: "String", description: PARAMETERS[name] });
  PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyArn(stack, "GivenBoundary", valueAsString));
}

function loopProps(stack: Stack, request: SynthesisRequest): ModelLoopProps {
  const { environment, loop, models, emailAddresses, runbooks, allowDelete, given, handlersFolder } = request;
  const parameter = (name: ParameterName): string | undefined =>
    given.includes(name) ? new CfnParameter(stack, name, { type: "String", description: PARAMETERS[name] }).valueAsString : undefined;
  const [keyArn, retrainingArn, trafficArn] = [parameter("KmsKeyArn"), parameter("RetrainingFunctionArn"), parameter("TrafficQueueArn")];
  const [slack, pager] = [parameter("SlackWebhookSecretArn"), parameter("PagerDutySecretArn")];
  const secretsKey = parameter("SecretsKmsKeyArn");
  return {
    ...{ environment, allowDelete, models: models.map((model) => present(model)) },
    channels: {
      emailAddresses: [...emailAddresses],
      ...(slack !== undefined && { slackWebhookSecretArn: slack }),
      ...(pager !== undefined && { pagerDutySecretArn: pager }),
      ...(secretsKey !== undefined && { secretsKmsKeyArn: secretsKey }),
    },
    ...(loop !== undefined && { loop }),
    ...(runbooks !== undefined && { runbooks }),
    ...(handlersFolder !== undefined && { handlersFolder }),
    ...(keyArn !== undefined && { encryptionKey: Key.fromKeyArn(stack, "GivenKey", keyArn) }),
    ...(retrainingArn !== undefined && { retraining: LambdaFunction.fromFunctionArn(stack, "GivenRetraining", retrainingArn) }),
    ...(trafficArn !== undefined && { trafficQueue: Queue.fromQueueArn(stack, "GivenTraffic", trafficArn) }),
    ...givenRuns(stack, given),
  };
}

function outputsOf(loop: ModelLoop): Partial<Record<LoopOutput, string>> {
  const rollOut = loop.runs?.rollOut;
  return {
    OperatorUrl: loop.operator.url,
    AlertTopicArn: loop.intake.topic.topicArn,
    IntakeQueueArn: loop.intake.queue.queueArn,
    LedgerTableName: loop.ledger.table.tableName,
    WorkflowAliasArn: loop.workflow.aliasArn,
    ...(rollOut && { RollOutRoleArn: rollOut.rollOut.role?.roleArn ?? "", RollBackRoleArn: rollOut.rollBack.role?.roleArn ?? "" }),
  };
}

interface AssetManifest {
  files: Record<string, { source: { path: string; packaging: string }; destinations: Record<string, { objectKey: string }> }>;
  dockerImages?: Record<string, unknown>;
}

function filesIn(outdir: string, artifactId: string): Pick<SynthesisedLoop, "files" | "templateKey"> {
  const manifest = JSON.parse(fs.readFileSync(path.join(outdir, `${artifactId}.assets.json`), "utf8")) as AssetManifest;
  const found = Object.values(manifest.files).map(({ source, destinations }) => {
    const file = path.join(outdir, source.path);
    const key = Object.values(destinations)[0]?.objectKey ?? "";
    return { source, key, content: source.packaging === "zip" ? zipped(key, file) : plain(file) };
  });
  const template = found.find(({ source }) => source.path === `${artifactId}.template.json`);
  if (template === undefined) throw new Error(`the synthesis of the loop left no template among ${found.length} files`);
  const files = found.map(({ key, content }) => ({ key, content })).sort((one, other) => (one.key < other.key ? -1 : 1));
  return { files, templateKey: template.key };
}

/** Programs come packed. */
function plain(file: string): string | Buffer {
  return file.endsWith(".json") ? fs.readFileSync(file, "utf8") : fs.readFileSync(file);
}

const zips = new Map<string, Buffer>();

/** The key names the content, and the loops of three environments have the same code: packing it is half of a synthesis. */
function zipped(key: string, folder: string): Buffer {
  const content = zips.get(key) ?? zipFolder(folder);
  zips.set(key, content);
  return content;
}
