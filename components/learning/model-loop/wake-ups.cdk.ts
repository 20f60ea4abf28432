import { Stack } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge, onAllOf } from "../shared/acknowledge.cdk";
import { schedulerRole } from "../shared/scheduler-role.cdk";

/** Where the loop's functions may order to be woken: a group of one-shot schedules that send to one queue. */
export class WakeUps extends Construct {
  /** Of the group. */
  readonly name: string;
  /** Of EventBridge Scheduler: may send to the queue, and to where it gives up. */
  readonly role: Role;

  constructor(scope: Construct, id: string, queue: IQueue, deadLetters: IQueue) {
    super(scope, id);
    this.name = new CfnScheduleGroup(this, "Group").ref;
    this.role = schedulerRole(this, "Role");
    queue.grantSendMessages(this.role);
    deadLetters.grantSendMessages(this.role);
  }

  /** To order and to change an order. None is ever called off. */
  grantOrder(orderer: IFunction): void {
    const schedules = Stack.of(this).formatArn({ service: "scheduler", resource: "schedule", resourceName: `${this.name}/*` });
    const actions = ["scheduler:CreateSchedule", "scheduler:UpdateSchedule"];
    orderer.addToRolePolicy(new PolicyStatement({ actions, resources: [schedules] }));
    const toScheduler = { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } };
    orderer.addToRolePolicy(new PolicyStatement({ actions: ["iam:PassRole"], resources: [this.role.roleArn], conditions: toScheduler }));
    acknowledge(
      orderer.role ?? orderer,
      onAllOf(this, schedules),
      "A wake-up is called like its model, and its group belongs to this loop alone",
    );
  }
}
