/**
 * The URNs that a resource may have had, by its own aliases and by those of its ancestors. Pure.
 * The rules are the engine's (pkg/resource/deploy/step_generator.go, `generateAliases`, 3.259).
 */
import { makeUrn, parseUrn } from "../engine";
import type { PlannedResource } from "./plan-document";

/** An alias as the SDK sends it. Empty text means: as now. */
interface AliasParts {
  name?: string;
  type?: string;
  stack?: string;
  project?: string;
  parenturn?: string;
  noparent?: boolean;
}

export function formerUrns(resource: PlannedResource, all: ReadonlyMap<string, PlannedResource>): string[] {
  const parent = resource.parent === undefined ? undefined : all.get(resource.parent);
  const formerParents = parent === undefined ? [] : formerUrns(parent, all);
  const own = (resource.options?.aliases ?? []).flatMap((alias) =>
    alias.startsWith("urn:") ? [alias] : fromParts(resource, alias, formerParents),
  );
  const inherited = formerParents.map((former) => under(former, resource.type, inheritedName(resource, parent, former), resource.urn));
  return [...new Set([...own, ...inherited])].filter((urn) => urn !== resource.urn);
}

function fromParts(resource: PlannedResource, alias: string, formerParents: readonly string[]): string[] {
  const parts = parsed(alias);
  const now = parseUrn(resource.urn);
  const stack = parts.stack || now.stack;
  const project = parts.project || now.project;
  const parents = parts.noparent === true ? [""] : parts.parenturn ? [parts.parenturn] : [resource.parent ?? "", ...formerParents];
  return parents.map((parent) => makeUrn(stack, project, parent, parts.type || resource.type, parts.name || resource.name));
}

/** A child is named after its parent by convention, so it is taken to have borne the parent's former name in its own. */
function inheritedName(child: PlannedResource, parent: PlannedResource | undefined, formerParent: string): string {
  const before = parseUrn(formerParent).name;
  return parent !== undefined && child.name.startsWith(parent.name) ? before + child.name.slice(parent.name.length) : child.name;
}

function under(parent: string, type: string, name: string, now: string): string {
  const { stack, project } = parseUrn(now);
  return makeUrn(stack, project, parent, type, name);
}

function parsed(alias: string): AliasParts {
  try {
    return (JSON.parse(alias) ?? {}) as AliasParts;
  } catch {
    return {};
  }
}
