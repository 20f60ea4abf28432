import { Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { declaredModelsText } from "../../../lambdas/domain/declared-models";
import type { Notifications } from "../notifications/notifications.cdk";
import { TrainingPrograms, TrainingRole } from "../retraining-workflow/training-place.cdk";
import type { TrainingNetworkProps, TrainingProps } from "../retraining-workflow/training-props.cdk";
import { type RollOutClusterProps, type RollOutPrometheusProps, RollOutWorkflow } from "../roll-out-workflow/roll-out-workflow.cdk";
import type { RunLedger } from "../run-ledger/run-ledger.cdk";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { declaredModels, type LoopModelShape } from "./model-loop";
import { dataSpec } from "./model-training";
import { DEFAULT_ARTIFACTS_PREFIX, releasesOf, RunFunctions, type RunPlaceProps } from "./run-functions.cdk";

/** Where models are trained, registered and rolled out. */
export interface LoopRunsProps extends RunPlaceProps {
  /** @default - none: runs end with a packaged release */
  readonly cluster?: RollOutClusterProps;
  /** Judges the stages of a roll-out. @default - CloudWatch */
  readonly prometheus?: RollOutPrometheusProps;
  /** Of the training jobs. @default - SageMaker's own network */
  readonly trainingNetwork?: TrainingNetworkProps;
}

export interface RunsProps extends LoopPartProps {
  readonly models: LoopModelShape[];
  readonly ledger: RunLedger;
  readonly notifications: Notifications;
  readonly runs: LoopRunsProps;
  readonly handlersFolder?: string;
}

/** What a run calls on its way: functions of its steps, the role of its training jobs, and the machine that rolls its release out. */
export class Runs extends Construct {
  readonly functions: RunFunctions;
  readonly rollOut?: RollOutWorkflow;
  /** For the workflow of the runs. */
  readonly training: TrainingProps;

  constructor(scope: Construct, id: string, props: RunsProps) {
    super(scope, id);
    const { models, runs, encryptionKey } = props;
    const { artifacts, artifactsPrefix = DEFAULT_ARTIFACTS_PREFIX, trainingNetwork, data } = runs;
    this.functions = new RunFunctions(this, "Steps", { ...props, place: runs });
    const programs = new TrainingPrograms(this, "Programs");
    const { role: trainingRole } = new TrainingRole(this, "Jobs", {
      ...{ artifacts, artifactsPrefix, programs },
      ...(encryptionKey && { encryptionKey }),
    });
    const rollOut = this.rollOutOf(props, this.functions);
    if (rollOut !== undefined) this.rollOut = rollOut;
    const { prepareRun, validateData, judgeRun, registry, askApproval, packageRelease } = this.functions;
    this.training = {
      ...{ models: trainedModels(models), artifacts, artifactsPrefix, data, trainingRole, programs: programs.uri },
      ...{ prepareRun, validateData, judgeRun, registry, askApproval, packageRelease },
      ...(rollOut && { rollOut: { stateMachine: rollOut.stateMachine, aliasArn: rollOut.aliasArn } }),
      ...(trainingNetwork && { network: trainingNetwork }),
    };
  }

  private rollOutOf(props: RunsProps, { specs, askApproval }: RunFunctions): RollOutWorkflow | undefined {
    const { runs, models, notifications, ledger, ...part } = props;
    const { cluster, network, prometheus, dataKey } = runs;
    if (cluster === undefined || network === undefined) return undefined;
    const place = releasesOf(runs);
    const specsBucket: IBucket = Bucket.fromBucketAttributes(this, "SpecsBucket", {
      bucketName: specs.bucketName,
      ...(dataKey && { encryptionKey: dataKey }),
    });
    return new RollOutWorkflow(this, "RollOut", {
      ...{ ...part, ledger, specsBucket, specsKey: specs.key, cluster, network },
      ...{ models: declaredModelsText(declaredModels(models)), notices: notifications.queue, ask: askApproval },
      ...{ releaseBuckets: [place.bucket], releasesPrefix: place.prefix },
      ...(prometheus && { prometheus }),
    });
  }
}

function trainedModels(models: readonly LoopModelShape[]): TrainingProps["models"] {
  return models.flatMap(({ name, training }) => {
    if (training === undefined) return [];
    const { database, table, workGroup } = dataSpec(training.data);
    return [{ name, database, table, workGroup }];
  });
}
