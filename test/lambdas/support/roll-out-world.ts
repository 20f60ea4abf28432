/**
 * A roll-out's surroundings in memory, around the real ledger: the router's split and pods, two slots, a release, measurements. Every call is one at
 * which whoever makes it can die.
 */
import { createHash } from "node:crypto";
import type { RollBackLoop, RollOutLoop } from "../../../lambdas/application/roll-out/roll-out-loop";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { Accelerator } from "../../../lambdas/domain/packages/model-kind";
import type { Manifest } from "../../../lambdas/domain/packages/manifest";
import type { MeasuredWindow } from "../../../lambdas/domain/roll-out/stage-windows";
import type { VariantOutcome } from "../../../lambdas/domain/roll-out/variant-look";
import type { RollOutOrder } from "../../../lambdas/domain/run/steps";
import { WHOLE } from "../../../lambdas/domain/split/share";
import { SLOTS, type Slot, type Split } from "../../../lambdas/domain/split/split";
import { splitHash } from "../../../lambdas/domain/split/split-configuration";
import { minutesAfter, type Instant } from "../../../lambdas/domain/time";
import type { Cluster, SlotState } from "../../../lambdas/ports/cluster";
import type { Rows } from "../../../lambdas/ports/model-pods";
import type { WindowsWanted } from "../../../lambdas/ports/stage-metrics";
import { NOW, signal } from "../domain/examples";
import { ORDER } from "../domain/roll-out/examples";
import { TestWorld } from "./test-loop";

export const ARMS = [{ variant: "xgboost", model: "anomaly_xgboost", hundredths: WHOLE }];

export function splitOf(change: Partial<Split> = {}): Split {
  return {
    ...{ schemaVersion: 1, generation: 4, fence: 0, experiment: { name: "exp1", arms: ARMS } },
    ...{ stable: { release: "r41", slot: "a" as const } },
    ...change,
  };
}

interface Slots {
  prefix?: string;
  asleep: boolean;
  version: number;
  sleepVersion: number;
}

const PREFIX = "releases/";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export function manifestOf(release: string): Manifest {
  return {
    ...{ schemaVersion: 1, release, featureOrderSha256: sha256("f"), features: ["one", "two"] },
    contract: { input: "input FP32[n,2]", features: 2, label: "label INT64[n,1]", probabilities: "probabilities FP32[n,2]" },
    servedBy: { triton: "26.07", onnxRuntime: "1.27.0", treelite: "4.7.0" },
    variants: [
      {
        ...{
          name: "anomaly_xgboost",
          kind: "xgboost" as Manifest["variants"][number]["kind"],
          models: ["anomaly_xgboost"],
          threshold: 0.5,
        },
        ...{ trainer: "t", createdBy: "c", serving: { accelerator: Accelerator.Cpu, threads: 2 } },
        parity: { rows: 100, largestDifference: 0, tolerance: 1e-5, comparedBy: "c" },
      },
    ],
    files: [{ path: "anomaly_xgboost/1/model.onnx", bytes: 3, sha256: sha256("model") }],
  };
}

const GOOD = { requests: 1_000, errorRate: 0.002, p95Milliseconds: 40, accuracy: 0.95, labels: 500 };

export class RollOutWorld {
  split = splitOf();
  version = 1;
  /** All that was ever written, the first included. */
  readonly written: Split[] = [this.split];
  announced = splitHash(this.split);
  /** Generation of each pod of the router. */
  routers = { "10.0.0.1": 4, "10.0.0.2": 4 } as Record<string, number>;
  /** Pods that take a new split only when told to. */
  stubborn: string[] = [];
  readonly slots: Record<Slot, Slots> = {
    a: { prefix: `${PREFIX}r41`, asleep: false, version: 1, sleepVersion: 1 },
    b: { asleep: true, version: 1, sleepVersion: 1 },
  };
  /** By release: what is measured of it. */
  readonly measures: Record<string, Partial<MeasuredWindow>> = {};
  variants: VariantOutcome[] = [];
  metricsDown = false;
  readonly manifests: Record<string, Manifest> = { r41: manifestOf("r41"), r42: manifestOf("r42") };
  readonly files: Record<string, Uint8Array> = {};
  notReady: string[] = [];
  readonly stopped: string[] = [];
  answer: (model: string, rows: Rows) => { labels: number[]; probabilities: number[] } = (_model, { count }) => ({
    labels: Array.from({ length: count }, () => 1),
    probabilities: Array.from({ length: count }, () => [0.25, 0.75]).flat(),
  });
  /** Just before the split is written: whoever else is at it. */
  beforeWrite: () => Promise<void> = () => Promise.resolve();
  order!: RollOutOrder;

  private constructor(readonly world: TestWorld) {}

  static async make(): Promise<RollOutWorld> {
    const world = await TestWorld.make();
    await respondToSignal(signal(), world.loop);
    const made = new RollOutWorld(world);
    made.order = { ...ORDER, run: world.lastRun() };
    return made;
  }

  get loop(): RollOutLoop & RollBackLoop {
    const { ledger, notifier, logbook, clock } = this.world.loop;
    const outside = <T>(effect: () => T): Promise<T> => this.world.outside(effect);
    return {
      ...{ ledger, notifier, logbook, clock, leaseHours: 6, cluster: this.cluster() },
      pods: {
        generationOf: (address) => outside(() => ({ kind: "answered", value: this.routers[address] ?? -1 })),
        isReady: (_address, model) => outside(() => !this.notReady.includes(model)),
        infer: (_address, model, rows) => outside(() => ({ kind: "answered", value: this.answer(model, rows) })),
      },
      releases: {
        read: (_place, release, path) =>
          outside(() => {
            if (path !== "manifest.json") return this.files[`${release}/${path}`];
            const manifest = this.manifests[release];
            return manifest && new TextEncoder().encode(JSON.stringify(manifest));
          }),
        checksums: (_place, release) => outside(() => this.manifests[release]?.files ?? []),
      },
      metrics: {
        windows: ({ release }, wanted) => outside(() => this.windows(release, wanted)),
        variants: () => outside(() => this.variants),
      },
      lines: { all: () => outside(() => [{ line: ORDER.line, model: ORDER.model, serving: ORDER.serving, rollOut: this.order.rollOut }]) },
      runs: { stop: (run) => outside(() => void this.stopped.push(run)) },
    };
  }

  private windows(release: string, { minutes, count, until }: WindowsWanted): MeasuredWindow[] {
    if (this.metricsDown) throw new Error("connection refused");
    return Array.from({ length: count }, (_, index) => ({
      ...GOOD,
      endedAt: minutesAfter(until, -minutes * (count - 1 - index)),
      ...this.measures[release],
    }));
  }

  private cluster(): Cluster {
    const outside = <T>(effect: () => T): Promise<T> => this.world.outside(effect);
    return {
      split: () => outside(() => ({ kind: "found", split: structuredClone(this.split), resourceVersion: String(this.version) })),
      writeSplit: async (_place, split, resourceVersion) => {
        await this.beforeWrite();
        return outside(() => {
          if (resourceVersion !== String(this.version)) return { kind: "conflict", reason: "written by another" };
          this.split = structuredClone(split);
          this.written.push(this.split);
          this.version++;
          return { kind: "written" };
        });
      },
      announceSplit: (_place, split) =>
        outside(() => {
          this.announced = splitHash(split);
          for (const pod of Object.keys(this.routers)) if (!this.stubborn.includes(pod)) this.routers[pod] = this.split.generation;
          return { kind: "written" };
        }),
      routerPods: () => outside(() => ({ kind: "found", settled: true, addresses: Object.keys(this.routers) })),
      slot: ({ slot }) => outside(() => this.slotState(slot)),
      fillSlot: ({ slot }, prefix, resourceVersion) =>
        outside(() => {
          const held = this.slots[slot];
          if (resourceVersion !== String(held.version)) return { kind: "conflict", reason: "written by another" };
          Object.assign(held, { prefix, version: held.version + 1 });
          return { kind: "written" };
        }),
      setSleep: ({ slot }, asleep, sleepVersion) =>
        outside(() => {
          const held = this.slots[slot];
          if (sleepVersion !== String(held.sleepVersion)) return { kind: "conflict", reason: "written by another" };
          Object.assign(held, { asleep, sleepVersion: held.sleepVersion + 1 });
          return { kind: "written" };
        }),
    };
  }

  private slotState(slot: Slot): SlotState {
    const { prefix, asleep, version, sleepVersion } = this.slots[slot];
    const serves = !asleep && prefix !== undefined;
    return {
      ...{ kind: "found", settled: serves, addresses: serves ? [`10.0.1.${SLOTS.indexOf(slot)}`] : [], asleep, releasePrefix: prefix },
      traits: { accelerator: Accelerator.Cpu, cpus: 2, models: ["anomaly_xgboost"] },
      ...{ resourceVersion: String(version), sleepVersion: String(sleepVersion) },
    };
  }

  get now(): Instant {
    return this.world.now;
  }

  pass(minutes: number): void {
    this.world.now = minutesAfter(this.world.now, minutes);
  }

  /** What keeps the loop from acting. */
  async withhold(by: "stop" | "observe" | "nothing"): Promise<void> {
    const said = { user: "ada", reason: "storm", now: this.now };
    await this.world.ledger.setStopped(by === "stop", said);
    await this.world.ledger.setMode(this.order, by === "observe" ? "observe" : "act", said);
  }

  /** Everybody on the old release or on the new one, in a slot that holds it: what is left when nobody is at it any more. */
  isDeclared(): boolean {
    const { stable, candidate } = this.split;
    return candidate === undefined && (stable === undefined || this.slots[stable.slot].prefix === `${PREFIX}${stable.release}`);
  }
}

export const BEGUN = NOW;
