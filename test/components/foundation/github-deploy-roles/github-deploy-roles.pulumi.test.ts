import { GitHubDeployRoles, type GitHubDeployRolesArgs } from "../../../../components";
import { everyAction } from "../../../../offline/preflight/permissions";
import { planOf, refusalOf } from "../../shared/plan-of";

const args: GitHubDeployRolesArgs = {
  repository: "my-team/my-platform",
  environments: [{ name: "dev" }],
  state: { bucketArn: "arn:aws:s3:::state", kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1", project: "modelloop" },
  actions: ["ec2:CreateVpc", "ec2:DescribeVpcs", "iam:CreateRole", "iam:GetRole"],
};
const roles = (more: Partial<GitHubDeployRolesArgs> = {}, mode: "apply" | "preview" = "apply") =>
  planOf(
    () => {
      const { oidcProviderArn, deployRoleArns, readRoleArns, operateRoleArns, boundaryArns } = new GitHubDeployRoles("github", {
        ...args,
        ...more,
      });
      return { oidcProviderArn, deployRoleArns, readRoleArns, operateRoleArns, boundaryArns };
    },
    { mode },
  );

interface Trust {
  Statement: { Condition: { StringEquals: Record<string, string> } }[];
}

it("C4 the smallest roles are one that deploys, one that looks and a boundary, behind GitHub's provider", async () => {
  const plan = await roles();
  expect(plan.list).toEqual([
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider github-provider",
    "aws:iam/policy:Policy github-dev-boundary",
    "aws:iam/policy:Policy github-dev-deploy-policy-1",
    "aws:iam/policy:Policy github-dev-read-policy-1",
    "aws:iam/role:Role github-dev-deploy",
    "aws:iam/role:Role github-dev-read",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment github-dev-deploy-attachment-1",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment github-dev-read-attachment-1",
    "modelloop:index:GitHubDeployRoles github",
  ]);
  expect(plan.inputs("github-provider")).toEqual({
    ...{ url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] },
  });
  expect(plan.resource("github-provider").options).toMatchObject({ protect: true, retainOnDelete: true });
  // The workflows ask for two hours; a role that gives one refuses them before the first step.
  expect(plan.inputs("github-dev-deploy")["maxSessionDuration"]).toBe(7_200);
});

// A preview that cannot say whom a role trusts cannot be judged by a policy.
it("C4 says whom the roles trust before AWS has answered", async () => {
  const plan = await roles({ environments: [{ name: "prod", readEnvironment: "prod-look" }] }, "preview");
  const subjects = ["github-prod-deploy", "github-prod-read"].map((name) => {
    const [statement] = (plan.document(name, "assumeRolePolicy") as Trust).Statement;
    return statement?.Condition.StringEquals["token.actions.githubusercontent.com:sub"];
  });
  expect(subjects).toEqual(["repo:my-team/my-platform:environment:prod", "repo:my-team/my-platform:environment:prod-look"]);
});

it("C4 makes a role that asks the loop for jobs in an environment of their own, once its API is known", async () => {
  const plan = await roles({ environments: [{ name: "prod", operatorApiId: "a1b2c3d4e5" }], ownerId: 1, repositoryId: 2 });
  const [statement] = (plan.document("github-prod-operate", "assumeRolePolicy") as Trust).Statement;
  expect(statement?.Condition.StringEquals["token.actions.githubusercontent.com:sub"]).toBe(
    "repo:my-team@1/my-platform@2:environment:prod-operate",
  );
  expect(plan.list).toContain("aws:iam/rolePolicyAttachment:RolePolicyAttachment github-prod-operate-attachment-1");
  expect(Object.keys(plan.recording.stackOutputs["operateRoleArns"] as object)).toEqual(["prod"]);
});

it("C4 takes the provider that the account has, and makes none", async () => {
  const existingOidcProviderArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
  const plan = await roles({ existingOidcProviderArn });
  expect(plan.has("github-provider")).toBe(false);
  expect(plan.document("github-dev-deploy", "assumeRolePolicy")).toMatchObject({
    Statement: [{ Principal: { Federated: existingOidcProviderArn } }],
  });
});

it("C4 gives all actions in as many policies as it takes, the same number in a preview", async () => {
  const plan = await roles({ actions: everyAction() });
  const preview = await roles({ actions: everyAction() }, "preview");
  expect(preview.list).toEqual(plan.list);
  const policies = plan.list.filter((name) => name.includes("github-dev-deploy-policy-")).map((name) => name.split(" ")[1] ?? "");
  const documents = policies.map((name) => plan.document(name, "policy") as { Statement: { Effect: string; Action: string | string[] }[] });
  const given = documents.flatMap(({ Statement }) => Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action));
  expect(everyAction().filter((action) => !given.includes(action))).toEqual([]);
  expect(Object.keys(plan.recording.stackOutputs).sort()).toEqual([
    "boundaryArns",
    "deployRoleArns",
    "oidcProviderArn",
    "operateRoleArns",
    "readRoleArns",
  ]);
});

it("C4 fails before anything is created", () => {
  expect(refusalOf(() => new GitHubDeployRoles("github", { ...args, repository: "*", actions: [] }))).toBe(
    [
      `GitHubDeployRoles "github" cannot be built:`,
      `  - repository is "*"; it must be one repository, by owner and name: write it like my-team/my-platform`,
      "  - actions is empty; the roles may do what is named and nothing else: name the actions",
    ].join("\n"),
  );
});
