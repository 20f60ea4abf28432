/**
 * Everything of Pulumi's that is not public API, behind one door. `test/offline/engine/internals.test.ts` is its contract: it is run on
 * each update of `@pulumi/pulumi`, and names what moved. Nothing else in this repository may reach into the SDK.
 */
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as pulumi from "@pulumi/pulumi";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { Callback, CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import * as providerProto from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import {
  specialArchiveSig,
  specialAssetSig,
  specialOutputValueSig,
  specialResourceSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from "@pulumi/pulumi/runtime/rpc";

export {
  Callback,
  CallbackInvokeRequest,
  CallbacksClient,
  engineProto,
  EngineService,
  grpc,
  proto,
  providerProto,
  ResourceMonitorService,
  Struct,
};

/** How values that JSON cannot say are written on the wire. */
export const WIRE = {
  key: specialSigKey,
  secret: specialSecretSig,
  outputValue: specialOutputValueSig,
  resource: specialResourceSig,
  asset: specialAssetSig,
  archive: specialArchiveSig,
  unknown: unknownValue,
} as const;

export type Answer<T> = (error: Partial<grpc.ServiceError> | null, response?: T) => void;

/** The verbs of `pulumirpc.Engine` that a program uses. */
export interface EngineVerbs {
  log(request: engineProto.LogRequest, answer: Answer<unknown>): void;
  setRootResource(request: engineProto.SetRootResourceRequest, answer: Answer<unknown>): void;
  getRootResource(request: unknown, answer: Answer<engineProto.GetRootResourceResponse>): void;
}

interface Store {
  settings: { engine?: EngineVerbs };
}

type Verb = (this: object, ...args: unknown[]) => unknown;

/* eslint-disable @typescript-eslint/no-require-imports -- `@internal` members are stripped from the typings, so an import would not compile. */
const state = require("@pulumi/pulumi/runtime/state") as { withLocalStorage<T>(callback: () => T): T; getStore(): Store };

const { CallbackServer } = require("@pulumi/pulumi/runtime/callbacks") as { CallbackServer: { prototype: Record<string, Verb> } };
bindCallbacksToTheirRun(CallbackServer.prototype);

const debuggable = require("@pulumi/pulumi/runtime/debuggable") as { debuggablePromise: (...args: unknown[]) => unknown };
debuggable.debuggablePromise = withoutStack(debuggable.debuggablePromise);

/**
 * The SDK takes the stack of each promise, to print it should the program end first: half of a plan's time, and three quarters of it under
 * Jest. An input that never resolves is named by its resource and property instead (`stall.ts`).
 */
function withoutStack<T extends (...args: never[]) => unknown>(call: T): T {
  return ((...args) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return call(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }) as T;
}

/**
 * The SDK's callback server answers outside of the run that registered the callback, where the SDK's state says that nobody understands
 * secrets: a transform would strip the mark of every secret of its resource.
 */
function bindCallbacksToTheirRun(server: Record<string, Verb>): void {
  const runs = new WeakMap<object, Store>();
  const storage = () =>
    (globalThis as unknown as { asyncLocalStorage: { run(store: Store, callback: () => unknown): unknown } }).asyncLocalStorage;
  for (const verb of Object.getOwnPropertyNames(server).filter((name) => name.startsWith("register"))) {
    const register = server[verb] as Verb;
    server[verb] = function (...args) {
      runs.set(this, state.getStore());
      return register.apply(this, args);
    };
  }
  const invoke = server["invoke"] as Verb;
  server["invoke"] = function (...args) {
    const run = runs.get(this);
    return run === undefined ? invoke.apply(this, args) : storage().run(run, () => invoke.apply(this, args));
  };
}

/** Runs `callback` with an SDK state of its own: config, monitor and stack of one run never reach another. */
export function withOwnSdkState<T>(callback: () => T): T {
  return state.withLocalStorage(callback);
}

/** Puts our monitor and engine in the place of the real ones. Call inside `withOwnSdkState`. */
export function connect(
  monitor: object,
  engine: EngineVerbs,
  run: { project: string; stack: string; preview: boolean; organization: string },
): void {
  pulumi.runtime.setMockOptions(monitor, run.project, run.stack, run.preview, run.organization);
  state.getStore().settings.engine = engine;
}

/** The file that the Pulumi CLI itself starts to run a Node program. */
export function programRunner(): string {
  return path.join(path.dirname(require.resolve("@pulumi/pulumi/package.json")), "cmd", "run", "index.js");
}

/** The response class that a service was generated with; google-protobuf may be installed twice, and then another copy's class is refused. */
export function emptyResponse(service: "monitor" | "engine", verb: string): unknown {
  const services: Record<string, unknown> = { monitor: ResourceMonitorService, engine: EngineService };
  const definition = (services[service] as Record<string, { responseType: new () => unknown }>)[verb];
  if (definition === undefined) throw new Error(`the ${service} service has no verb ${verb}`);
  return new definition.responseType();
}

/** What Pulumi 3.259's engine says that it can do, less what this monitor does not do (invokes gated by dependencies, state migrations). */
export const SUPPORTED_FEATURES: readonly proto.ResourceMonitorFeature[] = [
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  proto.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
];
