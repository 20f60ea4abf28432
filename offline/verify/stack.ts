/** The CloudFormation stack of a loop, as the plan would send it. Pure. */
import path from "node:path";
import type { Json, Properties, RecordedResource } from "../engine";
import { isMapping } from "../plan/mapping";
import { isTemplate, sentTemplates } from "../templates/sent-templates";

export interface TemplateFile {
  readonly key: string;
  readonly text: string;
}

export interface StackSubject {
  /** As Pulumi calls it; the stack's own name has seven digits more. */
  readonly name: string;
  readonly files: readonly TemplateFile[];
  /** Key of the outermost template. */
  readonly templateKey: string;
  readonly bucket: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  /** Of the template, those of nested ones among them. */
  readonly resources: number;
}

export const ASSET_BUCKET = "AssetBucket";

export function stackOf(name: string, recorded: readonly RecordedResource[]): StackSubject {
  const stack = recorded.find((resource) => resource.type === "aws:cloudformation/stack:Stack" && resource.name === name);
  const { templateUrl = "", parameters = {}, capabilities = [] } = stack?.inputs ?? {};
  const given = isMapping(parameters) ? (parameters as Record<string, string>) : {};
  const files = recorded.flatMap(({ inputs }) => templateFile(inputs));
  const key = files.find((file) => typeof templateUrl === "string" && templateUrl.endsWith(`/${file.key}`))?.key ?? "";
  const templates = sentTemplates(recorded).filter(({ stack: urn }) => urn === stack?.urn);
  return {
    ...{ name, files, templateKey: key, bucket: given[ASSET_BUCKET] ?? "", parameters: given },
    capabilities: Array.isArray(capabilities) ? capabilities.map(String) : [],
    resources: templates.reduce((sum, { body }) => sum + (isTemplate(body) ? Object.keys(body.Resources).length : 0), 0),
  };
}

/** Code is not uploaded: a change set does not look for it. */
function templateFile({ key, source }: Properties): TemplateFile[] {
  const asset = isMapping(source) ? source["$asset"] : undefined;
  const text = isMapping(asset) ? asset["text"] : undefined;
  if (typeof key !== "string" || typeof text !== "string" || path.extname(key) !== ".json") return [];
  return isTemplate(JSON.parse(text) as Json) ? [{ key, text }] : [];
}
