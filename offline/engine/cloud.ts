/** What stands where the cloud would be: outputs for whatever is registered, answers to whatever is asked. */
import { callModel, customOutputs, hasOutputs, remoteModel } from "./models";
import { type ModelContext, type ModelledChild, STAND_IN_ACCOUNT } from "./models/model";
import { STACK_REFERENCE, stackReferenceOutputs } from "./models/stack-reference";
import type { Properties, RecordedCall, RecordedResource, Recording } from "./recording";
import { NO_OPTIONS, type Register } from "./register";
import type { RunSettings } from "./settings";
import { decode, decodeProperties, isSecret, resourceReference, secret, withoutOutputValues } from "./wire";

export type Wire = Record<string, unknown>;

export class Cloud {
  readonly calls: RecordedCall[] = [];
  private readonly states = new Map<string, Wire>();
  private readonly unknownTypes = new Set<string>();

  constructor(
    private readonly settings: RunSettings,
    private readonly register: Register,
    private readonly messages: Recording["messages"],
  ) {}

  /** The state of a resource that was registered with these inputs; gives it its id. */
  create(resource: RecordedResource, wire: Wire): Wire {
    const provider = this.register.provider(resource);
    if (provider !== undefined) resource.provider = provider;
    const state = this.stateOf(resource, wire);
    this.keep(resource, state);
    return state;
  }

  /** A real preview reads too, so what is read is known in both modes. */
  read(resource: RecordedResource, wire: Wire, id: string): Wire {
    const provider = this.register.provider(resource);
    if (provider !== undefined) resource.provider = provider;
    const isReference = resource.type === STACK_REFERENCE;
    const outputs = isReference ? stackReferenceOutputs(resource, id, this.settings.answers, this.context()) : this.outputsOf(resource);
    const state = { ...wire, ...outputs };
    this.keep(resource, state);
    resource.id = id;
    return state;
  }

  keep(resource: RecordedResource, state: Wire): void {
    this.states.set(resource.urn, state);
    const { value, secrets } = decodeProperties(state);
    resource.outputs = value;
    resource.outputSecrets = secrets;
  }

  stateFor(urn: string): Wire {
    const resource = this.register.get(urn);
    if (resource === undefined) throw new Error(`the program refers to ${urn}, which was never registered`);
    return { urn, id: resource.id ?? "", state: this.states.get(urn) ?? {} };
  }

  look(kind: "invoke" | "call", token: string, args: Properties): Wire {
    this.calls.push({ kind, token, args });
    const model = this.settings.answers[token] ?? callModel(token);
    if (model === undefined) {
      throw new Error(
        `${token} asks the cloud for something, and no answer to it is known offline: pass the value as an argument or through configuration, or give an answer for this token (--answers FILE)`,
      );
    }
    return model(args, this.context());
  }

  private stateOf(resource: RecordedResource, wire: Wire): Wire {
    if (resource.kind === "component") return {};
    const given = withoutOutputValues(wire) as Wire;
    const outputs = resource.kind === "remote" ? remoteModel(resource.type)(resource, this.context()) : this.outputsOf(resource);
    if (resource.kind === "custom" && this.settings.mode === "apply")
      resource.id = typeof outputs["id"] === "string" ? outputs["id"] : `${resource.name}-id`;
    const state: Wire = { ...given, ...outputs };
    delete state["id"];
    for (const key of resource.options.additionalSecretOutputs) if (key in state && !isSecret(state[key])) state[key] = secret(state[key]);
    return state;
  }

  private outputsOf(resource: RecordedResource): Properties {
    if (!hasOutputs(resource.type, this.settings.root) && !this.unknownTypes.has(resource.type)) {
      this.unknownTypes.add(resource.type);
      const text = `what ${resource.type} answers is not known offline: outputs that are no inputs are undefined when everything is known`;
      this.messages.push({ severity: "warning", text });
    }
    return customOutputs(resource, this.settings.root, this.context());
  }

  private context(): ModelContext {
    const { mode, config } = this.settings;
    return {
      mode,
      accountId: STAND_IN_ACCOUNT,
      region: config["aws:region"] ?? "us-east-1",
      find: (urn) => this.register.get(urn),
      addChild: (child) => this.addChild(child),
      reference: ({ urn, id }) => resourceReference(urn, id),
    };
  }

  private addChild(child: ModelledChild): RecordedResource {
    const { type, name, parent, kind = "custom" } = child;
    const { value: inputs, unknowns } = decode(child.inputs) as ReturnType<typeof decodeProperties>;
    const resource: RecordedResource = {
      urn: this.register.urn(parent, type, name),
      type,
      name,
      kind,
      parent,
      inputs,
      outputs: {},
      secrets: [],
      outputSecrets: [],
      unknowns,
      dependencies: child.dependencies ?? [],
      propertyDependencies: {},
      options: { ...NO_OPTIONS, ...child.options },
      registeredOutputs: kind === "component",
      modelled: true,
    };
    this.register.add(resource);
    const state = this.create(resource, inputs);
    if (this.settings.mode === "apply" && child.outputs !== undefined) this.keep(resource, { ...state, ...child.outputs });
    return resource;
  }
}
