import { enumFaults, faultsOf, isLater, Kind, kmsKeyArnFaults, repeatFaults, shown, wholeNumberFaults } from "../../shared/faults";
import { repositoryFaults } from "../../shared/github-repository";
import { logRetentionFaults } from "../../shared/log-retention";
import { type AccountFacts, type PolicyStatement } from "../../shared/policy-document";

/** How large a machine runs a job (CodeBuild user guide, "Build environment compute modes and types"). */
export enum RunnerSize {
  /** 2 vCPU, 4 GiB. */
  Small = "small",
  /** 4 vCPU, 8 GiB. */
  Medium = "medium",
  /** 8 vCPU, 16 GiB. */
  Large = "large",
}

export const COMPUTE_TYPES: Record<RunnerSize, string> = {
  [RunnerSize.Small]: "BUILD_GENERAL1_SMALL",
  [RunnerSize.Medium]: "BUILD_GENERAL1_MEDIUM",
  [RunnerSize.Large]: "BUILD_GENERAL1_LARGE",
};

/** AWS's own, of one major version, that AWS keeps on its machines and patches; an older release of it is neither. */
export const DEFAULT_IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0";

/** As long as the job of `pulumi.yml` may take. */
export const DEFAULT_TIMEOUT_MINUTES = 120;
export const DEFAULT_LOG_RETENTION_DAYS = 90;

/**
 * CodeBuild drops what is beyond the limit and does not queue it, and GitHub's job then waits for a day. The workflows run one job for each
 * stack at a time, and one beside it is the old one that ends while the next begins.
 */
export const DEFAULT_MAX_JOBS = 2;

/** What of the arguments can be wrong before AWS is asked. */
export interface DeployRunnerShape {
  readonly repository?: unknown;
  readonly connectionArn?: unknown;
  readonly workflowNames?: readonly string[];
  readonly kmsKeyArn?: unknown;
  readonly size?: RunnerSize;
  readonly image?: unknown;
  readonly maxJobs?: number;
  readonly timeoutMinutes?: number;
  readonly logRetentionDays?: number;
}

/** CodeBuild API reference, CreateProject. */
const TIMEOUT = { min: 5, max: 2_160, rule: "CodeBuild ends a build after 5 minutes to 36 hours" };
/** The smallest account-wide quota of concurrent builds that AWS gives; it refuses a larger limit only when builds are refused. */
const JOBS = { min: 1, max: 60, rule: "a runner works on 1 to 60 jobs at once" };

/** Both names of the service; connections made before 2024-03 bear the first (Developer tools console user guide, "Connections rename"). */
const CONNECTION = /^arn:[a-z-]+:(codestar-connections|codeconnections):[a-z\d-]+:\d{12}:connection\/[\w-]+$/;

const KINDS = { workflowNames: Kind.List };

export function deployRunnerFaults(args: DeployRunnerShape): string[] {
  return faultsOf(args, KINDS, shapeFaults);
}

function shapeFaults(runner: DeployRunnerShape): string[] {
  return [
    ...repositoryFaults("repository", runner.repository),
    ...connectionFaults(runner.connectionArn),
    ...workflowFaults(runner.workflowNames),
    ...(runner.kmsKeyArn === undefined
      ? ["kmsKeyArn is missing; what a deployment prints is encrypted with a key of yours: give its ARN"]
      : []),
    ...kmsKeyArnFaults("kmsKeyArn", runner.kmsKeyArn),
    ...enumFaults("size", runner.size, RunnerSize),
    ...imageFaults(runner.image),
    ...wholeNumberFaults("maxJobs", runner.maxJobs, JOBS),
    ...wholeNumberFaults("timeoutMinutes", runner.timeoutMinutes, TIMEOUT),
    ...logRetentionFaults("logRetentionDays", runner.logRetentionDays),
  ];
}

function connectionFaults(arn: unknown): string[] {
  if (isLater(arn) || (typeof arn === "string" && CONNECTION.test(arn))) return [];
  const cure = "make one in the console (Developer tools, Connections) and give its ARN";
  return [`connectionArn is ${shown(arn)}; CodeBuild reads from GitHub by a connection that a person has approved: ${cure}`];
}

/** Without names every job of the repository that asks for the runner gets one, that of a stranger's pull request too. */
function workflowFaults(names: readonly string[] | undefined): string[] {
  if ((names ?? []).length === 0)
    return ["workflowNames is empty; a runner inside the VPC serves named workflows only: name them, such as Deploy"];
  return repeatFaults("workflowNames", names);
}

function imageFaults(image: unknown): string[] {
  if (image === undefined || isLater(image)) return [];
  if (typeof image === "string" && /[^/](:|@sha256:)[\w.-]+$/.test(image) && !image.endsWith(":latest")) return [];
  return [`image is ${shown(image)}; what deploys must be the same tomorrow: write it with a version or a digest, and not latest`];
}

/** The name of a workflow, and nothing that merely contains it. */
export function workflowPattern(names: readonly string[]): string {
  return `^(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})$`;
}

/** Of every project that begins with the component's name: its own name ends in what AWS is not asked for before. */
export function projectPattern({ partition, region, accountId }: AccountFacts, name: string): string {
  return `arn:${partition}:codebuild:${region}:${accountId}:project/${name}-project*`;
}

export interface RunnerFacts extends AccountFacts {
  readonly logGroupArn: string;
  readonly connectionArn: string;
  readonly subnetIds: readonly string[];
}

/**
 * What CodeBuild itself does: log, stand in the VPC, and listen to GitHub. A job has these rights too, by the machine's own credentials, and
 * therefore no more: what it deploys with, it gets by GitHub's token (CodeBuild user guide, "Allow CodeBuild to interact with other services").
 */
export function runnerStatements({ partition, region, accountId, ...facts }: RunnerFacts): PolicyStatement[] {
  const ec2 = `arn:${partition}:ec2:${region}:${accountId}`;
  const service = facts.connectionArn.split(":")[2] ?? "codeconnections";
  return [
    { Sid: "Log", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${facts.logGroupArn}:*` },
    {
      Sid: "HearGitHub",
      Effect: "Allow",
      Action: [`${service}:GetConnection`, `${service}:GetConnectionToken`],
      Resource: facts.connectionArn,
    },
    {
      Sid: "SeeTheVpc",
      Effect: "Allow",
      Action: ["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"].map((what) => `ec2:Describe${what}`),
      Resource: "*",
    },
    {
      Sid: "StandInTheVpc",
      Effect: "Allow",
      Action: ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
      Resource: [`${ec2}:network-interface/*`, `${ec2}:security-group/*`, ...facts.subnetIds.map((id) => `${ec2}:subnet/${id}`)],
    },
    {
      Sid: "LendTheInterface",
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterfacePermission",
      Resource: `${ec2}:network-interface/*`,
      Condition: {
        StringEquals: {
          "ec2:AuthorizedService": "codebuild.amazonaws.com",
          "ec2:Subnet": facts.subnetIds.map((id) => `${ec2}:subnet/${id}`),
        },
      },
    },
  ];
}
