/** One visit of one state: its attempts, its retries, and what it hands on. */
import type { Json } from "../../engine/recording";
import { NotRehearsedError } from "../outside/exchange";
import type { AttemptEnd } from "./attempt";
import {
  type Catcher,
  type MapState,
  type ParallelState,
  type Retrier,
  type State,
  type TaskState,
  type Template,
  UNKNOWN_MAP_FIELDS,
} from "./definition";
import type { Ending } from "./ending";
import { evaluate, withinLimit } from "./expressions";
import { ExecutionTimeout, matches, StatesError } from "./failures";
import { type Execution, FOREVER_SECONDS, MOST_ITERATIONS } from "./interpreter";
import type { Progress, Thread, Variables } from "./thread";
import { together } from "./together";

/** What a state leaves behind. */
export interface Step {
  output: Json;
  assigned: Variables;
  next: string | undefined;
}

export class StateRun {
  private readonly entered: number;
  private retryCount = 0;
  private result: Json | undefined;
  private asked: { given?: Json; token?: string; isOut?: boolean } = {};

  constructor(
    private readonly execution: Execution,
    private readonly name: string,
    private readonly state: State,
    private readonly input: Json,
    private readonly thread: Thread,
  ) {
    this.entered = execution.now;
  }

  async run(): Promise<Step> {
    this.execution.count(1);
    this.execution.visit("entered", this.name);
    const attempts = new Map<Retrier, number>();
    for (;;) {
      this.asked = {};
      this.result = undefined;
      try {
        const step = await this.attempt();
        this.tell({ kind: "left", ...ends(step) });
        this.execution.count(1);
        this.execution.visit("exited", this.name);
        return step;
      } catch (error) {
        if (!(error instanceof StatesError) || error instanceof ExecutionTimeout || this.state.Type === "Fail") throw error;
        this.execution.visit("failed", this.name, error.error);
        if (await this.retries(error, attempts)) continue;
        const step = await this.caught(error);
        const { error: name, cause } = error;
        this.tell({ kind: step === undefined ? "failed" : "caught", error: name, cause, ...(step !== undefined && ends(step)) });
        if (step === undefined) throw error;
        return step;
      }
    }
  }

  private async attempt(): Promise<Step> {
    const { state } = this;
    switch (state.Type) {
      case "Pass":
      case "Succeed":
        return this.leave(state, this.input);
      case "Fail":
        throw new StatesError(await this.text(state.Error), await this.text(state.Cause));
      case "Wait":
        await this.wait(state.Seconds, state.Timestamp);
        return this.leave(state, this.input);
      case "Choice": {
        for (const rule of state.Choices) if ((await this.truth(rule.Condition)) === true) return this.leave(rule, this.input);
        if (state.Default === undefined)
          throw new StatesError("States.NoChoiceMatched", `no rule of ${this.name} matched, and it has no Default`);
        return this.leave({ ...state, Next: state.Default }, this.input);
      }
      case "Task":
        this.result = withinLimit(await this.task(state));
        return this.leave(state, this.result);
      case "Parallel":
        this.result = await this.parallel(state);
        return this.leave(state, this.result);
      case "Map":
        this.result = await this.map(state);
        return this.leave(state, this.result);
    }
  }

  /** Output and Assign are evaluated side by side: neither sees what the other does. */
  private async leave(
    transition: { Output?: Template; Assign?: Readonly<Record<string, Template>>; Next?: string },
    otherwise: Json,
  ): Promise<Step> {
    const output = transition.Output === undefined ? otherwise : await this.value(transition.Output);
    const assigned = transition.Assign === undefined ? {} : (withinLimit(await this.value(transition.Assign as Template)) as Variables);
    return { output, assigned, next: transition.Next };
  }

  private async task(state: TaskState): Promise<Json> {
    const waits = state.Resource.endsWith(".waitForTaskToken");
    const token = waits ? this.execution.nextToken() : undefined;
    const given =
      state.Arguments === undefined
        ? this.input
        : withinLimit(await this.value(state.Arguments, token === undefined ? {} : { Task: { Token: token } }));
    const timeoutSeconds =
      state.TimeoutSeconds === undefined ? FOREVER_SECONDS : await this.seconds(state.TimeoutSeconds, "TimeoutSeconds");
    const heartbeat =
      state.HeartbeatSeconds === undefined ? {} : { heartbeatSeconds: await this.seconds(state.HeartbeatSeconds, "HeartbeatSeconds") };
    // Scheduled, started, and succeeded or failed; a task that waits or is polled is also submitted.
    this.execution.count(waits || /\.sync(:2)?$/.test(state.Resource) ? 4 : 3);
    const call = { state: this.name, resource: state.Resource, arguments: given, ...(token === undefined ? {} : { token }) };
    this.asked = { given, isOut: true, ...(token !== undefined && { token }) };
    return this.execution.task(call, { timeoutSeconds, ...heartbeat }, this.thread.ending);
  }

  private async parallel(state: ParallelState): Promise<Json> {
    const input = state.Arguments === undefined ? this.input : withinLimit(await this.value(state.Arguments));
    this.execution.count(2);
    const inner = this.innerProgress(state.Branches.length);
    const works = state.Branches.map((branch, index) => (ending: Ending) => {
      return this.execution.line(branch, input, { ...this.thread, ending, progress: inner[index] ?? {} });
    });
    return together(this.execution.time, works, works.length, this.thread.ending);
  }

  private async map(state: MapState): Promise<Json> {
    const unknown = UNKNOWN_MAP_FIELDS.find((field) => field in state);
    if (unknown !== undefined) throw new NotRehearsedError(`${unknown} of the Map ${this.name}`);
    const items = itemsOf(state.Items === undefined ? this.input : await this.value(state.Items));
    if (items === undefined) throw new StatesError("States.QueryEvaluationError", `Items of ${this.name} is neither array nor object`);
    const most = state.MaxConcurrency === undefined ? 0 : await this.seconds(state.MaxConcurrency, "MaxConcurrency");
    this.execution.count(2);
    const inner = this.innerProgress(items.length);
    const works = items.map(({ item, key }, index) => async (ending: Ending) => {
      this.execution.count(2);
      const context = { Map: { Item: { Index: index, ...(key !== undefined && { Key: key }), Value: item } } };
      const given = key === undefined ? item : { Key: key, Value: item };
      const input = state.ItemSelector === undefined ? given : withinLimit(await this.value(state.ItemSelector, context));
      return this.execution.line(state.ItemProcessor, input, { ...this.thread, context, ending, progress: inner[index] ?? {} });
    });
    return together(this.execution.time, works, most === 0 ? MOST_ITERATIONS : most, this.thread.ending);
  }

  /** Of a redriven state what it left; of a retried one nothing: a retrier runs all branches again. */
  private innerProgress(count: number): Progress[] {
    const known = this.retryCount === 0 ? this.thread.progress.inner : undefined;
    return (this.thread.progress.inner = known ?? Array.from({ length: count }, () => ({})));
  }

  private async retries(error: StatesError, attempts: Map<Retrier, number>): Promise<boolean> {
    const retrier = "Retry" in this.state ? this.state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error.error)) : undefined;
    if (retrier === undefined) return false;
    const done = attempts.get(retrier) ?? 0;
    if (done >= (retrier.MaxAttempts ?? 3)) return false;
    this.tell({ kind: "retried", error: error.error, cause: error.cause });
    attempts.set(retrier, done + 1);
    this.retryCount++;
    const seconds = Math.min((retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** done, retrier.MaxDelaySeconds ?? Infinity);
    const delay = retrier.JitterStrategy === "FULL" ? seconds * this.execution.random() : seconds;
    this.execution.visit("retried", this.name, error.error);
    await this.execution.sleepUntil(this.execution.now + delay * 1_000, this.thread.ending);
    return true;
  }

  /** The state's own Assign is not run, only the catcher's. */
  private async caught(error: StatesError): Promise<Step | undefined> {
    const catcher: Catcher | undefined =
      "Catch" in this.state ? this.state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error.error)) : undefined;
    if (catcher === undefined) return undefined;
    const errorOutput = { Error: error.error, Cause: error.cause };
    this.execution.count(1);
    this.execution.visit("caught", this.name, catcher.Next);
    const scope = this.execution.scope({ input: this.input, errorOutput, context: this.contextWith({}) }, this.thread.variables);
    const output = catcher.Output === undefined ? errorOutput : await evaluate(catcher.Output, scope);
    const assigned = catcher.Assign === undefined ? {} : (withinLimit(await evaluate(catcher.Assign, scope)) as Variables);
    return { output, assigned, next: catcher.Next };
  }

  private async wait(seconds: Template | undefined, timestamp: Template | undefined): Promise<void> {
    if (seconds !== undefined)
      return this.execution.sleepUntil(this.entered + (await this.seconds(seconds, "Seconds")) * 1_000, this.thread.ending);
    const at = Date.parse(await this.text(timestamp));
    if (Number.isNaN(at)) throw new StatesError("States.QueryEvaluationError", `Timestamp of ${this.name} is no RFC 3339 time`);
    return this.execution.sleepUntil(at, this.thread.ending);
  }

  private value(template: Template, context: object = {}): Promise<Json> {
    const states = { input: this.input, context: this.contextWith(context), ...(this.result === undefined ? {} : { result: this.result }) };
    return evaluate(template, this.execution.scope(states, this.thread.variables));
  }

  private tell(end: AttemptEnd): void {
    this.execution.attempted(() => {
      const { given, token, isOut = false } = this.asked;
      return {
        ...{ state: this.name, type: this.state.Type, input: this.input, variables: this.thread.variables, retries: this.retryCount, end },
        context: this.contextWith(token === undefined ? {} : { Task: { Token: token } }),
        isTaskFailure: isOut && this.result === undefined,
        ...(given !== undefined && { given }),
        ...(this.result !== undefined && { result: this.result }),
      };
    });
  }

  private contextWith(more: object): Record<string, unknown> {
    return this.execution.context(this.name, this.entered, this.retryCount, { ...this.thread.context, ...more });
  }

  private async truth(condition: Template): Promise<boolean> {
    const value = await this.value(condition);
    if (typeof value !== "boolean")
      throw new StatesError("States.QueryEvaluationError", `a Condition of ${this.name} is neither true nor false`);
    return value;
  }

  private async seconds(template: Template, field: string): Promise<number> {
    const value = await this.value(template);
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
      throw new StatesError(
        "States.QueryEvaluationError",
        `${field} of ${this.name} is ${JSON.stringify(value)}, not a whole number of 0 or more`,
      );
    }
    return value;
  }

  private async text(template: Template | undefined): Promise<string> {
    const value = template === undefined ? "" : await this.value(template);
    return typeof value === "string" ? value : JSON.stringify(value);
  }
}

function ends({ output, assigned, next }: Step): Pick<AttemptEnd, "output" | "assigned" | "next"> {
  return { output, assigned, ...(next !== undefined && { next }) };
}

/** An object is gone over by its keys (states-language.net, "Map State"); inline maps with JSONPath take arrays alone. */
function itemsOf(value: Json): { item: Json; key?: string }[] | undefined {
  if (Array.isArray(value)) return value.map((item) => ({ item }));
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).map(([key, item]) => ({ key, item }));
}
