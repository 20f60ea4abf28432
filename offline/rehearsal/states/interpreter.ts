/**
 * Runs one execution of a Standard state machine with JSONata, in virtual time.
 *
 * It is ours because no offline engine runs what AWS runs: of those tried (2026-11), none took JSONata, variables and task tokens together.
 * Held against documented behaviour by `test/offline/rehearsal/states`, each row with its source.
 */
import type { Json } from "../../engine/recording";
import type { VirtualTime } from "../virtual-time";
import type { Attempt } from "./attempt";
import type { Machine, State } from "./definition";
import { Ending, Stopped } from "./ending";
import { type Scope, withinLimit } from "./expressions";
import { ExecutionTimeout, StatesError } from "./failures";
import { StateRun, type Step } from "./state-run";
import { patiently, type TaskLimits } from "./task-wait";
import type { Progress, Thread, Variables } from "./thread";

export interface TaskCall {
  readonly state: string;
  readonly resource: string;
  readonly arguments: Json;
  /** Only for `.waitForTaskToken`. */
  readonly token?: string;
  /** Virtual milliseconds at which the task times out. */
  readonly deadline: number;
}

/** What lies between a task that was begun and the state that waits for it. */
export interface TaskLife {
  /** The state was stopped: `.sync` cancels what it has started (AWS, "Run a Job"). A time-out is no stop. */
  readonly ending: Ending;
  /** The state waits no longer, however that came: an answer is late from here on. */
  readonly left: Ending;
  /** Whoever works on it lives: HeartbeatSeconds count anew. */
  beat(): void;
  /** What is done stands for more than the task: its TimeoutSeconds are not meant for it. */
  endure(): void;
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
  task(call: TaskCall, life: TaskLife): Promise<Json>;
  visited?(visit: Visit): void;
  /** For whoever compares with another interpreter. */
  attempted?(attempt: Attempt): void;
}

export interface ExecutionOptions {
  readonly id: string;
  readonly name: string;
  readonly machineId: string;
  readonly input: Json;
}

export type Outcome = { status: "SUCCEEDED"; output: Json } | { status: "FAILED" | "TIMED_OUT" | "ABORTED"; error: string; cause: string };
export type Result = Outcome & { events: number };

/** The default of `TimeoutSeconds` in states-language.net. */
export const FOREVER_SECONDS = 99_999_999;

/** Events that a history may have before the execution is ended (AWS, "Service quotas", read 2026-11). */
export const HISTORY_LIMIT = 25_000;

/** So many iterations of an inline Map run at once where MaxConcurrency is 0 (AWS, "Using Map state in Inline mode"). */
export const MOST_ITERATIONS = 40;

/** Bytes of all variables of an execution (AWS, "Passing data between states with variables"). */
const VARIABLES_LIMIT = 10 * 1_048_576;

export class Execution {
  readonly progress: Progress = {};
  private events = 0;
  private readonly started: number;
  private deadline = 0;
  private tokens = 0;
  private redrives: string[] = [];
  private ending = new Ending();
  private stoppedWith = { error: "", cause: "" };

  constructor(
    private readonly machine: Machine,
    private readonly options: ExecutionOptions,
    private readonly world: World,
  ) {
    this.started = world.time.now();
  }

  /** A second call goes on where the first one failed. The machine's own time begins anew. */
  async run(): Promise<Result> {
    this.events++;
    this.deadline = this.now + (this.machine.TimeoutSeconds ?? FOREVER_SECONDS) * 1_000;
    const thread = { variables: {}, context: {}, ending: this.ending, progress: this.progress };
    try {
      const output = await this.line(this.machine, withinLimit(this.options.input), thread);
      return { status: "SUCCEEDED", output, events: ++this.events };
    } catch (error) {
      this.events++;
      if (error instanceof Stopped) return { status: "ABORTED", ...this.stoppedWith, events: this.events };
      if (!(error instanceof StatesError)) throw error;
      const timedOut = error instanceof ExecutionTimeout;
      return { status: timedOut ? "TIMED_OUT" : "FAILED", error: error.error, cause: error.cause, events: this.events };
    }
  }

  redrive(): Promise<Result> {
    this.ending = new Ending();
    this.redrives.push(new Date(this.now).toISOString());
    return this.run();
  }

  stop(error = "", cause = ""): void {
    this.stoppedWith = { error, cause };
    this.ending.end();
  }

  /** Of the machine, a branch or an iteration: one state after the other. */
  async line(machine: Machine, input: Json, thread: Thread): Promise<Json> {
    const { progress, ending } = thread;
    if (progress.done !== undefined) return progress.done.output;
    let { state: name, input: current, variables } = progress.at ?? { state: machine.StartAt, input, variables: { ...thread.variables } };
    let inner = progress.inner;
    for (;;) {
      ending.check();
      const state: State | undefined = machine.States[name];
      if (state === undefined) throw new StatesError("States.Runtime", `there is no state ${name}`);
      Object.assign(progress, { at: { state: name, input: current, variables }, inner });
      inner = undefined;
      const step: Step = await new StateRun(this, name, state, current, { ...thread, variables }).run();
      ending.check();
      current = withinLimit(step.output);
      variables = withinAll({ ...variables, ...step.assigned });
      if (step.next === undefined) {
        progress.done = { output: current };
        return current;
      }
      name = step.next;
    }
  }

  // What a running state asks of its execution.

  get now(): number {
    return this.world.time.now();
  }

  count(events: number): void {
    this.events += events;
    if (this.events > HISTORY_LIMIT)
      throw new StatesError("States.Runtime", `the execution's history has more than ${HISTORY_LIMIT} events`);
    if (this.now >= this.deadline) throw new ExecutionTimeout();
  }

  visit(kind: Visit["kind"], state: string, detail?: string): void {
    this.world.visited?.({ at: this.now, kind, state, ...(detail === undefined ? {} : { detail }) });
  }

  attempted(attempt: () => Attempt): void {
    if (this.world.attempted !== undefined) this.world.attempted(attempt());
  }

  scope(states: Record<string, unknown>, variables: Variables): Scope {
    return { states, variables, random: () => this.world.random(), now: this.now };
  }

  /** AWS, "Accessing execution data from the Context object in Step Functions". */
  context(state: string, entered: number, retryCount: number, more: object): Record<string, unknown> {
    const { id, name, input, machineId } = this.options;
    const { redrives } = this;
    const times = { StartTime: new Date(this.started).toISOString(), RedriveCount: redrives.length };
    const redriven = redrives.length === 0 ? {} : { RedriveTime: redrives[redrives.length - 1] };
    return {
      Execution: { Id: id, Name: name, Input: input, RoleArn: "arn:aws:iam::123456789012:role/rehearsal", ...times, ...redriven },
      State: { Name: state, EnteredTime: new Date(entered).toISOString(), RetryCount: retryCount },
      StateMachine: { Id: machineId, Name: machineId.split(":").pop() ?? machineId },
      ...more,
    };
  }

  nextToken(): string {
    return `${this.options.id}#${++this.tokens}`;
  }

  async sleepUntil(at: number, ending: Ending): Promise<void> {
    const until = Math.min(at, this.deadline);
    let forget: () => void = () => undefined;
    await this.world.time.waitFor<void>((end) => (forget = ending.heard(end)), { at: Math.max(until, this.now), value: undefined });
    forget();
    ending.check();
    if (this.now >= this.deadline) throw new ExecutionTimeout();
  }

  async task(call: Omit<TaskCall, "deadline">, limits: TaskLimits, ending: Ending): Promise<Json> {
    const deadline = Math.min(this.now + limits.timeoutSeconds * 1_000, this.deadline);
    try {
      return await patiently(this.world.time, { deadline, latest: this.deadline, ...limits }, ending, (life) =>
        this.world.task({ ...call, deadline }, life),
      );
    } finally {
      if (this.now >= this.deadline) this.outOfTime(ending);
    }
  }

  random(): number {
    return this.world.random();
  }

  get time(): VirtualTime {
    return this.world.time;
  }

  private outOfTime(ending: Ending): void {
    ending.check();
    throw new ExecutionTimeout();
  }
}

function withinAll(variables: Variables): Variables {
  // Each Assign is bounded already, so that few machines have ever to be measured as a whole.
  if (Object.keys(variables).length * 262_144 <= VARIABLES_LIMIT) return variables;
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > VARIABLES_LIMIT) throw new StatesError("States.DataLimitExceeded", `the variables have ${bytes} bytes together`);
  return variables;
}
