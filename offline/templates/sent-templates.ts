/** The CloudFormation templates that a program would deploy, nested ones among them, and the state machines in them. Pure. */
import { stateMachineDefinitions, type CloudFormationTemplate } from "../../components/learning/model-loop/template-documents";
import type { Json, Kind, Properties } from "../engine";
import { isMapping } from "../plan/mapping";

/** What a recording and a plan that was written earlier both know. */
export interface Registered {
  urn: string;
  type: string;
  name: string;
  kind: Kind;
  inputs: Properties;
  dependencies: string[];
}

export interface SentTemplate {
  /** Of the stack; for a nested one with its logical id behind: `dev-loop-stack-LoopModelfraud`. */
  name: string;
  /** URN of the stack that deploys it. */
  stack: string;
  /** Text in a language other than JSON stays text. */
  body: Json;
}

export interface SentStateMachine {
  name: string;
  /** As Step Functions would be given it; what only the cloud will know stands in as `${LogicalId}`. */
  definition: Json;
}

const TEMPLATE_STACK = "aws:cloudformation/stack:Stack";
const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";
const S3_OBJECTS = new Set(["aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject"]);

/** What CloudFormation appends to a logical id that the CDK makes. */
const CDK_HASH = /[0-9A-F]{8}$/;

export function sentTemplates(resources: readonly Registered[]): SentTemplate[] {
  const uploads = uploadedTexts(resources);
  return resources
    .filter(({ type, kind }) => type === TEMPLATE_STACK && kind === "custom")
    .flatMap((stack) => {
      const text = bodyOf(stack, uploads);
      if (text === undefined) return [];
      const name = typeof stack.inputs["name"] === "string" ? stack.inputs["name"] : stack.name;
      return [{ name, stack: stack.urn, body: parsed(text) }, ...nestedIn(parsed(text), name, stack.urn, uploads)];
    });
}

export function sentStateMachines(resources: readonly Registered[]): SentStateMachine[] {
  const own = resources
    .filter(({ type, inputs }) => type === STATE_MACHINE && typeof inputs["definition"] === "string")
    .map(({ name, inputs }) => ({ name, definition: parsed(inputs["definition"] as string) }));
  const inTemplates = sentTemplates(resources).flatMap(({ name, body }) =>
    Object.entries(definitionsIn(body)).map(([id, text]) => ({ name: `${name}-${id.replace(CDK_HASH, "")}`, definition: parsed(text) })),
  );
  return [...own, ...inTemplates].filter(({ definition }) => isMapping(definition));
}

interface Upload {
  urn: string;
  key: string;
  text: string;
}

function uploadedTexts(resources: readonly Registered[]): Upload[] {
  return resources.flatMap(({ urn, type, inputs }) => {
    if (!S3_OBJECTS.has(type) || typeof inputs["key"] !== "string") return [];
    const text = inputs["content"] ?? mapping(mapping(inputs["source"])["$asset"])["text"];
    return typeof text === "string" ? [{ urn, key: inputs["key"], text }] : [];
  });
}

function bodyOf({ inputs: { templateBody, templateUrl }, dependencies }: Registered, uploads: readonly Upload[]): string | undefined {
  if (typeof templateBody === "string") return templateBody;
  const named = uploads.find(({ key }) => typeof templateUrl === "string" && templateUrl.endsWith(`/${key}`));
  if (named !== undefined) return named.text;
  // A preview does not know the URL, because the cloud names the bucket: then it is that of what the stack waits for which no other one nests.
  const awaited = uploads.filter(({ urn, text }) => dependencies.includes(urn) && isTemplate(parsed(text)));
  return awaited.find(({ key }) => !awaited.some(({ text }) => text.includes(key)))?.text;
}

function nestedIn(body: Json, name: string, stack: string, uploads: readonly Upload[]): SentTemplate[] {
  if (!isTemplate(body)) return [];
  return Object.entries(body.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    if (Type !== "AWS::CloudFormation::Stack") return [];
    const url = JSON.stringify(Properties["TemplateURL"] ?? "");
    const upload = uploads.find(({ key }) => url.includes(key));
    if (upload === undefined) return [];
    const nested = parsed(upload.text);
    const own = `${name}-${id.replace(CDK_HASH, "").replace(/NestedStack.*NestedStackResource$/, "")}`;
    return [{ name: own, stack, body: nested }, ...nestedIn(nested, own, stack, uploads)];
  });
}

/** A definition that is made of more than text and references is the cloud's to put together. */
function definitionsIn(body: Json): Record<string, string> {
  if (!isTemplate(body)) return {};
  try {
    return stateMachineDefinitions(body);
  } catch {
    return {};
  }
}

export function isTemplate(body: Json | undefined): body is Json & CloudFormationTemplate {
  return isMapping(body) && isMapping(body["Resources"]) && Object.values(body["Resources"]).every(isMapping);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function mapping(value: Json | undefined): Properties {
  return isMapping(value) ? value : {};
}
