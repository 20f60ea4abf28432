import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";

/** What a model's runs may read. */
export interface TrainedModelProps {
  readonly name: string;
  readonly database: string;
  readonly table: string;
  readonly workGroup: string;
}

/** The machine that brings a release to its users. */
export interface RollOutProps {
  readonly stateMachine: IStateMachine;
  /** To start roll-outs on. */
  readonly aliasArn: string;
}

/** In whose network the jobs run. */
export interface TrainingNetworkProps {
  readonly subnets: string[];
  readonly securityGroups: string[];
}

/** What a whole run needs: its steps, and where it trains. */
export interface TrainingProps {
  readonly models: TrainedModelProps[];
  readonly prepareRun: IFunction;
  readonly validateData: IFunction;
  readonly judgeRun: IFunction;
  readonly registry: IFunction;
  readonly askApproval: IFunction;
  readonly packageRelease: IFunction;
  /** @default - none: a run ends with a release that is registered and packaged, as "packaged" */
  readonly rollOut?: RollOutProps;
  /** Holds what runs leave. */
  readonly artifacts: IBucket;
  /** With the slash at its end; empty for the whole bucket. The functions' ARTIFACTS says the same. */
  readonly artifactsPrefix: string;
  /** Buckets in which the tables' data lie: Athena reads them as whoever asks. */
  readonly data: IBucket[];
  /** Of the training jobs: `TrainingRole`. */
  readonly trainingRole: IRole;
  /** `s3://` place of `sourcedir.tar.gz`: `TrainingPrograms`. */
  readonly programs: string;
  /** @default - SageMaker's XGBoost 3.0-5 of the region */
  readonly image?: string;
  /** @default - SageMaker's own network, from which the programs fetch CatBoost */
  readonly network?: TrainingNetworkProps;
}
