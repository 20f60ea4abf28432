import aslValidator from "asl-validator";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Stack } from "aws-cdk-lib";
import { AttributeType, Table } from "aws-cdk-lib/aws-dynamodb";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { stateMachineDefinitions } from "../../../../components/learning/model-loop/template-documents";
import { RetrainingWorkflow } from "../../../../components/learning/retraining-workflow/retraining-workflow.cdk";
import { LONGEST_TRAINED_RUN_DAYS } from "../../../../components/learning/retraining-workflow/training-machine";
import { TrainingPrograms, TrainingRole } from "../../../../components/learning/retraining-workflow/training-place.cdk";
import type { TrainingNetworkProps } from "../../../../components/learning/retraining-workflow/training-props.cdk";
import { NOT_RETRIED } from "../../../../components/learning/retraining-workflow/retraining-workflow";
import { runReportSchema } from "../../../../lambdas/domain/run-order";
import type { Json } from "../../../../offline/engine";
import type { Machine } from "../../../../offline/rehearsal/states/definition";
import { StatesError } from "../../../../offline/rehearsal/states/failures";
import { Execution, type Result, type TaskCall } from "../../../../offline/rehearsal/states/interpreter";
import { VirtualTime } from "../../../../offline/rehearsal/virtual-time";
import { ofType, only, statements, type SynthesisedTemplate, synthesised } from "../shared/synthesis";

const TRAIN = "arn:aws:lambda:us-east-1:111122223333:function:train";

const LEASE = "arn:aws:lambda:us-east-1:111122223333:function:lease";

type Given = "a retraining" | "a lease" | "none";

function workflow(given: Given): SynthesisedTemplate {
  return synthesised((stack) => {
    const ledger = new Table(stack, "Ledger", { partitionKey: { name: "pk", type: AttributeType.STRING } });
    const retraining = LambdaFunction.fromFunctionArn(stack, "Train", TRAIN);
    const lease = LambdaFunction.fromFunctionArn(stack, "LeaseFunction", LEASE);
    const functions = { "a retraining": { retraining }, "a lease": { retraining, lease }, none: {} }[given];
    new RetrainingWorkflow(stack, "Retraining", { environment: "dev", ledger, ...functions });
  }).template;
}

const templates = { "a retraining": workflow("a retraining"), "a lease": workflow("a lease"), none: workflow("none") };

function machineOf(template: SynthesisedTemplate): Machine {
  const [text = ""] = Object.values(stateMachineDefinitions(template));
  return JSON.parse(text) as Machine;
}

interface Story {
  result: Result;
  calls: TaskCall[];
  minutes: number;
}

/** Runs the synthesised definition itself; `answers` are what the retraining says, one for each try. */
async function run(given: Given, answers: (Json | Error)[], refused: Record<string, string> = {}): Promise<Story> {
  const calls: TaskCall[] = [];
  const began = Date.UTC(2026, 2, 1);
  const time = new VirtualTime(began);
  const input = { schemaVersion: 1, run: "run-1", model: "log-anomaly", fence: 7 };
  const machine = machineOf(templates[given]);
  const task = (call: TaskCall): Promise<Json> => {
    calls.push(call);
    const refusal = refused[call.state];
    if (refusal !== undefined) return Promise.reject(new StatesError(refusal, "refused"));
    if (!["Retrain", "Renew lease"].includes(call.state)) return Promise.resolve({});
    const answer = answers.shift() ?? {};
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ Payload: answer });
  };
  const options = { id: "arn:execution:run-1", name: "run-1", machineId: "m", input };
  const execution = new Execution(machine, options, { time, random: () => 0.5, task });
  const ended: Pick<Story, "result" | "minutes">[] = [];
  time.start(async () => void ended.push({ result: await execution.run(), minutes: (time.now() - began) / 60_000 }));
  await time.runUntil(began + 86_400_000);
  const [end] = ended;
  if (end === undefined) throw new Error("the execution did not end within a day");
  return { ...end, calls };
}

const written = ({ calls }: Story) =>
  calls.filter(({ state }) => state.startsWith("Record")).map(({ state, arguments: given }) => [state, given]);

test("R2 a run writes down its beginning, retrains, writes down its end and reports what came of it", async () => {
  const story = await run("a retraining", [{ outcome: "promoted" }]);
  expect(story.result).toMatchObject({ status: "SUCCEEDED", output: { outcome: "promoted" } });
  expect(runReportSchema.parse((story.result as { output: Json }).output)).toEqual({ outcome: "promoted" });
  expect(story.calls.map(({ state, resource }) => [state, resource])).toEqual([
    ["Record start", "arn:aws:states:::dynamodb:updateItem"],
    ["Retrain", "arn:aws:states:::lambda:invoke"],
    ["Record end", "arn:aws:states:::dynamodb:updateItem"],
  ]);
  expect(story.calls[1]?.arguments).toEqual({
    FunctionName: TRAIN,
    Payload: {
      order: { schemaVersion: 1, run: "run-1", model: "log-anomaly", fence: 7 },
      execution: "arn:execution:run-1",
      redriveCount: 0,
    },
  });
  expect(written(story)[0]).toEqual([
    "Record start",
    {
      TableName: expect.stringMatching(/^\$\{Ledger/) as string,
      Key: { pk: { S: "RUN#run-1" }, sk: { S: "PROGRESS" } },
      ConditionExpression: "attribute_not_exists(outcome)",
      UpdateExpression: "SET schemaVersion = :one, model = :model, #execution = :execution, startedAt = if_not_exists(startedAt, :at)",
      ExpressionAttributeNames: { "#execution": "execution" },
      ExpressionAttributeValues: {
        ":one": { N: "1" },
        ":model": { S: "log-anomaly" },
        ":execution": { S: "arn:execution:run-1" },
        ":at": { S: expect.stringMatching(/^\d{4}-.*Z$/) as string },
      },
    },
  ]);
});

test("R2 a failed retraining is tried twice more, five minutes apart", async () => {
  const failure = new StatesError("Lambda.Unknown", "down");
  const story = await run("a retraining", [failure, failure, { outcome: "rejected" }]);
  expect(story.result).toMatchObject({ status: "SUCCEEDED", output: { outcome: "rejected" } });
  expect(story.minutes).toBe(10);
});

// A run that ends without a record looks for ever as if it were still going on.
test.each([
  ["that fails three times", [1, 2, 3].map(() => new StatesError("Lambda.Unknown", "down"))],
  ["that answers what nobody knows", [{ outcome: "splendid" }]],
  ["that answers nothing", [{}]],
])("a retraining %s ends as failed, and its end is written down", async (_what, answers) => {
  const story = await run("a retraining", answers);
  expect(story.result).toMatchObject({ status: "FAILED", error: "RetrainingFailed" });
  expect(written(story).map(([state]) => state)).toEqual(["Record start", "Record failure"]);
});

// An answer without an outcome failed the expression that reads it, and a training of hours was paid for three times.
test("R2 a retraining that answers nothing is asked once", async () => {
  const { calls, minutes } = await run("a retraining", [{}, {}, {}]);
  expect([calls.filter(({ state }) => state === "Retrain").length, minutes]).toEqual([1, 0]);
});

// The sweep frees the lock by the end that stands there; a second one, written over it, would tell another story of the same run.
test("R6 a run ends once: another end over the first is refused, and not tried again", async () => {
  const story = await run("a retraining", [{ outcome: "promoted" }], { "Record end": "DynamoDB.ConditionalCheckFailedException" });
  expect(story.calls.filter(({ state }) => state === "Record end").map(({ arguments: given }) => given)).toMatchObject([
    { ConditionExpression: "attribute_not_exists(outcome) OR outcome = :outcome" },
  ]);
  expect(story.result).toMatchObject({ status: "FAILED", error: "DynamoDB.ConditionalCheckFailedException" });
});

// A call whose answer is lost holds the run, its lock and its model for four hours.
test.each(Object.entries(templates))(
  "R7 every task of the definition with %s has a time limit, and is not retried where that is vain",
  (_given, template) => {
    const tasks = Object.values(machineOf(template).States).filter((state) => state.Type === "Task");
    expect(tasks.length).toBeGreaterThan(1);
    for (const task of tasks) {
      expect(task.TimeoutSeconds).toBeLessThan(1_000);
      expect(task.Retry?.[0]).toMatchObject({ ErrorEquals: NOT_RETRIED, MaxAttempts: 0 });
    }
  },
);

// A starter slept past its lease, woke, and started its run beside the one that had taken its place: two trainings, one server.
test("R6 a run whose lock is another's ends before it has touched anything, not even its own record", async () => {
  const { result, calls } = await run("a lease", [{ kind: "lost", by: "run-2" }]);
  expect(result).toMatchObject({ status: "FAILED", error: "LeaseLost" });
  expect(calls.map(({ state, arguments: given }) => [state, given])).toEqual([
    ["Renew lease", { FunctionName: LEASE, Payload: { run: "run-1", model: "log-anomaly" } }],
  ]);
});

test("R6 a run whose lock is its own asks once and goes on; one that cannot ask does not begin", async () => {
  const story = await run("a lease", [{ kind: "renewed" }, { outcome: "promoted" }]);
  expect(story.result).toMatchObject({ status: "SUCCEEDED", output: { outcome: "promoted" } });
  expect(story.calls.map(({ state }) => state)).toEqual(["Renew lease", "Record start", "Retrain", "Record end"]);
  const down = Array.from({ length: 6 }, () => new StatesError("Lambda.Unknown", "down"));
  const unasked = await run("a lease", down);
  expect(unasked.result).toMatchObject({ status: "FAILED", error: "Lambda.Unknown" });
  expect(new Set(unasked.calls.map(({ state }) => state))).toEqual(new Set(["Renew lease"]));
});

// A placeholder that reported success would tell people that their model is fresh.
test("without a retraining nothing is trained, and the run says that it was rejected", async () => {
  const { result, calls } = await run("none", []);
  expect(result).toMatchObject({ status: "SUCCEEDED", output: { outcome: "rejected" } });
  expect(calls.map(({ state }) => state)).toEqual(["Record start", "Record end"]);
});

test.each(Object.entries(templates))("the definition with %s is in the language of Step Functions", (_given, template) => {
  expect(aslValidator(machineOf(template))).toMatchObject({ isValid: true });
});

describe("around the machine", () => {
  const template = templates["a retraining"];

  test("R7 it is Standard, traced, logged whole, and ends after four hours", () => {
    const { StateMachineType, TracingConfiguration, LoggingConfiguration } = only(template, "AWS::StepFunctions::StateMachine").Properties;
    expect({ StateMachineType, TracingConfiguration }).toEqual({ StateMachineType: "STANDARD", TracingConfiguration: { Enabled: true } });
    expect(LoggingConfiguration).toMatchObject({ IncludeExecutionData: true, Level: "ALL" });
    expect(machineOf(template).TimeoutSeconds).toBe(4 * 3_600);
  });

  // An execution that is redriven after an upgrade must find the version that it began with.
  test("runs start on an alias, whose versions are kept", () => {
    const version = only(template, "AWS::StepFunctions::StateMachineVersion");
    expect([version.DeletionPolicy, version.UpdateReplacePolicy]).toEqual(["Retain", "Retain"]);
    expect(only(template, "AWS::StepFunctions::StateMachineAlias").Properties).toMatchObject({
      Name: "live",
      DeploymentPreference: { Type: "ALL_AT_ONCE" },
    });
  });

  // An aborted run that nobody hears of holds its lock for six hours.
  test("R6 every way to end goes to the queue of ends, and from there to its dead letters", () => {
    const { EventPattern, Targets } = only(template, "AWS::Events::Rule").Properties;
    expect(EventPattern).toEqual({
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: {
        stateMachineArn: [{ Ref: expect.stringContaining("Machine") as string }],
        status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
      },
    });
    expect(Targets).toEqual([expect.objectContaining({ DeadLetterConfig: expect.anything() as unknown })]);
  });

  test("it may update its ledger and call its function; the rest is logs and traces", () => {
    const allowed = statements(template).map(({ Action, Resource }) => [[Action].flat().join(" "), Resource === "*" ? "*" : "named"]);
    expect(allowed).toEqual([
      ["dynamodb:UpdateItem", "named"],
      ["lambda:InvokeFunction", "named"],
      [
        "logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups",
        "*",
      ],
      ["xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets", "*"],
    ]);
  });

  test("runs that do not finish raise an alarm, and so do ends that could not be told", () => {
    expect(ofType(template, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties["AlarmName"])).toEqual([
      "dev-loop-run-ends-undelivered-above-0-warning",
      "dev-loop-workflow-failures-above-0-warning",
    ]);
  });
});

describe("with training", () => {
  const MODEL = { name: "log-anomaly", database: "logs", table: "windows", workGroup: "loop" };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "programs-"));
  const file = path.join(folder, "sourcedir.tar.gz");
  fs.writeFileSync(file, "programs");
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  const trained = (network?: TrainingNetworkProps) => (stack: Stack) => {
    const ledger = new Table(stack, "Ledger", { partitionKey: { name: "pk", type: AttributeType.STRING } });
    const named = (name: string) => LambdaFunction.fromFunctionArn(stack, name, `arn:aws:lambda:us-east-1:111122223333:function:${name}`);
    const artifacts = Bucket.fromBucketName(stack, "Artifacts", "artifacts");
    const programs = new TrainingPrograms(stack, "Programs", file);
    const { role: trainingRole } = new TrainingRole(stack, "Training", { artifacts, artifactsPrefix: "loop/", programs });
    const stateMachine = StateMachine.fromStateMachineName(stack, "RollOut", "roll-out");
    new RetrainingWorkflow(stack, "Retraining", {
      ...{ environment: "dev", ledger, lease: named("lease") },
      training: {
        ...{ prepareRun: named("prepare"), validateData: named("validate"), judgeRun: named("judge"), registry: named("registry") },
        ...{ askApproval: named("ask"), packageRelease: named("package"), models: [MODEL] },
        ...{
          artifacts,
          artifactsPrefix: "loop/",
          data: [Bucket.fromBucketName(stack, "Data", "data")],
          trainingRole,
          programs: programs.uri,
        },
        rollOut: { stateMachine, aliasArn: "arn:aws:states:us-east-1:111122223333:stateMachine:roll-out:live" },
        ...(network && { network }),
      },
    });
  };
  const { template } = synthesised(trained());
  const text = (value: unknown) => JSON.stringify(value).replace(/\{"Ref":"AWS::(\w+)"\}/g, "$1");
  const policy = Object.entries(template.Resources).find(([id, { Type }]) => Type === "AWS::IAM::Policy" && id.includes("Machine"));
  const allowed = (
    policy?.[1].Properties["PolicyDocument"] as { Statement: { Action: string | string[]; Resource: unknown; Condition?: unknown }[] }
  ).Statement;
  const on = (action: string) => allowed.filter(({ Action }) => [Action].flat().includes(action));

  test("the definition is in the language of Step Functions, and ends after its own longest time", () => {
    expect(aslValidator(machineOf(template))).toMatchObject({ isValid: true });
    expect(machineOf(template)).toMatchObject({ StartAt: "Renew lease", TimeoutSeconds: LONGEST_TRAINED_RUN_DAYS * 86_400 });
  });

  // A machine that may start any job with any role is every role of the account.
  test("I6 it may start jobs called like its models, with the one role, for SageMaker alone", () => {
    expect(on("sagemaker:CreateTrainingJob").map(({ Resource }) => text(Resource))).toEqual([
      '{"Fn::Join":["",["arn:",Partition,":sagemaker:",Region,":",AccountId,":training-job/log-anomaly*"]]}',
    ]);
    expect(on("iam:PassRole").map(({ Resource, Condition }) => [text(Resource), Condition])).toEqual([
      [expect.stringContaining("Training"), { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } }],
    ]);
  });

  test("I6 it may ask the model's work group and table, and roll out by the one alias", () => {
    expect(on("athena:StartQueryExecution").map(({ Resource }) => text(Resource))).toEqual([expect.stringContaining(":workgroup/loop")]);
    const tables = text(on("glue:GetTable").map(({ Resource }) => Resource));
    for (const part of [":catalog", ":database/logs", ":table/logs/windows"]) expect(tables).toContain(part);
    // Without these two Athena refuses every query, whatever it names.
    const catalog = on("glue:GetDatabases").map(({ Resource }) => text(Resource));
    expect(catalog.some((resource) => resource.includes(":catalog") && resource.includes(":database/default"))).toBe(true);
    expect(on("athena:GetDataCatalog").map(({ Resource }) => text(Resource))).toEqual([
      expect.stringContaining(":datacatalog/AwsDataCatalog"),
    ]);
    expect(on("states:StartExecution").map(({ Resource }) => Resource)).toEqual([
      "arn:aws:states:us-east-1:111122223333:stateMachine:roll-out:live",
    ]);
    expect(text(on("states:StopExecution"))).toContain('":execution:",{"Fn::Select":[6,');
  });

  // SageMaker takes no job with subnets whose role cannot make network interfaces: the first run in a network failed at its first job.
  test("I6 jobs in a network may make their network interfaces, and others none", () => {
    const within = synthesised(trained({ subnets: ["subnet-1"], securityGroups: ["sg-1"] })).template;
    const ofNetwork = (each: typeof template) =>
      statements(each)
        .flatMap(({ Action }) => Action)
        .filter((action) => action.startsWith("ec2:"));
    expect(ofNetwork(template)).toEqual([]);
    expect(ofNetwork(within)).toEqual([
      ...["CreateNetworkInterface", "CreateNetworkInterfacePermission", "DeleteNetworkInterface", "DeleteNetworkInterfacePermission"].map(
        (action) => `ec2:${action}`,
      ),
      ...["NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups"].map((each) => `ec2:Describe${each}`),
    ]);
  });

  test("I6 nothing but logs and traces is allowed on everything", () => {
    const open = allowed.filter(({ Resource }) => Resource === "*").map(({ Action }) => [Action].flat()[0]);
    expect(open).toEqual(["logs:CreateLogDelivery", "xray:PutTraceSegments"]);
  });

  test("both ways of retraining at once are refused", () => {
    expect(() =>
      synthesised((stack) => {
        const ledger = new Table(stack, "Ledger", { partitionKey: { name: "pk", type: AttributeType.STRING } });
        const retraining = LambdaFunction.fromFunctionArn(stack, "Train", TRAIN);
        new RetrainingWorkflow(stack, "Retraining", { environment: "dev", ledger, retraining, training: {} as never });
      }),
    ).toThrow("training and retraining are both given; one of them retrains: leave the function out, or the training");
  });
});
