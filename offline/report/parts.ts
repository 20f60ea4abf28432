/**
 * A recording as a person thinks of it: layers of parts. A part is a component at the top of the tree with all that it holds, or the loose
 * resources of one service. Pure.
 */
import type { RecordedResource } from "../engine";
import { pathsWhere, isUnknown, type RedactedRecording } from "../plan/redaction";
import { byText } from "../plan/stable-json";
import { exposures } from "./exposure";
import { type Layer, LAYERS, layerOf } from "./layers";

export interface Part {
  /** Short and unique in the recording; serves as an anchor. */
  readonly id: string;
  readonly name: string;
  /** `Network`, or `3 loose resources`. */
  readonly label: string;
  readonly layer: Layer;
  readonly isComponent: boolean;
  /** In the order of the tree: each resource after its parent. */
  readonly members: readonly Member[];
  /** Ids of the parts that this one needs. */
  readonly needs: readonly string[];
}

export interface Member {
  readonly resource: RecordedResource;
  /** Below the top of its part. */
  readonly depth: number;
  readonly exposures: readonly string[];
  readonly unknowns: number;
}

export interface Layered {
  /** Only layers that hold something, from the foundation up. */
  readonly layers: readonly { readonly layer: Layer; readonly parts: readonly Part[] }[];
  readonly counts: Counts;
}

export interface Counts {
  components: number;
  /** What would be created, providers that the program names among them. */
  resources: number;
  /** Of these, what no line of the program creates. */
  modelled: number;
  lookedUp: number;
  protected: number;
}

const STACK = "pulumi:pulumi:Stack";
const PROVIDER = "pulumi:providers:";

export function layered(recording: RedactedRecording): Layered {
  const byUrn = new Map(recording.resources.map((resource) => [resource.urn, resource]));
  // The stack is the page itself, and a default provider is nobody's choice.
  const shown = recording.resources.filter(({ type, modelled }) => type !== STACK && !(modelled && type.startsWith(PROVIDER)));
  const topOf = (resource: RecordedResource): RecordedResource => {
    const parent = resource.parent === undefined ? undefined : byUrn.get(resource.parent);
    return parent === undefined || parent.type === STACK ? resource : topOf(parent);
  };
  const groups = new Map<string, RecordedResource[]>();
  for (const resource of shown) groups.set(keyOf(topOf(resource)), [...(groups.get(keyOf(topOf(resource))) ?? []), resource]);

  const ids = new Map([...groups.keys()].sort(byText).map((key, index) => [key, `part-${index + 1}`]));
  const idOf = (urn: string): string | undefined => {
    const resource = byUrn.get(urn);
    return resource === undefined ? undefined : ids.get(keyOf(topOf(resource)));
  };
  const parts = [...groups].map(([key, resources]) =>
    toPart(ids.get(key) ?? key, topOf(resources[0] as RecordedResource), resources, idOf),
  );
  const layers = LAYERS.map((layer) => ({
    layer,
    parts: parts.filter((part) => part.layer === layer).sort((left, right) => byText(left.name, right.name)),
  }));
  return { layers: layers.filter((layer) => layer.parts.length > 0), counts: count(parts.flatMap(({ members }) => members)) };
}

export function count(members: readonly Member[]): Counts {
  const counts: Counts = { components: 0, resources: 0, modelled: 0, lookedUp: 0, protected: 0 };
  for (const { resource } of members) {
    if (resource.kind === "component") counts.components++;
    else if (resource.kind === "read") counts.lookedUp++;
    else counts.resources++;
    if (resource.modelled) counts.modelled++;
    if (resource.kind === "custom" && resource.options.protect === true) counts.protected++;
  }
  return counts;
}

/** One part for each component at the top; loose resources share one for their layer and service. */
function keyOf(top: RecordedResource): string {
  return isGroup(top) ? top.urn : `${layerOf(top)} ${serviceOf(top.type)}`;
}

function isGroup({ kind }: RecordedResource): boolean {
  return kind === "component" || kind === "remote";
}

function toPart(
  id: string,
  top: RecordedResource,
  resources: readonly RecordedResource[],
  idOf: (urn: string) => string | undefined,
): Part {
  const needs = resources.flatMap((resource) => neededBy(resource).flatMap((urn) => idOf(urn) ?? []));
  const loose = `${resources.length} loose ${resources.length === 1 ? "resource" : "resources"}`;
  return {
    ...{ id, layer: layerOf(top), isComponent: isGroup(top) },
    name: isGroup(top) ? top.name : serviceOf(top.type),
    label: isGroup(top) ? shortType(top.type) : loose,
    members: inTreeOrder(resources),
    needs: [...new Set(needs)].filter((other) => other !== id).sort(byText),
  };
}

/** A provider that the program names is needed like any other resource; a default one is not a part. */
function neededBy(resource: RecordedResource): string[] {
  const provider = resource.provider ?? resource.options.provider;
  return provider === undefined ? resource.dependencies : [...resource.dependencies, provider.slice(0, provider.lastIndexOf("::"))];
}

function inTreeOrder(resources: readonly RecordedResource[]): Member[] {
  const urns = new Set(resources.map(({ urn }) => urn));
  const children = new Map<string, RecordedResource[]>();
  for (const resource of resources) {
    const parent = resource.parent !== undefined && urns.has(resource.parent) ? resource.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), resource]);
  }
  const below = (parent: string, depth: number): Member[] =>
    [...(children.get(parent) ?? [])]
      .sort((left, right) => byText(left.type, right.type) || byText(left.name, right.name))
      .flatMap((resource) => [member(resource, depth), ...below(resource.urn, depth + 1)]);
  return below("", 0);
}

function member(resource: RecordedResource, depth: number): Member {
  return { resource, depth, exposures: exposures(resource), unknowns: pathsWhere(resource.inputs, isUnknown).length };
}

/** `aws:s3/bucketPolicy:BucketPolicy` → `BucketPolicy` */
export function shortType(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

/** `aws:s3/bucketPolicy:BucketPolicy` → `aws s3`; `kubernetes:apps/v1:Deployment` → `kubernetes apps` */
export function serviceOf(type: string): string {
  const [packageName = type, module = ""] = type.split(":");
  const service = module.split("/")[0] ?? "";
  return service === "" || service === "index" ? packageName : `${packageName} ${service}`;
}
