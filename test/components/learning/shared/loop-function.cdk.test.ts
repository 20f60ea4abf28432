import { Duration } from "aws-cdk-lib";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { onAllOf } from "../../../../components/learning/shared/acknowledge.cdk";
import { functionErrors, HEALTH_ALARMS, healthAlarmName, runbookOf } from "../../../../components/learning/shared/health-alarms";
import { grantUseOf } from "../../../../components/learning/shared/key-use.cdk";
import { LoopFunction } from "../../../../components/learning/shared/loop-function.cdk";
import { LoopKey } from "../../../../components/learning/shared/loop-key.cdk";
import { loopMetric } from "../../../../components/learning/shared/loop-metric.cdk";
import { WorkQueue } from "../../../../components/learning/shared/work-queue.cdk";
import { LOOP_METRICS } from "../../../../lambdas/domain/loop-metrics";
import { handlersFolder, only, statements, synthesised } from "./synthesis";

const { template } = synthesised((stack) => {
  const part = { environment: "dev", encryptionKey: new LoopKey(stack, "Key") };
  const { function: summary } = new LoopFunction(stack, "Summary", {
    ...{ ...part, handler: "daily-summary", description: "Tells", handlersFolder: handlersFolder() },
    variables: { ENVIRONMENT: "dev", MODELS: "a:observe", LEDGER_TABLE: "t", NOTICES_QUEUE_URL: "https://q" },
  });
  new WorkQueue(stack, "Work", HEALTH_ALARMS.deadLetters, part).readBy(summary);
});

test("a function has a role that writes to its own log and traces, and is allowed nothing else of itself", () => {
  const own = statements(template).filter(({ Action }) => !JSON.stringify(Action).includes("sqs:"));
  expect(own.map(({ Action }) => Action)).toEqual([
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  ]);
  expect(only(template, "AWS::IAM::Role").Properties["ManagedPolicyArns"]).toBeUndefined();
});

// The ledger is kept when its stack goes; without the key it could not be read.
test("the loop's key rotates, is kept, and is used by logs, CloudWatch and Managed Prometheus of this account alone", () => {
  const { Properties, DeletionPolicy } = only(template, "AWS::KMS::Key");
  expect({ DeletionPolicy, rotates: Properties["EnableKeyRotation"] }).toEqual({ DeletionPolicy: "Retain", rotates: true });
  const { Statement } = Properties["KeyPolicy"] as { Statement: { Sid?: string; Principal: unknown; Condition?: unknown }[] };
  expect(Statement.filter(({ Sid }) => Sid !== undefined).map(({ Sid, Principal, Condition }) => [Sid, Principal, Condition])).toEqual([
    ["CloudWatchLogsUses", { Service: { "Fn::Join": ["", ["logs.", { Ref: "AWS::Region" }, ".amazonaws.com"]] } }, expect.anything()],
    [
      "PublishersUse",
      { Service: ["cloudwatch.amazonaws.com", "aps.amazonaws.com"] },
      { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
    ],
  ]);
});

test("what AWS encrypts with keys of its own asks for no right", () => {
  const { template: without } = synthesised((stack) => {
    grantUseOf(undefined, LambdaFunction.fromFunctionArn(stack, "F", "arn:aws:lambda:us-east-1:111122223333:function:f"));
  });
  expect(without.Resources).toBeUndefined();
});

test("a finding's name is read from the template as cdk-nag writes it", () => {
  synthesised((stack) => {
    expect(onAllOf(stack, `arn:${stack.partition}:x:${stack.region}:*`)).toBe(
      "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:x:<AWS::Region>:*]",
    );
    expect(loopMetric(LOOP_METRICS.recovered, Duration.minutes(5)).dimensions).toEqual({ service: "control-loop" });
  });
});

test("names and links of the loop's own alarms", () => {
  expect(healthAlarmName("dev", "loop", functionErrors("intake"))).toBe("dev-loop-function-errors-of-intake-warning");
  expect(runbookOf("latency", undefined)).toBe("Runbook: docs/runbooks/latency.md");
  expect(runbookOf("latency", "https://docs.example.com/")).toBe("Runbook: https://docs.example.com/docs/runbooks/latency.md");
});
