import { faultsOf, isLater, Kind, kindFaults, kmsKeyArnFaults, repeatFaults, shown } from "../../shared/faults";
import { repositoryFaults } from "../../shared/github-repository";

/** What of the arguments can be wrong before AWS is asked. */
export interface GitHubDeployRolesShape {
  readonly repository?: unknown;
  readonly ownerId?: unknown;
  readonly repositoryId?: unknown;
  readonly environments?: readonly DeployedEnvironmentShape[];
  readonly state?: StateBackendShape;
  readonly actions?: readonly string[];
  readonly existingOidcProviderArn?: unknown;
  readonly allowDelete?: boolean;
}

export interface DeployedEnvironmentShape {
  readonly name?: unknown;
  readonly readEnvironment?: unknown;
  readonly operateEnvironment?: unknown;
  readonly operatorApiId?: unknown;
}

interface StateBackendShape {
  readonly bucketArn?: unknown;
  readonly kmsKeyArn?: unknown;
  readonly project?: unknown;
}

/** Of GitHub's tokens; the address is the provider's name in IAM, and there is one of a name in each account. */
export const GITHUB_ISSUER = "token.actions.githubusercontent.com";

/** What AWS's own action asks GitHub for (aws-actions/configure-aws-credentials, input `audience`). */
export const AUDIENCE = "sts.amazonaws.com";

/** In `prod-*` of a role's name the environment's name is what keeps it from the others: no end may be another's beginning. */
const ENVIRONMENT = /^[a-z][a-z\d]*(-[a-z\d]+)*$/;
/** A role's name has 64 characters at most (IAM API reference, CreateRole), the component's own and Pulumi's end included. */
const LONGEST_ENVIRONMENT = 20;
/** GitHub, "Managing environments": not case-sensitive, 255 characters; without `:` and `*`, that have a meaning in a subject. */
const GITHUB_ENVIRONMENT = /^[\w.-]{1,255}$/;
/** API Gateway's own, lower-case letters and digits. With a wildcard the jobs of dev could roll prod back. */
const API_ID = /^[a-z\d]{5,32}$/;
const ACTION = /^[a-z\d-]+:[A-Z][A-Za-z\d]+$/;
const PROVIDER = /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/;
const BUCKET = /^arn:[a-z-]+:s3:::[a-z\d.-]+$/;

const KINDS = { environments: Kind.List, state: Kind.Group, actions: Kind.List, allowDelete: Kind.Flag };

export function githubDeployRolesFaults(args: GitHubDeployRolesShape): string[] {
  return faultsOf(args, KINDS, shapeFaults);
}

function shapeFaults(args: GitHubDeployRolesShape): string[] {
  const { repository, environments = [], state, actions = [], existingOidcProviderArn } = args;
  return [
    ...repositoryFaults("repository", repository),
    ...repositoryIdFaults(args),
    ...(environments.length === 0 ? ["environments is empty; a role is for one environment: name at least one"] : []),
    ...environments.flatMap((environment, index) => environmentFaults(`environments[${index}]`, environment)),
    ...overlapFaults(environments),
    ...stateFaults(state),
    ...(actions.length === 0 ? ["actions is empty; the roles may do what is named and nothing else: name the actions"] : []),
    ...actions.flatMap((action, index) => actionFaults(`actions[${index}]`, action)),
    ...providerFaults(existingOidcProviderArn),
  ];
}

/** Both or none: with one of them the trust would be a subject that GitHub never writes. */
function repositoryIdFaults({ ownerId, repositoryId }: GitHubDeployRolesShape): string[] {
  const cure = "give both as gh api repos/OWNER/NAME --jq '.owner.id,.id' says them, or neither";
  return Object.entries({ ownerId, repositoryId }).flatMap(([property, value]) => {
    if (value === undefined && ownerId === undefined && repositoryId === undefined) return [];
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return [];
    return [`${property} is ${shown(value)}; GitHub's subject names both ids, whole numbers above 0: ${cure}`];
  });
}

function environmentFaults(property: string, environment: DeployedEnvironmentShape): string[] {
  const malformed = kindFaults(property, environment ?? null, Kind.Group);
  if (malformed.length > 0) return malformed;
  const { name } = environment;
  const faults: string[] = [];
  if (typeof name !== "string" || name.length > LONGEST_ENVIRONMENT || !ENVIRONMENT.test(name)) {
    const rule = `it is the name of a stack, and what the names of its roles begin with`;
    faults.push(
      `${property}.name is ${shown(name)}; ${rule}: use up to ${LONGEST_ENVIRONMENT} lower-case letters, digits and single hyphens`,
    );
  }
  return [...faults, ...githubEnvironmentFaults(property, environment), ...operatorFaults(property, environment)];
}

function githubEnvironmentFaults(property: string, environment: DeployedEnvironmentShape): string[] {
  const { name, readEnvironment, operateEnvironment } = environment;
  const faults: string[] = [];
  for (const [key, value] of Object.entries({ readEnvironment, operateEnvironment })) {
    if (value === undefined) continue;
    if (typeof value !== "string" || !GITHUB_ENVIRONMENT.test(value)) {
      const rule = "it must be one environment of GitHub";
      faults.push(`${property}.${key} is ${shown(value)}; ${rule}: use letters, digits, dots, hyphens and underscores`);
    }
    if (value === name) {
      const rule = "whoever may read or operate could then deploy, and the other way round without an approval";
      faults.push(`${property}.${key} is ${shown(value)}, like its name; ${rule}: choose another, or leave it out`);
    }
  }
  return faults;
}

function operatorFaults(property: string, { operatorApiId }: DeployedEnvironmentShape): string[] {
  if (operatorApiId === undefined || (typeof operatorApiId === "string" && API_ID.test(operatorApiId))) return [];
  const cure = "write the part of the loop's operatorUrl between https:// and the first dot";
  return [`${property}.operatorApiId is ${shown(operatorApiId)}; it must be the id of one API: ${cure}`];
}

/** The role of `prod` may change `prod-*`, and so everything of an environment `prod-eu`. */
function overlapFaults(environments: readonly DeployedEnvironmentShape[]): string[] {
  const names = environments.flatMap((environment) => (typeof environment?.name === "string" ? [environment.name] : []));
  const within = names.flatMap((name) => names.filter((other) => other.startsWith(`${name}-`)).map((other) => ({ name, other })));
  return [
    ...repeatFaults("environments", names),
    ...within.map(
      ({ name, other }) =>
        `environments has ${name} and ${other}; the role of ${name} may change what begins with ${name}-: choose names of which none begins another`,
    ),
  ];
}

function stateFaults(state: StateBackendShape | undefined): string[] {
  if (state === undefined) return ["state is missing; a role reads and writes the state of its own stack: say where it lies"];
  const { bucketArn, kmsKeyArn, project } = state;
  const faults: string[] = [];
  if (!isLater(bucketArn) && (typeof bucketArn !== "string" || !BUCKET.test(bucketArn))) {
    faults.push(`state.bucketArn is ${shown(bucketArn)}; it must be the ARN of a bucket: write it like arn:aws:s3:::my-pulumi-state`);
  }
  if (kmsKeyArn === undefined) {
    faults.push("state.kmsKeyArn is missing; state and its secrets are encrypted with a key of yours: give its ARN");
  }
  faults.push(...kmsKeyArnFaults("state.kmsKeyArn", kmsKeyArn));
  if (typeof project !== "string" || !/^[\w.-]{1,100}$/.test(project)) {
    faults.push(`state.project is ${shown(project)}; it must be the name of a Pulumi project: write what Pulumi.yaml says`);
  }
  return faults;
}

function actionFaults(property: string, action: unknown): string[] {
  if (typeof action === "string" && ACTION.test(action)) return [];
  return [`${property} is ${shown(action)}; it must be one action of IAM, without a wildcard: write it like ec2:CreateVpc`];
}

function providerFaults(arn: unknown): string[] {
  if (arn === undefined || isLater(arn) || (typeof arn === "string" && PROVIDER.test(arn))) return [];
  const example = `arn:aws:iam::123456789012:oidc-provider/${GITHUB_ISSUER}`;
  return [`existingOidcProviderArn is ${shown(arn)}; it must be GitHub's provider in this account: write it like ${example}`];
}

export interface TrustedRepository {
  /** `owner/name`. */
  readonly repository: string;
  readonly ownerId?: number;
  readonly repositoryId?: number;
}

/**
 * What GitHub's token says of its job. Repositories made, renamed or moved after 2026-06-18 have the ids in it, so that nobody who takes a name
 * that became free is trusted (GitHub changelog, 2026-04-23, "Immutable subject claims").
 */
export function subjectOf({ repository, ownerId, repositoryId }: TrustedRepository, environment: string): string {
  if (ownerId === undefined || repositoryId === undefined) return `repo:${repository}:environment:${environment}`;
  const [owner = "", name = ""] = repository.split("/");
  return `repo:${owner}@${ownerId}/${name}@${repositoryId}:environment:${environment}`;
}

/**
 * Jobs of this repository that run in this environment of GitHub, whose rules (reviewers, branches) GitHub has then applied. Compared as a
 * whole: with a wildcard, `repo:my-team/*` would be enough for a repository that anybody in the team makes tomorrow.
 */
export function webIdentityTrust(providerArn: string, repository: TrustedRepository, environment: string): string {
  const claims = { [`${GITHUB_ISSUER}:aud`]: AUDIENCE, [`${GITHUB_ISSUER}:sub`]: subjectOf(repository, environment) };
  const statement = {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: claims },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
