/** From the SDK's requests to what is recorded. */
import { fileURLToPath } from "node:url";
import { relativePlace } from "./failures";
import type { proto } from "./internals";
import type { Kind, RecordedOptions, RecordedResource } from "./recording";
import { NO_OPTIONS } from "./register";
import { originalLine } from "./stack-frames";
import { entries } from "./transforms";
import { decodeProperties } from "./wire";

interface Decoded {
  resource: RecordedResource;
  /** The inputs as sent, for the state. */
  wire: Record<string, unknown>;
}

export function fromRegistration(request: proto.RegisterResourceRequest, urn: string, root: string): Decoded {
  const wire = (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const { value: inputs, secrets, unknowns, dependencies: byOutputValue } = decodeProperties(wire);
  const kind: Kind = request.getRemote() ? "remote" : request.getCustom() ? "custom" : "component";
  const byProperty = Object.fromEntries(
    entries(request.getPropertydependenciesMap()).map(([property, dependencies]) => [property, dependencies.getUrnsList()]),
  );
  const none = Object.fromEntries(kind === "component" ? [] : Object.keys(inputs).map((property) => [property, []]));
  const propertyDependencies = union(union(byProperty, byOutputValue), none);
  const dependencies = [...new Set([...request.getDependenciesList(), ...Object.values(byOutputValue).flat()])];
  return {
    wire,
    resource: {
      urn,
      type: request.getType(),
      name: request.getName(),
      kind,
      inputs,
      outputs: {},
      secrets,
      outputSecrets: [],
      unknowns,
      dependencies,
      propertyDependencies,
      options: optionsOf(request),
      registeredOutputs: false,
      modelled: false,
      ...given("parent", request.getParent()),
      ...given("source", sourceOf(request, root)),
    },
  };
}

export function fromRead(request: proto.ReadResourceRequest, urn: string, root: string): Decoded {
  const wire = (request.getProperties()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const { value: inputs, secrets, unknowns } = decodeProperties(wire);
  return {
    wire,
    resource: {
      urn,
      type: request.getType(),
      name: request.getName(),
      kind: "read",
      inputs,
      outputs: {},
      secrets,
      outputSecrets: [],
      unknowns,
      dependencies: request.getDependenciesList(),
      propertyDependencies: {},
      registeredOutputs: false,
      modelled: false,
      options: { ...NO_OPTIONS, ...given("provider", request.getProvider()), ...given("version", request.getVersion()) },
      ...given("parent", request.getParent()),
      ...given("source", sourceOf(request, root)),
    },
  };
}

function optionsOf(request: proto.RegisterResourceRequest): RecordedOptions {
  const timeouts = request.getCustomtimeouts();
  return {
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    aliases: [
      ...request.getAliasurnsList(),
      ...request.getAliasesList().map((alias) => alias.getUrn() || aliasText(alias.toObject().spec ?? {})),
    ],
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: {
      ...given("create", timeouts?.getCreate()),
      ...given("update", timeouts?.getUpdate()),
      ...given("delete", timeouts?.getDelete()),
    },
    providers: Object.fromEntries(entries(request.getProvidersMap())),
    ...(request.hasProtect() ? { protect: request.getProtect() ?? false } : {}),
    ...(request.hasRetainondelete() ? { retainOnDelete: request.getRetainondelete() ?? false } : {}),
    ...(request.getDeletebeforereplacedefined() ? { deleteBeforeReplace: request.getDeletebeforereplace() } : {}),
    ...given("deletedWith", request.getDeletedwith()),
    ...given("importId", request.getImportid()),
    ...given("provider", request.getProvider()),
    ...given("version", request.getVersion()),
  };
}

/** The place of the call; where that lies in a dependency, the line of the program that led there. */
function sourceOf(request: proto.RegisterResourceRequest | proto.ReadResourceRequest, root: string): string | undefined {
  const frames = [
    request.getSourceposition(),
    ...(request
      .getStacktrace()
      ?.getFramesList()
      .map((frame) => frame.getPc()) ?? []),
  ];
  for (const frame of frames) {
    const uri = frame?.getUri() ?? "";
    if (frame === undefined || !uri.startsWith("file:")) continue;
    const file = fileURLToPath(uri);
    const place = relativePlace(file, root);
    if (place !== undefined) return `${place}#${originalLine(file, frame.getLine(), frame.getColumn())}`;
  }
  return undefined;
}

/** Only what the alias says; everything else of it is as the resource has it now. */
function aliasText(spec: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== "" && value !== false)));
}

/** Protobuf has no absent strings: an empty one means that nothing was said. */
function given<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return (value === undefined || value === "" ? {} : { [key]: value }) as { [key in K]?: string };
}

function union(left: Record<string, string[]>, right: Record<string, string[]>): Record<string, string[]> {
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return Object.fromEntries(keys.map((key) => [key, [...new Set([...(left[key] ?? []), ...(right[key] ?? [])])]]));
}
