/** A small stack that uses each kind of wiring once, synthesised into a folder. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { App, Duration, NestedStack, Stack } from "aws-cdk-lib";
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Match, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription, SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  DefinitionBody,
  Pass,
  QueryLanguage,
  StateMachine,
} from "aws-cdk-lib/aws-stepfunctions";

export interface SmallLoop {
  folder: string;
  stack: string;
}

export function synthesiseSmallLoop(probe: string): SmallLoop {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-assembly-"));
  const app = new App({ outdir: folder, analyticsReporting: false });
  const stack = new Stack(app, "Small");
  const dead = new Queue(stack, "Dead");
  const queue = new Queue(stack, "Inbox", { visibilityTimeout: Duration.minutes(6), deadLetterQueue: { queue: dead, maxReceiveCount: 2 } });
  const outbox = new Queue(stack, "Outbox");
  const reader = new LambdaFunction(stack, "Reader", {
    ...{ code: Code.fromAsset(path.dirname(probe)), handler: "index.handler", runtime: Runtime.NODEJS_24_X },
    environment: { GREETING: "hello", OUTBOX_URL: outbox.queueUrl },
  });
  reader.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true }));
  const topic = new Topic(stack, "People");
  topic.addSubscription(new EmailSubscription("owner@example.com"));
  topic.addSubscription(new SqsSubscription(outbox, { rawMessageDelivery: true }));
  const detail = { alarmName: Match.wildcard("dev-*-critical"), state: { value: ["ALARM"] } };
  new Rule(stack, "Alarms", { eventPattern: { source: ["aws.cloudwatch"], detail }, targets: [new SqsQueue(outbox)] });
  const definitionBody = DefinitionBody.fromChainable(Pass.jsonata(stack, "Done", { outputs: "{% $states.input %}" }));
  const machine = new StateMachine(stack, "Machine", { definitionBody, queryLanguage: QueryLanguage.JSONATA });
  const stateMachineVersionArn = new CfnStateMachineVersion(stack, "Version", { stateMachineArn: machine.stateMachineArn }).ref;
  new CfnStateMachineAlias(stack, "Alias", { name: "live", deploymentPreference: { type: "ALL_AT_ONCE", stateMachineVersionArn } });
  alarms(new NestedStack(stack, "Model"), topic, queue);
  app.synth();
  return { folder, stack: "Small" };
}

const LESS = ComparisonOperator.LESS_THAN_THRESHOLD;

function alarms(stack: Stack, topic: Topic, queue: Queue): void {
  const metric = (metricName: string) => new Metric({ namespace: "test", metricName, statistic: "Maximum", period: Duration.minutes(5) });
  const usingMetrics = { measure: metric("psi"), evidence: metric("rows") };
  const observed = new MathExpression({ expression: "IF(evidence >= 500, measure)", usingMetrics, period: Duration.minutes(5) });
  const measured = new Alarm(stack, "Drift", {
    ...{ alarmName: "dev-drift-measured", metric: observed, threshold: 0.3, evaluationPeriods: 4, datapointsToAlarm: 3 },
    treatMissingData: TreatMissingData.IGNORE,
  });
  const silent = new Alarm(stack, "Silent", {
    ...{ alarmName: "dev-silent", metric: metric("rows"), threshold: 1, evaluationPeriods: 2, comparisonOperator: LESS },
    treatMissingData: TreatMissingData.BREACHING,
  });
  silent.addAlarmAction(new SnsAction(topic));
  const alarmRule = AlarmRule.allOf(
    AlarmRule.fromAlarm(measured, AlarmState.ALARM),
    AlarmRule.not(AlarmRule.fromAlarm(silent, AlarmState.ALARM)),
  );
  new CompositeAlarm(stack, "Both", { compositeAlarmName: "dev-drift-critical", alarmRule });
  const target = { arn: queue.queueArn, roleArn: "arn:aws:iam::123456789012:role/scheduler", input: '{"do":"read-clock"}' };
  new CfnSchedule(stack, "Weekly", { scheduleExpression: "cron(0 2 ? * SUN *)", flexibleTimeWindow: { mode: "OFF" }, target });
}
