import path from "node:path";
import { Aws, CfnMapping } from "aws-cdk-lib";
import { type IGrantable, type IRole, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Construct } from "constructs";
import { acknowledge, onAllOf } from "../shared/acknowledge.cdk";
import { grantFiles, grantOneFile } from "../shared/file-access.cdk";
import { HANDLERS_FOLDER } from "../shared/handler-code.cdk";
import { IMAGE_ACCOUNTS, TRAINING_IMAGE } from "./training-image";

/** Packed when the package is built, like the handlers. */
export const PROGRAMS_FILE = path.join(path.dirname(HANDLERS_FOLDER), "training", "sourcedir.tar.gz");

/** This package's Python programs, as SageMaker's script mode takes them. */
export class TrainingPrograms extends Construct {
  /** `s3://bucket/key`. */
  readonly uri: string;
  private readonly asset: Asset;

  constructor(scope: Construct, id: string, file = PROGRAMS_FILE) {
    super(scope, id);
    this.asset = new Asset(this, "Asset", { path: file });
    this.uri = this.asset.s3ObjectUrl;
  }

  grantRead(grantee: IGrantable): void {
    grantOneFile(grantee, this.asset.s3BucketName, this.asset.s3ObjectKey);
  }
}

/** Address of SageMaker's XGBoost container in the region that the stack is deployed to. */
export function trainingImage(scope: Construct): string {
  const mapping = Object.fromEntries(Object.entries(IMAGE_ACCOUNTS).map(([region, account]) => [region, { account }]));
  const accounts = new CfnMapping(scope, "TrainingImages", { mapping });
  const { repository, tag } = TRAINING_IMAGE;
  return `${accounts.findInMap(Aws.REGION, "account")}.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}/${repository}:${tag}`;
}

export interface TrainingRoleProps {
  /** Holds what runs read and leave. */
  readonly artifacts: IBucket;
  /** Below which runs lie, with the slash; empty for the whole bucket. */
  readonly artifactsPrefix: string;
  readonly programs: TrainingPrograms;
  readonly encryptionKey?: IKey;
}

/** What a training job may do: read its run's files, leave its own, and write its log. No job reaches another service of ours. */
export class TrainingRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { artifacts, artifactsPrefix, programs, encryptionKey }: TrainingRoleProps) {
    super(scope, id);
    this.role = new Role(this, "Role", {
      description: "Of the training jobs of the models",
      assumedBy: new ServicePrincipal("sagemaker.amazonaws.com", {
        // Another account's SageMaker cannot be led to use it.
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    });
    grantFiles(this.role, { bucket: artifacts, prefix: artifactsPrefix, write: true });
    programs.grantRead(this.role);
    // SageMaker makes grants of the key for the volumes of its machines.
    encryptionKey?.grant(this.role, "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:DescribeKey");
    this.logsAndImage();
    acknowledge(this.role, "AwsSolutions-IAM5[Resource::*]", "A log-in to ECR and metrics know no resources: all or not at all");
  }

  private logsAndImage(): void {
    const logs = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:/aws/sagemaker/TrainingJobs`;
    const statements = [
      {
        actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        resources: [logs, `${logs}:*`],
      },
      { actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], resources: [repositoryArn()] },
      { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
      {
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        conditions: { StringEquals: { "cloudwatch:namespace": ["/aws/sagemaker/TrainingJobs"] } },
      },
    ];
    for (const statement of statements) this.role.addToPolicy(new PolicyStatement(statement));
    acknowledge(this.role, onAllOf(this, `${logs}:*`), "Streams of the one log group, which are named after jobs");
    acknowledge(this.role, onAllOf(this, repositoryArn()), "AWS's own repository of the container, in another account in each region");
  }
}

/**
 * What SageMaker asks of a job's role before it takes a job with subnets, all of it on everything (SageMaker developer guide, "CreateTrainingJob API:
 * Execution Role Permissions"): it makes and deletes its network interfaces as the role.
 */
export function grantNetwork(role: IRole): void {
  const interfaces = [
    "CreateNetworkInterface",
    "CreateNetworkInterfacePermission",
    "DeleteNetworkInterface",
    "DeleteNetworkInterfacePermission",
  ];
  const looks = ["NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups"].map((each) => `Describe${each}`);
  const actions = [...interfaces, ...looks].map((action) => `ec2:${action}`);
  role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: ["*"] }));
  acknowledge(
    role,
    "AwsSolutions-IAM5[Resource::*]",
    "SageMaker asks for a network's permissions on everything, a log-in to ECR knows no resources",
  );
}

/** In AWS's account, another one in each region. */
function repositoryArn(): string {
  return `arn:${Aws.PARTITION}:ecr:${Aws.REGION}:*:repository/${TRAINING_IMAGE.repository}`;
}
