/** What the stack file of an account may say. Strict: a word that nobody reads is a wish that nobody fulfils. */
import { z } from "zod";
import { RunnerSize } from "../components/foundation/deploy-runner/deploy-runner";
import { NatGateways } from "../components/foundation/network/network";
import { ConfigurationError } from "../components/shared/errors";

const network = z.strictObject({
  cidr: z.string(),
  zones: z.number().int().min(1).max(3).default(2),
  natGateways: z.enum([NatGateways.Single, NatGateways.PerZone]).default(NatGateways.Single),
  flowLogDays: z.number().int().default(30),
});

const runner = z.strictObject({
  size: z.enum(RunnerSize).optional(),
  image: z.string().optional(),
  maxJobs: z.number().int().optional(),
  workflowNames: z.array(z.string()).default(["Deploy", "Infrastructure drift"]),
});

const environment = z.strictObject({
  name: z.string(),
  readEnvironment: z.string().optional(),
  operateEnvironment: z.string().optional(),
  operatorApiId: z.string().optional(),
  network: network.optional(),
  runner: runner.optional(),
});

const budget = z.strictObject({ monthlyLimitUsd: z.number(), emailAddresses: z.array(z.string()) });

const settings = z.strictObject({
  owner: z.string(),
  costCentre: z.string(),
  repository: z.string(),
  ownerId: z.number().optional(),
  repositoryId: z.number().optional(),
  platformProject: z.string().default("modelloop"),
  connectionArn: z.string().optional(),
  existingOidcProviderArn: z.string().optional(),
  budget: budget.optional(),
  environments: z.array(environment),
});

export type Settings = z.infer<typeof settings>;
export type EnvironmentSettings = Settings["environments"][number];

/** @throws ConfigurationError with every fault; what the components refuse themselves is left to them. */
export function parseSettings(file: string, value: unknown): Settings {
  const parsed = settings.safeParse(value);
  if (!parsed.success)
    throw new ConfigurationError(
      file,
      parsed.error.issues.map(({ path, message }) => `${at(path)}: ${message}`),
    );
  const faults = parsed.data.environments.flatMap(({ name, network, runner }) => {
    if (runner === undefined) return [];
    return [
      ...(network === undefined
        ? [`environment ${name} has a runner and no network; the runner stands in the VPC: give it a network`]
        : []),
      ...(parsed.data.connectionArn === undefined
        ? [`environment ${name} has a runner; it listens to GitHub by a connection: give connectionArn`]
        : []),
    ];
  });
  if (faults.length > 0) throw new ConfigurationError(file, faults);
  return parsed.data;
}

/** Said, and not taken from whoever runs it: state would lie in the Region of one and be looked for in that of the other. */
export function parseRegion(file: string, region: string | undefined): string {
  if (region === undefined) throw new ConfigurationError(file, ["aws:region is missing; state and roles are of one Region: write it"]);
  return region;
}

function at(path: readonly PropertyKey[]): string {
  return ["modelloop:bootstrap", ...path.map(String)].join(".");
}
