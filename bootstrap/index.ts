/**
 * What the platform's own `pulumi up` needs first, for one AWS account: where state and its secrets lie, who may deploy, and for environments
 * with a private Kubernetes API the VPC with a runner in it. Its own first run keeps its state on disk; then that moves into the bucket (README.md).
 */
import * as pulumi from "@pulumi/pulumi";
import { Bucket, Budget, DeployRunner, EncryptionKey, GitHubDeployRoles, KeyService, Network } from "../components";
import { everyAction } from "../offline/preflight/permissions";
import { type EnvironmentParts, githubVariables } from "./handover";
import { type EnvironmentSettings, parseRegion, parseSettings, type Settings } from "./settings";

interface BootstrapOutputs {
  /** For `pulumi login`. */
  backendUrl: pulumi.Output<string>;
  /** For `pulumi stack init --secrets-provider`. */
  secretsProvider: pulumi.Output<string>;
  oidcProviderArn: pulumi.Output<string>;
  /** What the platform's stack files take over (`adopt.ts`). */
  environments: pulumi.Output<Record<string, EnvironmentParts>>;
  /** One `NAME=value` a line, as `gh variable set --env-file` reads them. */
  githubVariables: pulumi.Output<string>;
}

function bootstrap(): BootstrapOutputs {
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  const settings = parseSettings(file, new pulumi.Config("modelloop").getObject("bootstrap"));
  const region = parseRegion(file, new pulumi.Config("aws").get("region"));

  const tags = tagsOf(settings, "shared");
  const stateKey = new EncryptionKey("state-key", { description: "Encrypts Pulumi's state and the secrets in it", tags });
  const state = new Bucket("pulumi-state", { kmsKeyArn: stateKey.keyArn, tags });
  const roles = createRoles(settings, state, stateKey);
  const inside = createInside(settings);
  if (settings.budget !== undefined) new Budget("account-budget", { ...settings.budget, tags: { ...tags, Stack: OURS } });

  const environments = pulumi.output(
    Object.fromEntries(
      settings.environments.map(({ name, operatorApiId }) => [
        name,
        {
          deployRoleArn: roles.deployRoleArns.apply((arns) => arns[name] ?? ""),
          readRoleArn: roles.readRoleArns.apply((arns) => arns[name] ?? ""),
          ...(operatorApiId !== undefined && { operateRoleArn: roles.operateRoleArns.apply((arns) => arns[name] ?? "") }),
          permissionsBoundaryArn: roles.boundaryArns.apply((arns) => arns[name] ?? ""),
          ...inside.get(name),
        },
      ]),
    ),
  );
  const backendUrl = pulumi.interpolate`s3://${state.bucketName}?region=${region}&awssdk=v2`;
  return {
    backendUrl,
    secretsProvider: pulumi.interpolate`awskms://${stateKey.aliasName}?region=${region}`,
    oidcProviderArn: roles.oidcProviderArn,
    environments,
    githubVariables: pulumi.all([backendUrl, environments]).apply(([url, parts]) => githubVariables(url, region, parts)),
  };
}
export = bootstrap;

function createRoles(settings: Settings, state: Bucket, stateKey: EncryptionKey): GitHubDeployRoles {
  return new GitHubDeployRoles("github", {
    repository: settings.repository,
    ownerId: settings.ownerId,
    repositoryId: settings.repositoryId,
    environments: settings.environments.map(({ network: _network, runner: _runner, ...environment }) => environment),
    state: { bucketArn: state.arn, kmsKeyArn: stateKey.keyArn, project: settings.platformProject },
    // The platform has no build projects, and the account's are what others deploy on: who changes one has the next job's token.
    actions: everyAction().filter((action) => !action.startsWith("codebuild:")),
    existingOidcProviderArn: settings.existingOidcProviderArn,
    tags: tagsOf(settings, "shared"),
  });
}

interface Inside {
  vpc: ReturnType<Network["reference"]>;
  runnerName?: pulumi.Output<string>;
  runnerSecurityGroupId?: pulumi.Output<string>;
}

/** Of the environments that the platform adopts a VPC for. */
function createInside(settings: Settings): Map<string, Inside> {
  const wanted = settings.environments.filter(({ network }) => network !== undefined);
  if (wanted.length === 0) return new Map();
  const logsKey = new EncryptionKey("deploy-logs-key", {
    description: "Encrypts what deployments print, and the record of traffic",
    services: [KeyService.CloudWatchLogs],
    tags: { ...tagsOf(settings, "shared"), Stack: OURS },
  });
  return new Map(wanted.map((environment) => [environment.name, createVpc(settings, environment, logsKey)]));
}

/** The noun first: what begins with an environment's name, its deploy role may change, and these it only uses. */
function createVpc(settings: Settings, { name, network, runner }: EnvironmentSettings, { keyArn }: EncryptionKey): Inside {
  const { flowLogDays, ...place } = network ?? { flowLogDays: undefined };
  const tags = { ...tagsOf(settings, name), Stack: name };
  const vpc = new Network(`network-${name}`, {
    ...place,
    reservedCidrs: settings.environments.flatMap((other) =>
      other.name === name || other.network === undefined ? [] : [{ name: other.name, cidr: other.network.cidr }],
    ),
    flowLogs: { retentionDays: flowLogDays, kmsKeyArn: keyArn },
    tags,
  }).reference();
  if (runner === undefined || settings.connectionArn === undefined) return { vpc };
  const { repository, connectionArn } = settings;
  const { runnerName, securityGroupId } = new DeployRunner(`runner-${name}`, {
    ...{ ...runner, vpc, repository, connectionArn, kmsKeyArn: keyArn, tags },
  });
  return { vpc, runnerName, runnerSecurityGroupId: securityGroupId };
}

/** No environment is called so: it is too long. */
const OURS = "modelloop-bootstrap";

/**
 * Beside these the tag `Stack` says whose role may touch it, and keeps all others away: an environment's own, or nobody's. What all of them use,
 * the state's bucket and key, has none.
 */
function tagsOf({ owner, costCentre }: Settings, environment: string): Record<string, string> {
  return { Project: pulumi.getProject(), Environment: environment, Owner: owner, CostCentre: costCentre };
}
