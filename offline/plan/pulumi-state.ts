/**
 * `stack.json` and `preview.json`, in the shapes of `pulumi stack export` (deployment version 3) and `pulumi preview --json`, for tools that
 * read those. Pure. The shapes are those of Pulumi 3.259: sdk/go/common/apitype/core.go (`ResourceV3`) and pkg/display/json.go (`PreviewDigest`).
 */
import { createHash } from "node:crypto";
import { type Json, type Properties, type PropertyPath, type RecordedResource, type Recording, UNKNOWN } from "../engine";
import { inputSecrets, outputSecrets, redactedRecording, SECRET_TEXT, UNKNOWN_TEXT } from "./redaction";
import { byText, canonical } from "./stable-json";

/** How Pulumi marks values that JSON cannot say (sdk/go/common/resource/properties.go, `SigKey` and its neighbours). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SIGNATURES = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  reference: "5cf8f73096256a8f31e491e813e4eb8e",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
};

/**
 * A secret without its value. Pulumi refuses a marker that carries neither text, so a stand-in stands where the plain text would: the file
 * can be read back, and holds nothing to hide.
 */
const SECRET_MARKER: Properties = { [SIGNATURE]: SIGNATURES.secret, plaintext: JSON.stringify(SECRET_TEXT) };

/** The engine refuses a state whose magic does not match its version, and a time must be there; both are constant so that two runs agree. */
const ENGINE_VERSION = "v3.259.0";
const NO_TIME = "0001-01-01T00:00:00Z";

export interface Deployment {
  version: 3;
  deployment: { manifest: Properties; resources: Properties[]; metadata: Properties };
}

/** @param apply a recording in apply mode: a state has no unknown values. */
export function stackExport(apply: Recording): Deployment {
  const state = (resource: RecordedResource) => {
    const outputs = resource.outputs;
    return resourceState(resource, encoded(resource.inputs, inputSecrets(resource)), encoded(outputs, outputSecrets(resource)));
  };
  const magic = createHash("sha256").update(ENGINE_VERSION).digest("hex");
  return {
    version: 3,
    deployment: {
      manifest: { time: NO_TIME, magic, version: ENGINE_VERSION },
      resources: inOrderOfCreation(apply.resources).map(state),
      metadata: {},
    },
  };
}

export interface PreviewDigest {
  config: Record<string, string>;
  steps: Properties[];
  diagnostics: Properties[];
  changeSummary: { create: number };
}

/** Pulumi prints `[secret]` for secrets in this document, and its own mark for what is not known yet. */
export function previewDigest(preview: Recording, config: Readonly<Record<string, string>>, secretKeys: readonly string[]): PreviewDigest {
  const hidden = redactedRecording(preview);
  // The CLI keeps default providers to itself, and a preview has no outputs yet.
  const shown = inOrderOfCreation(hidden.resources).filter(({ type, modelled }) => !(modelled && type.startsWith("pulumi:providers:")));
  const steps = shown.map((resource) => ({
    ...{ op: resource.kind === "read" ? "read" : "create", urn: resource.urn },
    ...(resource.provider === undefined ? {} : { provider: providerReference(resource) }),
    newState: resourceState(resource, encoded(resource.inputs, []), {}),
    detailedDiff: null,
  }));
  return {
    config: Object.fromEntries(
      Object.entries(config)
        .sort(([left], [right]) => byText(left, right))
        .map(([key, value]) => [key, secretKeys.includes(key) ? SECRET_TEXT : value]),
    ),
    steps,
    diagnostics: preview.messages.map(({ severity, text }) => ({ message: text, severity })),
    changeSummary: { create: steps.filter(({ op }) => op === "create").length },
  };
}

function resourceState(resource: RecordedResource, inputs: Properties, outputs: Properties): Properties {
  const { options } = resource;
  const custom = resource.kind === "custom" || resource.kind === "read";
  const given = {
    ...{ urn: resource.urn, custom, id: resource.id, type: resource.type },
    ...{ inputs, outputs, parent: resource.parent, protect: options.protect, external: resource.kind === "read" ? true : undefined },
    ...{
      dependencies: [...resource.dependencies].sort(byText),
      provider: providerReference(resource),
      propertyDependencies: canonical(resource.propertyDependencies as Properties),
    },
    ...{ additionalSecretOutputs: options.additionalSecretOutputs, aliases: options.aliases.filter((alias) => alias.startsWith("urn:")) },
    ...{
      customTimeouts: inSeconds(options.customTimeouts),
      importID: options.importId,
      retainOnDelete: options.retainOnDelete,
      deletedWith: options.deletedWith,
    },
    ...{ sourcePosition: resource.source === undefined ? undefined : `project:///${resource.source}` },
    ...{ ignoreChanges: options.ignoreChanges, replaceOnChanges: options.replaceOnChanges },
  };
  return Object.fromEntries(Object.entries(given).filter(([key, value]) => key === "custom" || !isEmpty(value))) as Properties;
}

/** `urn::id`; a provider that does not exist yet has an unknown id. */
function providerReference({ provider }: RecordedResource): string {
  return provider?.endsWith("::") === true ? provider + UNKNOWN : (provider ?? "");
}

/** Go's `omitempty`: false, empty text, empty lists and empty objects are left out. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === false || value === "") return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function encoded(properties: Properties, secrets: readonly PropertyPath[]): Properties {
  return canonical(encode(properties, secrets, []) as Properties);
}

function encode(value: Json, secrets: readonly PropertyPath[], path: PropertyPath): Json {
  const below = secrets.filter((secret) => path.every((part, index) => secret[index] === part));
  if (below.some((secret) => secret.length === path.length)) return SECRET_MARKER;
  if (value === UNKNOWN_TEXT) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item, index) => encode(item, below, [...path, index]));
  if (typeof value !== "object" || value === null) return value;
  if ("$ref" in value) return { [SIGNATURE]: SIGNATURES.reference, urn: value["$ref"] ?? "", id: value["id"] ?? "", packageVersion: "" };
  for (const kind of ["asset", "archive"] as const) {
    const held = value[`$${kind}`];
    if (held !== undefined) return { [SIGNATURE]: SIGNATURES[kind], ...(encode(held, below, [...path, `$${kind}`]) as Properties) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, below, [...path, key])]));
}

/**
 * Whatever a resource names comes before it, which the engine demands of a state; otherwise by URN, so that the moment at which an output
 * happened to be known does not show in the file.
 */
function inOrderOfCreation<T extends RecordedResource>(resources: readonly T[]): T[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const placed = new Set<string>();
  const ordered: T[] = [];
  const place = (resource: T) => {
    if (placed.has(resource.urn)) return;
    placed.add(resource.urn);
    const providerUrn = resource.provider?.slice(0, resource.provider.lastIndexOf("::"));
    for (const urn of [providerUrn, resource.parent, ...[...resource.dependencies].sort(byText), resource.options.deletedWith]) {
      const needed = urn === undefined ? undefined : byUrn.get(urn);
      if (needed !== undefined) place(needed);
    }
    ordered.push(resource);
  };
  for (const resource of [...resources].sort((left, right) => byText(left.urn, right.urn))) place(resource);
  return ordered;
}

/** `resource.CustomTimeouts` counts seconds; programs write Go durations such as `1h30m`. */
function inSeconds(timeouts: RecordedResource["options"]["customTimeouts"]): Record<string, number> {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 0.000_001, µs: 0.000_001, ns: 0.000_000_001 };
  const seconds = (duration: string) =>
    [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g)].reduce(
      (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0),
      0,
    );
  return Object.fromEntries(Object.entries(timeouts).map(([verb, duration]) => [verb, seconds(duration)]));
}
