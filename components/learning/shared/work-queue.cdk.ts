import { Duration } from "aws-cdk-lib";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { healthAlarm } from "./health-alarm.cdk";
import type { HealthAlarm } from "./health-alarms";
import type { LoopPartProps } from "./loop-part.cdk";
import { DELIVERIES, EVENT_DELIVERY, KEPT_DAYS, VISIBILITY_FACTOR } from "./queues";

/** Encrypted by SQS and not by a key of ours: the key's policy would have to name every service that sends. Nothing secret is in a message. */
export const KEPT: QueueProps = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(KEPT_DAYS) };

export const READER_TIMEOUT = Duration.seconds(60);

/** Work for one function, which can be lost in no way but by nobody looking into the dead-letter queue for 14 days. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  /** @param deliveries before a message is given up */
  constructor(scope: Construct, id: string, givenUp: HealthAlarm, part: LoopPartProps, deliveries: number = DELIVERIES) {
    super(scope, id);
    this.deadLetters = new Queue(this, "DeadLetters", KEPT);
    this.queue = new Queue(this, "Queue", {
      ...KEPT,
      visibilityTimeout: Duration.seconds(READER_TIMEOUT.toSeconds() * VISIBILITY_FACTOR),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: deliveries },
    });
    healthAlarm(this, "GivenUp", givenUp, depthOf(this.deadLetters), part);
  }

  /** Batches are answered message by message, so that one bad message does not bring nine good ones back. */
  readBy(reader: IFunction, atOnce?: number): void {
    const limit = atOnce === undefined ? {} : { maxConcurrency: atOnce };
    reader.addEventSource(new SqsEventSource(this.queue, { batchSize: 10, reportBatchItemFailures: true, ...limit }));
  }

  /** As the target of a rule. */
  get target(): SqsQueue {
    return new SqsQueue(this.queue, {
      deadLetterQueue: this.deadLetters,
      maxEventAge: Duration.hours(EVENT_DELIVERY.hours),
      retryAttempts: EVENT_DELIVERY.attempts,
    });
  }
}

export function depthOf(queue: Queue) {
  return (period: Duration) => queue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" });
}
