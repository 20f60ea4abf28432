/** What a stack file may say about the control loop. */
import { z } from "zod";
import { ServingSignals } from "../../components/learning/drift-alarms/drift-alarms";
import { LoopMode } from "../../components/learning/model-loop/model-loop";
import { label, LABEL_RULE } from "./schema-leaves";
import { registry, training } from "./schema-training";

const secretName = label.meta({ examples: ["slack-webhook"], rule: `the name of a secret of modelloop:data.secrets: ${LABEL_RULE}` });

const model = z.strictObject({
  name: z
    .string()
    .meta({ description: "Name of the model. Changing it replaces its alarms.", examples: ["log-anomaly"], rule: LABEL_RULE }),
  line: z
    .string()
    .optional()
    .meta({
      description: "Models of one line share a model server, and so a lock. Default: a line of its own, called like the model.",
      examples: ["log-anomaly"],
      rule: LABEL_RULE,
    }),
  mode: z.enum(LoopMode).default(LoopMode.Observe).meta({
    description: "What the loop may do. observe: it decides, records and tells; act: it also starts retrainings and rolls back.",
  }),
  weeklySchedule: z
    .string()
    .optional()
    .meta({
      description: "When it is retrained in any case, in UTC. Default: Sundays at 02:00.",
      examples: ["cron(0 2 ? * SUN *)"],
      rule: "an expression of EventBridge Scheduler",
    }),
  servingSignals: z.enum(ServingSignals).default(ServingSignals.CloudWatch).meta({
    description: "Who answers for latency and errors: CloudWatch's alarms, or Alertmanager where Prometheus runs.",
  }),
  training: training
    .optional()
    .meta({ description: "How it is trained, judged and rolled out. Default: a run trains nothing, and says so." }),
});

const channels = z.strictObject({
  emailAddresses: z
    .array(z.string().meta({ examples: ["ml-platform@example.com"], rule: "an e-mail address" }))
    .default([])
    .meta({ description: "Who is told by e-mail. AWS asks each of them first." }),
  slackWebhookSecret: secretName
    .optional()
    .meta({ description: "Secret with the URL of a Slack webhook, by its name in data.secrets.", examples: ["slack-webhook"] }),
  pagerDutySecret: secretName.optional().meta({
    description: "Secret with the integration key of a PagerDuty service, by its name in data.secrets.",
    examples: ["pagerduty-key"],
  }),
});

export const learning = z.strictObject({
  models: z
    .array(model)
    .min(1)
    .meta({ description: "Models that the loop looks after.", examples: [[{ name: "log-anomaly" }]] }),
  channels: channels.meta({ description: "Ways to people; at least one." }),
  registry: registry.optional().meta({ description: "Where models are registered; needed by models with training." }),
  prometheusUrl: z
    .string()
    .optional()
    .meta({
      description: "Prometheus or Amazon Managed Prometheus, which judges the stages of a roll-out. Default: CloudWatch.",
      examples: ["https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1"],
      rule: "an address that the loop's functions reach",
    }),
  stagesJudgedByCloudWatch: z.boolean().default(false).meta({
    description:
      "Says that you put errors, latency and accuracy of each release into CloudWatch. Without measurements a release is held for two hours, and rolled back.",
  }),
  retrainingFunctionArn: z
    .string()
    .optional()
    .meta({
      description: "Function of your own that does the retraining, in place of training.",
      examples: ["arn:aws:lambda:us-east-1:123456789012:function:retrain"],
      rule: "the ARN of a Lambda function",
    }),
  trafficQueueArn: z
    .string()
    .optional()
    .meta({
      description: "Queue that takes orders to roll back. Without one a roll-back is a page to a person.",
      examples: ["arn:aws:sqs:us-east-1:123456789012:traffic"],
      rule: "the ARN of an SQS queue",
    }),
  runbooks: z
    .string()
    .optional()
    .meta({
      description: "Where this repository's documents are read, for links from alarms. Default: a path within the package.",
      examples: ["https://git.example.com/ml/modelloop/blob/main"],
      rule: "the address of a folder",
    }),
});
