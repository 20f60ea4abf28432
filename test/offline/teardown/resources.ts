/** Hand-made resources, as a recording in apply mode has them. */
import type { Properties, RecordedOptions, RecordedResource } from "../../../offline/engine";

export interface Shape {
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  readonly needs?: readonly RecordedResource[];
  readonly parent?: RecordedResource;
  readonly provider?: RecordedResource;
  readonly options?: Partial<RecordedOptions>;
  readonly kind?: RecordedResource["kind"];
  /** @default - `<name>-id` */
  readonly id?: string;
}

const NO_OPTIONS: RecordedOptions = {
  ...{ ignoreChanges: [], replaceOnChanges: [], aliases: [], additionalSecretOutputs: [], customTimeouts: {}, providers: {} },
};

export function resource(type: string, name: string, shape: Shape = {}): RecordedResource {
  const { inputs = {}, outputs = inputs, needs = [], parent, provider, options = {}, kind = "custom" } = shape;
  return {
    ...{ urn: `urn:pulumi:dev::test::${type}::${name}`, type, name, kind, inputs, outputs },
    ...{ secrets: [], outputSecrets: [], unknowns: [], dependencies: needs.map(({ urn }) => urn), propertyDependencies: {} },
    ...{ options: { ...NO_OPTIONS, ...options }, registeredOutputs: true, modelled: false },
    ...(kind === "component" ? {} : { id: shape.id ?? `${name}-id` }),
    ...(parent === undefined ? {} : { parent: parent.urn }),
    ...(provider === undefined ? {} : { provider: `${provider.urn}::${provider.id ?? ""}` }),
  };
}

/** An object in a cluster, such as `object("core/v1", "Service", "router")`. */
export function object(apiVersion: string, kind: string, name: string, shape: Shape = {}): RecordedResource {
  const inputs = { apiVersion: apiVersion.replace(/^core\//, ""), kind, ...shape.inputs };
  return resource(`kubernetes:${apiVersion}:${kind}`, name, { ...shape, inputs });
}

export function release(chart: string, shape: Shape = {}): RecordedResource {
  return resource("kubernetes:helm.sh/v3:Release", chart, { ...shape, inputs: { chart, namespace: "kube-system", ...shape.inputs } });
}
