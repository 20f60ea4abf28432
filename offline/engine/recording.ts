/** What one offline run of a Pulumi program leaves behind: every resource as the engine would see it. Types only. */

/** `apply`: every output is known, invented where nothing gives it. `preview`: outputs that only the cloud can give are unknown. */
export type Mode = "apply" | "preview";

/** `custom`: a provider creates it. `component`: groups others. `remote`: a component built by a provider (eks.Cluster). `read`: looked up by `X.get`. */
export type Kind = "custom" | "component" | "remote" | "read";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Properties = { [key: string]: Json };

/** Keys and indexes from the root of the inputs; a list because Kubernetes keys contain dots. */
export type PropertyPath = readonly (string | number)[];

/** Stands in `inputs` where a value is not known before the cloud answers. Pulumi's own sentinel, so that tools that know it recognise it. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface RecordedOptions {
  protect?: boolean;
  retainOnDelete?: boolean;
  deleteBeforeReplace?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  deletedWith?: string;
  /** URNs, or the parts of an alias as JSON. */
  aliases: string[];
  additionalSecretOutputs: string[];
  customTimeouts: { create?: string; update?: string; delete?: string };
  importId?: string;
  /** Provider that the program named, `urn::id`. Absent for default providers. */
  provider?: string;
  /** Provider package → `urn::id`, as a component hands them to its children. */
  providers: Record<string, string>;
  version?: string;
}

export interface RecordedResource {
  urn: string;
  type: string;
  name: string;
  kind: Kind;
  /** URN of the parent. Absent for the stack itself and for default providers. */
  parent?: string;
  /** Absent in preview, and for components. */
  id?: string;
  /** Plain values. Secrets stand here in the clear: `redacted` hides them before anything is written. */
  inputs: Properties;
  outputs: Properties;
  /** Where secrets stand in `inputs`. */
  secrets: PropertyPath[];
  /** Where secrets stand in `outputs`. */
  outputSecrets: PropertyPath[];
  /** Where unknown values stand in `inputs`. */
  unknowns: PropertyPath[];
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  options: RecordedOptions;
  /** The provider that the engine would use, `urn::id`: the one that the program named, or the package's default provider. Absent for components and providers. */
  provider?: string;
  /** `stacks/foundation.ts#12`, relative to the program's root folder. */
  source?: string;
  /** True where the program called `registerOutputs` with values; Node's SDK calls it itself with none. Only meaningful for components. */
  registeredOutputs: boolean;
  /** True where no line of the program created it: a provider would (children of eks.Cluster). */
  modelled: boolean;
}

export interface RecordedCall {
  kind: "invoke" | "call";
  token: string;
  args: Properties;
}

export interface Recording {
  project: string;
  stack: string;
  mode: Mode;
  /** In the order of registration; the stack first. */
  resources: RecordedResource[];
  calls: RecordedCall[];
  stackOutputs: Properties;
  /** Where secrets stand in `stackOutputs`. */
  stackOutputSecrets: PropertyPath[];
  /** Warnings and errors that the program logged through `pulumi.log`. */
  messages: { severity: "info" | "warning" | "error"; text: string }[];
}
