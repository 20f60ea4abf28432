/** What SageMaker is asked for a run: `CreateTrainingJob` with expressions in it. */
import { type AslState, type AslValue, expression, quoted } from "../shared/asl";
import { JOB, jobName } from "./run-expressions";

/** Where and as whom the jobs run. */
export interface TrainingPlace {
  /** `arn:aws`. */
  readonly partition: string;
  readonly region: string;
  readonly image: string;
  readonly roleArn: string;
  /** `sourcedir.tar.gz` with this package's programs, `s3://`. */
  readonly programs: string;
  /** Key for volumes and results. Absent: keys of AWS. */
  readonly keyArn?: string;
  /** Where jobs run. Absent: in SageMaker's own network; the programs fetch CatBoost from a package index. */
  readonly network?: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] };
}

/** Columns of numbers; SageMaker's XGBoost reads no CSV with a header, and forgets all names of columns. */
const PARQUET = "application/x-parquet";

/** R2's starting values. Of the metrics the container prints of itself, one is enough: gates are judged on the holdout, by the evaluation. */
const XGBOOST_DEFAULTS = { objective: "binary:logistic", max_depth: "6", num_round: "100", eval_metric: "logloss" };

const FOLDS = 5;

interface Channel {
  name: string;
  /** Expression. */
  uri: string;
  parquet?: boolean;
}

function channel({ name, uri, parquet = false }: Channel): string {
  const source = `{'S3DataSource': {'S3DataType': 'S3Prefix', 'S3DataDistributionType': 'FullyReplicated', 'S3Uri': ${uri}}}`;
  const type = parquet ? `, 'ContentType': ${quoted(PARQUET)}` : "";
  return `{'ChannelName': ${quoted(name)}, 'InputMode': 'File', 'DataSource': ${source}${type}}`;
}

const PLAN: Channel = { name: "plan", uri: "$plan.artifacts & 'plan.json'" };
const TRAIN: Channel = { name: "train", uri: "$train", parquet: true };
const HOLDOUT: Channel = { name: "holdout", uri: "$holdout", parquet: true };

/** Of the algorithm, which fails a job for any other: "Extraneous channel found" (sagemaker-xgboost-container, `channel_validation.py`). */
const ALGORITHM_CHANNELS = `[${channel(TRAIN)}]`;

interface Job {
  /** Part of its name. */
  part: string;
  /** Expression of the list. */
  channels: string;
  hyperparameters: string;
  /** Folder that is copied to S3 while the job runs. Expression. @default - of the part, the same for every try: what a try left, the next goes on with */
  checkpoints?: string;
  /** @default - false: it may run on spot, and goes on from its checkpoints */
  atOnce?: boolean;
}

function job(place: TrainingPlace, { part, channels, hyperparameters, checkpoints, atOnce = false }: Job): Record<string, AslValue> {
  const { image, roleArn, keyArn, network } = place;
  const goingOn = {
    ...{ StoppingCondition: JOB.stopping, EnableManagedSpotTraining: JOB.onSpot },
    CheckpointConfig: { S3Uri: checkpoints ?? expression(`$plan.artifacts & ${quoted(`checkpoints/${part}/`)}`) },
  };
  return {
    TrainingJobName: jobName(part),
    RoleArn: roleArn,
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
    HyperParameters: expression(hyperparameters),
    InputDataConfig: expression(channels),
    OutputDataConfig: { S3OutputPath: expression("$plan.artifacts & 'jobs/'"), ...(keyArn !== undefined && { KmsKeyId: keyArn }) },
    ResourceConfig: {
      InstanceCount: 1,
      InstanceType: expression("$plan.spec.compute.instanceType"),
      VolumeSizeInGB: expression("$plan.spec.compute.volumeGb"),
      ...(keyArn !== undefined && { VolumeKmsKeyId: keyArn }),
    },
    ...(atOnce ? { StoppingCondition: { MaxRuntimeInSeconds: JOB.runtime }, EnableManagedSpotTraining: false } : goingOn),
    ...(network && { VpcConfig: { Subnets: [...network.subnets], SecurityGroupIds: [...network.securityGroups] } }),
  };
}

/**
 * The container runs a program of ours, and first installs the folder that it lies in, together with what a `requirements.txt` beside it names
 * (sagemaker-containers 2.8.6). There is none: pip takes no folder beside a hash, and what needs no CatBoost shall need no package index.
 */
function script({ programs, region }: TrainingPlace, program: string): string {
  const names = { sagemaker_program: program, sagemaker_submit_directory: programs, sagemaker_region: region };
  return jsonata(names);
}

/** A token of the CDK stands for text that is not known yet, and has no quotes. */
function jsonata(values: Record<string, string>): string {
  return `{${Object.entries(values)
    .map(([name, value]) => `'${name}': '${value}'`)
    .join(", ")}}`;
}

function variant(role: "champion" | "challenger"): string {
  return `$plan.spec.variants[role = ${quoted(role)}]`;
}

/** Trains one of the two, by the algorithm or by a program, as its kind asks. */
export function trainingJob(place: TrainingPlace, role: "champion" | "challenger"): Record<string, AslValue> {
  const own = `$merge([${jsonata(XGBOOST_DEFAULTS)}, ${variant(role)}.hyperparameters])`;
  const program = `$merge([${script(place, "train_catboost.py")}, {'variant': ${variant(role)}.model}])`;
  return job(place, {
    part: role,
    channels: `${variant(role)}.kind = 'catboost' ? [${channel(TRAIN)}, ${channel(PLAN)}] : ${ALGORITHM_CHANNELS}`,
    hyperparameters: `${variant(role)}.kind = 'catboost' ? ${program} : ${own}`,
  });
}

/**
 * R2: five folds by the container, beside the fit that is kept. What it prints of them is measured on all rows, those that a fold was trained on
 * among them (its `train.py`, 3.0-5); the predictions that it leaves are each by a model that had not seen the row, and the evaluation reads those.
 * Who goes on from a checkpoint shuffles anew, and a fold's model has then seen the rows that it is asked about: so each try starts from nothing. On
 * demand, because SageMaker lets an algorithm that keeps no checkpoints wait no more than an hour for spare capacity (API reference,
 * "StoppingCondition").
 */
export function foldsJob(place: TrainingPlace): Record<string, AslValue> {
  const hyperparameters = `$merge([${jsonata(XGBOOST_DEFAULTS)}, ${variant("champion")}.hyperparameters, {'_kfold': '${FOLDS}'}])`;
  return job(place, { part: "folds", channels: ALGORITHM_CHANNELS, hyperparameters, atOnce: true });
}

/** R2: labels for the rows that have none, in the folder that it copies to S3: plain files, which the trainers read. */
export function labellingJob(place: TrainingPlace, folder: string): Record<string, AslValue> {
  return job(place, {
    part: "labels",
    channels: `[${channel(TRAIN)}, ${channel(PLAN)}]`,
    hyperparameters: script(place, "pseudo_labels.py"),
    checkpoints: folder,
  });
}

/** Scores what was trained, and what serves, on one holdout, and packs what it has scored. */
export function evaluationJob(place: TrainingPlace): Record<string, AslValue> {
  const always = [PLAN, TRAIN, HOLDOUT, { name: "champion", uri: "$trained.champion" }].map(channel);
  const maybe: [string, Channel][] = [
    ["$exists($trained.challenger)", { name: "challenger", uri: "$trained.challenger" }],
    ["$exists($trained.folds)", { name: "folds", uri: "$trained.folds" }],
    ["$exists($plan.champion)", { name: "serving", uri: "[$plan.champion.models.*][0]" }],
  ];
  return job(place, {
    part: "evaluation",
    // A list in a list stays one in JSONata; only $append makes them one.
    channels: maybe.reduce(
      (list, [condition, more]) => `$append(${list}, ${condition} ? [${channel(more)}] : [])`,
      `[${always.join(", ")}]`,
    ),
    hyperparameters: script(place, "evaluate.py"),
  });
}

export function trainingTask(
  place: TrainingPlace,
  request: Record<string, AslValue>,
): Pick<AslState, "Type" | "Resource" | "Arguments" | "TimeoutSeconds"> {
  const resource = `${place.partition}:states:::sagemaker:createTrainingJob.sync`;
  return { Type: "Task", Resource: resource, Arguments: request, TimeoutSeconds: JOB.limit };
}
