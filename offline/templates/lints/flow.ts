/** The ways through a machine: its scopes, the steps from state to state, and which variables surely have a value where. Pure. */
import { isMapping } from "../../plan/mapping";
import type { Json, Properties } from "../../engine";

export interface LintedState {
  /** With the states around it: `Train / Champion`. */
  readonly name: string;
  readonly own: string;
  readonly fields: Properties;
  /** Variables that have a value whichever way the machine came here. */
  readonly assigned: ReadonlySet<string>;
  readonly edges: readonly Edge[];
  readonly scope: Scope;
}

export interface Edge {
  readonly to: string;
  readonly assigns: readonly string[];
}

export interface Scope {
  readonly states: LintedState[];
  /** Variables that the scopes around may have assigned. */
  readonly outer: ReadonlySet<string>;
}

/** The machine's own scope first, then those of branches and iterations. */
export function scopesOf(machine: Properties, around = "", outer: ReadonlySet<string> = new Set(), known = outer): Scope[] {
  const states = isMapping(machine["States"]) ? Object.entries(machine["States"]).filter(isState) : [];
  const edges = new Map(states.map(([own, fields]) => [own, edgesOf(fields)]));
  const assigned = surely(machine["StartAt"], edges, outer);
  const scope: Scope = { states: [], outer: known };
  for (const [own, fields] of states)
    scope.states.push({
      ...{ name: around + own, own, fields, edges: edges.get(own) ?? [], scope },
      assigned: assigned.get(own) ?? new Set(),
    });
  const everything = new Set([...known, ...[...edges.values()].flat().flatMap(({ assigns }) => assigns)]);
  const inner = scope.states.flatMap((state) =>
    innerMachines(state.fields).flatMap((each) => scopesOf(each, `${state.name} / `, state.assigned, everything)),
  );
  return [scope, ...inner];
}

export function innerMachines({ Branches, ItemProcessor }: Properties): Properties[] {
  return [...(Array.isArray(Branches) ? Branches : []), ItemProcessor].filter((each): each is Properties => isMapping(each));
}

export function listOf(value: Json | undefined): Properties[] {
  return Array.isArray(value) ? value.filter((each): each is Properties => isMapping(each)) : [];
}

function edgesOf(fields: Properties): Edge[] {
  const edge = (transition: Properties, to = transition["Next"]): Edge[] =>
    typeof to === "string" ? [{ to, assigns: isMapping(transition["Assign"]) ? Object.keys(transition["Assign"]) : [] }] : [];
  const choices = listOf(fields["Choices"]).flatMap((rule) => edge(rule));
  const onward = fields["Type"] === "Choice" ? edge(fields, fields["Default"]) : edge(fields);
  return [...choices, ...onward, ...listOf(fields["Catch"]).flatMap((catcher) => edge(catcher))];
}

/** What is assigned on each of the ways, however often they go round. */
function surely(
  start: Json | undefined,
  edges: ReadonlyMap<string, readonly Edge[]>,
  outer: ReadonlySet<string>,
): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  if (typeof start !== "string") return known;
  known.set(start, new Set(outer));
  for (let open = [start]; open.length > 0;) {
    const from = open.pop() ?? "";
    for (const { to, assigns } of edges.get(from) ?? []) {
      const brings = new Set([...(known.get(from) ?? []), ...assigns]);
      const before = known.get(to);
      const now = before === undefined ? brings : new Set([...before].filter((name) => brings.has(name)));
      if (before !== undefined && now.size === before.size) continue;
      known.set(to, now);
      open.push(to);
    }
  }
  return known;
}

function isState(entry: [string, Json]): entry is [string, Properties] {
  return isMapping(entry[1]);
}
