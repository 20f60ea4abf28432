import fc from "fast-check";
import {
  type DeployFacts,
  deployStatements,
  isRead,
  operateStatements,
  readStatements,
  stateObjects,
} from "../../../../components/foundation/github-deploy-roles/deploy-permissions";
import {
  githubDeployRolesFaults,
  subjectOf,
  type GitHubDeployRolesShape,
  webIdentityTrust,
} from "../../../../components/foundation/github-deploy-roles/github-deploy-roles";
import { boundaryStatements } from "../../../../components/foundation/github-deploy-roles/permissions-boundary";
import { inParts, inPolicies, LARGEST_POLICY, MOST_POLICIES } from "../../../../components/foundation/github-deploy-roles/policy-sizes";
import { type ExceptStatement, policyDocument, type PolicyStatement } from "../../../../components/shared/policy-document";
import { everyAction } from "../../../../offline/preflight/permissions";

const right: GitHubDeployRolesShape = {
  repository: "my-team/my-platform",
  environments: [{ name: "dev" }, { name: "prod", readEnvironment: "prod-look" }],
  state: { bucketArn: "arn:aws:s3:::state", kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1", project: "modelloop" },
  actions: ["ec2:CreateVpc"],
};

const facts = (actions: readonly string[]): DeployFacts => ({
  ...{ accountId: "123456789012", partition: "aws", region: "us-east-1", environment: "prod", actions },
  boundaryArn: "arn:aws:iam::123456789012:policy/github-prod-boundary",
  state: { bucketArn: "arn:aws:s3:::state", kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1", project: "modelloop" },
});

type Statements = readonly (PolicyStatement | ExceptStatement)[];
const allowed = (statements: Statements) => statements.flatMap((one) => (one.Effect === "Allow" ? [one] : []));
const actionsOf = (statements: Statements) => allowed(statements).flatMap(({ Action }) => [Action].flat());
const statement = (statements: readonly PolicyStatement[], sid: string) => statements.find(({ Sid }) => Sid === sid);

it("C4 one repository, its environments, their state and named actions are right", () => {
  expect(githubDeployRolesFaults(right)).toEqual([]);
  const existingOidcProviderArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
  expect(githubDeployRolesFaults({ ...right, existingOidcProviderArn })).toEqual([]);
});

it.each<[Partial<GitHubDeployRolesShape>, string]>([
  [{ repository: "my-team" }, `repository is "my-team"; it must be one repository, by owner and name: write it like my-team/my-platform`],
  [{ environments: [] }, "environments is empty; a role is for one environment: name at least one"],
  [
    { environments: [{ name: "Prod" }] },
    `environments[0].name is "Prod"; it is the name of a stack, and what the names of its roles begin with: use up to 20 lower-case letters, digits and single hyphens`,
  ],
  [
    { environments: [{ name: "dev", readEnvironment: "dev:*" }] },
    `environments[0].readEnvironment is "dev:*"; it must be one environment of GitHub: use letters, digits, dots, hyphens and underscores`,
  ],
  // The nightly look has no reviewers; the deployment to prod has.
  [
    { environments: [{ name: "prod", readEnvironment: "prod" }] },
    `environments[0].readEnvironment is "prod", like its name; whoever may read or operate could then deploy, and the other way round without an approval: choose another, or leave it out`,
  ],
  [
    { environments: [{ name: "prod", operateEnvironment: "prod" }] },
    `environments[0].operateEnvironment is "prod", like its name; whoever may read or operate could then deploy, and the other way round without an approval: choose another, or leave it out`,
  ],
  [
    { environments: [{ name: "prod", operatorApiId: "*" }] },
    `environments[0].operatorApiId is "*"; it must be the id of one API: write the part of the loop's operatorUrl between https:// and the first dot`,
  ],
  [
    { ownerId: 12 },
    `repositoryId is undefined; GitHub's subject names both ids, whole numbers above 0: give both as gh api repos/OWNER/NAME --jq '.owner.id,.id' says them, or neither`,
  ],
  [{ environments: [{ name: "dev" }, { name: "dev" }] }, "environments names dev more than once; each counts once: name it once"],
  [
    { environments: [{ name: "prod" }, { name: "prod-eu" }] },
    "environments has prod and prod-eu; the role of prod may change what begins with prod-: choose names of which none begins another",
  ],
  [{ state: undefined }, "state is missing; a role reads and writes the state of its own stack: say where it lies"],
  [
    { state: { ...right.state, bucketArn: "state" } },
    `state.bucketArn is "state"; it must be the ARN of a bucket: write it like arn:aws:s3:::my-pulumi-state`,
  ],
  [
    { state: { ...right.state, kmsKeyArn: undefined } },
    "state.kmsKeyArn is missing; state and its secrets are encrypted with a key of yours: give its ARN",
  ],
  [
    { state: { ...right.state, project: "../other" } },
    `state.project is "../other"; it must be the name of a Pulumi project: write what Pulumi.yaml says`,
  ],
  [{ actions: [] }, "actions is empty; the roles may do what is named and nothing else: name the actions"],
  [{ actions: ["ec2:*"] }, `actions[0] is "ec2:*"; it must be one action of IAM, without a wildcard: write it like ec2:CreateVpc`],
  [
    { existingOidcProviderArn: "github" },
    `existingOidcProviderArn is "github"; it must be GitHub's provider in this account: write it like arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com`,
  ],
])("C4 fails for %j", (wrong, sentence) => {
  expect(githubDeployRolesFaults({ ...right, ...wrong })).toEqual([sentence]);
});

// With StringLike, or without the environment, any branch of anybody's pull request could deploy to prod.
it("C4 trusts the jobs of one repository in one environment, compared as a whole", () => {
  expect(JSON.parse(webIdentityTrust("arn:provider", { repository: "my-team/my-platform" }, "prod"))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: "arn:provider" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:my-team/my-platform:environment:prod",
          },
        },
      },
    ],
  });
});

// GitHub writes the ids for repositories made after 2026-06-18: with names alone no job of theirs gets a role.
it("C4 names owner and repository by their ids too, where these are given", () => {
  const repository = { repository: "my-team/my-platform", ownerId: 123456, repositoryId: 456789 };
  expect(githubDeployRolesFaults({ ...right, ...repository })).toEqual([]);
  expect(subjectOf(repository, "prod")).toBe("repo:my-team@123456/my-platform@456789:environment:prod");
});

it("I7 the role that operates asks one API for retrainings and roll-backs, and nothing else", () => {
  const api = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5";
  expect(operateStatements(facts([]), "a1b2c3d4e5")).toEqual([
    {
      ...{ Sid: "AskTheLoop", Effect: "Allow", Action: ["execute-api:Invoke"] },
      Resource: [`${api}/*/POST/retrain`, `${api}/*/POST/roll-back`],
    },
  ]);
});

describe("the role that deploys", () => {
  const statements = deployStatements(facts(everyAction()));

  // What preflight asks IAM about and what the role has are one table: an action in the one and not in the other stops an update half-way.
  it("C4 may call every action that preflight knows a deployment to call, and the state's", () => {
    const own = new Set(actionsOf(statements));
    expect(everyAction().filter((action) => !own.has(action))).toEqual([]);
    const more = [...own].filter((action) => !everyAction().includes(action));
    expect(more.sort()).toEqual(["iam:PutRolePermissionsBoundary", "kms:Encrypt"]);
  });

  it("I7 names every action, and gives none of IAM's, S3's and the secrets' on everything, but reads of IAM", () => {
    expect(actionsOf(statements).filter((action) => action.includes("*"))).toEqual([]);
    const everywhere = allowed(statements).filter(({ Resource }) => Resource === "*");
    expect(everywhere.map(({ Sid }) => Sid)).toEqual(["SeeRoles", "InTheRegion", "WithoutRegion"]);
    expect(actionsOf(everywhere).filter((action) => /^(iam|s3|secretsmanager):/.test(action) && !isRead(action))).toEqual([]);
    expect(statement(statements, "InTheRegion")?.Condition).toEqual({ StringEquals: { "aws:RequestedRegion": "us-east-1" } });
    expect([...new Set([statement(statements, "WithoutRegion")?.Action].flat().map((action) => action?.split(":")[0]))]).toEqual([
      "budgets",
      "route53",
    ]);
  });

  // Whoever may make a role without a bound and hand it to a function is an administrator in two calls.
  it("I7 makes roles within the boundary only, never takes it off, and hands over its own to named services", () => {
    expect(statement(statements, "MakeBoundedRoles")).toEqual({
      ...{ Sid: "MakeBoundedRoles", Effect: "Allow", Resource: "arn:aws:iam::123456789012:role/prod-*" },
      Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
      Condition: { StringEquals: { "iam:PermissionsBoundary": facts([]).boundaryArn } },
    });
    const elsewhere = statements.filter(({ Sid }) => Sid !== "MakeBoundedRoles");
    const giveRights = /^iam:(CreateRole|(Put|Attach)(Role|User|Group)|DeleteRolePermissionsBoundary|CreateUser|CreateAccessKey)/;
    expect(actionsOf(elsewhere).filter((action) => giveRights.test(action))).toEqual([]);
    expect(statement(statements, "HandOverOwnRoles")?.Resource).toBe("arn:aws:iam::123456789012:role/prod-*");
    expect(statement(statements, "HandOverOwnRoles")?.Condition?.["StringEquals"]?.["iam:PassedToService"]).toContain(
      "lambda.amazonaws.com",
    );
    // Its own name and the boundary's do not begin with the environment's.
    for (const { Resource } of elsewhere.filter(({ Sid }) => Sid === "ChangeOwnRoles")) expect([Resource].flat()).not.toContain("*");
  });

  it("C4 keeps the state of its own stack, and no other's", () => {
    expect(statement(statements, "KeepState")?.Resource).toEqual(
      [
        ...["stacks/modelloop/prod.json", "stacks/modelloop/prod.json.*", "history/modelloop/prod/*", "backups/modelloop/prod/*"],
        "locks/organization/modelloop/prod/*",
      ].map((object) => `arn:aws:s3:::state/.pulumi/${object}`),
    );
    expect(stateObjects("modelloop", "prod").records.some((object) => "…/.pulumi/stacks/modelloop/prod-eu.json".endsWith(object))).toBe(
      false,
    );
  });

  it("I7 is denied what bears another stack's tag, and the end of the state's key", () => {
    expect(statements.filter(({ Effect }) => Effect === "Deny").map(({ Sid, Resource, Condition }) => [Sid, Resource, Condition])).toEqual([
      ["LeaveOtherStacksAlone", "*", { StringNotEquals: { "aws:ResourceTag/Stack": "prod" }, Null: { "aws:ResourceTag/Stack": "false" } }],
      ["KeepTheStatesKey", facts([]).state.kmsKeyArn, undefined],
    ]);
  });
});

it("I7 the role that looks reads, and reads no secret, no data and no other state", () => {
  const statements = readStatements(facts(everyAction()));
  expect(actionsOf(statements).filter((action) => !isRead(action) && !["kms:Decrypt", "s3:ListBucket"].includes(action))).toEqual([]);
  const look = statement(statements, "Look")?.Action ?? [];
  for (const kept of ["secretsmanager:GetSecretValue", "s3:GetObject", "ssm:GetParameter", "lambda:GetFunction"])
    expect(look).not.toContain(kept);
  expect(statement(statements, "ReadState")?.Resource).toContain("arn:aws:s3:::state/.pulumi/stacks/modelloop/prod.json");
});

// The provider reads a function by GetFunction and an object by getting it: refused, the nightly look is red every night and nobody looks any more.
it("C4 the role that looks reads the environment's functions and the loop's own files, with the key of its own stack", () => {
  const statements = readStatements(facts(everyAction()));
  expect(statement(statements, "LookAtFunctions")).toMatchObject({
    ...{ Action: ["lambda:GetFunction"], Resource: "arn:aws:lambda:us-east-1:123456789012:function:prod-*" },
  });
  expect(statement(statements, "LookAtAssets")).toMatchObject({
    ...{ Action: ["s3:GetObject", "s3:GetObjectTagging"], Resource: "arn:aws:s3:::prod-loop-assets*/*" },
  });
  expect(statement(statements, "OpenAssets")?.Condition).toEqual({
    StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "aws:ResourceTag/Stack": "prod" },
    ArnLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::prod-loop-assets*" },
  });
});

it("I7 the boundary has nothing of IAM but what nodes and functions need, stays in the Region, and keeps off the state", () => {
  const statements = boundaryStatements(facts([]));
  expect(actionsOf(statements).filter((action) => action.startsWith("iam:"))).toEqual([
    ...["iam:GetServerCertificate", "iam:ListServerCertificates", "iam:GetRole", "iam:GetInstanceProfile", "iam:PassRole"],
    "iam:CreateServiceLinkedRole",
  ]);
  expect(actionsOf(statements)).not.toContain("*");
  expect(actionsOf(statements)).not.toContain("execute-api:*");
  // Without it the first retraining in an environment with boundaries ends at CreateTrainingJob.
  const handedTo = allowed(statements).find(({ Sid }) => Sid === "HandOverOwnRoles")?.Condition?.["StringEquals"]?.["iam:PassedToService"];
  expect(handedTo).toContain("sagemaker.amazonaws.com");
  const longest = { accountId: "123456789012", partition: "aws-us-gov", region: "ap-southeast-99", environment: "e".repeat(20) };
  const long = "x".repeat(180);
  const document = policyDocument(
    boundaryStatements({ ...facts([]), ...longest, state: { ...facts([]).state, bucketArn: long, kmsKeyArn: long } }),
  );
  expect(document.length).toBeLessThanOrEqual(LARGEST_POLICY);
});

// Dev's job writes the policies of the roles that dev makes: without these, one of them reads prod's models, passwords and tables.
it("I7 the boundary of prod denies other stacks' tags, and buckets, secrets and roles that do not begin with prod-", () => {
  const arn = "arn:aws";
  const secrets = `${arn}:secretsmanager:us-east-1:123456789012:secret`;
  const ofASecret = ["*Secret", "*SecretValue", "*SecretVersion*", "*ResourcePolicy", "*TagResource"].map(
    (name) => `secretsmanager:${name}`,
  );
  expect(boundaryStatements(facts([])).filter(({ Effect }) => Effect === "Deny")).toEqual([
    { Sid: "NotTheState", Effect: "Deny", Action: "s3:*", Resource: [`${arn}:s3:::state`, `${arn}:s3:::state/*`] },
    { Sid: "NotTheStatesKey", Effect: "Deny", Action: "kms:*", Resource: facts([]).state.kmsKeyArn },
    statement(deployStatements(facts([])), "LeaveOtherStacksAlone"),
    {
      ...{ Sid: "OwnBucketsOnly", Effect: "Deny", Action: "s3:*", NotResource: [`${arn}:s3:::prod-*`, `${arn}:s3:::prod-*/*`] },
      Condition: { StringEquals: { "aws:ResourceAccount": "123456789012" } },
    },
    { Sid: "OwnSecretsOnly", Effect: "Deny", Action: ofASecret, NotResource: [`${secrets}:prod-*`, `${secrets}:rds!*`] },
    {
      ...{ Sid: "OwnDatabasesSecrets", Effect: "Deny", Action: ofASecret, Resource: `${secrets}:rds!*` },
      Condition: {
        StringNotLike: { "aws:ResourceTag/aws:rds:primaryDBInstanceArn": `${arn}:rds:us-east-1:123456789012:db:prod-*` },
      },
    },
    { Sid: "OwnRolesOnly", Effect: "Deny", Action: "sts:AssumeRole", NotResource: `${arn}:iam::123456789012:role/prod-*` },
  ]);
});

// IAM refuses the policy that is too long, when half of the role is there already.
it("C4 the policies of all actions fit IAM's limits, with the longest names", () => {
  const long = "x".repeat(180);
  const longest = { ...facts(everyAction()), boundaryArn: long, state: { bucketArn: long, kmsKeyArn: long, project: "p".repeat(100) } };
  for (const statementsOf of [deployStatements, readStatements]) {
    const statements = inParts(statementsOf(longest));
    const policies = inPolicies(statements);
    expect(policies.flat()).toEqual(statements.map((_, number) => number));
    const sizes = policies.map((numbers) => policyDocument(numbers.flatMap((number) => statements[number] ?? [])).length);
    expect(sizes.filter((size) => size > LARGEST_POLICY)).toEqual([]);
    expect(sizes.length).toBeLessThanOrEqual(MOST_POLICIES);
    expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
  }
});

it("C4 cutting a statement into parts loses no action, whatever the list", () => {
  const action = fc
    .tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 60 }))
    .map(([n, size]) => `ec2:A${"b".repeat(size)}${n}`);
  fc.assert(
    fc.property(fc.uniqueArray(action, { maxLength: 400 }), (Action) => {
      const parts = inParts([{ Sid: "Some", Effect: "Allow", Action, Resource: "*" }]);
      expect(actionsOf(parts)).toEqual(Action);
      expect(Math.max(...parts.map((part) => JSON.stringify(part).length))).toBeLessThan(LARGEST_POLICY / 2);
    }),
  );
});
