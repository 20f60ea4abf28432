import {
  COMPUTE_TYPES,
  deployRunnerFaults,
  type DeployRunnerShape,
  projectPattern,
  RunnerSize,
  runnerStatements,
  workflowPattern,
} from "../../../../components/foundation/deploy-runner/deploy-runner";

const right: DeployRunnerShape = {
  repository: "my-team/my-platform",
  connectionArn: "arn:aws:codeconnections:us-east-1:123456789012:connection/0a1b2c3d-0000-0000-0000-000000000000",
  workflowNames: ["Deploy"],
  kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1",
};
const account = { accountId: "123456789012", partition: "aws", region: "us-east-1" };

it("C4 a runner of one repository, one connection and one workflow is right, with either name of the service that connects", () => {
  expect(deployRunnerFaults(right)).toEqual([]);
  const before2024 = "arn:aws:codestar-connections:us-east-1:123456789012:connection/0a1b2c3d";
  expect(deployRunnerFaults({ ...right, connectionArn: before2024, image: "aws/codebuild/standard@sha256:0a1b" })).toEqual([]);
});

it.each<[Partial<DeployRunnerShape>, string]>([
  // Every repository that anybody in the team makes tomorrow would run jobs inside the VPC.
  [
    { repository: "my-team/*" },
    `repository is "my-team/*"; it must be one repository, by owner and name: write it like my-team/my-platform`,
  ],
  [
    { repository: "https://github.com/my-team/my-platform" },
    `repository is "https://github.com/my-team/my-platform"; it must be one repository, by owner and name: write it like my-team/my-platform`,
  ],
  [
    { connectionArn: "github_pat_1" },
    `connectionArn is "github_pat_1"; CodeBuild reads from GitHub by a connection that a person has approved: make one in the console (Developer tools, Connections) and give its ARN`,
  ],
  [{ workflowNames: [] }, "workflowNames is empty; a runner inside the VPC serves named workflows only: name them, such as Deploy"],
  [{ workflowNames: ["Deploy", "Deploy"] }, "workflowNames names Deploy more than once; each counts once: name it once"],
  [{ workflowNames: "Deploy" as unknown as string[] }, `workflowNames is "Deploy"; it must be a list: put it into a list, or leave it out`],
  [{ kmsKeyArn: undefined }, "kmsKeyArn is missing; what a deployment prints is encrypted with a key of yours: give its ARN"],
  [{ size: "huge" as RunnerSize }, `size is "huge"; it must be one of small, medium, large: use one of these`],
  [
    { image: "aws/codebuild/standard:latest" },
    `image is "aws/codebuild/standard:latest"; what deploys must be the same tomorrow: write it with a version or a digest, and not latest`,
  ],
  [
    { image: "aws/codebuild/standard" },
    `image is "aws/codebuild/standard"; what deploys must be the same tomorrow: write it with a version or a digest, and not latest`,
  ],
  [{ maxJobs: 0 }, "maxJobs is 0; a runner works on 1 to 60 jobs at once: use a whole number from 1 to 60"],
  [
    { timeoutMinutes: 3_000 },
    "timeoutMinutes is 3000; CodeBuild ends a build after 5 minutes to 36 hours: use a whole number from 5 to 2,160",
  ],
  [{ logRetentionDays: 80 }, "logRetentionDays is 80; CloudWatch Logs keeps logs for certain periods only: use 90"],
])("C4 fails for %j", (wrong, sentence) => {
  expect(deployRunnerFaults({ ...right, ...wrong })).toEqual([sentence]);
});

// A filter is a regular expression: `Deploy` alone would also serve a workflow that somebody calls "Not Deploy, honestly".
it("C4 serves workflows by their whole name", () => {
  const pattern = new RegExp(workflowPattern(["Deploy", "Drift (nightly)"]));
  expect(["Deploy", "Drift (nightly)", "Deploy 2", "Not Deploy", "Drift nightly"].filter((name) => pattern.test(name))).toEqual([
    "Deploy",
    "Drift (nightly)",
  ]);
});

it("C4 has a compute type for each size", () => {
  expect(Object.values(RunnerSize).map((size) => COMPUTE_TYPES[size])).toEqual([
    "BUILD_GENERAL1_SMALL",
    "BUILD_GENERAL1_MEDIUM",
    "BUILD_GENERAL1_LARGE",
  ]);
});

// Whatever a job runs, it can read the machine's own credentials; so these may not be worth reading.
it("I7 the machine's own role logs, hears GitHub and stands in the VPC, and deploys nothing", () => {
  const statements = runnerStatements({
    ...account,
    logGroupArn: "arn:log",
    connectionArn: "arn:aws:codestar-connections:us-east-1:123456789012:connection/1",
    subnetIds: ["subnet-1", "subnet-2"],
  });
  expect(statements.map(({ Sid, Action }) => [Sid, [Action].flat().join(" ")])).toEqual([
    ["Log", "logs:CreateLogStream logs:PutLogEvents"],
    ["HearGitHub", "codestar-connections:GetConnection codestar-connections:GetConnectionToken"],
    ["SeeTheVpc", "ec2:DescribeDhcpOptions ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs"],
    ["StandInTheVpc", "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface"],
    ["LendTheInterface", "ec2:CreateNetworkInterfacePermission"],
  ]);
  expect(statements.at(-1)?.Condition).toEqual({
    StringEquals: {
      "ec2:AuthorizedService": "codebuild.amazonaws.com",
      "ec2:Subnet": ["arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1", "arn:aws:ec2:us-east-1:123456789012:subnet/subnet-2"],
    },
  });
});

it("I7 is taken by projects of its own name only", () => {
  expect(projectPattern(account, "runner")).toBe("arn:aws:codebuild:us-east-1:123456789012:project/runner-project*");
});
