import { ArnFormat, Aws, type Duration, Stack } from "aws-cdk-lib";
import { type MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction, IFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { DefinitionBody, type StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { LOOP_METRICS, LOOP_METRICS_NAMESPACE, LOOP_METRICS_SERVICE } from "../../../lambdas/domain/loop-metrics";
import type { RunLedger } from "../run-ledger/run-ledger.cdk";
import { acknowledge, onAllOf } from "../shared/acknowledge.cdk";
import { grantFiles, grantOneFile } from "../shared/file-access.cdk";
import { healthAlarm } from "../shared/health-alarm.cdk";
import { HEALTH_ALARMS } from "../shared/health-alarms";
import { type FunctionNetworkProps, LoopFunction } from "../shared/loop-function.cdk";
import { DEFAULT_LOOP } from "../shared/loop-name";
import type { LoopPartProps } from "../shared/loop-part.cdk";
import { schedulerRole } from "../shared/scheduler-role.cdk";
import { HOURLY } from "../shared/schedules";
import { endedAs, grantStartOn, liveAlias, loggedMachine } from "../shared/state-machine.cdk";
import { WorkQueue } from "../shared/work-queue.cdk";
import { KUBERNETES_GROUPS, ORDER_DELIVERIES, rollOutMachine } from "./roll-out-workflow";

export interface RollOutClusterProps {
  readonly clusterName: string;
  /** `https://...`; private where the functions' network reaches it. */
  readonly endpoint: string;
  /** PEM in base64, as EKS gives it. */
  readonly certificateAuthority: string;
}

export interface RollOutPrometheusProps {
  /** What `/api/v1/query` is appended to. */
  readonly url: string;
  /** ARN of an Amazon Managed Service for Prometheus workspace: requests are then signed. @default - a server that asks for no signature */
  readonly workspaceArn?: string;
}

export interface RollOutWorkflowProps extends LoopPartProps {
  readonly ledger: RunLedger;
  /** The loop's models, as `declaredModelsText` writes them. */
  readonly models: string;
  /** Where notices go. */
  readonly notices: IQueue;
  /** Bucket and key of the loop's document of models. */
  readonly specsBucket: IBucket;
  readonly specsKey: string;
  /** Where releases lie; the first one stands in for the bucket that the document leaves open. */
  readonly releaseBuckets: IBucket[];
  /** Below which they lie, with the slash; nothing else of the buckets can be read. @default - the whole buckets */
  readonly releasesPrefix?: string;
  readonly cluster: RollOutClusterProps;
  /** From which the cluster's API server, the router's and the slots' pods and Prometheus are reached. */
  readonly network: FunctionNetworkProps;
  /** @default - CloudWatch is asked */
  readonly prometheus?: RollOutPrometheusProps;
  /** Asks the model's approvers under a task's token whether a release is promoted without labels. @default - nobody: it is rolled back */
  readonly ask?: IFunction;
  /** Folder with a folder for each handler. @default - the handlers of this package */
  readonly handlersFolder?: string;
}

/**
 * A release's way to its users, and back: a Standard state machine that climbs stage by stage, a function for its steps, and one of its own for
 * roll-backs, which also reads the queue of orders.
 *
 * Security: the functions change two objects of the router and of the model server, as the groups `ab-weight-writers` and `release-writers` may;
 * they read releases, and write the ledger. Nothing else may stop a roll-out's machine.
 * Cost: 0.025 USD for 1,000 transitions (us-east-1, AWS price list, 2026-10-01): about 0.07 USD for the default stages; five alarms.
 * Replaced when: `environment` or `loop` changes, because the machine is named after them. Versions of the machine are kept.
 */
export class RollOutWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  /** To start roll-outs on. */
  readonly aliasArn: string;
  /** Orders to roll back: the loop's TRAFFIC_QUEUE. */
  readonly orders: WorkQueue;
  readonly rollOut: LambdaFunction;
  readonly rollBack: LambdaFunction;

  constructor(scope: Construct, id: string, props: RollOutWorkflowProps) {
    super(scope, id);
    this.rollOut = this.rollOutFunction(props);
    this.rollBack = this.rollBackFunction(props);
    this.stateMachine = this.machine(props);
    this.aliasArn = liveAlias(this, this.stateMachine);
    this.orders = new WorkQueue(this, "Orders", HEALTH_ALARMS.undeliveredRollBacks, props, ORDER_DELIVERIES);
    // Lambda's least. A limit of the mapping and not of the function: the machine's own way back must never wait behind orders.
    this.orders.readBy(this.rollBack, 2);
    this.sleepHourly();
    healthAlarm(this, "Failures", HEALTH_ALARMS.rollBackFailed, (period) => this.unfinished(period), props);
    healthAlarm(this, "RolledBack", HEALTH_ALARMS.rolledBack, rolledBack, props);
  }

  /** What the cluster must know of each of the two roles: an access entry of the type STANDARD with these groups. */
  get accessEntries(): RollOutAccessEntry[] {
    return [this.rollOut, this.rollBack].map(({ role }) => ({
      principalArn: role?.roleArn ?? "",
      kubernetesGroups: [...KUBERNETES_GROUPS],
    }));
  }

  /** As `startExecution.sync:2` needs it, on the alias alone. */
  grantStart(grantee: IGrantable): void {
    grantStartOn(this.aliasArn, grantee);
  }

  private variables(props: RollOutWorkflowProps) {
    const { clusterName, endpoint, certificateAuthority } = props.cluster;
    return {
      ...{ ENVIRONMENT: props.environment, MODELS: props.models, LEDGER_TABLE: props.ledger.table.tableName },
      ...{ NOTICES_QUEUE_URL: props.notices.queueUrl, MODEL_SPECS_BUCKET: props.specsBucket.bucketName, MODEL_SPECS_KEY: props.specsKey },
      RELEASES_BUCKET: props.releaseBuckets[0]?.bucketName,
      ...{ CLUSTER_NAME: clusterName, CLUSTER_REGION: Aws.REGION, CLUSTER_ENDPOINT: endpoint, CLUSTER_CA: certificateAuthority },
    };
  }

  private rollOutFunction(props: RollOutWorkflowProps): LambdaFunction {
    const { prometheus } = props;
    const measured = { PROMETHEUS_URL: prometheus?.url, ...(prometheus?.workspaceArn && { PROMETHEUS_SIGNED_REGION: Aws.REGION }) };
    const made = new LoopFunction(this, "RollOut", {
      ...{ ...props, handler: "roll-out", description: "Does the steps of a roll-out" },
      variables: { ...this.variables(props), ...measured },
    }).function;
    this.grantCommon(made, props);
    if (prometheus === undefined) {
      made.addToRolePolicy(new PolicyStatement({ actions: ["cloudwatch:GetMetricData"], resources: ["*"] }));
    } else if (prometheus.workspaceArn !== undefined) {
      made.addToRolePolicy(new PolicyStatement({ actions: ["aps:QueryMetrics"], resources: [prometheus.workspaceArn] }));
    }
    return made;
  }

  private rollBackFunction(props: RollOutWorkflowProps): LambdaFunction {
    const name = machineName(props);
    const arn = (resource: string, more = "") =>
      Stack.of(this).formatArn({ service: "states", resource, resourceName: `${name}${more}`, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const made = new LoopFunction(this, "RollBack", {
      ...{ ...props, handler: "roll-back", description: "Takes releases back, by order and where a roll-out fails" },
      variables: { ...this.variables(props), ROLL_OUT_MACHINE_ARN: arn("stateMachine") },
    }).function;
    this.grantCommon(made, props);
    made.addToRolePolicy(new PolicyStatement({ actions: ["states:ListExecutions"], resources: [arn("stateMachine")] }));
    made.addToRolePolicy(new PolicyStatement({ actions: ["states:StopExecution"], resources: [arn("execution", ":*")] }));
    acknowledge(made.role ?? this, onAllOf(this, arn("execution", ":*")), "Executions of the one machine: their names are runs");
    return made;
  }

  private grantCommon(made: LambdaFunction, { ledger, notices, specsBucket, specsKey, ...releases }: RollOutWorkflowProps): void {
    ledger.grant(made);
    notices.grantSendMessages(made);
    grantOneFile(made, specsBucket.bucketName, specsKey);
    for (const bucket of releases.releaseBuckets) grantFiles(made, { bucket, prefix: releases.releasesPrefix ?? "" });
    specsBucket.encryptionKey?.grantDecrypt(made);
  }

  private machine(props: RollOutWorkflowProps): StateMachine {
    const { encryptionKey, ask } = props;
    const definition = rollOutMachine({
      ...{ partition: `arn:${Aws.PARTITION}`, rollOut: this.rollOut.functionArn, rollBack: this.rollBack.functionArn },
      ask: ask?.functionArn,
    });
    // Named, because its roll-backs must know it before it is there: they are a part of its definition.
    const named = {
      stateMachineName: machineName(props),
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
    };
    const machine = loggedMachine(this, named, encryptionKey);
    const called = [this.rollOut, this.rollBack, ...(ask === undefined ? [] : [ask])].map(({ functionArn }) => functionArn);
    machine.addToRolePolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: called }));
    return machine;
  }

  private sleepHourly(): void {
    const role = schedulerRole(this, "SleepRole");
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [this.rollOut.functionArn] }));
    new CfnSchedule(this, "Sleep", {
      ...{ scheduleExpression: HOURLY, flexibleTimeWindow: { mode: "OFF" } },
      target: {
        ...{ arn: this.rollOut.functionArn, roleArn: role.roleArn, input: JSON.stringify({ do: "sleep-old" }) },
        retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 2 },
      },
    });
  }

  /** Stopped ones do not count: a roll-back stops them. */
  private unfinished(period: Duration): MathExpression {
    const metrics = { failed: this.stateMachine.metricFailed(), timedOut: this.stateMachine.metricTimedOut() };
    return endedAs("Roll-outs that were not taken back", metrics, period);
  }
}

export interface RollOutAccessEntry {
  readonly principalArn: string;
  readonly kubernetesGroups: string[];
}

function machineName({ environment, loop = DEFAULT_LOOP }: LoopPartProps): string {
  return `${environment}-${loop}-roll-out`;
}

/** As the function of roll-backs counts its decisions. */
function rolledBack(period: Duration): Metric {
  return new Metric({
    ...{ namespace: LOOP_METRICS_NAMESPACE, metricName: LOOP_METRICS.decisions, statistic: "Sum", period },
    dimensionsMap: { service: LOOP_METRICS_SERVICE, decision: "roll-back.rolled-back" },
  });
}
