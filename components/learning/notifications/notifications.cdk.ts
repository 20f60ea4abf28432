import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { FilterOrPolicy, SubscriptionFilter, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription, SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { LOOP_METRICS } from "../../../lambdas/domain/loop-metrics";
import { refuseInvalidArguments } from "../../shared/errors";
import { healthAlarm } from "../shared/health-alarm.cdk";
import { HEALTH_ALARMS } from "../shared/health-alarms";
import { grantUseOf } from "../shared/key-use.cdk";
import { LoopFunction } from "../shared/loop-function.cdk";
import { loopMetric } from "../shared/loop-metric.cdk";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { WorkQueue } from "../shared/work-queue.cdk";
import { channelFaults } from "./notifications";

/** At least one way to a person. */
export interface ChannelsProps {
  /** Each must confirm the subscription that AWS sends it. @default - none */
  readonly emailAddresses?: string[];
  /** Secret whose text is the URL of a Slack incoming webhook. @default - none */
  readonly slackWebhookSecretArn?: string;
  /** Secret whose text is the integration key of a PagerDuty service, Events API v2. @default - none */
  readonly pagerDutySecretArn?: string;
  /** Key that encrypts these secrets; its policy must leave its use to IAM. @default - the key of AWS for secrets, which asks nobody */
  readonly secretsKmsKeyArn?: string;
}

export interface NotificationsProps extends Omit<LoopPartProps, "healthTopic"> {
  readonly channels: ChannelsProps;
  /** Folder with a folder for each handler. @default - the handlers of this package */
  readonly handlersFolder?: string;
}

/**
 * Tells people what the loop decided, by severity: a queue of notices, the function that delivers them, and a topic that goes to e-mail.
 * The topic takes the loop's own alarms as well. To e-mail they go straight, by nothing that they could report on; to chat and pager there is
 * no way but the queue and the function, so a loop without e-mail is told of neither when these two fail.
 *
 * Security: secrets are read when a notice is sent and stand in no template; the function may read these and no others.
 * Cost: 0.40 USD a million notices, 2 USD for 100,000 e-mails (us-east-1, AWS price list, 2026-10-01); nothing when quiet, but three alarms.
 * Replaced when: never by an argument. A new e-mail address must be confirmed by its owner.
 */
export class Notifications extends Construct {
  /** E-mail, and the loop's own alarms. */
  readonly topic: Topic;
  /** Takes addressed notices. */
  readonly queue: IQueue;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    refuseInvalidArguments("Notifications", id, channelFaults(props.channels));
    super(scope, id);
    const { channels, encryptionKey } = props;
    this.topic = new Topic(this, "People", { enforceSSL: true, ...(encryptionKey && { masterKey: encryptionKey }) });
    for (const address of channels.emailAddresses ?? []) this.topic.addSubscription(new EmailSubscription(address));

    const part: LoopPartProps = { ...props, healthTopic: this.topic };
    const work = new WorkQueue(this, "Notices", HEALTH_ALARMS.undeliveredNotices, part);
    this.queue = work.queue;
    const { function: notify } = new LoopFunction(this, "Notify", {
      ...part,
      handler: "notify",
      description: "Delivers what the loop has to tell",
      variables: {
        ENVIRONMENT: props.environment,
        // What cannot be read lies beside what could not be delivered: both were to be told, and one alarm says so.
        QUARANTINE_QUEUE_URL: work.deadLetters.queueUrl,
        EMAIL_TOPIC_ARN: (channels.emailAddresses ?? []).length === 0 ? undefined : this.topic.topicArn,
        SLACK_WEBHOOK_SECRET_ARN: channels.slackWebhookSecretArn,
        PAGER_DUTY_SECRET_ARN: channels.pagerDutySecretArn,
      },
    });
    work.readBy(notify);
    if (channels.slackWebhookSecretArn !== undefined || channels.pagerDutySecretArn !== undefined) this.alarmsInto(work);
    work.deadLetters.grantSendMessages(notify);
    notify.addToRolePolicy(new PolicyStatement({ actions: ["sns:Publish"], resources: [this.topic.topicArn] }));
    grantUseOf(encryptionKey, notify);
    const secrets = { Slack: channels.slackWebhookSecretArn, PagerDuty: channels.pagerDutySecretArn };
    for (const [channel, arn] of Object.entries(secrets)) {
      if (arn !== undefined) Secret.fromSecretCompleteArn(this, channel, arn).grantRead(notify);
    }
    if (channels.secretsKmsKeyArn !== undefined) notify.addToRolePolicy(decryptSecrets(this, channels.secretsKmsKeyArn));
    healthAlarm(
      this,
      "Undeliverable",
      HEALTH_ALARMS.undeliverableNotices,
      (period) => loopMetric(LOOP_METRICS.undeliverable, period),
      part,
    );
  }

  /** By what is in the message: what the function publishes for e-mail must not come back to it. */
  private alarmsInto(work: WorkQueue): void {
    this.topic.addSubscription(
      new SqsSubscription(work.queue, {
        rawMessageDelivery: true,
        deadLetterQueue: work.deadLetters,
        filterPolicyWithMessageBody: { AlarmName: FilterOrPolicy.filter(SubscriptionFilter.existsFilter()) },
      }),
    );
  }
}

/** Through Secrets Manager alone: whoever may read a secret must not thereby read what else the key encrypts. */
function decryptSecrets(scope: Construct, keyArn: string): PolicyStatement {
  const { region, urlSuffix } = Stack.of(scope);
  const conditions = { StringEquals: { "kms:ViaService": `secretsmanager.${region}.${urlSuffix}` } };
  return new PolicyStatement({ actions: ["kms:Decrypt"], resources: [keyArn], conditions });
}
