import fs from "node:fs";
import path from "node:path";
import { Queue } from "aws-cdk-lib/aws-sqs";
import fc from "fast-check";
import { LoopMode, ModelLoop, type ModelLoopProps } from "../../../../components/cdk";
import {
  renewLeaseEnvironmentSchema,
  runEndedEnvironmentSchema,
  intakeEnvironmentSchema,
  notifyEnvironmentSchema,
  operatorEnvironmentSchema,
  sweepEnvironmentSchema,
  dailySummaryEnvironmentSchema,
} from "../../../../lambdas/runtime/loop-environment";
import { handlersFolder, ofType, statements, type Synthesised, synthesised } from "../shared/synthesis";

const folder = handlersFolder();
const channels = {
  emailAddresses: ["ml@example.com"],
  slackWebhookSecretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:slack-AbCdEf",
};
const models = [{ name: "log-anomaly" }, { name: "fraud-trees", line: "fraud", mode: LoopMode.Act, weeklySchedule: "cron(0 3 ? * SAT *)" }];

function loop(props: Partial<ModelLoopProps> = {}): Synthesised {
  return synthesised(
    (stack) => void new ModelLoop(stack, "Loop", { environment: "dev", models, channels, handlersFolder: folder, ...props }),
  );
}

const both = loop();
const all = [both.template, ...both.nested];

function variablesOf(handlerPart: string): Record<string, unknown> {
  const [, found] =
    Object.entries(both.template.Resources).find(([id, { Type }]) => Type === "AWS::Lambda::Function" && id.includes(handlerPart)) ?? [];
  return (found?.Properties["Environment"] as { Variables: Record<string, unknown> }).Variables;
}

describe("the functions", () => {
  /** What CloudFormation will put there, as the schema wants to see it. */
  const filled = (variables: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => {
        if (typeof value === "string") return [name, value];
        if (name.endsWith("_URL")) return [name, "https://sqs.us-east-1.amazonaws.com/111122223333/queue"];
        return [name, name.endsWith("_ARN") ? "arn:aws:x" : "known-later"];
      }),
    );

  // A variable that is misspelt on one side is found at the first alarm, at night.
  test.each([
    ["FunctionsIntake", intakeEnvironmentSchema],
    ["RunEnded", runEndedEnvironmentSchema],
    ["Lease", renewLeaseEnvironmentSchema],
    ["Sweep", sweepEnvironmentSchema],
    ["Notify", notifyEnvironmentSchema],
    ["DailySummary", dailySummaryEnvironmentSchema],
    ["FunctionsOperator", operatorEnvironmentSchema],
  ])("%s is told what its handler's schema asks for, and nothing that it does not know", (part, schema) => {
    const variables = filled(variablesOf(part));
    expect(schema.safeParse(variables).error).toBeUndefined();
    const known = [...Object.keys(schema.shape), "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"];
    expect(Object.keys(variables).filter((name) => !known.includes(name))).toEqual([]);
  });

  test("R1 a model's mode and line are told in one variable", () => {
    expect(variablesOf("FunctionsIntake")["MODELS"]).toBe("log-anomaly:observe fraud-trees@fraud:act");
  });

  test("all run on the pinned runtime, traced, with logs that are encrypted and kept", () => {
    const functions = ofType(both.template, "AWS::Lambda::Function").map(({ Properties }) => Properties);
    expect(functions.length).toBe(7);
    for (const each of functions) {
      expect(each).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], TracingConfig: { Mode: "Active" }, Timeout: 60 });
    }
    const logs = ofType(both.template, "AWS::Logs::LogGroup");
    expect(logs.filter(({ DeletionPolicy, Properties }) => DeletionPolicy !== "Retain" || Properties["KmsKeyId"] === undefined)).toEqual(
      [],
    );
  });
});

describe("rights", () => {
  test("every action that any role is allowed, and nothing on * but where AWS has no resource", () => {
    const everywhere = statements(both.template).filter(({ Resource }) => Resource === "*");
    expect([...new Set(everywhere.flatMap(({ Action }) => Action))].sort()).toEqual([
      "cloudwatch:DescribeAlarms",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
    const named = statements(both.template).filter(({ Resource, Effect }) => Resource !== "*" && Effect === "Allow");
    expect([...new Set(named.flatMap(({ Action }) => Action))].sort()).toEqual([
      ...["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      ...["iam:PassRole", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
      ...["kms:ReEncryptFrom", "kms:ReEncryptTo", "lambda:InvokeFunction", "logs:CreateLogStream", "logs:PutLogEvents"],
      ...["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      ...["sns:Publish", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
      ...["sqs:ReceiveMessage", "sqs:SendMessage", "states:StartExecution"],
    ]);
  });

  const policyOf = (role: string) => {
    const found = Object.entries(both.template.Resources).find(([id, { Type }]) => Type === "AWS::IAM::Policy" && id.includes(role));
    const document = found?.[1].Properties["PolicyDocument"] as { Statement: ReturnType<typeof statements> };
    const ofLedger = ({ Action }: (typeof document.Statement)[number]) => JSON.stringify(Action).includes("dynamodb:");
    return document.Statement.filter(ofLedger).map(({ Effect, Action, Condition }) => ({
      Effect,
      Action,
      ...(Condition !== undefined && { Condition }),
    }));
  };

  // A summary that could write could write the switch; a workflow that could update any key could free a line under a run.
  test("what only tells only reads, a workflow writes records of runs and a lease those of lines, and nobody changes the trail", () => {
    const outside = (partitions: string) => ({
      ...{ Effect: "Deny", Action: ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"] },
      Condition: { "ForAnyValue:StringNotLike": { "dynamodb:LeadingKeys": [partitions] } },
    });
    expect(policyOf("DailySummary")).toEqual([{ Effect: "Allow", Action: ["dynamodb:BatchGetItem", "dynamodb:Query"] }]);
    expect(policyOf("RetrainingMachine")).toEqual(expect.arrayContaining([outside("RUN#*")]));
    expect(policyOf("LeaseRole")).toEqual(expect.arrayContaining([outside("LINE#*")]));
    for (const role of ["FunctionsIntake", "RunEnded", "FunctionsSweep", "FunctionsOperator"]) {
      expect(policyOf(role).filter(({ Effect }) => Effect === "Deny")).toMatchObject([
        { Action: ["dynamodb:UpdateItem", "dynamodb:DeleteItem"] },
      ]);
    }
  });

  // Whoever may pass the role to another service may send whatever they like to the loop's queue.
  test("the role of wake-ups is passed to Scheduler alone", () => {
    const passes = statements(both.template).filter(({ Action }) => Action === "iam:PassRole");
    expect(passes.length).toBe(4);
    for (const { Condition } of passes) expect(Condition).toEqual({ StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } });
  });
});

describe("alarms", () => {
  const alarms = all.flatMap((template) =>
    ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"].flatMap((type) =>
      ofType(template, type).map(({ Properties }) => Properties),
    ),
  );
  const nameOf = (alarm: Record<string, unknown>): string => String(alarm["AlarmName"]);
  const { EventPattern } = Object.values(both.template.Resources).find(({ Type, Properties }) => {
    return Type === "AWS::Events::Rule" && JSON.stringify(Properties).includes("aws.cloudwatch");
  })!.Properties as { EventPattern: { detail: { alarmName: { wildcard: string }[] } } };
  const carried = (name: string): boolean =>
    EventPattern.detail.alarmName.some(({ wildcard }) => new RegExp(`^${wildcard.replaceAll("*", ".*")}$`).test(name));

  // An alarm without either turns red in a console that nobody has open.
  test("each is carried to the loop, tells people, or is part of one that is carried", () => {
    const lost = alarms.filter(
      (alarm) => !carried(nameOf(alarm)) && alarm["AlarmActions"] === undefined && !nameOf(alarm).startsWith("part-of-"),
    );
    expect(lost.map(nameOf)).toEqual([]);
    expect(alarms.filter((alarm) => carried(nameOf(alarm)) && alarm["AlarmActions"] !== undefined)).toEqual([]);
  });

  test("each leads to a runbook that is there", () => {
    const missing = alarms.filter(({ AlarmDescription }) => {
      const file = /Runbook: (docs\/runbooks\/[a-z-]+\.md)$/.exec(String(AlarmDescription))?.[1];
      return file === undefined || !fs.existsSync(path.resolve(__dirname, "../../../..", file));
    });
    expect(missing.map(nameOf)).toEqual([]);
  });

  // A sweep that throws at its first call each hour was started each hour: everything stood still, and every alarm was green.
  test("a scheduled function that fails every hour raises an alarm, and a sweep that never comes to its end another", () => {
    const named = (name: string) => alarms.find((alarm) => nameOf(alarm) === name) as { Metrics?: { Expression?: string }[] };
    for (const handler of ["sweep", "daily-summary"]) {
      expect(named(`dev-loop-function-errors-of-${handler}-warning`)).toMatchObject({ Period: 3_600, EvaluationPeriods: 1, Threshold: 0 });
    }
    expect(named("dev-loop-function-errors-of-intake-warning")).toMatchObject({ Period: 300, EvaluationPeriods: 3 });
    const expressions = named("dev-loop-sweep-missing-for-2-h-critical").Metrics?.flatMap(({ Expression = [] }) => Expression);
    expect(expressions).toEqual(["invocations - errors"]);
  });

  // Its function answers 500 and so never fails: an operator who could not stop the loop was the only one to know.
  test("a request that the loop could not answer raises an alarm", () => {
    const alarm = alarms.find((each) => nameOf(each) === "dev-loop-operator-errors-above-0-warning");
    expect(alarm).toMatchObject({ Namespace: "AWS/ApiGateway", MetricName: "5xx", Statistic: "Sum", Threshold: 0 });
  });

  test("no two have one name", () => {
    expect(alarms.map(nameOf).length).toBe(new Set(alarms.map(nameOf)).size);
  });
});

describe("schedules", () => {
  const schedules = all.flatMap((template) => ofType(template, "AWS::Scheduler::Schedule").map(({ Properties }) => Properties));
  const told = schedules.map(({ ScheduleExpression, ScheduleExpressionTimezone, Target }) => {
    return [ScheduleExpression, ScheduleExpressionTimezone, JSON.parse((Target as { Input: string }).Input) as unknown];
  });

  test("R1 A9 weekly for each model on Sunday 02:00 UTC or when it is told, the sweep hourly, people daily and weekly", () => {
    const weekly = (model: string) => ({
      schemaVersion: 1,
      kind: "schedule",
      rule: "weekly",
      model,
      scheduledAt: "<aws.scheduler.scheduled-time>",
    });
    expect(told).toEqual(
      expect.arrayContaining([
        ["rate(1 hour)", "UTC", {}],
        ["cron(0 6 * * ? *)", "UTC", { schemaVersion: 1, period: "day" }],
        ["cron(0 6 ? * MON *)", "UTC", { schemaVersion: 1, period: "week" }],
        ["cron(0 2 ? * SUN *)", "UTC", weekly("log-anomaly")],
        ["cron(0 3 ? * SAT *)", "UTC", weekly("fraud-trees")],
      ]),
    );
    expect(told.length).toBe(5);
  });
});

describe("growth", () => {
  const resources = (count: number): number[] => {
    const { template, nested } = loop({ models: Array.from({ length: count }, (_, index) => ({ name: `m${index}` })) });
    return [template, ...nested].map(({ Resources }) => Object.keys(Resources).length);
  };

  // CloudFormation refuses the 501st resource, and with it the whole deployment.
  test("no stack has 500 resources, for 1 to 200 models", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (count) => {
        const counts = resources(count);
        return counts.length === count + 1 && counts.every((each) => each < 500);
      }),
      { numRuns: 2, examples: [[1], [200]] },
    );
  }, 180_000);

  // An alarm that moved to another stack would be created under a name that its old stack still holds.
  test("a model that comes changes nothing of those that are there", () => {
    const templateOf = ({ nested }: Synthesised, model: string) =>
      nested.find((each) => JSON.stringify(each).includes(`dev-${model}-data-drift`));
    const more = loop({ models: [{ name: "added-first" }, ...models] });
    for (const { name } of models) expect(templateOf(more, name)).toEqual(templateOf(both, name));
  });
});

test("orders to roll back go where they are told, from those that may order", () => {
  const { template } = synthesised((stack) => {
    const trafficQueue = Queue.fromQueueArn(stack, "Traffic", "arn:aws:sqs:us-east-1:111122223333:traffic");
    new ModelLoop(stack, "Loop", { environment: "dev", models, channels, handlersFolder: folder, trafficQueue });
  });
  const senders = statements(template).filter(({ Resource }) => Resource === "arn:aws:sqs:us-east-1:111122223333:traffic");
  // The intake, the sweep, the end of a run that was cut off, and the operator for people.
  expect(senders.length).toBe(4);
});

test("fails when the arguments are wrong, before anything is made, with all of it at once", () => {
  expect(() => loop({ environment: "DEV", models: [] })).toThrow(
    expect.objectContaining({
      message: [
        'ModelLoop "Loop" cannot be built:',
        '  - environment is "DEV"; it begins the names of alarms: use up to 20 of a-z, 0-9 and -, a letter first',
        "  - models is empty; a loop without a model does nothing: declare one",
      ].join("\n"),
    }) as Error,
  );
});
