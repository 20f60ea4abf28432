import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { declaredModelsText } from "../../../lambdas/domain/declared-models";
import { DEFAULT_RELEASES_PREFIX } from "../../serving/triton-server/triton-server";
import type { Notifications } from "../notifications/notifications.cdk";
import { AUDIT_PARTITIONS } from "../run-ledger/run-ledger";
import type { RunLedger } from "../run-ledger/run-ledger.cdk";
import { grantFiles } from "../shared/file-access.cdk";
import { type FunctionNetworkProps, idOf, LoopFunction, type LoopFunctionProps, type LoopHandler } from "../shared/loop-function.cdk";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { declaredModels, type LoopModelShape } from "./model-loop";
import { ModelSpecs } from "./model-specs.cdk";

/** MLflow, or SageMaker's managed one. */
export interface RegistryProps {
  /** Address without a path. */
  readonly url: string;
  /** Secret with `username` and `password`. @default - none */
  readonly secretArn?: string;
  /** Of an app or a tracking server of SageMaker: requests are signed. @default - none */
  readonly serverArn?: string;
}

/** What runs work with besides the loop. */
export interface RunPlaceProps {
  /** Takes data sets, trained models and evaluations. */
  readonly artifacts: IBucket;
  /** Below which, with the slash; empty for the whole bucket. @default "modelloop/" */
  readonly artifactsPrefix?: string;
  /** In which the tables' data lie. */
  readonly data: IBucket[];
  /** Of the releases, the one that Triton reads. @default - none: releases lie below the artifacts */
  readonly releases?: IBucket;
  /** Below which releases lie in their bucket. @default "releases/" */
  readonly releasesPrefix?: string;
  readonly registry: RegistryProps;
  /** Key of secrets and of the bucket with the loop's code, where it has one that asks. @default - none */
  readonly dataKey?: IKey;
  /** For what reaches MLflow and the cluster. @default - none: both are reached from anywhere */
  readonly network?: FunctionNetworkProps;
}

export interface RunFunctionsProps extends LoopPartProps {
  readonly models: LoopModelShape[];
  readonly ledger: RunLedger;
  readonly notifications: Notifications;
  readonly place: RunPlaceProps;
  readonly handlersFolder?: string;
}

export const DEFAULT_ARTIFACTS_PREFIX = "modelloop/";

const DESCRIPTIONS = {
  "prepare-run": "Plans a run: its window of data, its queries, and what serves today",
  "validate-data": "Says whether a run's data are sound",
  "judge-run": "Holds what was trained against its gates, and says whether a person decides",
  registry: "Registers versions, promotes and rejects them",
  "ask-approval": "Tells approvers that a run waits for them",
  "package-release": "Makes a release of what was trained, and tries it",
} as const;

type Step = keyof typeof DESCRIPTIONS & LoopHandler;

/** The functions that a run calls, each with the rights of its step alone. */
export class RunFunctions extends Construct {
  readonly specs: ModelSpecs;
  readonly prepareRun: LambdaFunction;
  readonly validateData: LambdaFunction;
  readonly judgeRun: LambdaFunction;
  readonly registry: LambdaFunction;
  readonly askApproval: LambdaFunction;
  readonly packageRelease: LambdaFunction;

  constructor(scope: Construct, id: string, props: RunFunctionsProps) {
    super(scope, id);
    const { ledger, place, notifications } = props;
    const { artifacts, artifactsPrefix = DEFAULT_ARTIFACTS_PREFIX, releases, registry, network } = place;
    this.specs = new ModelSpecs(this, "Specs", props.models);
    const ARTIFACTS = `s3://${artifacts.bucketName}/${artifactsPrefix}`;
    const step = { LEDGER_TABLE: ledger.table.tableName };
    const common = {
      ...{ ENVIRONMENT: props.environment, MODELS: declaredModelsText(declaredModels(props.models)), ...step },
      NOTICES_QUEUE_URL: notifications.queue.queueUrl,
    };
    const mlflow = { MLFLOW_URL: registry.url, MLFLOW_SECRET_ARN: registry.secretArn, MLFLOW_SERVER_ARN: registry.serverArn };
    const specs = { MODEL_SPECS_BUCKET: this.specs.bucketName, MODEL_SPECS_KEY: this.specs.key };
    const inside = network === undefined ? {} : { network };

    this.prepareRun = this.make(props, {
      handler: "prepare-run",
      variables: { ...step, ...mlflow, ...specs, ARTIFACTS, RELEASES_BUCKET: releases?.bucketName },
      ...inside,
    });
    this.validateData = this.make(props, { handler: "validate-data", variables: step });
    this.registry = this.make(props, { handler: "registry", variables: { ...common, ...mlflow }, ...inside });
    this.askApproval = this.make(props, { handler: "ask-approval", variables: common });
    // Reading, rewriting and trying hundred megabytes of trees takes minutes, and as much memory as the trees unpacked.
    const large = { timeout: Duration.minutes(15), memorySize: 3_008 };
    this.judgeRun = this.make(props, { handler: "judge-run", variables: step, memorySize: large.memorySize });
    const { bucket, prefix } = releasesOf(place);
    const RELEASES = `s3://${bucket.bucketName}/${prefix}`;
    this.packageRelease = this.make(props, { handler: "package-release", variables: { ...step, RELEASES }, ...large });
    this.grantAll(props);
  }

  private make<Handler extends Step>(
    props: RunFunctionsProps,
    given: Pick<LoopFunctionProps<Handler>, "handler" | "variables" | "network" | "timeout" | "memorySize">,
  ): LambdaFunction {
    const { place: _place, ledger: _ledger, notifications: _notifications, models: _models, ...part } = props;
    return new LoopFunction(this, idOf(given.handler), { ...part, ...given, description: DESCRIPTIONS[given.handler] }).function;
  }

  private grantAll({ ledger, notifications, place, encryptionKey }: RunFunctionsProps): void {
    const { artifacts, artifactsPrefix = DEFAULT_ARTIFACTS_PREFIX, registry, dataKey } = place;
    const runs = { bucket: artifacts, prefix: `${artifactsPrefix}runs/` };
    const all = [this.prepareRun, this.validateData, this.judgeRun, this.registry, this.askApproval, this.packageRelease];
    for (const each of all) ledger.grant(each);
    // They write down what they decided, and nothing that anybody decides by.
    for (const each of [this.validateData, this.judgeRun, this.packageRelease]) ledger.confine(each, AUDIT_PARTITIONS);
    for (const each of [this.registry, this.askApproval]) notifications.queue.grantSendMessages(each);
    this.specs.grantRead(this.prepareRun);
    for (const each of [this.prepareRun, this.registry]) grantFiles(each, { ...runs, write: true });
    for (const each of [this.validateData, this.judgeRun, this.packageRelease]) grantFiles(each, runs);
    grantFiles(this.packageRelease, { ...releasesOf(place), write: true });
    // Whether a version's files are still there, before it is called the champion.
    for (const each of [this.registry, this.prepareRun]) grantFiles(each, releasesOf(place));
    // What jobs leave is encrypted by the loop's key, what queries leave by the bucket's.
    for (const each of all) encryptionKey?.grantDecrypt(each);
    for (const each of [this.prepareRun, this.registry]) {
      dataKey?.grantDecrypt(each);
      if (registry.secretArn !== undefined) {
        each.addToRolePolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [registry.secretArn] }));
      }
      if (registry.serverArn !== undefined) {
        each.addToRolePolicy(new PolicyStatement({ actions: MLFLOW_ACTIONS, resources: [registry.serverArn] }));
      }
    }
  }
}

/** Those of a model's registry; SageMaker has an action for each call of MLflow (service authorization reference, "Amazon SageMaker with MLflow", 2026). */
const MLFLOW_ACTIONS = [
  ...["GetExperimentByName", "CreateExperiment", "SearchRuns", "CreateRun", "UpdateRun", "LogBatch", "SetTag"],
  ...["CreateRegisteredModel", "GetRegisteredModel", "CreateModelVersion", "GetModelVersion", "SearchModelVersions", "SetModelVersionTag"],
  ...["SetRegisteredModelAlias", "DeleteRegisteredModelAlias", "GetModelVersionByAlias"],
].map((action) => `sagemaker-mlflow:${action}`);

/** Where releases lie: what may be written and read there, and what the functions are told, are one. */
export function releasesOf({ artifacts, artifactsPrefix = DEFAULT_ARTIFACTS_PREFIX, releases, releasesPrefix }: RunPlaceProps) {
  return releases === undefined
    ? { bucket: artifacts, prefix: `${artifactsPrefix}${DEFAULT_RELEASES_PREFIX}` }
    : { bucket: releases, prefix: releasesPrefix ?? DEFAULT_RELEASES_PREFIX };
}
