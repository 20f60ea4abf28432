/** The resources of one run: added once, looked up by URN, with what the engine itself adds (inheritance, default providers). */
import type { RunSettings } from "./settings";
import type { RecordedOptions, RecordedResource } from "./recording";
import { makeUrn } from "./urn";

export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_PREFIX = "pulumi:providers:";

export const NO_OPTIONS: RecordedOptions = {
  ignoreChanges: [],
  replaceOnChanges: [],
  aliases: [],
  additionalSecretOutputs: [],
  customTimeouts: {},
  providers: {},
};

export function isProvider(type: string): boolean {
  return type.startsWith(PROVIDER_PREFIX);
}

export class Register {
  private readonly byUrn = new Map<string, RecordedResource>();

  constructor(private readonly settings: RunSettings) {}

  all(): RecordedResource[] {
    return [...this.byUrn.values()];
  }

  get(urn: string): RecordedResource | undefined {
    return this.byUrn.get(urn);
  }

  urn(parent: string, type: string, name: string): string {
    return makeUrn(this.settings.stack, this.settings.project, parent, type, name);
  }

  /** Checks and records without a pause in between: an `await` here would let two of one name through. */
  add(resource: RecordedResource): void {
    const first = this.byUrn.get(resource.urn);
    if (first !== undefined) throw new Error(duplicate(first, resource));
    inherit(resource, resource.parent === undefined ? undefined : this.byUrn.get(resource.parent));
    this.byUrn.set(resource.urn, resource);
  }

  /** `urn::id` of the provider that the engine would use, registering the package's default provider at its first use. */
  provider(resource: RecordedResource): string | undefined {
    if (isProvider(resource.type) || resource.kind === "component") return undefined;
    const packageName = resource.type.split(":")[0] ?? "";
    return (
      resource.options.provider ?? resource.options.providers[packageName] ?? this.defaultProvider(packageName, resource.options.version)
    );
  }

  private defaultProvider(packageName: string, version: string | undefined): string {
    const type = `${PROVIDER_PREFIX}${packageName}`;
    const name = version === undefined ? "default" : `default_${version.replace(/[^A-Za-z0-9]/g, "_")}`;
    const urn = this.urn("", type, name);
    if (!this.byUrn.has(urn)) {
      const inputs = Object.fromEntries(
        Object.entries(this.settings.config)
          .filter(([key]) => key.startsWith(`${packageName}:`))
          .map(([key, value]) => [key.slice(packageName.length + 1), value]),
      );
      const given = version === undefined ? inputs : { ...inputs, version };
      const id = this.settings.mode === "apply" ? `${name}-id` : undefined;
      this.byUrn.set(urn, {
        urn,
        type,
        name,
        kind: "custom",
        inputs: given,
        outputs: given,
        secrets: [],
        outputSecrets: [],
        unknowns: [],
        dependencies: [],
        propertyDependencies: {},
        options: NO_OPTIONS,
        registeredOutputs: false,
        modelled: true,
        ...(id === undefined ? {} : { id }),
      });
    }
    return `${urn}::${this.byUrn.get(urn)?.id ?? ""}`;
  }
}

/** What the engine hands from a parent to its children (pkg/resource/deploy/source_eval.go, `inheritFromParent`, 3.259). */
function inherit(resource: RecordedResource, parent: RecordedResource | undefined): void {
  if (parent === undefined) return;
  resource.options.protect ??= parent.options.protect;
  resource.options.retainOnDelete ??= parent.options.retainOnDelete;
  resource.options.deletedWith ??= parent.options.deletedWith;
}

function duplicate(first: RecordedResource, second: RecordedResource): string {
  const places = [first.source, second.source].filter((place) => place !== undefined);
  const where = places.length === 0 ? "" : ` (${places.join(" and ")})`;
  return `two resources of type ${second.type} are both named "${second.name}"${where}: a name is unique among the children of one parent; rename one of them`;
}
