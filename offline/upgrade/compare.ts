/**
 * What an update from one state to another would delete, replace or leave without protection. Pure.
 *
 * The rules are the engine's (pkg/resource/deploy/step_generator.go, 3.259): what no alias claims is deleted, which fails where the state protects it;
 * a replacement fails where state and program protect; what is replaced or deleted with `retainOnDelete` in the state stays, and nobody manages it.
 */
import { formerUrns } from "../plan/former-urns";
import type { PlanDocument, PlannedResource } from "../plan/plan-document";
import { type Comparison, type Danger, DangerKind } from "./danger";
import type { Guard, UpgradeFact } from "./fact";
import { replacingPaths, UPGRADE_FACTS } from "./facts";
import { goneDangers } from "./gone";
import { isWeaker, smallest } from "./guards";
import type { StandingResource, StandingState } from "./state";
import { changeOf, isOpaque, said, valueAt } from "./values";

export function compareStates(before: StandingState, plan: PlanDocument): Comparison {
  const matches = matched(before, plan);
  const kept = before.resources.flatMap((was) => {
    const now = matches.get(was.urn);
    return now === undefined ? [] : [{ was, now }];
  });
  const providers = new Set(kept.flatMap(({ was, now }) => (now.kind === "remote" ? [was.urn] : [])));
  const parents = new Map(before.resources.map(({ urn, parent }) => [urn, parent]));
  /** What a provider's component makes is that provider's to name: what of it this engine does not foresee is not gone. */
  const isProviders = (urn: string | undefined): boolean => urn !== undefined && (providers.has(urn) || isProviders(parents.get(urn)));
  const gone = before.resources.filter(({ urn, parent }) => !matches.has(urn) && !isProviders(parent));
  const claimed = new Set([...matches.values()].map(({ urn }) => urn));
  const created = plan.resources.filter(({ urn, kind }) => !claimed.has(urn) && kind !== "read");
  const found = replacements(kept, renewed(gone, created));
  return {
    dangers: [...goneDangers(gone, created), ...found.dangers, ...kept.flatMap(weakenings)],
    unknown: found.unknown,
  };
}

/** What stands there → what of the plan it becomes. */
function matched(before: StandingState, plan: PlanDocument): Map<string, PlannedResource> {
  const all = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const standing = new Set(before.resources.map(({ urn }) => urn));
  const matches = new Map<string, PlannedResource>();
  for (const resource of plan.resources) {
    const former = standing.has(resource.urn)
      ? resource.urn
      : formerUrns(resource, all).find((urn) => standing.has(urn) && !all.has(urn) && !matches.has(urn));
    if (former !== undefined) matches.set(former, resource);
  }
  return matches;
}

/** What is made anew while something of its type goes: whoever takes a name or an ARN from it gets another one. */
function renewed(gone: readonly StandingResource[], created: readonly PlannedResource[]): Set<string> {
  const types = new Set(gone.map(({ type }) => type));
  return new Set(created.filter(({ type }) => type in UPGRADE_FACTS && types.has(type)).map(({ urn }) => urn));
}

interface Kept {
  readonly was: StandingResource;
  readonly now: PlannedResource;
}

/** Until nothing is added: what is replaced may replace what takes its name from it. */
function replacements(kept: readonly Kept[], anew: Set<string>): { dangers: Danger[]; unknown: Comparison["unknown"] } {
  const reasons = new Map<string, string>();
  const open = new Map<string, { resource: string; property: string }>();
  for (let size = -1; size !== reasons.size;) {
    size = reasons.size;
    for (const { was, now } of kept) {
      const fact = UPGRADE_FACTS[now.type];
      if (was.isComponent || fact === undefined || reasons.has(now.urn)) continue;
      const { reason, unknown } = replacement(was, now, anew);
      for (const property of fact.content === undefined ? [] : unknown)
        open.set(`${was.name} ${property}`, { resource: was.name, property });
      if (reason === undefined) continue;
      reasons.set(now.urn, reason);
      anew.add(now.urn);
    }
  }
  const dangers = kept.flatMap(({ was, now }): Danger[] => {
    const reason = reasons.get(now.urn);
    const fact = UPGRADE_FACTS[now.type];
    if (reason === undefined || fact?.content === undefined) return [];
    return [{ kind: DangerKind.Replaced, ...named(was), says: replacedText(was, now, fact, reason) }];
  });
  return { dangers, unknown: [...open.values()].filter(({ resource }) => !dangers.some((danger) => danger.resource === resource)) };
}

function replacement(was: StandingResource, now: PlannedResource, anew: ReadonlySet<string>): { reason?: string; unknown: string[] } {
  if (was.tainted) return { reason: "the state marks it for replacement (pulumi state untaint takes that back)", unknown: [] };
  const { ignoreChanges = [], replaceOnChanges = [] } = now.options ?? {};
  const asked = replaceOnChanges.map((path) => path.replaceAll(/\[(\d+|\*)\]/g, ".$1").replace(/^\*$/, ""));
  const paths = [...new Set([...replacingPaths(now.type), ...asked])].filter((path) => !ignoreChanges.some((given) => covers(given, path)));
  const unknown: string[] = [];
  for (const path of paths) {
    const change = changeOf(was, now, path);
    if (change.kind === "changed") return { reason: change.says, unknown };
    if (change.kind === "none") continue;
    const from = now.propertyDependencies[path.split(".")[0] ?? ""]?.find((urn) => anew.has(urn));
    if (from !== undefined) return { reason: `${path} comes from ${nameIn(from)}, which is made anew`, unknown };
    if (change.isTold) unknown.push(path);
  }
  return { unknown };
}

function covers(given: string, path: string): boolean {
  return given === "*" || path === given || path.startsWith(`${given}.`);
}

function replacedText(was: StandingResource, now: PlannedResource, { noun, content = "" }: UpgradeFact, reason: string): string {
  const subject = `The ${noun} ${was.name}`;
  const back = "take the change back, or make a second one beside it, move the data, and accept the change (docs/upgrades.md)";
  // Who protects it in the same update has it replaced before it is protected.
  if (was.protect && now.options?.protect === true)
    return `${subject} would have to be replaced, because ${reason}; it is protected, so pulumi up stops there: ${back}.`;
  const order = now.options?.deleteBeforeReplace === true ? ", deleted before the new one is there" : "";
  const rest = was.retainOnDelete
    ? "a new, empty one takes its place, and the old one stays in the account with nobody to manage it"
    : `${content} would be lost with it`;
  return `${subject} would be replaced${order}, because ${reason}; ${rest}: ${back}.`;
}

function weakenings({ was, now }: Kept): Danger[] {
  const fact = UPGRADE_FACTS[now.type];
  if (fact === undefined || was.isComponent) return [];
  const subject = `The ${fact.noun} ${was.name}`;
  const options = fact.content !== undefined ? lostOptions(subject, was, now) : [];
  const guards = (fact.guards ?? []).flatMap((guard) => weakened(subject, guard, was, now));
  return [...options, ...guards].map((danger) => ({ ...danger, ...named(was) }));
}

type Unnamed = Pick<Danger, "kind" | "says">;

function lostOptions(subject: string, was: StandingResource, now: PlannedResource): Unnamed[] {
  const lost = [
    was.protect && now.options?.protect !== true
      ? ["protected", "the next rename, replacement or destroy deletes it without a question", "protect: true"]
      : [],
    was.retainOnDelete && now.options?.retainOnDelete !== true
      ? ["kept when it leaves the stack", "whatever takes it out of the stack deletes it", "retainOnDelete: true"]
      : [],
  ];
  return lost.flatMap(([what, then, option]) =>
    what === undefined
      ? []
      : [
          {
            kind: DangerKind.Unprotected,
            says: `${subject} is no longer ${what}, and ${then}: give it ${option} again, or accept the change.`,
          },
        ],
  );
}

function weakened(subject: string, guard: Guard, was: StandingResource, now: PlannedResource): Unnamed[] {
  const { path, loses } = guard;
  if ((now.options?.ignoreChanges ?? []).some((given) => covers(given, path))) return [];
  const [before, after] = [smallest(valueAt(was.inputs, path)), smallest(valueAt(now.inputs, path))];
  if (isOpaque(before) || isOpaque(after)) return [];
  if (!isWeaker(guard, before, after)) return [];
  const property = path.replaceAll(".*", "");
  return [
    {
      kind: DangerKind.Weakened,
      says: `${subject} would be weakened: ${property} changes from ${said(before)} to ${said(after)}, so that ${loses}: keep the value, or accept the change.`,
    },
  ];
}

function named({ name, type, urn }: StandingResource): Pick<Danger, "resource" | "type" | "urn"> {
  return { resource: name, type, urn };
}

function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
