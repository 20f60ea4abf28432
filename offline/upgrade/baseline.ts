/** `baselines/<env>.json`: what a release would create, as little of it as an upgrade is judged by. One resource a line, so that a diff is read. Pure. */
import type { Properties } from "../engine";
import { parseUrn } from "../engine";
import type { PlanDocument } from "../plan/plan-document";
import { isMapping } from "../plan/mapping";
import { byText, canonical } from "../plan/stable-json";
import { replacingPaths, UPGRADE_FACTS } from "./facts";
import { type StandingResource, type StandingState, stateOfPlan, type TemplateResource, type TemplateResources } from "./state";
import { TEMPLATE_FACTS } from "./template-facts";

/** Keys in the order of the file. Nothing stands where it is as usual. */
interface Line {
  component?: true;
  /** Name of the component that it belongs to, whose type its own URN tells. */
  in?: string;
  protect?: true;
  retain?: true;
  inputs?: Properties;
}

export interface Baseline {
  readonly release: string;
  readonly project: string;
  readonly environment: string;
  /** URN without stack and project. */
  readonly resources: Readonly<Record<string, Line>>;
  readonly templates: Readonly<Record<string, TemplateResources>>;
}

export function baselineOf(plan: PlanDocument, release: string): Baseline {
  const { project, stack, resources, templates } = stateOfPlan(plan);
  const short = (urn: string) => urn.replace(`urn:pulumi:${stack}::${project}::`, "");
  const lines = [...resources]
    .sort((one, other) => byText(one.urn, other.urn))
    .map((resource) => [short(resource.urn), line(resource)] as const);
  return {
    ...{ release, project, environment: stack, resources: Object.fromEntries(lines) },
    templates: Object.fromEntries(Object.entries(templates).map(([name, all]) => [name, preciousOf(all)])),
  };
}

function line({ isComponent, parent, type, protect, retainOnDelete, inputs }: StandingResource): Line {
  const paths = [...replacingPaths(type), ...(UPGRADE_FACTS[type]?.guards ?? []).map(({ path }) => path)];
  const kept = picked(inputs, paths);
  const above = parent === undefined || parent.includes("::pulumi:pulumi:Stack::") ? undefined : parseUrn(parent).name;
  return {
    ...(isComponent && { component: true as const }),
    ...(above !== undefined && { in: above }),
    ...(protect && { protect: true as const }),
    ...(retainOnDelete && { retain: true as const }),
    ...(Object.keys(kept).length > 0 && { inputs: kept }),
  };
}

function picked(inputs: Properties, paths: readonly string[]): Properties {
  const found: Properties = {};
  for (const path of paths) {
    const [key = "", ...below] = path.split(".");
    const value = inputs[key];
    if (value === undefined) continue;
    // A list is kept as it is: which of its items counts is said where it is compared.
    if (below.length === 0 || !isMapping(value)) found[key] = value;
    else {
      const inner = { ...(isMapping(found[key]) ? found[key] : {}), ...picked(value, [below.join(".")]) };
      if (Object.keys(inner).length > 0) found[key] = inner;
    }
  }
  return canonical(found);
}

function preciousOf(all: TemplateResources): TemplateResources {
  const entries = Object.entries(all).flatMap(([id, resource]): [string, TemplateResource][] => {
    const fact = TEMPLATE_FACTS[resource.Type];
    if (fact === undefined) return [];
    const { Type, Properties = {}, DeletionPolicy, UpdateReplacePolicy } = resource;
    const keys = [...fact.replacedBy, ...(fact.guards ?? []).map(({ path }) => path.split(".")[0] ?? "")];
    const kept = Object.fromEntries(Object.entries(Properties).filter(([key]) => keys.includes(key)));
    return [
      [
        id,
        {
          Type,
          Properties: kept,
          ...(DeletionPolicy !== undefined && { DeletionPolicy }),
          ...(UpdateReplacePolicy !== undefined && { UpdateReplacePolicy }),
        },
      ],
    ];
  });
  return Object.fromEntries(entries.sort(([one], [other]) => byText(one, other)));
}

export function baselineFile({ release, project, environment, resources, templates }: Baseline): string {
  const rows = (record: object, indent: string) =>
    Object.entries(record)
      .map(([key, value]) => `${indent}${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(",\n");
  const perTemplate = Object.entries(templates).map(([name, all]) => `    ${JSON.stringify(name)}: {\n${rows(all, "      ")}\n    }`);
  return [
    "{",
    `  "release": ${JSON.stringify(release)},\n  "project": ${JSON.stringify(project)},\n  "environment": ${JSON.stringify(environment)},`,
    `  "resources": {\n${rows(resources, "    ")}\n  },`,
    `  "templates": {\n${perTemplate.join(",\n")}\n  }`,
    "}",
    "",
  ].join("\n");
}

/** @throws Error where the text is no baseline: only this program writes one */
export function readBaseline(text: string): StandingState {
  const { project, environment, resources, templates } = JSON.parse(text) as Baseline;
  if (!isMapping(resources as never)) throw new Error("the baseline holds no resources: record it again with npm run baselines");
  const whole = (short: string) => `urn:pulumi:${environment}::${project}::${short}`;
  return {
    ...{ project, stack: environment, templates },
    resources: Object.entries(resources).map(([short, { component, in: above, protect, retain, inputs }]) => {
      const { type, name, qualifiedType } = parseUrn(whole(short));
      const parent =
        above === undefined
          ? whole(`pulumi:pulumi:Stack::${project}-${environment}`)
          : whole(`${qualifiedType.slice(0, qualifiedType.lastIndexOf("$"))}::${above}`);
      return {
        ...{ urn: whole(short), type, name, isComponent: component === true, parent },
        ...{ protect: protect === true, retainOnDelete: retain === true, tainted: false, inputs: inputs ?? {}, outputs: {} },
      };
    }),
  };
}
