import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { onceThere } from "../../shared/once-there.pulumi";
import { policyDocument, type PolicyStatement } from "../../shared/policy-document";
import { type DeployFacts, deployStatements, operateStatements, readStatements } from "./deploy-permissions";
import { AUDIENCE, GITHUB_ISSUER, githubDeployRolesFaults, webIdentityTrust } from "./github-deploy-roles";
import { boundaryStatements } from "./permissions-boundary";
import { inParts, inPolicies } from "./policy-sizes";

/** One environment: a stack of the platform, and the environment of GitHub that may deploy it. */
export interface DeployedEnvironmentArgs {
  /** Name of the stack and of GitHub's environment; what the stack makes begins with it. Changing it replaces the environment's roles. */
  name: string;
  /** GitHub's environment whose jobs may look, and change nothing. @default "<name>-read" */
  readEnvironment?: string;
  /** GitHub's environment whose jobs may ask the loop for a retraining or a roll-back, and change nothing else. @default "<name>-operate" */
  operateEnvironment?: string;
  /**
   * Id of the loop's operator API, the first part of its host, which is known after the environment's first `up`. @default - no role that operates
   */
  operatorApiId?: string;
}

/** Where Pulumi keeps the stacks' state. */
export interface StateBackendReference {
  /** ARN of the bucket. */
  bucketArn: pulumi.Input<string>;
  /** ARN of the key that encrypts the bucket, and the secrets in the state. */
  kmsKeyArn: pulumi.Input<string>;
  /** Name of the stacks' Pulumi project. */
  project: string;
}

export interface GitHubDeployRolesArgs {
  /** The one repository on GitHub that deploys, `owner/name`. */
  repository: string;
  /** GitHub's number of the owner, for a repository whose tokens name ids (made, renamed or moved after 2026-06-18). @default - names alone */
  ownerId?: number;
  /** GitHub's number of the repository; with `ownerId`, or neither. @default - names alone */
  repositoryId?: number;
  /** What it deploys, each with roles of its own. None may be called like another with something behind it (`prod`, `prod-eu`). */
  environments: DeployedEnvironmentArgs[];
  /** Where the state lies; each role reads and writes that of its own stack. */
  state: StateBackendReference;
  /** Actions of IAM that a deployment calls, without wildcards. */
  actions: string[];
  /** ARN of GitHub's OIDC provider, where the account has it: there can be one only. @default - one of its own */
  existingOidcProviderArn?: pulumi.Input<string>;
  /** Lets `pulumi destroy` delete GitHub's provider, which others in the account may have come to rely on. @default false */
  allowDelete?: boolean;
  /** Tags of everything that can have tags. A tag `Stack` would keep the roles away from what bears it. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * The roles by which GitHub's jobs deploy without a key: for each environment one that deploys, one that looks, one that asks the loop where its API
 * is known, and the boundary of all roles that a deployment makes.
 *
 * Security: a role trusts jobs of one repository in one environment of GitHub. It calls the named actions, on what bears the environment's name,
 * in one Region, and nothing that bears another stack's tag. Roles that it makes get the boundary, or IAM refuses them.
 * Cost: nothing (IAM is free).
 * Replaced when: an environment's `name` changes replaces its roles, whose ARNs then change.
 */
export class GitHubDeployRoles extends pulumi.ComponentResource {
  /** ARN of GitHub's OIDC provider. */
  readonly oidcProviderArn: pulumi.Output<string>;
  /** ARN of the role that deploys, by environment; known once it may. */
  readonly deployRoleArns: pulumi.Output<Record<string, string>>;
  /** ARN of the role that looks, by environment. */
  readonly readRoleArns: pulumi.Output<Record<string, string>>;
  /** ARN of the role that asks the loop, of each environment whose `operatorApiId` is given. */
  readonly operateRoleArns: pulumi.Output<Record<string, string>>;
  /** ARN of the boundary that roles of the environment must have. */
  readonly boundaryArns: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: GitHubDeployRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("GitHubDeployRoles", name, githubDeployRolesFaults(args));
    super("modelloop:index:GitHubDeployRoles", name, {}, opts);

    const providerArn = pulumi.output(args.existingOidcProviderArn ?? createProvider(this, name, args));
    const made = args.environments.map(
      (environment) => [environment.name, createEnvironment(this, name, providerArn, environment, args)] as const,
    );
    const arnsOf = (role: keyof EnvironmentRoles) =>
      pulumi.output(Object.fromEntries(made.flatMap(([of, { [role]: arn }]) => (arn === undefined ? [] : [[of, arn]]))));

    this.oidcProviderArn = providerArn;
    this.deployRoleArns = arnsOf("deploy");
    this.readRoleArns = arnsOf("read");
    this.operateRoleArns = arnsOf("operate");
    this.boundaryArns = arnsOf("boundary");
    const { oidcProviderArn, deployRoleArns, readRoleArns, operateRoleArns, boundaryArns } = this;
    this.registerOutputs({ oidcProviderArn, deployRoleArns, readRoleArns, operateRoleArns, boundaryArns });
  }
}

/** Without a thumbprint: IAM trusts GitHub's certificate by the authorities that it knows itself. */
function createProvider(
  parent: GitHubDeployRoles,
  name: string,
  { allowDelete = false, tags }: GitHubDeployRolesArgs,
): pulumi.Output<string> {
  const provider = new aws.iam.OpenIdConnectProvider(
    `${name}-provider`,
    { url: `https://${GITHUB_ISSUER}`, clientIdLists: [AUDIENCE], tags },
    { parent, protect: !allowDelete, retainOnDelete: !allowDelete },
  );
  // Its ARN is its address: said before AWS has answered, a preview shows whom the roles trust, and a policy can judge it.
  const arn = accountOf(parent).apply(({ partition, accountId }) => `arn:${partition}:iam::${accountId}:oidc-provider/${GITHUB_ISSUER}`);
  return onceThere(arn, [provider]);
}

interface EnvironmentRoles {
  readonly deploy: pulumi.Output<string>;
  readonly read: pulumi.Output<string>;
  readonly operate?: pulumi.Output<string>;
  readonly boundary: pulumi.Output<string>;
}

function createEnvironment(
  parent: GitHubDeployRoles,
  component: string,
  providerArn: pulumi.Output<string>,
  { name: environment, operatorApiId, ...of }: DeployedEnvironmentArgs,
  args: GitHubDeployRolesArgs,
): EnvironmentRoles {
  const name = `${component}-${environment}`;
  const { repository, tags } = args;
  const { readEnvironment = `${environment}-read`, operateEnvironment = `${environment}-operate` } = of;
  const facts = factsOf(parent, environment, args);
  const boundary = new aws.iam.Policy(
    `${name}-boundary`,
    {
      description: `The most that roles of ${environment} can do`,
      policy: facts.apply((known) => policyDocument(boundaryStatements(known))),
      tags,
    },
    { parent },
  );
  const deployFacts = pulumi.all([facts, boundary.arn]).apply(([known, boundaryArn]) => ({ ...known, boundaryArn }));
  const role = (noun: string, description: string, of: string, hours: number): aws.iam.Role =>
    new aws.iam.Role(
      `${name}-${noun}`,
      {
        description,
        assumeRolePolicy: providerArn.apply((arn) => webIdentityTrust(arn, args, of)),
        maxSessionDuration: hours * 3_600,
        tags,
      },
      { parent },
    );
  const deploy = role("deploy", `Jobs of ${repository} in ${environment} deploy it`, environment, 2);
  const read = role("read", `Jobs of ${repository} in ${readEnvironment} look at ${environment}`, readEnvironment, 1);
  const operate = (apiId: string) => {
    const asks = role("operate", `Jobs of ${repository} in ${operateEnvironment} ask the loop of ${environment}`, operateEnvironment, 1);
    const policy = facts.apply((known) => policyDocument(operateStatements(known, apiId)));
    return attached(parent, `${name}-operate`, asks, [policy], tags);
  };
  const policies = (statementsOf: Statements) => policiesOf(statementsOf, args, environment, deployFacts);
  return {
    deploy: attached(parent, `${name}-deploy`, deploy, policies(deployStatements), tags),
    read: attached(parent, `${name}-read`, read, policies(readStatements), tags),
    operate: operatorApiId === undefined ? undefined : operate(operatorApiId),
    boundary: boundary.arn,
  };
}

function factsOf(parent: GitHubDeployRoles, environment: string, { actions, state }: GitHubDeployRolesArgs): pulumi.Output<DeployFacts> {
  return pulumi
    .all([accountOf(parent), pulumi.output(state.bucketArn), pulumi.output(state.kmsKeyArn)])
    .apply(([account, bucketArn, kmsKeyArn]) => ({
      ...account,
      ...{ environment, actions, boundaryArn: "", state: { bucketArn, kmsKeyArn, project: state.project } },
    }));
}

/** As long as any ARN that AWS will put in its place: how many policies there are must be known before it has. */
const LONGEST_ARN = "x".repeat(180);

type Statements = (facts: DeployFacts) => PolicyStatement[];

function policiesOf(
  statementsOf: Statements,
  { actions, state }: GitHubDeployRolesArgs,
  environment: string,
  facts: pulumi.Output<DeployFacts>,
): pulumi.Output<string>[] {
  const longest = {
    ...{ accountId: "123456789012", partition: "aws-us-gov", region: "ap-southeast-99", environment, actions, boundaryArn: LONGEST_ARN },
    state: { bucketArn: LONGEST_ARN, kmsKeyArn: LONGEST_ARN, project: state.project },
  };
  return inPolicies(inParts(statementsOf(longest))).map((numbers) =>
    facts.apply((known) => {
      const statements = inParts(statementsOf(known));
      return policyDocument(numbers.flatMap((number) => statements[number] ?? []));
    }),
  );
}

/** The role's ARN, known once it has its policies: a job that came before would be refused half-way. */
function attached(
  parent: GitHubDeployRoles,
  name: string,
  role: aws.iam.Role,
  documents: readonly pulumi.Output<string>[],
  tags: GitHubDeployRolesArgs["tags"],
): pulumi.Output<string> {
  const attachments = documents.map((policy, index) => {
    const { arn } = new aws.iam.Policy(`${name}-policy-${index + 1}`, { policy, tags }, { parent });
    return new aws.iam.RolePolicyAttachment(`${name}-attachment-${index + 1}`, { role: role.name, policyArn: arn }, { parent });
  });
  return onceThere(role.arn, attachments);
}
