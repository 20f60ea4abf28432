/** What a stack file may say about how a model is trained, judged and rolled out. */
import { z } from "zod";
import { GateKind, GateMeasure } from "../../components/learning/model-loop/training-arguments";
import { count, label, LABEL_RULE } from "./schema-leaves";

const column = z.string();
const COLUMN_RULE = "the name of a column: lower-case letters, digits and underscores, a letter first";

const data = z.strictObject({
  database: z
    .string()
    .meta({ description: "Database of the Glue Data Catalog.", examples: ["log_anomaly"], rule: "the name of a database" }),
  table: z
    .string()
    .meta({ description: "Table with one row a sample, partitioned by day.", examples: ["features"], rule: "a table's name" }),
  workGroup: z
    .string()
    .optional()
    .meta({ description: "Athena work group of the queries. Default: primary.", examples: ["primary"], rule: "a work group's name" }),
  dayColumn: column
    .optional()
    .meta({ description: "Partition column, a day as YYYY-MM-DD. Default: dt.", examples: ["dt"], rule: COLUMN_RULE }),
  labelColumn: column.meta({ description: "Verified label, 0 or 1; null where nobody knows.", examples: ["label"], rule: COLUMN_RULE }),
  keyColumns: z
    .array(column.meta({ examples: ["timestamp"], rule: COLUMN_RULE }))
    .optional()
    .meta({ description: "Columns that are never null in sound data." }),
  features: z
    .array(column.meta({ examples: ["errors_mean"], rule: COLUMN_RULE }))
    .min(1)
    .meta({ description: "What the model reads, in the order of its input.", examples: [["errors_mean", "latency_ms_p95"]] }),
  ranges: z
    .array(
      z.strictObject({
        feature: column.meta({ description: "One of the features.", examples: ["cpu_mean"], rule: COLUMN_RULE }),
        least: z
          .number()
          .optional()
          .meta({ description: "Smaller values are faults of the data.", examples: [0] }),
        most: z
          .number()
          .optional()
          .meta({ description: "Larger values are faults of the data.", examples: [100] }),
      }),
    )
    .optional()
    .meta({ description: "Features whose values have bounds." }),
  leastRows: count.optional().meta({ description: "Fewer rows of training data are refused. Default 100000.", examples: [100_000] }),
  mostRows: count.optional().meta({ description: "More rows of training data are refused. Default 2000000.", examples: [2_000_000] }),
  holdoutDays: count.optional().meta({ description: "Newest days, kept from training to judge by. Default 2.", examples: [2] }),
  pseudoLabels: z
    .strictObject({
      anomalousShare: z
        .number()
        .optional()
        .meta({ description: "Share of the rows without a label that is taken for anomalous. Default 0.1.", examples: [0.1] }),
      reviewShare: z
        .number()
        .optional()
        .meta({ description: "Share of the rows called anomalous that a person is offered for review. Default 0.2.", examples: [0.2] }),
    })
    .optional()
    .meta({
      description: "Rows that nobody has labelled are labelled by an isolation forest, for training alone. Default: they are left out.",
    }),
});

const compute = z.strictObject({
  instanceType: z
    .string()
    .optional()
    .meta({
      description: "Machine of a training job. Default: ml.m5.4xlarge.",
      examples: ["ml.m5.xlarge"],
      rule: "a SageMaker instance type",
    }),
  volumeGb: count.optional().meta({ description: "GB of disk. Default 100.", examples: [100] }),
  spot: z.boolean().optional().meta({ description: "Spare capacity first, then one attempt on demand. Default true." }),
  minutes: count.optional().meta({ description: "Minutes that one job may take. Default 60.", examples: [60] }),
});

const gate = z.strictObject({
  measure: z.enum(GateMeasure).meta({ description: "What is looked at, on days that came after the training." }),
  kind: z.enum(GateKind).meta({ description: "How it is held against the bound." }),
  bound: z.number().meta({ description: "The bound; points or a share where a model must be better.", examples: [0.85] }),
});

const governance = z.strictObject({
  automaticApproval: z.boolean().optional().meta({ description: "Whether a candidate of low risk goes on by itself. Default false." }),
  approvers: z
    .array(z.string().meta({ examples: ["arn:aws:iam::123456789012:role/ml-lead"], rule: "the ARN of an IAM role or user" }))
    .optional()
    .meta({ description: "Who may approve." }),
  approvalsNeeded: count.optional().meta({ description: "How many of them must. Default 1.", examples: [1] }),
  remindAfterHours: z
    .number()
    .optional()
    .meta({ description: "Hours after which they are reminded. Default 4.", examples: [4] }),
  timeoutHours: z
    .number()
    .optional()
    .meta({ description: "Hours after which nobody's answer is a refusal. Default 48.", examples: [48] }),
});

const stage = z.strictObject({
  percent: z.number().meta({ description: "Percent of users on the candidate.", examples: [5] }),
  hours: z.number().meta({ description: "Hours that it stays so.", examples: [6] }),
  mostErrorRatio: z
    .number()
    .optional()
    .meta({ description: "Times the old version's error rate.", examples: [2] }),
  mostLatencyRatio: z
    .number()
    .optional()
    .meta({ description: "Times the old version's P95.", examples: [1.5] }),
  leastAccuracy: z
    .number()
    .optional()
    .meta({ description: "Accuracy that it must keep.", examples: [0.85] }),
});

const rollOut = z.strictObject({
  stages: z.array(stage).optional().meta({ description: "The ladder. Default: 5 % for 6 hours, 20 % for 12, 50 % for 24, 100 % for 24." }),
  checkMinutes: count.optional().meta({ description: "Minutes between two checks, 5 or more. Default 5.", examples: [5] }),
  fewestLabels: count.optional().meta({ description: "Below so many labels accuracy is not observed. Default 200.", examples: [200] }),
  waitForLabelsHours: z
    .number()
    .optional()
    .meta({ description: "Hours that the end waits for labels. Default 48.", examples: [48] }),
  oldSlotKeptHours: z
    .number()
    .optional()
    .meta({ description: "Hours that the old version stays ready. Default 24.", examples: [24] }),
});

export const training = z.strictObject({
  data: data.meta({ description: "Where its data are." }),
  champion: z.string().meta({
    description: "Which of serving.triton.models is the champion; the others are challengers.",
    examples: ["anomaly_xgboost"],
    rule: "the name of one of serving.triton.models",
  }),
  compute: compute.optional().meta({ description: "What a training job runs on." }),
  gates: z.array(gate).optional().meta({ description: "What a candidate must pass. Default: the list of requirement R3." }),
  governance: governance.optional().meta({ description: "Who decides where the risk is high." }),
  rollOut: rollOut.optional().meta({ description: "How a release reaches its users." }),
});

export const registry = z.strictObject({
  route: label.meta({
    description: "Route of compute.gateway behind which MLflow answers.",
    examples: ["mlflow"],
    rule: LABEL_RULE,
  }),
});
