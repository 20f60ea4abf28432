import { Aws, Fn } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, type PolicyStatementProps } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { NAME_LIMITS } from "../../../lambdas/domain/names";
import { acknowledge, onAllOf } from "../shared/acknowledge.cdk";
import { grantFiles } from "../shared/file-access.cdk";
import { grantUseOf } from "../shared/key-use.cdk";
import { grantNetwork } from "./training-place.cdk";
import type { TrainingProps } from "./training-props.cdk";

/** The `.sync` integrations wait for events by rules of these names, which Step Functions makes itself (its guide, "IAM policies"). */
const MANAGED_RULES = {
  training: "StepFunctionsGetEventsForSageMakerTrainingJobsRule",
  execution: "StepFunctionsGetEventsForStepFunctionsExecutionRule",
};

interface CommonProps {
  readonly lease?: IFunction;
  readonly encryptionKey?: IKey;
}

/** All that a machine may do that trains, each on the names that a run's plan can hold. */
export function grantTraining(machine: StateMachine, ledger: ITable, training: TrainingProps, common: CommonProps): void {
  ledger.grant(machine, "dynamodb:UpdateItem");
  grantUseOf(ledger.encryptionKey, machine);
  const { prepareRun, validateData, judgeRun, registry, askApproval, packageRelease } = training;
  const { lease, encryptionKey } = common;
  const called = [...(lease === undefined ? [] : [lease]), prepareRun, validateData, judgeRun, registry, askApproval, packageRelease];
  // Of the functions themselves: their versions and aliases are nobody's to call.
  const functions = { actions: ["lambda:InvokeFunction"], resources: called.map(({ functionArn }) => functionArn) };
  // Athena reads and writes as whoever asks.
  for (const bucket of training.data) grantFiles(machine, { bucket, prefix: "" });
  grantFiles(machine, { bucket: training.artifacts, prefix: `${training.artifactsPrefix}runs/`, write: true });
  if (encryptionKey !== undefined) machine.addToRolePolicy(new PolicyStatement(volumes(encryptionKey)));
  for (const statement of [functions, ...jobs(training), ...queries(training), ...rollOuts(training)]) {
    machine.addToRolePolicy(new PolicyStatement(statement));
  }
  if (training.network !== undefined) grantNetwork(training.trainingRole);
  acknowledgeNames(machine, training);
}

/** Whoever starts a job lends SageMaker the key of its volumes. */
function volumes({ keyArn }: IKey): PolicyStatementProps {
  const conditions = { StringLike: { "kms:ViaService": `sagemaker.${Aws.REGION}.*` } };
  return { actions: ["kms:CreateGrant", "kms:DescribeKey"], resources: [keyArn], conditions };
}

function acknowledgeNames(machine: StateMachine, training: TrainingProps): void {
  for (const { resources = [] } of jobs(training)) {
    for (const resource of resources.filter((each) => each.endsWith("*"))) {
      acknowledge(machine, onAllOf(machine, resource), "Training jobs are called like their runs, and runs like their models");
    }
  }
  for (const { resources = [] } of rollOuts(training)) {
    for (const resource of resources.filter((each) => each.endsWith("*"))) {
      acknowledge(machine, onAllOf(machine, resource), "Executions of the one machine of roll-outs: their names are runs");
    }
  }
}

/** A job is called like its run, and a run like its model. */
function jobs({ models, trainingRole }: TrainingProps): PolicyStatementProps[] {
  // A name of 40 characters may be cut in the job's; so are these, no longer than what always remains of it.
  const names = models.map(({ name }) => name.slice(0, SHORTEST_HEAD));
  return [
    {
      // Step Functions tags the jobs that it waits for (CDK's own statement for them, 2.276).
      actions: ["CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob", "AddTags", "ListTags"].map(
        (action) => `sagemaker:${action}`,
      ),
      resources: names.map((name) => arn("sagemaker", `training-job/${name}*`)),
    },
    {
      actions: ["iam:PassRole"],
      resources: [trainingRole.roleArn],
      conditions: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
    rule(MANAGED_RULES.training),
  ];
}

/** `-12345678-challenger-99-9` is the longest tail of a name. */
const SHORTEST_HEAD = NAME_LIMITS.trainingJob.longest - 25;

function queries({ models }: TrainingProps): PolicyStatementProps[] {
  const groups = [...new Set(models.map(({ workGroup }) => workGroup))];
  return [
    {
      actions: ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:StopQueryExecution"],
      resources: groups.map((group) => arn("athena", `workgroup/${group}`)),
    },
    { actions: ["athena:GetDataCatalog"], resources: [arn("athena", "datacatalog/AwsDataCatalog")] },
    {
      // Athena looks into these two whatever a query names (Athena guide, "Configure access to databases and tables in the AWS Glue Data Catalog").
      actions: ["glue:GetDatabase", "glue:GetDatabases"],
      resources: [arn("glue", "catalog"), arn("glue", "database/default")],
    },
    {
      actions: [
        "glue:GetDatabase",
        "glue:GetDatabases",
        "glue:GetTable",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:BatchGetPartition",
      ],
      resources: [
        arn("glue", "catalog"),
        ...models.flatMap(({ database, table }) => [arn("glue", `database/${database}`), arn("glue", `table/${database}/${table}`)]),
      ],
    },
  ];
}

function rollOuts({ rollOut }: TrainingProps): PolicyStatementProps[] {
  if (rollOut === undefined) return [];
  const { aliasArn, stateMachine } = rollOut;
  return [
    { actions: ["states:StartExecution"], resources: [aliasArn] },
    {
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: [
        `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${Fn.select(6, Fn.split(":", stateMachine.stateMachineArn))}:*`,
      ],
    },
    rule(MANAGED_RULES.execution),
  ];
}

function rule(name: string): PolicyStatementProps {
  return { actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"], resources: [arn("events", `rule/${name}`)] };
}

function arn(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}
