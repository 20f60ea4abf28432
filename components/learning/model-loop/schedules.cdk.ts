import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import { schedulerRole } from "../shared/scheduler-role.cdk";
import { DAILY, HOURLY, WEEKLY_REPORT } from "../shared/schedules";

export interface SchedulesProps {
  readonly sweep: IFunction;
  readonly dailySummary: IFunction;
  /** Absent where nothing is registered. */
  readonly registry?: IFunction;
}

/** What the loop does by itself, whatever happens: it looks at what is due, and tells what happened. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { sweep, dailySummary, registry }: SchedulesProps) {
    super(scope, id);
    const role = schedulerRole(this, "Role");
    const invoke = new PolicyStatement({
      actions: ["lambda:InvokeFunction"],
      resources: [sweep, dailySummary, ...(registry ? [registry] : [])].map(({ functionArn }) => functionArn),
    });
    role.addToPrincipalPolicy(invoke);
    const schedule = (scheduleId: string, expression: string, target: IFunction, input: object): CfnSchedule =>
      new CfnSchedule(this, scheduleId, {
        scheduleExpression: expression,
        scheduleExpressionTimezone: "UTC",
        flexibleTimeWindow: { mode: "OFF" },
        // A sweep that is an hour late is the next one; a summary may come late, but on its day.
        target: {
          ...{ arn: target.functionArn, roleArn: role.roleArn, input: JSON.stringify(input) },
          retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 10 },
        },
      });
    schedule("Sweep", HOURLY, sweep, {});
    // What serves may have changed by a roll-back, which waits for no registry.
    if (registry !== undefined) schedule("FollowTraffic", HOURLY, registry, { do: "follow-traffic" });
    schedule("Day", DAILY, dailySummary, { schemaVersion: 1, period: "day" });
    schedule("Week", WEEKLY_REPORT, dailySummary, { schemaVersion: 1, period: "week" });
  }
}
