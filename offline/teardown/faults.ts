/** Pairs whose order the program's dependencies do not settle, as sentences. Pure; wants a recording in apply mode, which has ids. */
import type { RecordedResource } from "../engine";
import { DeletionGraph } from "./graph";
import { makesLoadBalancer, makesVolume } from "./objects";
import { isNamedType, KEY, mentions, names } from "./references";
import { type Rule, RULES } from "./rules";

type Resource = RecordedResource;

/** One sentence for each thing that may go too early, or that nothing would take away. Empty where every destroy goes well as far as this file knows. */
export function teardownFaults(resources: readonly Resource[]): string[] {
  const graph = new DeletionGraph(resources);
  const deleted = resources.filter(isDeleted);
  return [...RULES.flatMap((rule) => orderFaults(rule, deleted, graph)), ...orphanFaults(resources), ...keptFaults(resources, graph)];
}

/** A read resource belongs to somebody else; what is retained only leaves the state (`DeleteStep.Apply` in pkg/resource/deploy/step.go, 3.259). */
function isDeleted({ kind, type, options }: Resource): boolean {
  return kind === "custom" && !type.startsWith("pulumi:providers:") && options.retainOnDelete !== true;
}

function orderFaults(rule: Rule, deleted: readonly Resource[], graph: DeletionGraph): string[] {
  const firsts = deleted.filter((resource) => resource.options.deletedWith === undefined && rule.first(resource));
  const thens = deleted.filter((resource) => rule.then(resource));
  const outlived = new Pairs();
  for (const first of firsts) {
    const concerned = thens.filter((then) => then !== first && rule.concerns(first, then, graph));
    const early = concerned.filter((then) => !graph.goesBefore(first, then));
    if (rule.oneIsEnough === true && early.length < concerned.length) continue;
    for (const then of early) outlived.add(first, then);
  }
  return outlived.bundled().map(([first, then]) => `${listed(first)} may outlive ${listed(then)}; ${rule.because}: ${rule.cure}`);
}

/** Many pairs make few sentences: what outlives the same things is named together, and what the same things outlive. */
class Pairs {
  private readonly firstsOf = new Map<Resource, Resource[]>();

  add(first: Resource, then: Resource): void {
    const firsts = this.firstsOf.get(then) ?? [];
    this.firstsOf.set(then, firsts);
    firsts.push(first);
  }

  bundled(): [Resource[], Resource[]][] {
    const bundles = new Map<string, [Resource[], Resource[]]>();
    for (const [then, firsts] of this.firstsOf) {
      const key = firsts.map(({ urn }) => urn).join();
      const bundle = bundles.get(key) ?? [firsts, []];
      bundles.set(key, bundle);
      bundle[1].push(then);
    }
    return [...bundles.values()];
  }
}

/** What a controller makes for an object goes with the object, and only if that is deleted for itself. */
function orphanFaults(resources: readonly Resource[]): string[] {
  const kinds = [
    { makes: makesLoadBalancer, left: "the load balancer that it stands for" },
    { makes: makesVolume, left: "the disk that it stands for" },
  ];
  return kinds.flatMap(({ makes, left }) => {
    const lost = resources.filter(
      (resource) =>
        resource.kind === "custom" &&
        resource.options.deletedWith !== undefined &&
        resource.options.retainOnDelete !== true &&
        makes(resource),
    );
    return lost.map((resource) => `${described(resource)} is deletedWith another resource; ${left} then stays: leave deletedWith out`);
  });
}

/**
 * What is kept goes on needing what it stands on. What something protected stands on is left out: destroy refuses as a whole, or, told to
 * exclude what is protected, leaves both (`pulumi destroy --exclude-protected`).
 */
function keptFaults(resources: readonly Resource[], graph: DeletionGraph): string[] {
  const kept = resources.filter(({ kind, options }) => kind === "custom" && options.retainOnDelete === true);
  const isProtected = resources.filter(({ kind, options }) => kind === "custom" && options.protect === true);
  const held = new Set(isProtected.flatMap(({ urn }) => [urn, ...graph.needs(urn)]));
  const deleted = resources.filter((resource) => isDeleted(resource) && !held.has(resource.urn));
  const bases = deleted.filter(({ type }) => isNamedType(type));
  const keys = deleted.filter(({ type }) => type === KEY);
  return kept.flatMap((resource) => [
    ...bases
      .filter((base) => names(resource, base))
      .map(
        (base) =>
          `${described(resource)} is kept (retainOnDelete) and ${described(base)} is not; AWS refuses to delete what is in use, and the destroy stops there: keep both or neither`,
      ),
    ...keys
      .filter((key) => mentions(resource, key))
      .map(
        (key) =>
          `${described(resource)} is kept (retainOnDelete) and ${described(key)} is not; without its key nobody can read it any more: keep both or neither`,
      ),
  ]);
}

/** `Service "dev-router" (stacks/serving.ts:31)` */
export function described({ type, name, source }: Resource): string {
  const noun = type.slice(type.lastIndexOf(":") + 1);
  return `${noun} "${name}"${source === undefined ? "" : ` (${source.replace("#", ":")})`}`;
}

const MOST_NAMED = 3;

function listed(resources: readonly Resource[]): string {
  const shown = resources.slice(0, MOST_NAMED).map(described);
  const more = resources.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}
