/**
 * What Pulumi's CLI makes of a pack's configuration before it runs a policy (pkg/resource/analyzer/config.go, v3.259): level of the user, else of
 * the policy; a value of the user, else of the pack, else the schema's default; then the schema judges, also what nobody configured.
 */
import Ajv from "ajv";
import type { Policy } from "../../policies/rules";

export type EnforcementLevel = "advisory" | "mandatory" | "remediate" | "disabled";

/** The shape of `--policy-pack-config`: policy, or `all`, → a level, or settings with a level among them. */
export type PolicyConfiguration = Readonly<Record<string, unknown>>;

export interface Configured {
  readonly level: EnforcementLevel;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Reconciled {
  readonly policies: ReadonlyMap<string, Configured>;
  /** Whole sentences. With one of them no policy runs. */
  readonly faults: readonly string[];
}

const LEVELS: readonly unknown[] = ["advisory", "mandatory", "remediate", "disabled"];

/** @param layers the pack's own configuration first, the user's last */
export function reconcile(policies: readonly Policy[], ...layers: readonly PolicyConfiguration[]): Reconciled {
  const faults: string[] = [];
  const names = new Set(policies.map(({ name }) => name));
  for (const name of layers.flatMap((layer) => Object.keys(layer)))
    if (name !== "all" && !names.has(name))
      faults.push(`${name} is configured, and no policy has that name: remove it, or name one that RULES.md has`);
  const configured = policies.map((policy): [string, Configured] => {
    let level: unknown = policy.enforcementLevel ?? "advisory";
    const settings: Record<string, unknown> = defaultsOf(policy);
    for (const layer of layers) {
      level = parted(layer["all"]).level ?? level;
      const own = parted(layer[policy.name]);
      level = own.level ?? level;
      Object.assign(settings, own.settings);
    }
    if (!LEVELS.includes(level)) faults.push(`${policy.name}: its level is ${JSON.stringify(level)}; use advisory, mandatory or disabled`);
    else if (level !== "disabled") faults.push(...schemaFaults(policy, settings));
    return [policy.name, { level: level as EnforcementLevel, settings }];
  });
  return { policies: new Map(configured), faults };
}

function parted(given: unknown): { level?: unknown; settings: Record<string, unknown> } {
  if (typeof given === "string") return { level: given, settings: {} };
  if (typeof given !== "object" || given === null) return { settings: {} };
  const { enforcementLevel: level, ...settings } = given as Record<string, unknown>;
  return { ...(level !== undefined && { level }), settings };
}

/** Of the first level of the schema only, as the CLI does. */
function defaultsOf({ configSchema }: Policy): Record<string, unknown> {
  const properties = Object.entries(configSchema?.properties ?? {});
  return Object.fromEntries(
    properties.flatMap(([key, schema]) => (typeof schema === "object" && schema.default !== undefined ? [[key, schema.default]] : [])),
  );
}

/** One for all: making it costs more than all that it judges. The schemas are ours, and a test compiles each of them. */
const ajv = new Ajv({ allErrors: true, strict: false, validateSchema: false, meta: false });

function schemaFaults({ name, configSchema }: Policy, settings: Record<string, unknown>): string[] {
  if (configSchema === undefined) return [];
  const { properties, required = [] } = configSchema;
  const validate = ajv.compile({ type: "object", properties, required });
  if (validate(settings)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = "is wrong" }) => `${name}: ${instancePath.slice(1) || "its configuration"} ${message}`,
  );
}
