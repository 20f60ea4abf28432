/** What stands there now, as a comparison needs it, whoever wrote it down: an export of the stack, an earlier plan, a baseline. Pure. */
import { type Json, parseUrn, type Properties } from "../engine";
import type { PlanDocument } from "../plan/plan-document";
import { isMapping } from "../plan/mapping";
import { isTemplate, type Registered, sentTemplates } from "../templates/sent-templates";

export interface StandingResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly isComponent: boolean;
  readonly parent?: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** `pulumi state taint`: the next update replaces it, whatever its inputs. */
  readonly tainted: boolean;
  readonly inputs: Properties;
  /** What AWS answered. Empty where nobody has asked it. */
  readonly outputs: Properties;
}

/** A CloudFormation template by the name of its stack: what a `CloudFormation` resource would have, and no more. */
export type TemplateResources = Readonly<Record<string, TemplateResource>>;

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: Json;
  readonly UpdateReplacePolicy?: Json;
}

export interface StandingState {
  readonly project: string;
  readonly stack: string;
  readonly resources: readonly StandingResource[];
  readonly templates: Readonly<Record<string, TemplateResources>>;
}

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly external?: boolean;
  readonly delete?: boolean;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly taint?: boolean;
  readonly parent?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  readonly dependencies?: string[];
}

/** @returns nothing where the text is no export of a stack, or of one that has nothing */
export function readStackExport(text: string): StandingState | undefined {
  const content = parsedJson(text);
  const deployment = isMapping(content) ? content["deployment"] : undefined;
  const listed = isMapping(deployment) ? deployment["resources"] : undefined;
  if (!Array.isArray(listed) || listed.length === 0 || !listed.every(isExported)) return undefined;
  const all = listed as unknown as ExportedResource[];
  // What is being deleted already, or belongs to somebody else, no update can lose.
  const standing = all.filter((resource) => resource.delete !== true && resource.external !== true && isOurs(resource.type));
  const [first] = all;
  if (first === undefined) return undefined;
  const { project, stack } = parseUrn(first.urn);
  return { project, stack, resources: standing.map(standingFrom), templates: templatesIn(standing.map(registered)) };
}

export function stateOfPlan(plan: PlanDocument): StandingState {
  const resources = plan.resources
    .filter(({ kind, type, modelled }) => kind !== "read" && isOurs(type) && !(modelled && type.startsWith("pulumi:providers:")))
    .map(({ urn, type, name, kind, parent, options, inputs }) => ({
      ...{ urn, type, name, isComponent: kind !== "custom", ...(parent !== undefined && { parent }) },
      ...{ protect: options?.protect === true, retainOnDelete: options?.retainOnDelete === true, tainted: false, inputs, outputs: {} },
    }));
  return { project: plan.project, stack: plan.environment, resources, templates: templatesIn(plan.resources) };
}

/** @returns nothing where the text is no template: what `aws cloudformation get-template` prints is one as well */
export function readTemplate(text: string): TemplateResources | undefined {
  const content = parsedJson(text);
  const body = isMapping(content) && content["TemplateBody"] !== undefined ? content["TemplateBody"] : content;
  const template = typeof body === "string" ? parsedJson(body) : body;
  return isTemplate(template) ? (template.Resources as unknown as TemplateResources) : undefined;
}

export function templatesIn(resources: readonly Registered[]): Record<string, TemplateResources> {
  return Object.fromEntries(
    sentTemplates(resources).flatMap(({ name, body }) =>
      isTemplate(body) ? [[name, body.Resources as unknown as TemplateResources] as const] : [],
    ),
  );
}

/** The stack itself and the default providers are nobody's choice. */
function isOurs(type: string): boolean {
  return type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:");
}

function isExported(value: Json): boolean {
  return isMapping(value) && typeof value["urn"] === "string" && isUrn(value["urn"]) && typeof value["type"] === "string";
}

function isUrn(text: string): boolean {
  return /^urn:pulumi:.*?::.*?::.*?::/.test(text);
}

function standingFrom(resource: ExportedResource): StandingResource {
  const { urn, type, custom = false, parent, protect = false, retainOnDelete = false, taint = false, inputs = {}, outputs = {} } = resource;
  return {
    ...{ urn, type, name: parseUrn(urn).name, isComponent: !custom, ...(parent !== undefined && { parent }) },
    ...{ protect, retainOnDelete, tainted: taint, inputs, outputs },
  };
}

/** In a state, text that was uploaded stands as an asset of Pulumi's own spelling, and a name may be one that Pulumi made up. */
function registered({ urn, type, custom = false, inputs = {}, dependencies = [] }: ExportedResource): Registered {
  const { source, __defaults: defaults } = inputs;
  const text = isMapping(source) ? source["text"] : undefined;
  const readable: Properties = typeof text === "string" ? { ...inputs, source: { $asset: { text } } } : { ...inputs };
  if (Array.isArray(defaults) && defaults.includes("name")) delete readable["name"];
  return { urn, type, name: parseUrn(urn).name, kind: custom ? "custom" : "component", inputs: readable, dependencies };
}

function parsedJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
