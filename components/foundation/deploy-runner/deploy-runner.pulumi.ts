import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { allowAssume, onBehalfOf, policyDocument } from "../../shared/policy-document";
import { createClosedGroup } from "../../shared/private-access.pulumi";
import { type VpcReference } from "../network/network.pulumi";
import {
  COMPUTE_TYPES,
  DEFAULT_IMAGE,
  DEFAULT_LOG_RETENTION_DAYS,
  DEFAULT_MAX_JOBS,
  DEFAULT_TIMEOUT_MINUTES,
  deployRunnerFaults,
  projectPattern,
  RunnerSize,
  runnerStatements,
  workflowPattern,
} from "./deploy-runner";

export interface DeployRunnerArgs {
  /** Where it stands: in the private subnets, with a way out through NAT. Changing it replaces the security group. */
  vpc: VpcReference;
  /** The one repository on GitHub whose jobs it takes, `owner/name`. */
  repository: pulumi.Input<string>;
  /** ARN of the connection to GitHub (AWS console, Developer tools, Connections); a person approves it there once. */
  connectionArn: pulumi.Input<string>;
  /** Names of the workflows whose jobs it takes, as they stand behind `name:`. */
  workflowNames: string[];
  /** ARN of the KMS key of its log; the key's policy must admit CloudWatch Logs. */
  kmsKeyArn: pulumi.Input<string>;
  /** How large a machine runs a job. @default RunnerSize.Medium */
  size?: RunnerSize;
  /** Image that jobs run in, with a version or a digest. @default "aws/codebuild/amazonlinux-x86_64-standard:5.0" */
  image?: pulumi.Input<string>;
  /** Jobs at once, 1 to 60; CodeBuild drops those beyond, and GitHub lets them wait. @default 2 */
  maxJobs?: number;
  /** Minutes after which a job is ended, 5 to 2,160. @default 120 */
  timeoutMinutes?: number;
  /** Days that the log is kept. @default 90 */
  logRetentionDays?: number;
  /** Tags of everything that can have tags. @default - none but names */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * Machines inside a VPC that run jobs of one GitHub repository: what deploys to a cluster whose API cannot be reached from outside.
 *
 * Security: nobody can connect to them, and they reach HTTPS only; named workflows of one repository; every job gets a machine of its own, that
 * goes with it. The machine's role may log and stand in the VPC; with what a job deploys it gets by GitHub's token. The log is encrypted.
 * Cost (us-east-1, 2024-07-01): USD 0.01 for each minute of a job on the medium size; nothing while none runs.
 * Replaced when: `vpc` changes replaces the security group; everything else changes in place.
 */
export class DeployRunner extends pulumi.ComponentResource {
  /** Name of the CodeBuild project, which jobs ask for: `runs-on: codebuild-<name>-${{ github.run_id }}-${{ github.run_attempt }}`. Known once it listens. */
  readonly runnerName: pulumi.Output<string>;
  /** Security group of the machines, for those who let them in: a cluster's `apiClients`. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Name of the log group. */
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: DeployRunnerArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("DeployRunner", name, deployRunnerFaults(args));
    super("modelloop:index:DeployRunner", name, {}, opts);

    const securityGroupId = createGroup(this, name, args);
    const log = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      { retentionInDays: args.logRetentionDays ?? DEFAULT_LOG_RETENTION_DAYS, kmsKeyId: args.kmsKeyArn, tags: args.tags },
      { parent: this },
    );
    const serviceRole = createRole(this, name, log, args);
    const project = createProject(this, name, { securityGroupId, serviceRole, logGroupName: log.name }, args);
    const webhook = new aws.codebuild.Webhook(
      `${name}-webhook`,
      { projectName: project.name, buildType: "BUILD", filterGroups: [{ filters: jobsOf(args.workflowNames) }] },
      { parent: this },
    );

    this.runnerName = webhook.projectName;
    this.securityGroupId = securityGroupId;
    this.logGroupName = log.name;
    this.registerOutputs({ runnerName: this.runnerName, securityGroupId, logGroupName: this.logGroupName });
  }
}

/** Jobs of these workflows that wait for a machine; nothing that is pushed starts one. */
function jobsOf(workflowNames: string[]): aws.types.input.codebuild.WebhookFilterGroupFilter[] {
  return [
    { type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" },
    { type: "WORKFLOW_NAME", pattern: workflowPattern(workflowNames) },
  ];
}

/** Out to HTTPS anywhere: GitHub, npm and AWS publish no addresses that would stay. Names are resolved past security groups. */
function createGroup(parent: DeployRunner, name: string, { vpc, tags }: DeployRunnerArgs): pulumi.Output<string> {
  const description = "Machines that run deployments; nobody connects to them";
  const group = createClosedGroup(`${name}-group`, { vpcId: vpc.vpcId, description, tags }, { parent });
  const https = new aws.vpc.SecurityGroupEgressRule(
    `${name}-https`,
    {
      ...{ securityGroupId: group.id, ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
      ...{ description: "GitHub, registries of packages, AWS, and the cluster's API", tags },
    },
    { parent },
  );
  return https.securityGroupId;
}

function createRole(parent: DeployRunner, name: string, log: aws.cloudwatch.LogGroup, args: DeployRunnerArgs): pulumi.Output<string> {
  const account = accountOf(parent);
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      description: "What CodeBuild does itself; jobs deploy by GitHub's token",
      assumeRolePolicy: account.apply((facts) => allowAssume("codebuild.amazonaws.com", onBehalfOf(facts, projectPattern(facts, name)))),
      tags: args.tags,
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-policy`,
    {
      role: role.id,
      policy: pulumi
        .all([account, log.arn, pulumi.output(args.connectionArn), pulumi.output(args.vpc.privateSubnetIds)])
        .apply(([facts, logGroupArn, connectionArn, subnetIds]) =>
          policyDocument(runnerStatements({ ...facts, logGroupArn, connectionArn, subnetIds })),
        ),
    },
    { parent },
  );
  // CodeBuild tries its rights when it is told of a VPC.
  return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
}

interface ProjectParts {
  securityGroupId: pulumi.Output<string>;
  serviceRole: pulumi.Output<string>;
  logGroupName: pulumi.Output<string>;
}

function createProject(parent: DeployRunner, name: string, parts: ProjectParts, args: DeployRunnerArgs): aws.codebuild.Project {
  const { vpc, size = RunnerSize.Medium, image = DEFAULT_IMAGE, tags } = args;
  return new aws.codebuild.Project(
    `${name}-project`,
    {
      description: pulumi.interpolate`Runs deployments of ${args.repository} inside the VPC`,
      serviceRole: parts.serviceRole,
      source: {
        type: "GITHUB",
        location: pulumi.interpolate`https://github.com/${args.repository}.git`,
        auth: { type: "CODECONNECTIONS", resource: args.connectionArn },
        gitCloneDepth: 1,
      },
      artifacts: { type: "NO_ARTIFACTS" },
      environment: {
        type: "LINUX_CONTAINER",
        computeType: COMPUTE_TYPES[size],
        image,
        imagePullCredentialsType: "CODEBUILD",
        // Only building images would need it, and it is root on the machine.
        privilegedMode: false,
      },
      vpcConfig: { vpcId: vpc.vpcId, subnets: vpc.privateSubnetIds, securityGroupIds: [parts.securityGroupId] },
      logsConfig: { cloudwatchLogs: { status: "ENABLED", groupName: parts.logGroupName }, s3Logs: { status: "DISABLED" } },
      projectVisibility: "PRIVATE",
      concurrentBuildLimit: args.maxJobs ?? DEFAULT_MAX_JOBS,
      buildTimeout: args.timeoutMinutes ?? DEFAULT_TIMEOUT_MINUTES,
      tags,
    },
    { parent },
  );
}
