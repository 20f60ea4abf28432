import { DeployRunner, type DeployRunnerArgs, RunnerSize } from "../../../../components";
import { planOf, refusalOf } from "../../shared/plan-of";

const args: DeployRunnerArgs = {
  vpc: {
    ...{ vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: ["subnet-1"] },
    ...{ privateSubnetIds: ["subnet-2", "subnet-3"], intraSubnetIds: ["subnet-4"] },
  },
  repository: "my-team/my-platform",
  connectionArn: "arn:aws:codeconnections:us-east-1:123456789012:connection/1",
  workflowNames: ["Deploy", "Infrastructure drift"],
  kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1",
};
const runner = (more: Partial<DeployRunnerArgs> = {}) =>
  planOf(() => {
    const { runnerName, securityGroupId } = new DeployRunner("runner", { ...args, ...more });
    return { runnerName, securityGroupId };
  });

it("C4 the smallest runner listens to one repository's queued jobs, in the private subnets, and nobody reaches it", async () => {
  const plan = await runner();
  expect(plan.list).toEqual([
    "aws:cloudwatch/logGroup:LogGroup runner-log",
    "aws:codebuild/project:Project runner-project",
    "aws:codebuild/webhook:Webhook runner-webhook",
    "aws:ec2/securityGroup:SecurityGroup runner-group",
    "aws:iam/role:Role runner-role",
    "aws:iam/rolePolicy:RolePolicy runner-policy",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule runner-https",
    "modelloop:index:DeployRunner runner",
  ]);
  expect(plan.inputs("runner-project")).toMatchObject({
    source: {
      ...{ type: "GITHUB", location: "https://github.com/my-team/my-platform.git" },
      auth: { type: "CODECONNECTIONS", resource: args.connectionArn },
    },
    environment: {
      ...{ computeType: "BUILD_GENERAL1_MEDIUM", image: "aws/codebuild/amazonlinux-x86_64-standard:5.0", privilegedMode: false },
    },
    vpcConfig: { vpcId: "vpc-1", subnets: ["subnet-2", "subnet-3"], securityGroupIds: [expect.any(String) as string] },
    logsConfig: { cloudwatchLogs: { status: "ENABLED" }, s3Logs: { status: "DISABLED" } },
    ...{ projectVisibility: "PRIVATE", concurrentBuildLimit: 2, buildTimeout: 120 },
  });
  // What stands in a project's environment stands in the console, in plain text.
  expect(plan.inputs("runner-project")["environment"]).not.toHaveProperty("environmentVariables");
  expect(plan.inputs("runner-webhook")["filterGroups"]).toEqual([
    {
      filters: [
        { type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" },
        { type: "WORKFLOW_NAME", pattern: "^(Deploy|Infrastructure drift)$" },
      ],
    },
  ]);
  expect(plan.inputs("runner-log")).toMatchObject({ retentionInDays: 90, kmsKeyId: args.kmsKeyArn });
  expect(plan.document("runner-role", "assumeRolePolicy")).toMatchObject({
    Statement: [
      {
        Principal: { Service: "codebuild.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": expect.any(String) as string } },
      },
    ],
  });
  // CodeBuild tries the role when the project is made: it would be refused without its policy.
  expect(plan.waitsFor("runner-project")).toEqual(expect.arrayContaining(["runner-policy", "runner-https", "runner-log"]));
  expect(Object.keys(plan.recording.stackOutputs).sort()).toEqual(["runnerName", "securityGroupId"]);
});

it("C4 size, image, limits and retention are as they are said", async () => {
  const plan = await runner({
    size: RunnerSize.Large,
    image: "aws/codebuild/standard:7.0",
    maxJobs: 5,
    timeoutMinutes: 60,
    logRetentionDays: 7,
  });
  expect(plan.inputs("runner-project")).toMatchObject({
    environment: { computeType: "BUILD_GENERAL1_LARGE", image: "aws/codebuild/standard:7.0" },
    ...{ concurrentBuildLimit: 5, buildTimeout: 60 },
  });
  expect(plan.inputs("runner-log")).toMatchObject({ retentionInDays: 7 });
});

it("C4 fails before anything is created", () => {
  expect(refusalOf(() => new DeployRunner("runner", { ...args, workflowNames: [], maxJobs: 0 }))).toBe(
    [
      `DeployRunner "runner" cannot be built:`,
      "  - workflowNames is empty; a runner inside the VPC serves named workflows only: name them, such as Deploy",
      "  - maxJobs is 0; a runner works on 1 to 60 jobs at once: use a whole number from 1 to 60",
    ].join("\n"),
  );
});
