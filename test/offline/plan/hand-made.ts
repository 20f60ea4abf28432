/** Recordings made by hand, for what does not need a program. */
import type { Mode, RecordedOptions, RecordedResource, Recording } from "../../../offline/engine";
import type { PlanDocument, PlannedResource } from "../../../offline/plan/plan-document";

export const STACK_URN = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";

export const options = (given: Partial<RecordedOptions> = {}): RecordedOptions => ({
  ...{ ignoreChanges: [], replaceOnChanges: [], aliases: [], additionalSecretOutputs: [], customTimeouts: {}, providers: {} },
  ...given,
});

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::shop::${type}::${name}`;
}

export function resource(type: string, name: string, given: Partial<RecordedResource> = {}): RecordedResource {
  return {
    ...{ urn: urnOf(type, name), type, name, kind: "custom", parent: STACK_URN, inputs: {}, outputs: {}, secrets: [], outputSecrets: [] },
    ...{ unknowns: [], dependencies: [], propertyDependencies: {}, options: options(), registeredOutputs: false, modelled: false },
    ...given,
  };
}

export function component(type: string, name: string, given: Partial<RecordedResource> = {}): RecordedResource {
  return resource(type, name, { kind: "component", registeredOutputs: true, ...given });
}

/** With the stack itself in front, as every recording has it. */
export function recording(resources: readonly RecordedResource[], given: Partial<Recording> = {}): Recording {
  const stack = component("pulumi:pulumi:Stack", "shop-dev", { urn: STACK_URN });
  delete stack.parent;
  const mode: Mode = "apply";
  return {
    ...{ project: "shop", stack: "dev", mode, resources: [stack, ...resources], calls: [], messages: [] },
    ...{ stackOutputs: {}, stackOutputSecrets: [], ...given },
  };
}

export function planned(
  type: string,
  name: string,
  inputs: PlannedResource["inputs"] = {},
  given: Partial<PlannedResource> = {},
): PlannedResource {
  return {
    ...{ urn: urnOf(type, name), type, name, kind: "custom", parent: STACK_URN, dependencies: [], propertyDependencies: {} },
    ...{ options: options(), inputs, modelled: false, ...given },
  };
}

export function plan(resources: readonly PlannedResource[], outputs: PlanDocument["outputs"] = {}): PlanDocument {
  return { project: "shop", environment: "dev", resources: [...resources], outputs };
}
