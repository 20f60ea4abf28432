/** SageMaker: training jobs that take as long, and leave behind, what the scenario tells. */
import type { Json } from "../../engine/recording";
import type { Journal } from "../journal";
import { StatesError } from "../states/failures";
import type { TaskLife } from "../states/interpreter";
import type { VirtualTime } from "../virtual-time";
import type { S3 } from "./s3";
import type { TaskArguments, TaskWorks } from "./state-tasks";

export interface TrainingJob {
  readonly name: string;
  readonly onSpot: boolean;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly given: TaskArguments;
}

export interface JobOutcome {
  /** Virtual milliseconds until its end, whichever it is. */
  readonly takes: number;
  /** Content of `model.tar.gz`. Absent: the job leaves none. */
  readonly model?: Uint8Array;
  /** As the container prints them: `validation:auc`. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Why it fails. */
  readonly fails?: string;
  /** Capacity was taken away, and none came back in time. Only of jobs on spot. */
  readonly interrupted?: boolean;
}

export type Training = (job: TrainingJob) => JobOutcome;

/** 63 characters, and one of that name a region for ever (API reference, "CreateTrainingJob"). */
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

export class SageMaker {
  private readonly names = new Set<string>();
  training: Training = () => ({ takes: 30 * 60_000 });

  constructor(
    private readonly time: VirtualTime,
    private readonly journal: Journal,
    private readonly s3: S3,
  ) {}

  get tasks(): TaskWorks {
    return { "sagemaker:createTrainingJob.sync": (given, life) => this.train(given, life) };
  }

  private async train(given: TaskArguments, { ending }: TaskLife): Promise<Json> {
    const job = this.accepted(given);
    const refusal = refusedByContainer(job);
    // The container looks at its channels before anything else.
    const {
      takes,
      model,
      metrics = {},
      fails,
      interrupted,
    }: JobOutcome = refusal ? { takes: STARTS_MS, fails: refusal } : this.training(job);
    this.journal.note("sagemaker", "job.started", { job: job.name, spot: job.onSpot });
    const { MaxRuntimeInSeconds = 86_400 } = given["StoppingCondition"] as { MaxRuntimeInSeconds?: number };
    const limit = MaxRuntimeInSeconds * 1_000;
    const isStopped = await this.unless(ending.heard.bind(ending), Math.min(takes, limit));
    const lost = interrupted === true && job.onSpot;
    // What runs into its limit is stopped, and so a failure of the state (developer guide, "Stopping condition").
    const status = isStopped || takes > limit ? "Stopped" : fails !== undefined || lost ? "Failed" : "Completed";
    const secondary = lost ? "Interrupted" : takes > limit ? "MaxRuntimeExceeded" : status;
    this.journal.note("sagemaker", "job.ended", { job: job.name, status: secondary });
    const reason = lost ? "ClientError: Spot capacity was reclaimed and the job reached MaxWaitTimeInSeconds" : fails;
    const described = { ...this.described(job, metrics), TrainingJobStatus: status, SecondaryStatus: secondary };
    if (status !== "Completed")
      throw new StatesError("States.TaskFailed", JSON.stringify({ ...described, ...(reason !== undefined && { FailureReason: reason }) }));
    if (model !== undefined) this.s3.put(described.ModelArtifacts.S3ModelArtifacts, model);
    return described;
  }

  private accepted(given: TaskArguments): TrainingJob {
    const name = given["TrainingJobName"] as string;
    if (!NAME.test(name)) throw refused(`TrainingJobName ${name} is not of ${NAME.source}`);
    if (this.names.has(name)) throw refused(`Training job names must be unique within an AWS account and region: ${name}`);
    const { MaxRuntimeInSeconds, MaxWaitTimeInSeconds } = given["StoppingCondition"] as Record<string, number | undefined>;
    const onSpot = given["EnableManagedSpotTraining"] === true;
    if (onSpot && !((MaxWaitTimeInSeconds ?? 0) >= (MaxRuntimeInSeconds ?? 86_400)))
      throw refused("MaxWaitTimeInSeconds must be at least MaxRuntimeInSeconds where spot training is on");
    const hyperparameters = (given["HyperParameters"] ?? {}) as Record<string, string>;
    const odd = Object.entries(hyperparameters).find(([, value]) => typeof value !== "string");
    if (odd !== undefined) throw refused(`the hyperparameter ${odd[0]} is ${JSON.stringify(odd[1])}, and each must be a text`);
    this.names.add(name);
    return { name, onSpot, hyperparameters, given };
  }

  private described({ name, onSpot, given }: TrainingJob, metrics: Readonly<Record<string, number>>) {
    const { S3OutputPath } = given["OutputDataConfig"] as { S3OutputPath: string };
    const Timestamp = this.time.now();
    return {
      ...{
        TrainingJobName: name,
        TrainingJobArn: `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`,
        EnableManagedSpotTraining: onSpot,
      },
      ModelArtifacts: { S3ModelArtifacts: `${S3OutputPath.replace(/\/?$/, "/")}${name}/output/model.tar.gz` },
      FinalMetricDataList: Object.entries(metrics).map(([MetricName, Value]) => ({ MetricName, Value, Timestamp })),
      OutputDataConfig: given["OutputDataConfig"] ?? {},
    };
  }

  /** @returns whether somebody stopped it first */
  private unless(stopped: (listener: () => void) => () => void, milliseconds: number): Promise<boolean> {
    return this.time.waitFor<boolean>((end) => stopped(() => end(true)), { at: this.time.now() + milliseconds, value: false });
  }
}

/** To be started, and to fetch its container. */
const STARTS_MS = 3 * 60_000;

/** Of SageMaker's own XGBoost, where it runs no program (sagemaker-xgboost-container, `algorithm_mode/channel_validation.py`). */
const OWN_ALGORITHM = /\/sagemaker-xgboost:/;
const OWN_CHANNELS = ["train", "validation", "code"];

/** Why the container would fail the job. */
function refusedByContainer({ hyperparameters, given }: TrainingJob): string | undefined {
  const { TrainingImage = "" } = (given["AlgorithmSpecification"] ?? {}) as { TrainingImage?: string };
  if (!OWN_ALGORITHM.test(TrainingImage) || hyperparameters["sagemaker_program"] !== undefined) return undefined;
  const channels = ((given["InputDataConfig"] ?? []) as { ChannelName: string }[]).map(({ ChannelName }) => ChannelName);
  const extraneous = channels.find((name) => !OWN_CHANNELS.includes(name));
  if (extraneous !== undefined) return `ClientError: Extraneous channel found: ${extraneous}`;
  return channels.includes("train") ? undefined : "ClientError: Missing required channel: train";
}

function refused(cause: string): StatesError {
  return new StatesError("SageMaker.AmazonSageMakerException", cause);
}
