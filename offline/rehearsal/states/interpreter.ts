/**
 * Runs one execution of a Standard state machine with JSONata, in virtual time.
 *
 * It is ours because no offline engine runs what AWS runs: of those tried (2026-11), none took JSONata, variables and task tokens together.
 * Held against documented behaviour by `test/offline/rehearsal/states`, each row with its source.
 */
import type { Json } from "../../engine/recording";
import type { VirtualTime } from "../virtual-time";
import type { Machine, State } from "./definition";
import { type Scope, withinLimit } from "./expressions";
import { ExecutionTimeout, StatesError } from "./failures";
import { FOREVER_SECONDS, StateRun, type Step, type Variables } from "./state-run";

export interface TaskCall {
  readonly state: string;
  readonly resource: string;
  readonly arguments: Json;
  /** Only for `.waitForTaskToken`. */
  readonly token?: string;
  /** Virtual milliseconds at which the task times out. */
  readonly deadline: number;
}

/** What happened, for the story and for coverage. */
export interface Visit {
  readonly at: number;
  readonly kind: "entered" | "exited" | "failed" | "retried" | "caught";
  readonly state: string;
  /** `Error` of the failure, or the state that a catcher leads to. */
  readonly detail?: string;
}

export interface World {
  readonly time: VirtualTime;
  random(): number;
  /** Does the task; throws `StatesError` for the task's own failures. May take virtual time. */
  task(call: TaskCall): Promise<Json>;
  visited?(visit: Visit): void;
}

export interface ExecutionOptions {
  readonly id: string;
  readonly name: string;
  readonly machineId: string;
  readonly input: Json;
  readonly redriveCount?: number;
}

export type Outcome = { status: "SUCCEEDED"; output: Json } | { status: "FAILED" | "TIMED_OUT"; error: string; cause: string };
export type Result = Outcome & { events: number };

/** Events that a history may have before the execution is ended (AWS, "Service quotas", read 2026-11). */
const HISTORY_LIMIT = 25_000;

export class Execution {
  private events = 1;
  private readonly started: number;
  private readonly deadline: number;
  private tokens = 0;

  constructor(
    private readonly machine: Machine,
    private readonly options: ExecutionOptions,
    private readonly world: World,
  ) {
    this.started = world.time.now();
    this.deadline = this.started + (machine.TimeoutSeconds ?? FOREVER_SECONDS) * 1_000;
  }

  async run(): Promise<Result> {
    try {
      const output = await this.runMachine(this.machine, withinLimit(this.options.input), {}, {});
      return { status: "SUCCEEDED", output, events: this.events + 1 };
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      const timedOut = error instanceof ExecutionTimeout;
      return { status: timedOut ? "TIMED_OUT" : "FAILED", error: error.error, cause: error.cause, events: this.events + 1 };
    }
  }

  private async runMachine(machine: Machine, input: Json, outer: Variables, mapContext: object): Promise<Json> {
    let name: string | undefined = machine.StartAt;
    let current = input;
    const variables = { ...outer };
    while (name !== undefined) {
      const state: State | undefined = machine.States[name];
      if (state === undefined) throw new StatesError("States.Runtime", `there is no state ${name}`);
      const step: Step = await new StateRun(this, name, state, current, variables, mapContext).run();
      current = withinLimit(step.output);
      Object.assign(variables, step.assigned);
      name = step.next;
    }
    return current;
  }

  // What a running state asks of its execution.

  get now(): number {
    return this.world.time.now();
  }

  count(events: number): void {
    this.events += events;
    if (this.events > HISTORY_LIMIT)
      throw new StatesError("States.Runtime", `the execution's history has more than ${HISTORY_LIMIT} events`);
    this.checkDeadline();
  }

  checkDeadline(): void {
    if (this.now >= this.deadline) throw new ExecutionTimeout();
  }

  visit(kind: Visit["kind"], state: string, detail?: string): void {
    this.world.visited?.({ at: this.now, kind, state, ...(detail === undefined ? {} : { detail }) });
  }

  scope(states: Record<string, unknown>, variables: Variables): Scope {
    return { states, variables, random: () => this.world.random() };
  }

  context(state: string, entered: number, retryCount: number, more: object): Record<string, unknown> {
    const { id, name, input, machineId, redriveCount = 0 } = this.options;
    return {
      Execution: { Id: id, Name: name, Input: input, StartTime: new Date(this.started).toISOString(), RedriveCount: redriveCount },
      State: { Name: state, EnteredTime: new Date(entered).toISOString(), RetryCount: retryCount },
      StateMachine: { Id: machineId, Name: machineId.split(":").pop() ?? machineId },
      ...more,
    };
  }

  nextToken(): string {
    return `${this.options.name}#${++this.tokens}`;
  }

  async sleepUntil(at: number): Promise<void> {
    await this.world.time.sleep(Math.min(at, this.deadline) - this.now);
    this.checkDeadline();
  }

  async task(call: Omit<TaskCall, "deadline">, timeoutSeconds: number): Promise<Json> {
    const deadline = Math.min(this.now + timeoutSeconds * 1_000, this.deadline);
    try {
      return await this.world.task({ ...call, deadline });
    } finally {
      this.checkDeadline();
    }
  }

  nested(machine: Machine, input: Json, variables: Variables, mapContext: object): Promise<Json> {
    return this.runMachine(machine, input, variables, mapContext);
  }

  random(): number {
    return this.world.random();
  }

  /** Branches run side by side: each is an activity of its own, and this one waits. */
  async together<T>(works: (() => Promise<T>)[]): Promise<T[]> {
    const results: T[] = [];
    let open = works.length;
    let failure: unknown;
    await this.world.time.waitFor<void>((end) => {
      if (open === 0) end();
      works.forEach((work, index) =>
        this.world.time.start(async () => {
          try {
            results[index] = await work();
          } catch (error) {
            failure ??= error;
          }
          open--;
          if (open === 0 || failure !== undefined) end();
        }),
      );
    });
    if (failure !== undefined) throw failure as Error;
    return results;
  }
}
