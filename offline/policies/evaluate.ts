/**
 * Policies over a recorded plan, as @pulumi/policy 1.21 and the CLI run them: resource policies see inputs, stack policies see what would be in the
 * state; secrets are unwrapped; a value that the preview does not know is told, never passed. Remediations are not applied: with the level
 * `remediate` a violation that is there counts as mandatory, as it does in the CLI when a remediation leaves it.
 */
import type { PolicyResource, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { unknownCheckingProxy, UnknownValueError } from "@pulumi/policy/proxy";
import type { Policy } from "../../policies/rules";
import { type Json, type Properties, type RecordedResource } from "../engine";
import { isMapping } from "../plan/mapping";
import { inputSecrets, outputSecrets, SECRET_TEXT } from "../plan/redaction";
import { type Configured, type EnforcementLevel, type Reconciled } from "./configuration";

export interface Finding {
  readonly policy: string;
  readonly kind: "violation" | "unknown";
  /** Of an unknown value always advisory: nobody can say that it is wrong. */
  readonly level: "advisory" | "mandatory";
  readonly severity?: string;
  readonly urn?: string;
  readonly message: string;
}

type Props = Record<string, unknown>;

/** What `notApplicable` throws. */
class NotApplicable extends Error {}

export async function evaluate(policies: readonly Policy[], resources: readonly RecordedResource[], { policies: configured }: Reconciled) {
  const secrets = secretTexts(resources);
  const findings: Finding[] = [];
  const run = async (policy: Policy, urn: string | undefined, validate: (report: (message: string, of?: string) => void) => unknown) => {
    const level = effective(configured.get(policy.name));
    const about = { policy: policy.name, ...(policy.severity !== undefined && { severity: policy.severity }) };
    try {
      await validate((message, of = urn) =>
        findings.push({ ...about, kind: "violation", level, ...(of !== undefined && { urn: of }), message: hidden(message, secrets) }),
      );
    } catch (error) {
      if (error instanceof NotApplicable) return;
      if (!(error instanceof UnknownValueError))
        throw new Error(`The policy ${policy.name} failed on ${urn ?? "the stack"}`, { cause: error });
      findings.push({ ...about, kind: "unknown", level: "advisory", ...(urn !== undefined && { urn }), message: error.message });
    }
  };
  const active = policies.filter(({ name }) => (configured.get(name)?.level ?? "disabled") !== "disabled");
  const subjects = resources.map((resource) => ({ resource, args: seen(resource, flat(resource.inputs)) }));
  const ofResources = active.filter(isOfResources);
  for (const { resource, args: inputs } of subjects) {
    for (const policy of ofResources) {
      const validations = Array.isArray(policy.validateResource) ? policy.validateResource : [policy.validateResource];
      for (const validate of validations) {
        if (validate === undefined) continue;
        const args = { ...inputs, ...common(configured.get(policy.name)) } as ResourceValidationArgs;
        await run(policy, resource.urn, (report) => validate(args, report));
      }
    }
  }
  const state = stateOf(resources);
  for (const policy of active.filter(isOfStack)) {
    const args = { resources: state, ...common(configured.get(policy.name)) };
    await run(policy, undefined, (report) => policy.validateStack(args, report));
  }
  return findings;
}

function isOfResources(policy: Policy): policy is ResourceValidationPolicy {
  return "validateResource" in policy || "remediateResource" in policy;
}

function isOfStack(policy: Policy): policy is StackValidationPolicy {
  return "validateStack" in policy;
}

function effective(configured: Configured | undefined): "advisory" | "mandatory" {
  const level: EnforcementLevel = configured?.level ?? "advisory";
  return level === "advisory" ? "advisory" : "mandatory";
}

function common(configured: Configured | undefined) {
  return {
    stackTags: new Map<string, string>(),
    getConfig: <T>() => (configured?.settings ?? {}) as T,
    notApplicable: (reason?: string): never => {
      throw new NotApplicable(reason);
    },
  };
}

function seen({ type, name, urn, parent, options }: RecordedResource, props: Properties) {
  const isType = (resourceClass: unknown) => {
    const { __pulumiType: token, isInstance } = resourceClass as { __pulumiType?: string; isInstance?: (of: object) => boolean };
    return token === undefined ? isInstance?.({ __pulumiType: type }) === true : token === type;
  };
  const guarded = unknownCheckingProxy(props) as Props;
  const { protect = false, ignoreChanges, deleteBeforeReplace, aliases, additionalSecretOutputs } = options;
  return {
    ...{ type, name, urn, props: guarded, isType },
    asType: (resourceClass: unknown) => (isType(resourceClass) ? guarded : undefined),
    opts: {
      ...{ protect, ignoreChanges, aliases, additionalSecretOutputs },
      ...(deleteBeforeReplace !== undefined && { deleteBeforeReplace }),
      ...(parent !== undefined && { parent }),
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    },
  };
}

function stateOf(resources: readonly RecordedResource[]): PolicyResource[] {
  const made = new Map(
    resources.map((resource) => [
      resource.urn,
      { ...seen(resource, flat(resource.outputs)), dependencies: [], propertyDependencies: {} } as unknown as PolicyResource & {
        dependencies: PolicyResource[];
      },
    ]),
  );
  const found = (urns: readonly string[]) => urns.flatMap((urn) => made.get(urn) ?? []);
  for (const { urn, parent, dependencies, propertyDependencies } of resources) {
    const subject = made.get(urn);
    if (subject === undefined) continue;
    const [above] = found(parent === undefined ? [] : [parent]);
    if (above !== undefined) subject.parent = above;
    subject.dependencies = found(dependencies);
    for (const [property, urns] of Object.entries(propertyDependencies)) subject.propertyDependencies[property] = found(urns);
  }
  return [...made.values()];
}

/** The CLI hands an analyzer a reference to a resource as its id, or its URN. JSON, because the SDK's guard knows objects of its own realm only. */
function flat(properties: Properties): Properties {
  return JSON.parse(JSON.stringify(properties), (_key, value: Json) => {
    if (!isMapping(value) || typeof value["$ref"] !== "string") return value;
    return typeof value["id"] === "string" && value["id"] !== "" ? value["id"] : value["$ref"];
  }) as Properties;
}

/** Shorter ones would make a message unreadable, and protect nothing. */
const SHORTEST_SECRET = 4;

function secretTexts(resources: readonly RecordedResource[]): string[] {
  const texts = resources.flatMap((resource) => [
    ...inputSecrets(resource).flatMap((path) => textsIn(valueAt(resource.inputs, path))),
    ...outputSecrets(resource).flatMap((path) => textsIn(valueAt(resource.outputs, path))),
  ]);
  return [...new Set(texts.filter((text) => text.length >= SHORTEST_SECRET))].sort((one, other) => other.length - one.length);
}

function valueAt(value: Json, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => (found as Record<string | number, Json> | undefined)?.[key], value);
}

function textsIn(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function hidden(message: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, SECRET_TEXT), message);
}
