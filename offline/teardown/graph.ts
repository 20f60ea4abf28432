/**
 * In which order Pulumi's engine deletes, from the same facts that it uses. Pure.
 *
 * Followed from pulumi 3.259: `DependenciesOf` in pkg/resource/graph/dependency_graph.go says what a resource needs, and `ScheduleDeletes` in
 * pkg/resource/deploy/step_generator.go deletes in waves, each one in parallel and after the one before.
 */
import type { RecordedResource } from "../engine";

export class DeletionGraph {
  readonly resources: readonly RecordedResource[];
  private readonly byUrn: ReadonlyMap<string, RecordedResource>;
  private readonly direct: ReadonlyMap<string, ReadonlySet<string>>;
  private readonly reached = new Map<string, ReadonlySet<string>>();

  constructor(resources: readonly RecordedResource[]) {
    this.resources = resources;
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const children = childrenOf(resources, this.byUrn);
    this.direct = new Map(resources.map((resource, place) => [resource.urn, needsOf(resource, place, this.byUrn, children)]));
  }

  get(urn: string): RecordedResource | undefined {
    return this.byUrn.get(urn);
  }

  /** What must outlive this resource, near and far. */
  needs(urn: string): ReadonlySet<string> {
    const known = this.reached.get(urn);
    if (known !== undefined) return known;
    const reached = new Set<string>();
    const waiting = [...(this.direct.get(urn) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      waiting.push(...(this.direct.get(next) ?? []));
    }
    this.reached.set(urn, reached);
    return reached;
  }

  /** Whether every destroy takes `first` before `then`, however the rest of the program changes. */
  goesBefore(first: RecordedResource, then: RecordedResource): boolean {
    const [goes, stays] = [this.lastsUntil(first), this.lastsUntil(then)];
    return goes === stays || this.needs(goes).has(stays);
  }

  /** URN of the resource with whose deletion this one ends: `deletedWith` may hand on to the next. */
  lastsUntil({ urn, options: { deletedWith } }: RecordedResource): string {
    const other = deletedWith === undefined ? undefined : this.byUrn.get(deletedWith);
    return other === undefined ? urn : this.lastsUntil(other);
  }

  /** The waves of one `pulumi destroy`: a wave begins when the one before has ended. */
  waves(): RecordedResource[][] {
    const waves: RecordedResource[][] = [];
    const left = new Set(this.byUrn.keys());
    while (left.size > 0) {
      const free = [...left].filter((urn) => ![...(this.direct.get(urn) ?? [])].some((needed) => left.has(needed)));
      if (free.length === 0) throw new Error(`these resources need each other: ${[...left].join(", ")}`);
      for (const urn of free) left.delete(urn);
      waves.unshift(free.flatMap((urn) => this.byUrn.get(urn) ?? []));
    }
    return waves;
  }
}

/** A descendant, and its place in the order of registration. */
interface Descendant {
  readonly urn: string;
  readonly place: number;
}

type Children = ReadonlyMap<string, readonly Descendant[]>;
type ByUrn = ReadonlyMap<string, RecordedResource>;

function childrenOf(resources: readonly RecordedResource[], byUrn: ByUrn): Children {
  const children = new Map<string, Descendant[]>();
  resources.forEach(({ urn, parent }, place) => {
    for (let above = parent; above !== undefined; above = byUrn.get(above)?.parent) {
      const known = children.get(above) ?? [];
      children.set(above, known);
      known.push({ urn, place });
    }
  });
  return children;
}

function needsOf(resource: RecordedResource, place: number, byUrn: ByUrn, children: Children): ReadonlySet<string> {
  const { urn: own, parent, dependencies, propertyDependencies, provider, options } = resource;
  const named = [...dependencies, ...Object.values(propertyDependencies).flat(), providerUrn(provider), options.deletedWith];
  const needs = named.flatMap((urn) => {
    const needed = urn === undefined ? undefined : byUrn.get(urn);
    if (needed === undefined) return [];
    if (needed.kind !== "component" && needed.kind !== "remote") return [needed.urn];
    // Who needs a component needs what it holds; but not what came later, which may itself need the one who asks.
    const held = (children.get(needed.urn) ?? []).filter((descendant) => descendant.place < place);
    return [needed.urn, ...held.map(({ urn }) => urn)];
  });
  return new Set([...needs, ...(parent !== undefined && byUrn.has(parent) ? [parent] : [])].filter((urn) => urn !== own));
}

/** `urn::id`; a URN has double colons of its own. */
export function providerUrn(provider: string | undefined): string | undefined {
  return provider?.slice(0, provider.lastIndexOf("::"));
}
