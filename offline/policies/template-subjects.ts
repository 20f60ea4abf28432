/**
 * Resources of CloudFormation templates as the rules read them: properties in Pulumi's spelling, references to what the template makes as
 * `${LogicalId.Attribute}`, and what only a parameter will say as unknown. Pulumi's own analyzer sees none of them: for it a template is a text.
 */
import { type CloudFormationTemplate } from "../../components/learning/model-loop/template-documents";
import { type Json, type Properties, type RecordedResource, UNKNOWN } from "../engine";
import { isMapping } from "../plan/mapping";
import { isTemplate, sentTemplates } from "../templates/sent-templates";

/** Properties whose keys are the user's own words. */
const VERBATIM = new Set(["Variables", "PolicyDocument", "AssumeRolePolicyDocument", "EventPattern", "KeyPolicy"]);

export function templateSubjects(resources: readonly RecordedResource[]): RecordedResource[] {
  return sentTemplates(resources).flatMap(({ name, stack, body }) => (isTemplate(body) ? subjectsIn(body, name, stack) : []));
}

function subjectsIn(template: CloudFormationTemplate, name: string, stack: string): RecordedResource[] {
  const urnOf = (id: string) => `${stack}#${name}/${id}`;
  const isMade = (id: string) => id in template.Resources || id.startsWith("AWS::");
  return Object.entries(template.Resources).map(([id, { Type: type, Properties: given = {} }]) => {
    const properties = given as Properties;
    const references = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [
        camel(key),
        [...new Set(referencesIn(value))].filter((to) => to in template.Resources).map(urnOf),
      ]),
    );
    const inputs = readable(properties, isMade) as Properties;
    return {
      ...{ urn: urnOf(id), type, name: `${name}/${id}`, kind: "custom", parent: stack, inputs, outputs: inputs },
      ...{ secrets: [], outputSecrets: [], unknowns: [], dependencies: Object.values(references).flat(), propertyDependencies: references },
      options: { ignoreChanges: [], replaceOnChanges: [], aliases: [], additionalSecretOutputs: [], customTimeouts: {}, providers: {} },
      ...{ registeredOutputs: false, modelled: false },
    };
  });
}

function readable(value: Json, isMade: (id: string) => boolean, verbatim = false): Json {
  if (Array.isArray(value)) return value.map((item) => readable(item, isMade, verbatim));
  if (!isMapping(value)) return value;
  const intrinsic = resolved(value, isMade);
  if (intrinsic !== undefined) return intrinsic;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [verbatim ? key : camel(key), readable(inner, isMade, verbatim || VERBATIM.has(key))]),
  );
}

/** Nothing where the value is no intrinsic function. */
function resolved(value: Properties, isMade: (id: string) => boolean): Json | undefined {
  const [[name, argument] = ["", null], ...others] = Object.entries(value);
  if (others.length > 0 || !(name === "Ref" || name.startsWith("Fn::"))) return undefined;
  if (name === "Ref" && typeof argument === "string") return isMade(argument) ? `\${${argument}}` : UNKNOWN;
  if (name === "Fn::GetAtt" && isTexts(argument)) return `\${${argument.join(".")}}`;
  if (name === "Fn::Join" && Array.isArray(argument) && Array.isArray(argument[1])) {
    const parts = argument[1].map((part) => readable(part, isMade, true));
    return isTexts(parts) && !parts.includes(UNKNOWN) && typeof argument[0] === "string" ? parts.join(argument[0]) : UNKNOWN;
  }
  return UNKNOWN;
}

function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isMapping(value)) return [];
  const { Ref: ref, "Fn::GetAtt": attribute } = value;
  if (typeof ref === "string") return [ref];
  if (Array.isArray(attribute) && typeof attribute[0] === "string") return [attribute[0]];
  return Object.values(value).flatMap(referencesIn);
}

function isTexts(value: Json): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === "string");
}

function camel(key: string): string {
  return `${key.charAt(0).toLowerCase()}${key.slice(1)}`;
}
