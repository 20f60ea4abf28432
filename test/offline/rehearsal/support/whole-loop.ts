/** The functions and machines of a run and its roll-out, put together by hand: what the template will declare one day. */
import fs from "node:fs";
import path from "node:path";
import { LEDGER_TABLE } from "../../../../components/learning/run-ledger/run-ledger";
import { rollOutMachine } from "../../../../components/learning/roll-out-workflow/roll-out-workflow";
import { trainingMachine } from "../../../../components/learning/retraining-workflow/training-machine";
import { readModelArchive } from "../../../../lambdas/adapters/packages/model-archive";
import { type ModelSpec, modelSpecsSchema } from "../../../../lambdas/domain/run/model-spec";
import type { LoopFunctionVariables } from "../../../../lambdas/runtime/loop-environment";
import { bringServing, type ServingStory } from "../../../../offline/rehearsal/platform/serving-platform";
import { bringTraining, type TrainingStory } from "../../../../offline/rehearsal/platform/training-platform";
import { arnOf } from "../../../../offline/rehearsal/standins/arns";
import { CLUSTER_ENDPOINT } from "../../../../offline/rehearsal/standins/kubernetes";
import type { Pods } from "../../../../offline/rehearsal/standins/pods";
import type { Machine } from "../../../../offline/rehearsal/states/definition";
import { World } from "../../../../offline/rehearsal/world";

export const STARTS = Date.parse("2026-03-02T08:00:00Z");
export const HOUR = 3_600_000;

const ROOT = path.resolve(__dirname, "../../../..");
const MODEL = path.join(ROOT, "examples/models/xgboost/model.tar.gz");
const functionArn = (name: string) => arnOf("lambda", `function:${name}`);
const queueArn = (name: string) => arnOf("sqs", name);
const queueUrl = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`;
const RUNS = arnOf("states", "stateMachine:retraining");
const ROLL_OUTS = arnOf("states", "stateMachine:roll-out");

const SPEC: ModelSpec = modelSpecsSchema.parse({
  schemaVersion: 1,
  models: [
    {
      ...{ model: "log-anomaly", line: "log-anomaly", compute: { instanceType: "ml.m5.xlarge" } },
      data: {
        database: "lake",
        table: "windows",
        workGroup: "loop",
        labelColumn: "label",
        features: [{ name: "lines_mean" }, { name: "lines_max" }],
      },
      variants: [{ model: "anomaly_xgboost", role: "champion", kind: "xgboost" }],
      gates: [{ kind: "at-least", measure: "f1", bound: 0.85 }],
      governance: { automaticApproval: true, approvers: ["arn:aws:iam::123456789012:role/approvers"] },
      rollOut: {},
      serving: { namespace: "models", server: "triton", router: "router", releases: "s3://releases/" },
    },
  ],
}).models[0] as ModelSpec;

/** With the columns that the example was trained on: a release with others in another order is refused. */
async function specOf(): Promise<ModelSpec> {
  const files = await readModelArchive(fs.readFileSync(MODEL));
  const { features } = JSON.parse(Buffer.from(files.get("model.json") ?? []).toString()) as { features: string[] };
  return { ...SPEC, data: { ...SPEC.data, features: features.map((name) => ({ name })) } };
}

export interface WholeStory {
  training?: Partial<TrainingStory>;
  serving?: Partial<ServingStory>;
}

export interface WholeLoop {
  world: World;
  pods: Pods;
  /** @param role of whoever asks; the session is called like them */
  ask(verb: string, by: string, body: object, role?: string): void;
}

export async function wholeLoop(handlers: string, { training, serving }: WholeStory = {}): Promise<WholeLoop> {
  const spec = await specOf();
  const world = new World({ starts: STARTS, seed: 5 });
  world.dynamoDb.createTable(TABLE, [{ AttributeName: LEDGER_TABLE.partitionKey }, { AttributeName: LEDGER_TABLE.sortKey }]);
  for (const queue of ["notices", "intake", "quarantine", "traffic", "ends"]) world.sqs.declare({ arn: queueArn(queue) });
  for (const [name, environment] of Object.entries(variables())) {
    const file = path.join(handlers, name, "index.js");
    const seconds = name === "package-release" ? 900 : 60;
    world.functions.declare({
      arn: functionArn(name),
      name,
      file,
      environment: environment,
      timeoutSeconds: seconds,
    });
  }
  declareMachines(world);
  consume(world, "ends", "run-ended");
  consume(world, "traffic", "roll-back");
  world.bus.declare({
    name: "ends",
    pattern: { source: ["aws.states"], detail: { stateMachineArn: [RUNS], status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] } },
    targets: [{ arn: queueArn("ends") }],
  });
  world.s3.put("s3://loop/specs.json", JSON.stringify({ schemaVersion: 1, models: [spec] }));
  const story = { queryTakes: 120_000, jobTakes: 20 * 60_000, verifiedLabels: 5_000, ...training };
  await bringTraining(world, spec, story, { xgboost: MODEL });
  const pods = bringServing(world, spec, serving ?? {});
  const ask = (verb: string, by: string, body: object, role = "operators"): void =>
    world.time.start(async () => {
      const userArn = `arn:aws:sts::123456789012:assumed-role/${role}/${by}`;
      const requestContext = { http: { method: "POST", path: `/${verb}` }, timeEpoch: world.time.now(), authorizer: { iam: { userArn } } };
      const outcome = await world.functions.invoke(functionArn("operator"), { version: "2.0", requestContext, body: JSON.stringify(body) });
      world.journal.note(by, "operator.asked", { verb, outcome: JSON.stringify(outcome) });
    });
  return { world, pods, ask };
}

const TABLE = "ledger";

function variables(): Partial<LoopFunctionVariables> {
  const loop = { ENVIRONMENT: "test", MODELS: "log-anomaly:act", LEDGER_TABLE: TABLE, NOTICES_QUEUE_URL: queueUrl("notices") };
  const retraining = {
    ...loop,
    WORKFLOW_ALIAS_ARN: RUNS,
    WAKE_UP_GROUP: "wake-ups",
    WAKE_UP_QUEUE_ARN: queueArn("intake"),
    WAKE_UP_ROLE_ARN: "arn:aws:iam::123456789012:role/wake-up",
  };
  const mlflow = { MLFLOW_URL: "http://mlflow.rehearsal" };
  const specs = { MODEL_SPECS_BUCKET: "loop", MODEL_SPECS_KEY: "specs.json" };
  const cluster = { CLUSTER_NAME: "test", CLUSTER_REGION: "us-east-1", CLUSTER_ENDPOINT, CLUSTER_CA: "eA==" };
  return {
    ...{ operator: { ...retraining, TRAFFIC_QUEUE_URL: queueUrl("traffic") }, "renew-lease": loop },
    "run-ended": { ...retraining, QUARANTINE_QUEUE_URL: queueUrl("quarantine") },
    "prepare-run": { LEDGER_TABLE: TABLE, ...mlflow, ...specs, ARTIFACTS: "s3://loop/artifacts/" },
    ...{ "validate-data": { LEDGER_TABLE: TABLE }, "judge-run": { LEDGER_TABLE: TABLE }, "ask-approval": loop },
    "package-release": { LEDGER_TABLE: TABLE, RELEASES: "s3://loop/artifacts/releases/" },
    registry: { ...loop, ...mlflow },
    "roll-out": { ...loop, ...specs, ...cluster, PROMETHEUS_URL: "http://prometheus.rehearsal" },
    "roll-back": { ...loop, ...specs, ...cluster, ROLL_OUT_MACHINE_ARN: ROLL_OUTS },
  };
}

function declareMachines(world: World): void {
  const place = {
    partition: "arn:aws",
    region: "us-east-1",
    image: "xgboost:3.0-5",
    roleArn: "arn:aws:iam::123456789012:role/jobs",
    programs: "s3://loop/programs.tar.gz",
  };
  const functions = {
    ...{ lease: functionArn("renew-lease"), prepareRun: functionArn("prepare-run"), validateData: functionArn("validate-data") },
    ...{ judgeRun: functionArn("judge-run"), registry: functionArn("registry"), askApproval: functionArn("ask-approval") },
    packageRelease: functionArn("package-release"),
  };
  const runs = trainingMachine({ place, ledgerTable: TABLE, functions, rollOut: ROLL_OUTS });
  const rollOuts = rollOutMachine({
    partition: "arn:aws",
    rollOut: functionArn("roll-out"),
    rollBack: functionArn("roll-back"),
  });
  world.stepFunctions.declare({ arn: RUNS, definition: runs as Machine });
  world.stepFunctions.declare({ arn: ROLL_OUTS, definition: rollOuts as Machine });
}

function consume(world: World, queue: string, reader: string): void {
  world.sqs.consume(queueArn(queue), 10, async (batch) => {
    const Records = batch.map(({ id, body, receives, sentAt }) => ({
      ...{ messageId: id, receiptHandle: id, body, eventSource: "aws:sqs", eventSourceARN: queueArn(queue), messageAttributes: {} },
      attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(sentAt) },
    }));
    const outcome = await world.functions.invoke(functionArn(reader), { Records });
    if (outcome.kind === "failed") return batch.map(({ id }) => id);
    return ((outcome.value as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures ?? []).map(
      ({ itemIdentifier }) => itemIdentifier,
    );
  });
}
