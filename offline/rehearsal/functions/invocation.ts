/** One life of a function, from its call to its answer, its death or the end of its time. */
import { performance } from "node:perf_hooks";
import type { Json } from "../../engine/recording";
import type { OutsideReply, OutsideRequest } from "../outside/exchange";
import { CallerDied, type Caller, type Outside } from "../outside/outside";
import type { VirtualTime } from "../virtual-time";

export type InvocationOutcome = { kind: "returned"; value: Json } | { kind: "failed"; error: string; message: string };

/**
 * A function waits in real time for nothing but a file or a WebAssembly: one that has called nobody while the whole process had nothing to do for so
 * long hangs. Not by the clock: where a hundred functions work at one virtual instant, each takes as long as all of them.
 */
const HANGS_AFTER_IDLE_MS = 10_000;
const LOOKED_AT_MS = 1_000;

/** Turns of the event loop that an answer needs to be seen through by a function that has other calls open. */
const TURNS_FOR_AN_ANSWER = 20;

/** Time stands still while it works and passes while it waits for what it called. */
export class Invocation implements Caller {
  isAlive = true;
  died = false;
  private open = 0;
  private die!: (how?: InvocationOutcome) => void;

  constructor(
    readonly name: string,
    private readonly time: VirtualTime,
    private readonly outside: Outside,
  ) {}

  async live(timeoutSeconds: number, work: () => Promise<unknown>): Promise<InvocationOutcome> {
    let hanging: NodeJS.Timeout | undefined;
    const dead = new Promise<InvocationOutcome>((resolve, reject) => {
      this.die = (how = { kind: "failed", error: "Runtime.ExitError", message: "the function died" }) => {
        this.died = true;
        resolve(how);
      };
      hanging = this.whenHanging(() => reject(new Error(`${this.name} neither ends nor calls anybody`)));
    });
    const inTime = this.time.startAt(this.time.now() + timeoutSeconds * 1_000, () => {
      if (this.isAlive) this.die(timedOut(timeoutSeconds));
      return Promise.resolve();
    });
    const outcome = await Promise.race([answerOf(work), dead]);
    clearInterval(hanging);
    inTime();
    this.isAlive = false;
    // Whoever started the function is counted as working from here on, whatever is still on its way.
    if (this.open > 0) this.time.hold();
    return outcome;
  }

  send(request: OutsideRequest): Promise<OutsideReply> {
    return this.whileAway(() => this.outside.send(request, this));
  }

  wait(milliseconds: number): Promise<void> {
    return this.whileAway(() => this.time.sleep(milliseconds));
  }

  private whenHanging(give: () => void): NodeJS.Timeout {
    let [idle, seen] = [0, performance.eventLoopUtilization().idle];
    return setInterval(() => {
      const now = performance.eventLoopUtilization().idle;
      // Whoever is away is waited for by nobody.
      idle = this.open > 0 ? 0 : idle + now - seen;
      seen = now;
      if (idle >= HANGS_AFTER_IDLE_MS) give();
    }, LOOKED_AT_MS).unref();
  }

  /** What is away is an activity of its own; the function itself waits, or works on beside it. */
  private async whileAway<T>(go: () => Promise<T>): Promise<T> {
    if (this.open++ > 0) this.time.hold();
    try {
      const value = await go();
      this.back();
      // What its environment took along does not go on.
      return this.died ? await new Promise<T>(() => undefined) : value;
    } catch (error) {
      const died = error instanceof CallerDied;
      if (died && this.isAlive) this.die();
      this.back();
      if (died) return new Promise(() => undefined);
      throw error;
    }
  }

  private back(): void {
    this.open--;
    if (!this.isAlive) this.time.release();
    else if (this.open > 0) void this.releaseLater();
  }

  private async releaseLater(): Promise<void> {
    for (let turn = 0; turn < TURNS_FOR_AN_ANSWER; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.time.release();
  }
}

/** As Lambda's runtimes name it now; older ones said Lambda.Unknown (Step Functions developer guide, "Handling errors", 2026). */
export function timedOut(seconds: number): InvocationOutcome {
  return { kind: "failed", error: "Sandbox.Timedout", message: `Error: Task timed out after ${seconds.toFixed(2)} seconds` };
}

export async function answerOf(work: () => Promise<unknown>): Promise<InvocationOutcome> {
  try {
    return { kind: "returned", value: ((await work()) ?? null) as Json };
  } catch (error) {
    const { name, message } = error as Error;
    return { kind: "failed", error: name, message };
  }
}
