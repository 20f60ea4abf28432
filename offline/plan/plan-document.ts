/** `plan.json`: what `pulumi up` would register, as a preview sees it. Made to be compared: the same program gives the same bytes. Pure. */
import path from "node:path";
import type { Json, Kind, Properties, RecordedOptions, RecordedResource } from "../engine";
import type { RedactedRecording } from "./redaction";
import { byText, canonical } from "./stable-json";

export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  kind: Kind;
  parent?: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  options: RecordedOptions;
  inputs: Properties;
  /** `stacks/foundation.ts#12` */
  source?: string;
  /** True where no line of the program makes it, but a provider would. */
  modelled: boolean;
}

export interface PlanDocument {
  project: string;
  environment: string;
  /** Sorted by URN, because the order of registration says nothing to a reader. */
  resources: PlannedResource[];
  outputs: Properties;
}

export function planDocument(preview: RedactedRecording): PlanDocument {
  return {
    project: preview.project,
    environment: preview.stack,
    resources: preview.resources.map(planned).sort((left, right) => byText(left.urn, right.urn)),
    outputs: canonical(preview.stackOutputs),
  };
}

function planned(resource: RecordedResource): PlannedResource {
  const { urn, type, name, kind, parent, source, modelled } = resource;
  return {
    ...{ urn, type, name, kind },
    ...(parent === undefined ? {} : { parent }),
    dependencies: [...resource.dependencies].sort(byText),
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies)
        .filter(([, urns]) => urns.length > 0)
        .sort(([left], [right]) => byText(left, right))
        .map(([property, urns]) => [property, [...urns].sort(byText)]),
    ),
    options: resource.options,
    inputs: canonical(portable(resource.inputs) as Properties),
    ...(source === undefined ? {} : { source }),
    modelled,
  };
}

/** Of a file that is uploaded, its name: its folder is another one on every machine, and would show as a change. */
function portable(value: Json): Json {
  if (Array.isArray(value)) return value.map(portable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === "$asset" || key === "$archive" ? withoutFolder(each) : portable(each)]),
  );
}

function withoutFolder(asset: Json): Json {
  const { path: file } = asset as { path?: Json };
  if (typeof file !== "string" || !path.isAbsolute(file)) return portable(asset);
  return { ...(asset as Properties), path: `…/${path.basename(file)}` };
}

/** A plan that was written earlier, perhaps by another version: only what a comparison needs is asked of it. */
export function readPlanDocument(text: string): PlanDocument | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const plan = content as Partial<PlanDocument> | null;
  const complete = (resource: Partial<PlannedResource> | null) =>
    typeof resource?.urn === "string" && typeof resource.type === "string" && typeof resource.inputs === "object";
  if (typeof plan?.environment !== "string" || !Array.isArray(plan.resources) || !plan.resources.every(complete)) return undefined;
  return { project: "", outputs: {}, ...plan } as PlanDocument;
}
