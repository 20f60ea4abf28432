/** One component that the eks provider builds: what it was given, and the children that it registers. */
import { type Json, type Properties, type RecordedOptions, type RecordedResource, UNKNOWN } from "../recording";
import { flatten, isRecord, output, type Tree, Value } from "./eks-values";
import type { ModelContext } from "./model";

/** nodejs/eks/package.json: the SDKs that the provider is built with name their version with each child, hence default providers of their own. */
const CHILD_VERSIONS: Readonly<Record<string, string>> = { aws: "7.25.0", kubernetes: "4.19.0" };

/** Every account of the stand-in lies in this partition. */
export const PARTITION = "aws";

interface Child {
  type: string;
  name: string;
  inputs?: Record<string, Tree>;
  /** Known in apply mode only. */
  outputs?: Properties;
  /** @default the component */
  parent?: RecordedResource;
  dependsOn?: RecordedResource[];
  options?: Partial<RecordedOptions>;
}

export class Construction {
  readonly name: string;

  constructor(
    readonly component: RecordedResource,
    readonly context: ModelContext,
  ) {
    this.name = component.name;
  }

  /** Null is what the wire makes of an undefined part. */
  json(argument: string): Json | undefined {
    return this.component.inputs[argument] ?? undefined;
  }

  value(argument: string): Value {
    return new Value(this.json(argument), this.component.propertyDependencies[argument]);
  }

  /** The provider tests its arguments for truth. One that is not known yet is an output to it, and so counts as given. */
  isSet(argument: string): boolean {
    return Boolean(this.json(argument));
  }

  /** What only the cloud can tell: a stand-in in apply mode, unknown in preview. */
  told(standIn: Json): Value {
    return new Value(this.context.mode === "apply" ? standIn : UNKNOWN);
  }

  register({ type, name, inputs = {}, outputs, parent = this.component, dependsOn = [], options }: Child): RecordedResource {
    const { json, origins } = flatten(inputs);
    return this.context.addChild({
      ...{ type, name, parent: parent.urn, inputs: json as Properties },
      ...(outputs === undefined ? {} : { outputs }),
      dependencies: [...new Set([...dependsOn.map(({ urn }) => urn), ...origins])],
      options: { ...this.providerOptions(type), ...options },
    });
  }

  registerComponent(type: string, name: string, dependsOn: RecordedResource[] = []): RecordedResource {
    const dependencies = dependsOn.map(({ urn }) => urn);
    return this.context.addChild({ type, name, parent: this.component.urn, kind: "component", inputs: {}, dependencies });
  }

  /** @throws Error where the monitor cannot look up what a reference names. */
  find(reference: Json | undefined): RecordedResource | undefined {
    const urn = isRecord(reference) ? reference["$ref"] : undefined;
    if (typeof urn !== "string") return undefined;
    const resource = this.context.find(urn);
    if (resource === undefined)
      throw new Error(`${this.component.type} "${this.name}" is given a reference to ${urn}, which cannot be looked up`);
    return resource;
  }

  /** An output of a resource that is given by reference; unknown where the reference itself is. */
  outputOf(reference: Value, ...path: string[]): Value {
    const resource = this.find(reference.json);
    if (resource === undefined) return new Value(reference.json, reference.origins);
    const { json, origins } = output(resource, ...path);
    return new Value(json, [...reference.origins, ...origins]);
  }

  /** References as the wire spells them, for use in outputs. */
  onTheWire(json: Json): Json {
    const referred = this.find(json);
    if (referred !== undefined) return this.context.reference(referred);
    if (Array.isArray(json)) return json.map((item) => this.onTheWire(item));
    return isRecord(json) ? Object.fromEntries(Object.entries(json).map(([key, value]) => [key, this.onTheWire(value)])) : json;
  }

  private providerOptions(type: string): Partial<RecordedOptions> {
    const [first = "", , last = ""] = type.split(":");
    const packageName = first === "pulumi" ? last : first;
    const provider = first === "pulumi" ? undefined : this.component.options.providers[packageName];
    const version = CHILD_VERSIONS[packageName];
    return { ...(provider === undefined ? {} : { provider }), ...(version === undefined ? {} : { version }) };
  }
}
