/** Runs a Pulumi program in this process against our monitor: no account, no CLI, no network. */
import * as pulumi from "@pulumi/pulumi";
import { realReason } from "./failures";
import { connect, withOwnSdkState } from "./internals";
import type { CallModel } from "./models/model";
import { Monitor } from "./monitor";
import type { Mode, Recording } from "./recording";
import type { RunSettings } from "./settings";
import { withPlainStacks } from "./stack-frames";
import { ProcessGuard } from "./process-guard";
import { Stall } from "./stall";

export interface RecordOptions {
  project: string;
  stack: string;
  /** @default organization */
  organization?: string;
  mode: Mode;
  /** `namespace:key` → value, as Pulumi hands it over: objects as JSON. @default - none */
  config?: Record<string, string>;
  /** Keys of `config` whose values are secret. @default - none */
  secretKeys?: string[];
  /** Creates resources; what it returns, or resolves to, are the stack's outputs. Called once. */
  program: () => unknown;
  /** Folder of the program. @default - the working directory */
  root?: string;
  /** Answers to look-ups beside the engine's own, by token. @default - none */
  answers?: Record<string, CallModel>;
  /** How long nothing may happen before the program is taken for stuck. @default 15 seconds */
  stallSeconds?: number;
}

/**
 * Records what the program would register.
 *
 * @throws ProgramError with the program's real reason and place; `ConfigurationError` and `InvalidArgumentsError` pass as they are.
 */
export function record(options: RecordOptions): Promise<Recording> {
  const run = queue.then(() => withOwnSdkState(() => withPlainStacks(() => recordNow(options))));
  queue = run.catch(() => undefined);
  return run;
}

/**
 * Runs wait for each other. Two at a time are no faster (all is one thread: four environments took 1.0 to 1.3 s together, 0.95 to 1.0 s in
 * turn), and Node tells of a rejected promise without telling whose it was.
 */
let queue: Promise<unknown> = Promise.resolve();

async function recordNow(options: RecordOptions): Promise<Recording> {
  const settings: RunSettings = {
    project: options.project,
    stack: options.stack,
    organization: options.organization ?? "organization",
    mode: options.mode,
    root: options.root ?? process.cwd(),
    config: options.config ?? {},
    answers: options.answers ?? {},
  };
  const monitor = new Monitor(settings);
  const stall = new Stall(settings.root);
  const strays = new Strays();
  const guard = new ProcessGuard(settings.root);
  pulumi.runtime.setAllConfig({ ...settings.config }, options.secretKeys ?? []);
  connect(monitor, monitor, { ...settings, preview: settings.mode === "preview" });
  try {
    await Promise.race([run(options, stall), monitor.failed, guard.failed, stall.watch(options.stallSeconds ?? 15, monitor)]);
    await strays.settle();
    if (strays.errors.length > 0 || monitor.errors.length > 0) throw strays.errors[0] ?? monitor.errors[0];
    return monitor.recording();
  } catch (error) {
    await strays.settle();
    throw realReason([...monitor.errors, error, ...strays.errors], settings.root);
  } finally {
    stall.stop();
    monitor.close();
    strays.stop();
    guard.stop();
  }
}

async function run(options: RecordOptions, stall: Stall): Promise<void> {
  await pulumi.runtime.runInPulumiStack(async () => {
    stall.observe();
    return (await options.program()) as Record<string, unknown>;
  });
  await pulumi.runtime.disconnect();
}

/** What this project's own environment for Jest puts there (test/support/real-process-environment.cjs). */
const realProcess = (globalThis as { __realProcess?: NodeJS.Process }).__realProcess;
const JEST = realProcess === undefined ? undefined : { process: realProcess };

const QUIET_TURNS = 10;

/**
 * Collects the rejections that a failing program leaves behind: one for each output that hung on it. Left alone, the first ends the
 * process, with a message that names none of the reasons.
 */
class Strays {
  readonly errors: unknown[] = [];
  /** Jest hands tests a copy of `process` that never emits. */
  private readonly process = JEST?.process ?? process;
  private readonly listener = (error: unknown, promise: Promise<unknown>) => {
    this.errors.push(error);
    // Makes jest-circus forget the promise. Elsewhere Node would print a warning for each that is handled late.
    if (JEST !== undefined) promise.catch(() => undefined);
  };

  constructor() {
    this.process.on("unhandledRejection", this.listener);
  }

  /** Rejections are announced a turn after they happen, and one causes the next: what counts is that none has come for a while. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      const before = this.errors.length;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.errors.length !== before) quiet = 0;
    }
  }

  stop(): void {
    this.process.off("unhandledRejection", this.listener);
  }
}
