/**
 * What the functions of the loop are told: the schemas that read it are also the types of whoever supplies it (`z.input`), so that a variable
 * cannot be misspelt on one side only.
 *
 * Each function is invoked like this:
 *
 * | function      | by                                                    | with                                                         |
 * |---------------|-------------------------------------------------------|--------------------------------------------------------------|
 * | intake        | its queue, partial batch responses on                 | EventBridge alarm events, SNS notifications, loop messages   |
 * | run-ended     | its queue, partial batch responses on                 | EventBridge "Step Functions Execution Status Change" events  |
 * | notify        | the queue of notices, partial batch responses on      | addressed notices                                            |
 * | sweep         | EventBridge Scheduler, every hour                     | anything                                                     |
 * | daily-summary | EventBridge Scheduler, daily and weekly               | `{ "schemaVersion": 1, "period": "day" }`, or `"week"`       |
 * | renew-lease   | the retraining's workflow, as its first step          | the workflow's order                                         |
 * | ask-approval  | the retraining's workflow, by a task that waits       | `approvalRequestSchema`                                      |
 * | ask-approval  | the roll-out's machine, by a task that waits          | `promotionRequestSchema`                                     |
 * | registry      | the retraining's workflow, twice                      | `registerRequestSchema`, `closeRequestSchema`                |
 * | registry      | EventBridge Scheduler, every hour                     | `{ "do": "follow-traffic" }`                                 |
 * | prepare-run, validate-data, judge-run, package-release | the retraining's workflow | the requests of `domain/run/steps.ts`                        |
 * | roll-out      | the roll-out's machine; EventBridge Scheduler hourly  | `rollOutRequestSchema`                                       |
 * | roll-back     | its queue, partial batch responses on; that machine   | `rollBackOrderSchema`; `giveUpSchema`                        |
 * | operator      | HTTP API, REST API or function URL, authorised by IAM | the routes of `OPERATOR_ROUTES`                              |
 *
 * Queues have visibility times of six times their function's limit, and hand over to a dead-letter queue after a few receives.
 */
import { z } from "zod";
import { DEFAULT_RETRAINING_LIMITS } from "../domain/cool-down";
import { declaredModelsSchema } from "../domain/declared-models";

const arn = z.string().startsWith("arn:");
const queueUrl = z.url({ protocol: /^https?$/ });

/** Environment variables are text; a missing one takes the default. */
function numberFrom(fallback: number, schema: z.ZodNumber) {
  return z
    .string()
    .default(String(fallback))
    .transform((text) => (text.trim() === "" ? NaN : Number(text)))
    .pipe(schema);
}

export const loopEnvironmentSchema = z.object({
  /** Where the names of alarms begin: `dev`, `prod`. */
  ENVIRONMENT: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  /** As `declaredModelsText` writes them. */
  MODELS: declaredModelsSchema,
  LEDGER_TABLE: z.string().min(1),
  NOTICES_QUEUE_URL: queueUrl,
});

/** A lock that nobody renews is given up after so long. R7 allows a retraining 4 hours. */
const leaseHours = numberFrom(6, z.number().min(0.5).max(72));

/** Of those that may start a retraining. */
export const retrainingEnvironmentSchema = loopEnvironmentSchema.extend({
  /** An alias: a run that is under way keeps the version of the state machine that it began with. */
  WORKFLOW_ALIAS_ARN: arn,
  /** Group of the one-shot schedules that wake a pending retraining. */
  WAKE_UP_GROUP: z.string().min(1),
  /** The intake's queue. */
  WAKE_UP_QUEUE_ARN: arn,
  /** Lets EventBridge Scheduler send to that queue. */
  WAKE_UP_ROLE_ARN: arn,
  LEASE_HOURS: leaseHours,
  COOL_DOWN_HOURS: numberFrom(DEFAULT_RETRAINING_LIMITS.coolDownHours, z.number().min(0).max(720)),
  AUTOMATIC_STARTS_PER_WEEK: numberFrom(DEFAULT_RETRAINING_LIMITS.automaticStartsPerWeek, z.number().int().min(0).max(50)),
});

/** Of those that answer signals or the end of a run, and so may have to roll back. */
const signalEnvironmentSchema = retrainingEnvironmentSchema.extend({
  /** Orders to the function that writes traffic. Absent where the loop has no roll-outs: then a roll-back is a page. */
  TRAFFIC_QUEUE_URL: queueUrl.optional(),
});

export const intakeEnvironmentSchema = signalEnvironmentSchema.extend({ QUARANTINE_QUEUE_URL: queueUrl });
export const runEndedEnvironmentSchema = signalEnvironmentSchema.extend({ QUARANTINE_QUEUE_URL: queueUrl });
export const sweepEnvironmentSchema = signalEnvironmentSchema;
/** With the queue of orders to traffic, for roll-backs by hand. */
export const operatorEnvironmentSchema = signalEnvironmentSchema;
export const askApprovalEnvironmentSchema = loopEnvironmentSchema;
export const dailySummaryEnvironmentSchema = loopEnvironmentSchema;

/** Of what a workflow asks: it speaks to the ledger alone. */
export const renewLeaseEnvironmentSchema = loopEnvironmentSchema
  .pick({ ENVIRONMENT: true, MODELS: true, LEDGER_TABLE: true })
  .extend({ LEASE_HOURS: leaseHours });

/** Of those that ask the registry. Without a secret and without a server's ARN, MLflow is asked as nobody: only ever inside a private network. */
export const mlflowEnvironmentSchema = z.object({
  MLFLOW_URL: z.url({ protocol: /^https?$/ }),
  /** Secret of the form `{"username": "...", "password": "..."}`. */
  MLFLOW_SECRET_ARN: arn.optional(),
  /** Of an app or a tracking server of SageMaker's managed MLflow: requests are signed for it. */
  MLFLOW_SERVER_ARN: arn.optional(),
});

export const registryEnvironmentSchema = loopEnvironmentSchema.extend(mlflowEnvironmentSchema.shape);

/** Of a run's steps: each writes into the trail what it decided. */
const runStepEnvironmentSchema = z.object({ LEDGER_TABLE: z.string().min(1) });

/** `s3://bucket/prefix/`, below which all runs lie. */
const artifacts = z.string().regex(/^s3:\/\/[^/]+\/(?:.*\/)?$/);

export const prepareRunEnvironmentSchema = runStepEnvironmentSchema.extend(mlflowEnvironmentSchema.shape).extend({
  /** Where the loop's document of models lies (`modelSpecsSchema`). */
  MODEL_SPECS_BUCKET: z.string().min(1),
  MODEL_SPECS_KEY: z.string().min(1),
  ARTIFACTS: artifacts,
  /** Of the buckets that the document leaves open. Absent where it leaves none open. */
  RELEASES_BUCKET: z.string().min(1).optional(),
});
export const validateDataEnvironmentSchema = runStepEnvironmentSchema;
export const judgeRunEnvironmentSchema = runStepEnvironmentSchema;
export const packageReleaseEnvironmentSchema = runStepEnvironmentSchema.extend({
  /** `s3://bucket/prefix/`, of models that are served by nobody here; of the others their plan says it. */
  RELEASES: artifacts,
});

/** Of those that touch traffic. */
const trafficEnvironmentSchema = loopEnvironmentSchema.extend({
  LEASE_HOURS: leaseHours,
  /** Where the loop's document of models lies (`modelSpecsSchema`), and the bucket that it leaves open. */
  MODEL_SPECS_BUCKET: z.string().min(1),
  MODEL_SPECS_KEY: z.string().min(1),
  RELEASES_BUCKET: z.string().min(1).optional(),
  CLUSTER_NAME: z.string().min(1),
  CLUSTER_REGION: z.string().min(1),
  CLUSTER_ENDPOINT: z.url({ protocol: /^https$/ }),
  /** Certificate of the cluster's authority, as EKS gives it: PEM in base64. It is no secret. */
  CLUSTER_CA: z.string().min(1),
});

export const rollOutEnvironmentSchema = trafficEnvironmentSchema.extend({
  /** What `/api/v1/query` is appended to. Absent: CloudWatch is asked. */
  PROMETHEUS_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Region of Amazon Managed Service for Prometheus: requests are signed for it. Absent where the server asks for no signature. */
  PROMETHEUS_SIGNED_REGION: z.string().min(1).optional(),
});

export const rollBackEnvironmentSchema = trafficEnvironmentSchema.extend({
  /** Whose executions are stopped. */
  ROLL_OUT_MACHINE_ARN: arn,
});

/** A channel without its variable is not set up; the others take its notices. */
export const notifyEnvironmentSchema = z.object({
  ENVIRONMENT: loopEnvironmentSchema.shape.ENVIRONMENT,
  QUARANTINE_QUEUE_URL: queueUrl,
  /** Secret whose text is the URL of a Slack incoming webhook. */
  SLACK_WEBHOOK_SECRET_ARN: arn.optional(),
  /** Topic with the e-mail addresses as its subscribers. */
  EMAIL_TOPIC_ARN: arn.optional(),
  /** Secret whose text is the integration key of a PagerDuty service (Events API v2). */
  PAGER_DUTY_SECRET_ARN: arn.optional(),
});

export type LoopEnvironment = z.output<typeof loopEnvironmentSchema>;
export type RetrainingEnvironment = z.output<typeof retrainingEnvironmentSchema>;
export type SignalEnvironment = z.output<typeof signalEnvironmentSchema>;
export type MlflowEnvironment = z.output<typeof mlflowEnvironmentSchema>;
export type RollOutEnvironment = z.output<typeof rollOutEnvironmentSchema>;
export type RollBackEnvironment = z.output<typeof rollBackEnvironmentSchema>;
export type NotifyEnvironment = z.output<typeof notifyEnvironmentSchema>;

/** What the constructs supply: text, as the environment of a Lambda function is. */
export interface LoopFunctionVariables {
  intake: z.input<typeof intakeEnvironmentSchema>;
  "renew-lease": z.input<typeof renewLeaseEnvironmentSchema>;
  "run-ended": z.input<typeof runEndedEnvironmentSchema>;
  "prepare-run": z.input<typeof prepareRunEnvironmentSchema>;
  "validate-data": z.input<typeof validateDataEnvironmentSchema>;
  "judge-run": z.input<typeof judgeRunEnvironmentSchema>;
  "package-release": z.input<typeof packageReleaseEnvironmentSchema>;
  "roll-out": z.input<typeof rollOutEnvironmentSchema>;
  "roll-back": z.input<typeof rollBackEnvironmentSchema>;
  sweep: z.input<typeof sweepEnvironmentSchema>;
  notify: z.input<typeof notifyEnvironmentSchema>;
  "daily-summary": z.input<typeof dailySummaryEnvironmentSchema>;
  operator: z.input<typeof operatorEnvironmentSchema>;
  "ask-approval": z.input<typeof askApprovalEnvironmentSchema>;
  registry: z.input<typeof registryEnvironmentSchema>;
}
