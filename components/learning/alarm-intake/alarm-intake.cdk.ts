import { Stack } from "aws-cdk-lib";
import { Match, Rule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "../shared/acknowledge.cdk";
import { healthAlarm } from "../shared/health-alarm.cdk";
import { HEALTH_ALARMS } from "../shared/health-alarms";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { depthOf, KEPT, WorkQueue } from "../shared/work-queue.cdk";
import { ALARM_EVENTS, ALARM_STATES, signalAlarmNames } from "./alarm-intake";

export type AlarmIntakeProps = LoopPartProps;

/**
 * The door of the loop: CloudWatch alarms from the event bus, alerts of Alertmanager or Managed Prometheus from a topic, schedules and
 * feedback, all into one queue. What is tried in vain goes to the dead-letter queue, what nobody can read to quarantine; both raise an alarm,
 * and `docs/runbooks` says how to send them back.
 *
 * Security: TLS only; only this account's alarms, alerts and schedules may send; queues encrypted by SQS, the topic by the given key.
 * Cost: 0.40 USD a million messages and 0.10 USD a month for each of three alarms (us-east-1, AWS price list, 2026-10-01).
 * Replaced when: never by an argument; a change of `environment` or `loop` renames the alarms.
 */
export class AlarmIntake extends Construct {
  /** Where alerts are published. */
  readonly topic: Topic;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly quarantine: Queue;
  private readonly work: WorkQueue;

  constructor(scope: Construct, id: string, props: AlarmIntakeProps) {
    super(scope, id);
    this.work = new WorkQueue(this, "Work", HEALTH_ALARMS.deadLetters, props);
    this.queue = this.work.queue;
    this.deadLetters = this.work.deadLetters;
    this.quarantine = new Queue(this, "Quarantine", KEPT);
    acknowledge(
      this.quarantine,
      "AwsSolutions-SQS3",
      "This is where messages end: nothing reads it but a person, who is called by its alarm",
    );
    this.listenToTheBus(props.environment);
    this.topic = this.alerts(props);

    healthAlarm(this, "Quarantined", HEALTH_ALARMS.quarantine, depthOf(this.quarantine), props);
    const age = this.queue.metricApproximateAgeOfOldestMessage.bind(this.queue);
    healthAlarm(this, "Backlog", HEALTH_ALARMS.backlog, (period) => age({ period, statistic: "Maximum" }), props);
  }

  readBy(reader: IFunction): void {
    this.work.readBy(reader);
    this.quarantine.grantSendMessages(reader);
  }

  private listenToTheBus(environment: string): void {
    new Rule(this, "Alarms", {
      description: "Alarms about models, into the loop's queue",
      eventPattern: {
        source: ["aws.cloudwatch"],
        detailType: ALARM_EVENTS,
        detail: { alarmName: signalAlarmNames(environment).flatMap((name) => Match.wildcard(name)), state: { value: ALARM_STATES } },
      },
      targets: [this.work.target],
    });
  }

  /** With its envelope: the reader takes the time of publishing from it, which is the same at each delivery. */
  private alerts({ encryptionKey }: AlarmIntakeProps): Topic {
    const topic = new Topic(this, "Alerts", { enforceSSL: true, ...(encryptionKey && { masterKey: encryptionKey }) });
    topic.addSubscription(new SqsSubscription(this.queue, { rawMessageDelivery: false, deadLetterQueue: this.deadLetters }));
    // Managed Prometheus user guide, "Giving AMP permission to send alert messages to your SNS topic".
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "ManagedPrometheusPublishes",
        principals: [new ServicePrincipal("aps.amazonaws.com")],
        actions: ["sns:Publish", "sns:GetTopicAttributes"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    return topic;
  }
}
