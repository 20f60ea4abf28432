/** How a model is trained, judged and rolled out, as programs say it: TypeScript, and every language that Pulumi speaks. */

/** What a gate looks at, measured on days that came after the training. */
export enum GateMeasure {
  F1 = "f1",
  Precision = "precision",
  Recall = "recall",
  Accuracy = "accuracy",
  Auc = "auc",
  P95Milliseconds = "p95Milliseconds",
  /** Log loss on the holdout minus that on the training data. */
  LossGap = "lossGap",
  /** Largest difference of accuracy between declared groups. */
  GroupGap = "groupGap",
}

export enum GateKind {
  AtLeast = "at-least",
  Above = "above",
  AtMost = "at-most",
  Below = "below",
  /** Than the model that serves, by so many points. */
  BetterByPoints = "better-by-points",
  /** Than the model that serves, by such a share of its value. */
  BetterByShare = "better-by-share",
}

export enum VariantRole {
  Champion = "champion",
  Challenger = "challenger",
}

export enum TrainedKind {
  /** SageMaker's built-in algorithm. */
  Xgboost = "xgboost",
  /** The program of this package, in SageMaker's script mode. */
  Catboost = "catboost",
}

/** A column that the model reads. */
export interface FeatureArgs {
  /** Name of the column. */
  name: string;
  /** Smaller values are faults of the data. @default - any */
  least?: number;
  /** Larger values are faults of the data. @default - any */
  most?: number;
}

/** Labels of an isolation forest, for training alone; a model is judged by verified labels only. */
export interface PseudoLabelsArgs {
  /** Share of the rows without a label that is taken for anomalous. @default 0.1 */
  anomalousShare?: number;
  /** Share of the rows called anomalous that is offered for a person's review. @default 0.2 */
  reviewShare?: number;
}

/** Where the data of a model are. */
export interface TrainingDataArgs {
  /** Database of the Glue Data Catalog. */
  database: string;
  /** Table with one row a sample, partitioned by day. */
  table: string;
  /** Athena work group that pays for the queries. @default "primary" */
  workGroup?: string;
  /** Partition column, a day as YYYY-MM-DD. @default "dt" */
  dayColumn?: string;
  /** Column with the verified label, 0 or 1; null where nobody knows. */
  labelColumn: string;
  /** Columns that are never null in sound data. @default - none */
  keyColumns?: string[];
  /** What the model reads, in the order of its input. */
  features: FeatureArgs[];
  /** Fewer rows are refused. @default 100000 */
  leastRows?: number;
  /** More rows are refused. @default 2000000 */
  mostRows?: number;
  /** Newest days, kept from training to judge by. @default 2 */
  holdoutDays?: number;
  /** Rows that nobody has labelled are labelled by a job before the training. @default - they are left out */
  pseudoLabels?: PseudoLabelsArgs;
}

/** One of the models that a run trains side by side. */
export interface VariantArgs {
  /** As the router and Triton call it. */
  model: string;
  /** Which of the two it is. */
  role: VariantRole;
  /** How it is trained. */
  kind: TrainedKind;
  /** Hyperparameters, over the defaults of the requirement (max_depth 6, 100 rounds). @default - none */
  hyperparameters?: Record<string, string>;
}

/** What a training job runs on. */
export interface TrainingComputeArgs {
  /** Machine of a training job. @default "ml.m5.4xlarge" */
  instanceType?: string;
  /** GB of disk. @default 100 */
  volumeGb?: number;
  /** Spare capacity first, which AWS may take back; then one attempt on demand. @default true */
  spot?: boolean;
  /** Minutes that one job may take. @default 60 */
  minutes?: number;
}

/** What a candidate must pass. */
export interface GateArgs {
  /** What is looked at, on days that came after the training. */
  measure: GateMeasure;
  /** How it is held against the bound. */
  kind: GateKind;
  /** The bound; points or a share where a model must be better. */
  bound: number;
}

/** Who decides where the risk is high. */
export interface GovernanceArgs {
  /** Whether a candidate of low risk goes on by itself. @default false */
  automaticApproval?: boolean;
  /** ARNs of the IAM roles or users that may approve. @default - none: what needs approval is refused after the time-out */
  approvers?: string[];
  /** How many of them must. @default 1 */
  approvalsNeeded?: number;
  /** Hours after which they are reminded. @default 4 */
  remindAfterHours?: number;
  /** Hours after which nobody's answer is a refusal. @default 48 */
  timeoutHours?: number;
}

/** One rung of the ladder. */
export interface StageArgs {
  /** Percent of users on the candidate. */
  percent: number;
  /** Hours that it stays so. */
  hours: number;
  /** Times the old version's error rate. @default - of O2's rung of the same place */
  mostErrorRatio?: number;
  /** Times the old version's P95. @default - of O2's rung of the same place */
  mostLatencyRatio?: number;
  /** Accuracy that it must keep. @default - of O2's rung of the same place */
  leastAccuracy?: number;
}

/** How a release reaches its users. */
export interface RollOutArgs {
  /** The ladder, smallest share first, all users last. @default - 5 % for 6 hours, 20 % for 12, 50 % for 24, 100 % for 24 */
  stages?: StageArgs[];
  /** Minutes between two checks; 5 or more. @default 5 */
  checkMinutes?: number;
  /** Below so many labels, accuracy is not observed. @default 200 */
  fewestLabels?: number;
  /** Hours that the end of a roll-out waits for labels. @default 48 */
  waitForLabelsHours?: number;
  /** Hours that the old version stays ready. @default 24 */
  oldSlotKeptHours?: number;
}

/** Where a release is served. */
export interface ServedByArgs {
  /** Kubernetes namespace of server and router. */
  namespace: string;
  /** Name of the Triton server. */
  server: string;
  /** Name of the router's ConfigMap with the split. */
  splitMap: string;
  /** Prefix of releases in the bucket, with the slash at its end. @default "releases/" */
  releasesPrefix?: string;
}

/** How a model is trained, judged and rolled out. */
export interface ModelTrainingArgs {
  /** Where its data are, and what of them it reads. */
  data: TrainingDataArgs;
  /** Up to two; one champion among them. */
  variants: VariantArgs[];
  /** What its training jobs run on. @default - ml.m5.4xlarge, spot, an hour */
  compute?: TrainingComputeArgs;
  /** What a candidate must pass, all of it. @default - R3: F1 above 0.85, precision above 0.90, accuracy at least 0.90, P95 at most 100 ms, 2 points better */
  gates?: GateArgs[];
  /** Who decides where the risk is high. @default - a person approves each run */
  governance?: GovernanceArgs;
  /** How a release reaches its users. @default - the stages of O1 */
  rollOut?: RollOutArgs;
  /** Where its releases are served. @default - none: runs end with a registered, packaged release */
  servedBy?: ServedByArgs;
}
