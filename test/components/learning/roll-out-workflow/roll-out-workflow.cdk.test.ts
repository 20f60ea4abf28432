import fs from "node:fs";
import path from "node:path";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { RollOutWorkflow, type RollOutWorkflowProps } from "../../../../components/learning/roll-out-workflow/roll-out-workflow.cdk";
import { RunLedger } from "../../../../components/learning/run-ledger/run-ledger.cdk";
import { rollBackEnvironmentSchema, rollOutEnvironmentSchema } from "../../../../lambdas/runtime/loop-environment";
import { handlersFolder, ofType, only, statements, type SynthesisedTemplate, synthesised } from "../shared/synthesis";

const folder = handlersFolder();
for (const handler of ["roll-out", "roll-back"]) {
  fs.mkdirSync(path.join(folder, handler), { recursive: true });
  fs.writeFileSync(path.join(folder, handler, "index.js"), "exports.handler = async () => ({});\n");
}
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

let entries: object = {};

function template(change: Partial<RollOutWorkflowProps> = {}): SynthesisedTemplate {
  return synthesised((stack) => {
    const workflow = new RollOutWorkflow(stack, "RollOut", {
      ...{ environment: "dev", models: "log-anomaly:act", ledger: new RunLedger(stack, "Ledger"), notices: new Queue(stack, "Notices") },
      ...{ specsBucket: Bucket.fromBucketName(stack, "Specs", "assets"), specsKey: "specs.json" },
      releaseBuckets: [Bucket.fromBucketName(stack, "Releases", "models")],
      cluster: { clusterName: "ml", endpoint: "https://ml.example.com", certificateAuthority: "Y2E=" },
      network: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      handlersFolder: folder,
      ...change,
    });
    entries = stack.resolve(workflow.accessEntries) as object;
  }).template;
}

const plain = template();
const signed = template({ prometheus: { url: "https://aps/workspaces/ws-1", workspaceArn: "arn:aws:aps:eu-west-1:1:workspace/ws-1" } });

const functionsOf = (given: SynthesisedTemplate) => ofType(given, "AWS::Lambda::Function").map(({ Properties }) => Properties);

test("both functions stand in the network that reaches the cluster, and are told what they read", () => {
  for (const { VpcConfig, Environment } of functionsOf(signed)) {
    expect(VpcConfig).toEqual({ SubnetIds: ["subnet-1"], SecurityGroupIds: ["sg-1"] });
    const { Variables } = Environment as { Variables: Record<string, unknown> };
    const known = Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [name, typeof value === "string" ? value : "https://known.later"]),
    );
    const schema = "ROLL_OUT_MACHINE_ARN" in known ? rollBackEnvironmentSchema : rollOutEnvironmentSchema;
    const { error } = schema.safeParse({ ...known, ROLL_OUT_MACHINE_ARN: "arn:machine" });
    expect(error?.issues).toBeUndefined();
  }
});

test("P7 roll-backs have a function of their own, which reads the orders and may stop this machine alone", () => {
  const [mapping] = ofType(plain, "AWS::Lambda::EventSourceMapping");
  expect(mapping?.Properties).toMatchObject({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
  const stops = statements(plain).filter(({ Action }) => [Action].flat().some((action) => action.startsWith("states:")));
  expect(JSON.stringify(stops.map(({ Resource }) => Resource))).toContain(":stateMachine:dev-loop-roll-out");
  expect(JSON.stringify(stops.map(({ Resource }) => Resource))).toContain(":execution:dev-loop-roll-out:*");
  const orders = ofType(plain, "AWS::SQS::Queue").find(({ Properties }) =>
    JSON.stringify(Properties ?? {}).includes('"maxReceiveCount":15'),
  );
  expect(orders?.Properties).toMatchObject({ VisibilityTimeout: 360 });
});

test("measurements are read from CloudWatch, or from one workspace of Managed Prometheus", () => {
  const reads = (given: SynthesisedTemplate) =>
    statements(given)
      .filter(({ Action }) => ["cloudwatch:GetMetricData", "aps:QueryMetrics"].includes(String(Action)))
      .map(({ Action, Resource }) => [Action, Resource]);
  expect(reads(plain)).toEqual([["cloudwatch:GetMetricData", "*"]]);
  expect(reads(signed)).toEqual([["aps:QueryMetrics", "arn:aws:aps:eu-west-1:1:workspace/ws-1"]]);
});

test("the machine is Standard, named, traced and logged whole; roll-outs start on its alias", () => {
  const { StateMachineName, StateMachineType, TracingConfiguration, LoggingConfiguration } = only(
    plain,
    "AWS::StepFunctions::StateMachine",
  ).Properties;
  expect([StateMachineName, StateMachineType, TracingConfiguration]).toEqual(["dev-loop-roll-out", "STANDARD", { Enabled: true }]);
  expect(LoggingConfiguration).toMatchObject({ IncludeExecutionData: true, Level: "ALL" });
  expect(only(plain, "AWS::StepFunctions::StateMachineAlias").Properties).toMatchObject({ Name: "live" });
  expect(only(plain, "AWS::StepFunctions::StateMachineVersion").DeletionPolicy).toBe("Retain");
});

test("O7 old slots are looked at every hour", () => {
  expect(only(plain, "AWS::Scheduler::Schedule").Properties).toMatchObject({
    ScheduleExpression: "rate(1 hour)",
    Target: { Input: '{"do":"sleep-old"}' },
  });
});

test("what goes wrong raises an alarm that leads to a runbook", () => {
  const alarms = ofType(plain, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);
  expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual([
    "dev-loop-function-errors-of-roll-back-warning",
    "dev-loop-function-errors-of-roll-out-warning",
    "dev-loop-roll-back-failed-above-0-critical",
    "dev-loop-roll-back-orders-undelivered-above-0-critical",
    "dev-loop-roll-outs-rolled-back-above-0-warning",
  ]);
  for (const { AlarmDescription } of alarms) {
    const file = /Runbook: (docs\/runbooks\/[a-z-]+\.md)$/.exec(String(AlarmDescription))?.[1] ?? "none";
    expect([file, fs.existsSync(path.resolve(__dirname, "../../../..", file))]).toEqual([file, true]);
  }
});

test("the cluster is told of both roles, with the groups that they need", () => {
  expect(entries).toEqual(
    ["RollOutRole", "RollOutRollBackRole"].map((role) => ({
      principalArn: { "Fn::GetAtt": [expect.stringContaining(role) as string, "Arn"] },
      kubernetesGroups: ["ab-weight-writers", "release-writers"],
    })),
  );
});
