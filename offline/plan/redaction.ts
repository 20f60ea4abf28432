/**
 * The only door through which a recording leaves the process. What comes out holds no secret: whoever writes a file, a page or a line of
 * text takes a `RedactedRecording`, so forgetting to redact does not compile.
 */
import { type Json, type Properties, type PropertyPath, type RecordedResource, type Recording, redacted, UNKNOWN } from "../engine";
import { isMapping } from "./mapping";

declare const checked: unique symbol;

export interface RedactedRecording extends Recording {
  readonly [checked]: true;
}

export const SECRET_TEXT = "[secret]";
export const UNKNOWN_TEXT = "[unknown]";

/** Secrets read `[secret]`, unknown values `[unknown]`, everywhere in inputs, outputs and stack outputs. */
export function redactedRecording(recording: Recording): RedactedRecording {
  const resources = recording.resources.map((resource) => ({
    ...resource,
    inputs: hidden(resource.inputs, inputSecrets(resource)),
    outputs: hidden(resource.outputs, outputSecrets(resource)),
  }));
  const stackOutputs = hidden(recording.stackOutputs, recording.stackOutputSecrets);
  const outputsOfStack = (resource: RecordedResource) =>
    resource.parent === undefined && resource.type === "pulumi:pulumi:Stack" ? { ...resource, outputs: stackOutputs } : resource;
  return { ...recording, resources: resources.map(outputsOfStack), calls: [], stackOutputs } as unknown as RedactedRecording;
}

const KUBERNETES_SECRET = "kubernetes:core/v1:Secret";
const SECRET_DATA = ["data", "stringData"];

/**
 * A Kubernetes Secret is one by nature, also where the program wrote its data as plain text. Its keys stay legible: a manifest without them
 * could not be checked, and they are in every pod that mounts it.
 */
export function inputSecrets({ type, inputs, secrets }: RecordedResource): PropertyPath[] {
  if (type !== KUBERNETES_SECRET) return secrets;
  const values = SECRET_DATA.flatMap((key) => (isMapping(inputs[key]) ? Object.keys(inputs[key]).map((name) => [key, name]) : [[key]]));
  return [...secrets.filter((path) => path.length > 1 || !SECRET_DATA.includes(String(path[0]))), ...values];
}

/** An output repeats the input of its name, so it is as secret as that; the program may have named more. */
export function outputSecrets(resource: RecordedResource): PropertyPath[] {
  const byNature = resource.type === KUBERNETES_SECRET ? SECRET_DATA : [];
  const named = [...byNature, ...resource.options.additionalSecretOutputs].filter((key) => key in resource.outputs);
  return [...resource.secrets, ...resource.outputSecrets, ...named.map((key) => [key])];
}

function hidden(properties: Properties, secrets: readonly PropertyPath[]): Properties {
  return redacted(properties, secrets) as Properties;
}

/** Paths in `value` at which `found` holds, the value itself being `[]`. */
export function pathsWhere(value: Json, found: (leaf: Json) => boolean, path: PropertyPath = []): PropertyPath[] {
  if (found(value)) return [path];
  if (Array.isArray(value)) return value.flatMap((item, index) => pathsWhere(item, found, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => pathsWhere(item, found, [...path, key]));
}

export function isUnknown(value: Json): boolean {
  return value === UNKNOWN || value === UNKNOWN_TEXT;
}
