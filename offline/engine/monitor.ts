/**
 * A resource monitor: what Pulumi's engine is to a running program. It records every registration as the engine would see it and answers
 * from tables instead of from a cloud. The same object serves a program in this process and one behind gRPC.
 */
import { type Callback, engineProto, type Answer, type EngineVerbs, proto, providerProto, Struct, SUPPORTED_FEATURES } from "./internals";
import { Cloud, type Wire } from "./cloud";
import type { Recording } from "./recording";
import { Register, STACK_TYPE } from "./register";
import { fromRead, fromRegistration } from "./requests";
import { withEverySecret } from "./secrets";
import type { RunSettings } from "./settings";
import { Transforms } from "./transforms";
import { decodeProperties, withoutOutputValues } from "./wire";

/** gRPC's CANCELLED: the engine's own answer while it stops. The SDK then drops what hung on the request instead of rejecting thirty promises. */
const CANCELLED = 1;

/** Debug messages are left out: the SDK sends several for each resource. */
const SEVERITIES = new Map<engineProto.LogSeverity, Recording["messages"][number]["severity"]>([
  [engineProto.LogSeverity.INFO, "info"],
  [engineProto.LogSeverity.WARNING, "warning"],
  [engineProto.LogSeverity.ERROR, "error"],
]);

export class Monitor implements EngineVerbs {
  readonly errors: unknown[] = [];
  /** Rejects with the first fault of the program's own making. */
  readonly failed: Promise<never>;
  /** When the program last asked for something, by `performance.now()`. */
  lastActivity = performance.now();

  private readonly register: Register;
  private readonly transforms = new Transforms();
  private readonly messages: Recording["messages"] = [];
  private readonly cloud: Cloud;
  private fail!: (error: unknown) => void;

  constructor(private readonly settings: RunSettings) {
    this.register = new Register(settings);
    this.cloud = new Cloud(settings, this.register, this.messages);
    this.failed = new Promise((_, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
  }

  recording(): Recording {
    const resources = this.register.all();
    const stack = resources.find(({ type }) => type === STACK_TYPE);
    const { project, stack: name, mode } = this.settings;
    return withEverySecret({
      project,
      stack: name,
      mode,
      resources,
      calls: this.cloud.calls,
      messages: this.messages,
      stackOutputs: stack?.outputs ?? {},
      stackOutputSecrets: stack?.outputSecrets ?? [],
    });
  }

  hasLoggedErrors(): boolean {
    return this.messages.some(({ severity }) => severity === "error");
  }

  isRegistered(type: string, name: string): boolean {
    return this.register.all().some((resource) => resource.type === type && resource.name === name);
  }

  close(): void {
    this.transforms.close();
  }

  getDeploymentInfo(_request: unknown, answer: Answer<proto.DeploymentInfo>): void {
    const info = new proto.DeploymentInfo();
    info.setSupportedfeaturesList([...SUPPORTED_FEATURES]);
    answer(null, info);
  }

  supportsFeature(_request: unknown, answer: Answer<proto.SupportsFeatureResponse>): void {
    const response = new proto.SupportsFeatureResponse();
    response.setHassupport(true);
    answer(null, response);
  }

  registerResource(request: proto.RegisterResourceRequest, answer: Answer<proto.RegisterResourceResponse>): void {
    this.answering(answer, async () => {
      const urn = this.register.urn(request.getParent(), request.getType(), request.getName());
      await this.transforms.run(request, urn);
      const { resource, wire } = fromRegistration(request, urn, this.settings.root);
      this.register.add(resource);
      const state = this.cloud.create(resource, wire);

      const response = new proto.RegisterResourceResponse();
      response.setUrn(urn);
      response.setId(resource.id ?? "");
      response.setObject(Struct.fromJavaScript(state as never));
      response.setResult(proto.Result.SUCCESS);
      return response;
    });
  }

  readResource(request: proto.ReadResourceRequest, answer: Answer<proto.ReadResourceResponse>): void {
    this.answering(answer, () => {
      const urn = this.register.urn(request.getParent(), request.getType(), request.getName());
      const { resource, wire } = fromRead(request, urn, this.settings.root);
      this.register.add(resource);
      const state = this.cloud.read(resource, wire, request.getId());

      const response = new proto.ReadResourceResponse();
      response.setUrn(urn);
      response.setProperties(Struct.fromJavaScript(state as never));
      return response;
    });
  }

  existsResource(request: proto.ExistsResourceRequest, answer: Answer<proto.ExistsResourceResponse>): void {
    this.answering(answer, () => {
      throw new Error(
        `the program asks whether ${request.getType()} "${request.getId()}" exists, which only the cloud can tell: make it an argument`,
      );
    });
  }

  registerResourceOutputs(request: proto.RegisterResourceOutputsRequest, answer: Answer<unknown>): void {
    this.answering(answer, () => {
      const resource = this.register.get(request.getUrn());
      if (resource === undefined) throw new Error(`outputs were registered for ${request.getUrn()}, which was never registered`);
      const outputs = withoutOutputValues(request.getOutputs()?.toJavaScript() ?? {}) as Wire;
      resource.registeredOutputs = Object.keys(outputs).length > 0;
      this.cloud.keep(resource, outputs);
      return {};
    });
  }

  invoke(request: proto.ResourceInvokeRequest, answer: Answer<proto.ResourceInvokeResponse>): void {
    this.answering(answer, () => {
      const token = request.getTok();
      const args = decodeProperties(request.getArgs()?.toJavaScript()).value;
      const response = new proto.ResourceInvokeResponse();
      response.setReturn(
        Struct.fromJavaScript(
          (token === "pulumi:pulumi:getResource"
            ? this.cloud.stateFor(args["urn"] as string)
            : this.cloud.look("invoke", token, args)) as never,
        ),
      );
      return response;
    });
  }

  call(request: proto.ResourceCallRequest, answer: Answer<providerProto.CallResponse>): void {
    this.answering(answer, () => {
      const response = new providerProto.CallResponse();
      response.setReturn(
        Struct.fromJavaScript(
          this.cloud.look("call", request.getTok(), decodeProperties(request.getArgs()?.toJavaScript()).value) as never,
        ),
      );
      return response;
    });
  }

  registerStackTransform(request: Callback, answer: Answer<unknown>): void {
    this.transforms.addToStack(request);
    answer(null, {});
  }

  registerStackInvokeTransform(_request: Callback, answer: Answer<unknown>): void {
    this.messages.push({
      severity: "warning",
      text: "a stack invoke transform was registered; offline, look-ups are answered from tables and it is not run",
    });
    answer(null, {});
  }

  registerResourceHook(_request: unknown, answer: Answer<unknown>): void {
    answer(null, {});
  }

  registerErrorHook(_request: unknown, answer: Answer<unknown>): void {
    answer(null, {});
  }

  registerPackage(request: proto.RegisterPackageRequest, answer: Answer<proto.RegisterPackageResponse>): void {
    const response = new proto.RegisterPackageResponse();
    response.setRef(`${request.getName()}@${request.getVersion()}`);
    answer(null, response);
  }

  signalAndWaitForShutdown(_request: unknown, answer: Answer<unknown>): void {
    answer(null, {});
  }

  log(request: engineProto.LogRequest, answer: Answer<unknown>): void {
    this.lastActivity = performance.now();
    const severity = SEVERITIES.get(request.getSeverity());
    if (severity !== undefined && !request.getEphemeral()) this.messages.push({ severity, text: request.getMessage() });
    answer(null, {});
  }

  setRootResource(_request: unknown, answer: Answer<unknown>): void {
    answer(null, {});
  }

  getRootResource(_request: unknown, answer: Answer<engineProto.GetRootResourceResponse>): void {
    answer(null, new engineProto.GetRootResourceResponse());
  }

  /** The version of the CLI says nothing about a program that runs without one. */
  requirePulumiVersion(_request: unknown, answer: Answer<unknown>): void {
    answer(null, {});
  }

  private answering<T>(answer: Answer<T>, work: () => T | Promise<T>): void {
    this.lastActivity = performance.now();
    Promise.resolve()
      .then(work)
      .then(
        (response) => answer(null, response),
        (error: unknown) => {
          this.errors.push(error);
          this.fail(error);
          answer(
            Object.assign(new Error("Resource monitor is terminating"), { code: CANCELLED, details: "Resource monitor is terminating" }),
          );
        },
      )
      .finally(() => (this.lastActivity = performance.now()));
  }
}
