import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { MathExpression, type Metric } from "aws-cdk-lib/aws-cloudwatch";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  LogLevel,
  StateMachine,
  type StateMachineProps,
  StateMachineType,
} from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.cdk";

export type MachineDefinition = Pick<StateMachineProps, "stateMachineName" | "definitionBody" | "queryLanguage" | "timeout" | "comment">;

/** A Standard machine whose executions are traced, and logged whole for a year. */
export function loggedMachine(scope: Construct, definition: MachineDefinition, encryptionKey: IKey | undefined): StateMachine {
  const logGroup = new LogGroup(scope, "Logs", {
    retention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  });
  const machine = new StateMachine(scope, "Machine", {
    ...definition,
    stateMachineType: StateMachineType.STANDARD,
    tracingEnabled: true,
    logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
  });
  acknowledge(machine, "AwsSolutions-IAM5[Resource::*]", "X-Ray and the delivery of vended logs know no resources: all or not at all");
  return machine;
}

/** ARN of an alias to start executions on; one that is under way keeps the version that it began with. */
export function liveAlias(scope: Construct, { stateMachineArn, stateMachineRevisionId }: StateMachine): string {
  // The revision changes with the machine, and a version cannot be changed: each definition gets a version of its own.
  const version = new CfnStateMachineVersion(scope, "Version", { stateMachineArn, stateMachineRevisionId });
  version.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return new CfnStateMachineAlias(scope, "Alias", {
    name: "live",
    deploymentPreference: { type: "ALL_AT_ONCE", stateMachineVersionArn: version.ref },
  }).ref;
}

/** On the alias alone: a start on the machine itself would run whatever was deployed last, tested or not. */
export function grantStartOn(aliasArn: string, grantee: IGrantable): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["states:StartExecution"], resources: [aliasArn] }));
}

/** How many executions ended in one of the ways that `metrics` count. */
export function endedAs(label: string, metrics: Record<string, Metric>, period: Duration): MathExpression {
  const usingMetrics = Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [name, metric.with({ period, statistic: "Sum" })]),
  );
  // A sum has no value where one of its terms has none, and whether Step Functions publishes zeros of what did not happen is written nowhere: with
  // a plain "+" nobody might ever have heard of a failure. Filled, for what is missing here and there; as a list, for what has never been there.
  const terms = Object.keys(metrics).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ label, expression: `SUM([${terms.join(", ")}])`, usingMetrics, period });
}
