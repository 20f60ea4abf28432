/** The documents that the plan would send elsewhere: Kubernetes manifests, Helm charts with their values, CloudFormation templates, state machines. Pure. */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { isClusterScoped, type Json, type Properties, type RecordedResource } from "../engine";
import { isMapping } from "./mapping";
import { type RedactedRecording, SECRET_TEXT } from "./redaction";
import { sentStateMachines, sentTemplates, type SentTemplate } from "../templates/sent-templates";
import { byText, canonical, jsonFile } from "./stable-json";

/** Path below `out/<env>` → content. */
export type Files = Record<string, string>;

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** @param apply a recording in apply mode: only there is every value known. */
export function sentDocuments(apply: RedactedRecording): Files {
  const documents: [string, string][] = apply.resources.flatMap((resource): [string, string][] => {
    if (resource.kind !== "custom") return [];
    if (resource.type === RELEASE) return [chart(resource)];
    return isManifest(resource) ? [manifest(resource)] : [];
  });
  const templates = sentTemplates(apply.resources).map(template);
  const machines = sentStateMachines(apply.resources).map(({ name, definition }): [string, string] => [
    `state-machines/${fileName(name)}.asl.json`,
    jsonFile(definition),
  ]);
  return uniquePaths([...documents, ...templates, ...machines]);
}

/** Every resource type of the Kubernetes package is an API object, but those that stand for a program on the client side. */
function isManifest({ type, inputs }: RecordedResource): boolean {
  const own = /^kubernetes:(helm\.sh|yaml|kustomize)/.test(type);
  return type.startsWith("kubernetes:") && !own && typeof inputs["kind"] === "string" && typeof inputs["apiVersion"] === "string";
}

function manifest({ type, name, inputs, outputs }: RecordedResource): [string, string] {
  const kind = text(inputs["kind"], "");
  const metadata = mapping(mapping(outputs)["metadata"] ?? inputs["metadata"]);
  const folder = isClusterScoped(kind) ? "_cluster" : text(metadata["namespace"], "default");
  const ending = type.endsWith("Patch") && !kind.endsWith("Patch") ? ".patch.yaml" : ".yaml";
  return [
    `kubernetes/${fileName(folder)}/${fileName(`${kind.toLowerCase()}-${text(metadata["name"], name)}`)}${ending}`,
    yamlFile(withReadableData(inputs)),
  ];
}

/** `data` of a Secret is base64, so its stand-in is too: a file that no schema accepts would be of no use. */
function withReadableData(inputs: Properties): Properties {
  if (inputs["kind"] !== "Secret" || !isMapping(inputs["data"])) return inputs;
  const standIn = Buffer.from(SECRET_TEXT).toString("base64");
  return { ...inputs, data: Object.fromEntries(Object.keys(inputs["data"]).map((key) => [key, standIn])) };
}

function chart({ name, inputs }: RecordedResource): [string, string] {
  const { chart: chartName, version, namespace, values } = inputs;
  const repository = mapping(inputs["repositoryOpts"])["repo"];
  const known: [string, Json | undefined][] = [
    ["repository", repository],
    ["chart", chartName],
    ["version", version],
    ["namespace", namespace ?? "default"],
    ["values", values ?? {}],
  ];
  // The order of a chart's coordinates means something to a reader, so these keys stay as they are.
  const head = Object.fromEntries(
    known.filter((entry): entry is [string, Json] => entry[1] !== undefined).map(([key, value]) => [key, canonical(value)]),
  );
  return [`charts/${fileName(text(inputs["name"], name))}.yaml`, asYaml(head)];
}

/** The content of a template has an order that its author chose: it is not sorted. */
function template({ name, body }: SentTemplate): [string, string] {
  const path = `cloudformation/${fileName(name)}.template`;
  return typeof body === "string" ? [`${path}.yaml`, body] : [`${path}.json`, jsonFile(body)];
}

function yamlFile(value: Properties): string {
  return asYaml(canonical(value));
}

/** As YAML 1.1, which Kubernetes' own reader speaks: there `yes` and `on` are booleans and must be quoted. */
function asYaml(value: Properties): string {
  return stringify(value, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false }).replace(/^%YAML 1\.1\n---\n/, "");
}

/** File systems allow 255 bytes; the rest is for the ending and a number. */
const LONGEST_NAME = 200;

/** Names come from the program; none of them may lead out of the folder, or be longer than a file system takes. */
function fileName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "_");
  if (safe.length <= LONGEST_NAME) return safe;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${safe.slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`;
}

function uniquePaths(documents: readonly [string, string][]): Files {
  const files: Files = {};
  for (const [path, content] of [...documents].sort(([left, one], [right, other]) => byText(left, right) || byText(one, other))) {
    let free = path;
    for (let count = 2; free in files; count++)
      free = path.replace(/(\.patch|\.template|\.asl)?\.(yaml|json)$/, (ending) => `-${count}${ending}`);
    files[free] = content;
  }
  return files;
}

function mapping(value: Json | undefined): Properties {
  return isMapping(value) ? value : {};
}

function text(value: Json | undefined, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
