/**
 * The contract with Pulumi's SDK: what the engine uses that is not public API. When an update of `@pulumi/pulumi` breaks something here,
 * `offline/engine/internals.ts` is the only file to mend.
 */
import fs from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
  connect,
  emptyResponse,
  EngineService,
  grpc,
  programRunner,
  proto,
  ResourceMonitorService,
  SUPPORTED_FEATURES,
  WIRE,
  withOwnSdkState,
} from "../../../offline/engine/internals";
import { Monitor } from "../../../offline/engine/monitor";
import { UNKNOWN } from "../../../offline/engine/recording";

it("has the version that the contract was read from", () => {
  const { version } = JSON.parse(fs.readFileSync(require.resolve("@pulumi/pulumi/package.json"), "utf8")) as { version: string };
  expect(version).toBe("3.270.0");
});

it("writes special values with the signatures that every engine and provider knows", () => {
  expect(WIRE).toEqual({
    key: "4dabf18193072939515e22adb298388d",
    secret: "1b47061264138c4ac30d75fd1eb44270",
    outputValue: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
    resource: "5cf8f73096256a8f31e491e813e4eb8e",
    asset: "c44067f5952c0a294b673a41bacd8c17",
    archive: "0def7320c3a5731c473e5ecbe6d01bc7",
    unknown: UNKNOWN,
  });
});

it("keeps the SDK state of one run from another", async () => {
  const settings = { root: ".", config: {}, answers: {}, organization: "o", mode: "apply" as const };
  const stackOf = (stack: string) =>
    withOwnSdkState(async () => {
      const monitor = new Monitor({ ...settings, project: "p", stack });
      connect(monitor, monitor, { project: "p", stack, preview: stack === "two", organization: "o" });
      await new Promise((resolve) => setImmediate(resolve));
      return `${pulumi.runtime.getStack()} ${String(pulumi.runtime.isDryRun())}`;
    });
  await expect(Promise.all([stackOf("one"), stackOf("two")])).resolves.toEqual(["one false", "two true"]);
});

// A verb that the SDK learns and the monitor does not would hang or crash a program with no word about why.
it("answers every verb that the SDK may send, or is known not to need it", () => {
  // `startDebugging` is the CLI's own business.
  const notSent = { monitor: [] as string[], engine: ["startDebugging"] };
  const answered = (service: object) =>
    Object.keys(service).filter((verb) => typeof (Monitor.prototype as unknown as Record<string, unknown>)[verb] !== "function");
  expect(answered(ResourceMonitorService).filter((verb) => !notSent.monitor.includes(verb))).toEqual([]);
  expect(answered(EngineService).filter((verb) => !notSent.engine.includes(verb))).toEqual([]);
});

it("knows every feature by name that it says to support", () => {
  const names = Object.entries(proto.ResourceMonitorFeature).map(([name, value]) => [value, name] as const);
  expect(SUPPORTED_FEATURES.map((feature) => new Map(names).get(feature))).not.toContain(undefined);
});

it("finds the file that the Pulumi CLI starts, and the SDK's own empty message", () => {
  expect(fs.existsSync(programRunner())).toBe(true);
  expect(typeof (emptyResponse("monitor", "registerResourceOutputs") as { serializeBinary?: unknown }).serializeBinary).toBe("function");
  expect(grpc.status.CANCELLED).toBe(1);
});
