/** Step Functions: Standard executions by name, their children, task tokens, and the events that tell of their status. */
import type { Json } from "../../engine/recording";
import type { Chance } from "../chance";
import type { Journal } from "../journal";
import { jsonService, type OutsideService, ServiceRefusal } from "../outside/exchange";
import type { Attempt } from "../states/attempt";
import type { Machine } from "../states/definition";
import { StatesError } from "../states/failures";
import { Execution, HISTORY_LIMIT, type Result, type TaskCall, type TaskLife } from "../states/interpreter";
import type { VirtualTime } from "../virtual-time";
import { nameIn } from "./arns";
import { childTasks } from "./child-executions";
import type { EventBridge } from "./event-bridge";
import { type ExecutionsPage, pageOfExecutions } from "./executions-list";
import type { TaskWorks } from "./state-tasks";
import { StepFailures } from "./step-failures";

export interface MachineDeclaration {
  readonly arn: string;
  readonly definition: Machine;
}

/** Does what a task state asks for. Of one that waits for a token, what it answers counts for nothing. */
export type Integration = (call: TaskCall, life: TaskLife) => Promise<Json>;

export type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

export interface Started {
  readonly arn: string;
  readonly name: string;
  readonly machine: string;
  readonly input: string;
  readonly startedAt: number;
  endedAt?: number;
  status: Status;
  result?: Result;
}

interface Kept extends Started {
  readonly execution: Execution;
  readonly ended: (() => void)[];
}

type TokenEnd =
  { kind: "success"; output: Json } | { kind: "failure"; error: string; cause: string } | { kind: "not asked"; error: unknown };

/** API reference, "RedriveExecution". */
const REDRIVABLE_MS = 14 * 24 * 3_600_000;

export class StepFunctions {
  private readonly machines = new Map<string, Machine>();
  private readonly aliases = new Map<string, string>();
  private readonly executions = new Map<string, Kept>();
  private readonly tokens = new Map<string, { end(how: TokenEnd): void; beat(): void }>();
  private count = 0;
  /** Of steps whose turn it is to fail. */
  readonly failures: StepFailures;
  /** Hears of each attempt at a state, with the ARN of its machine. */
  observer?: (machine: string, attempt: Attempt) => void;

  constructor(
    private readonly time: VirtualTime,
    private readonly chance: Chance,
    private readonly journal: Journal,
    private readonly bus: EventBridge,
    private readonly integration: Integration,
  ) {
    this.failures = new StepFailures(time);
  }

  declare({ arn, definition }: MachineDeclaration): void {
    this.machines.set(arn, definition);
  }

  /** An alias or a version; executions of it belong to the machine. */
  declareAlias(alias: string, machineArn: string): void {
    this.aliases.set(alias, machineArn);
  }

  /** By ARN, for whoever asks which states there are. */
  get definitions(): ReadonlyMap<string, Machine> {
    return this.machines;
  }

  start(machineOrAlias: string, input: Json, name = `execution-${++this.count}`): Started {
    const machine = this.aliases.get(machineOrAlias) ?? machineOrAlias;
    const definition = this.machines.get(machine);
    if (definition === undefined) throw new ServiceRefusal("StateMachineDoesNotExist", `State Machine Does Not Exist: '${machineOrAlias}'`);
    const arn = `${machine.replace(":stateMachine:", ":execution:")}:${name}`;
    const text = JSON.stringify(input);
    const before = this.executions.get(arn);
    // The same start twice is one start, but only while it runs (API reference, "StartExecution").
    if (before !== undefined && before.status === "RUNNING" && before.input === text) return before;
    if (before !== undefined) throw new ServiceRefusal("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);

    const { observer } = this;
    const world = {
      ...(observer !== undefined && { attempted: (attempt: Attempt) => observer(machine, attempt) }),
      time: this.time,
      random: () => this.chance.next(),
      task: (call: TaskCall, life: TaskLife): Promise<Json> => this.task(machine, call, life),
      visited: ({ kind, state, detail }: { kind: string; state: string; detail?: string }) =>
        this.journal.note(name, `state.${kind}`, { state, machine: nameIn(machine), ...(detail !== undefined && { detail }) }),
    };
    const execution = new Execution(definition, { id: arn, name, machineId: machine, input }, world);
    const started: Kept = {
      ...{ arn, name, machine, input: text, startedAt: this.time.now(), status: "RUNNING" as const, execution, ended: [] },
    };
    this.executions.set(arn, started);
    this.tell(started);
    this.go(started, () => execution.run());
    return started;
  }

  /** As somebody with the console does it. */
  stop(arn: string, error = "", cause = ""): void {
    const started = this.found(arn);
    if (started.status !== "RUNNING") return;
    started.execution.stop(error, cause);
    // Whoever waits for it hears of the end at once, and asks why.
    started.result = { status: "ABORTED", error, cause, events: started.result?.events ?? 0 };
    this.end(started, "ABORTED");
  }

  /** Goes on where a failed, aborted or timed-out execution ended (API reference, "RedriveExecution"). */
  redrive(arn: string): void {
    const started = this.found(arn);
    const { status, endedAt = 0, result, execution } = started;
    const events = result?.events ?? 0;
    const late = this.time.now() - endedAt > REDRIVABLE_MS;
    if (status === "RUNNING" || status === "SUCCEEDED" || late || events >= HISTORY_LIMIT - 1)
      throw new ServiceRefusal("ExecutionNotRedrivable", `Execution is not redrivable: '${arn}' ${status}`);
    started.status = "RUNNING";
    delete started.endedAt;
    this.tell(started);
    this.go(started, () => execution.redrive());
  }

  whenEnded(arn: string, heard: () => void): void {
    const started = this.found(arn);
    if (started.status === "RUNNING") started.ended.push(heard);
    else heard();
  }

  /** All executions that were ever started, oldest first. */
  all(): readonly Readonly<Started>[] {
    return [...this.executions.values()].map(({ execution: _running, ended: _heard, ...started }) => started);
  }

  endToken(token: string, end: TokenEnd): void {
    const waiting = this.waiting(token);
    this.tokens.delete(token);
    waiting.end(end);
  }

  get service(): OutsideService {
    return jsonService("states", {
      StartExecution: ({ stateMachineArn, name, input = "{}" }: { stateMachineArn: string; name?: string; input?: string }) => {
        const { arn, startedAt } = this.start(stateMachineArn, JSON.parse(input) as Json, name);
        return { executionArn: arn, startDate: startedAt / 1_000 };
      },
      StopExecution: ({ executionArn, error, cause }: { executionArn: string; error?: string; cause?: string }) => {
        this.stop(executionArn, error, cause);
        return { stopDate: this.time.now() / 1_000 };
      },
      RedriveExecution: ({ executionArn }: { executionArn: string }) => {
        this.redrive(executionArn);
        return { redriveDate: this.time.now() / 1_000 };
      },
      ListExecutions: ({ stateMachineArn, ...page }: ExecutionsPage & { stateMachineArn: string }) => {
        const machine = this.aliases.get(stateMachineArn) ?? stateMachineArn;
        if (!this.machines.has(machine))
          throw new ServiceRefusal("StateMachineDoesNotExist", `State Machine Does Not Exist: '${stateMachineArn}'`);
        return pageOfExecutions(
          this.all().filter((each) => each.machine === machine),
          page,
        );
      },
      DescribeExecution: ({ executionArn }: { executionArn: string }) => {
        const { arn, machine, name, status, startedAt, endedAt, input, result } = this.found(executionArn);
        const common = { executionArn: arn, stateMachineArn: machine, name, status, startDate: startedAt / 1_000, input };
        return { ...common, ...(endedAt !== undefined && { stopDate: endedAt / 1_000 }), ...(result !== undefined && endOf(result)) };
      },
      SendTaskSuccess: ({ taskToken, output }: { taskToken: string; output: string }) =>
        this.endToken(taskToken, { kind: "success", output: JSON.parse(output) as Json }),
      SendTaskFailure: ({ taskToken, error = "", cause = "" }: { taskToken: string; error?: string; cause?: string }) =>
        this.endToken(taskToken, { kind: "failure", error, cause }),
      SendTaskHeartbeat: ({ taskToken }: { taskToken: string }) => this.waiting(taskToken).beat(),
    });
  }

  get tasks(): TaskWorks {
    return childTasks(this, this.time);
  }

  private go(started: Kept, run: () => Promise<Result>): void {
    this.time.start(async () => {
      const result = await run();
      started.result = result;
      if (started.status === "RUNNING") this.end(started, result.status);
    });
  }

  private async task(machine: string, call: TaskCall, life: TaskLife): Promise<Json> {
    const { token, state, deadline } = call;
    const asked = async (): Promise<Json> => {
      await this.failures.meet(machine, state, deadline);
      return this.integration(call, life);
    };
    if (token === undefined) return asked();
    const end = await this.time.waitFor<TokenEnd>((ended) => {
      // Before anybody is asked: who is asked may answer at once.
      this.tokens.set(token, { end: ended, beat: () => life.beat() });
      life.left.heard(() => this.tokens.delete(token));
      this.time.start(async () => {
        try {
          await asked();
        } catch (error) {
          ended({ kind: "not asked", error });
        }
      });
    });
    if (end.kind === "not asked") throw end.error;
    if (end.kind === "failure") throw new StatesError(end.error, end.cause);
    return end.output;
  }

  private waiting(token: string): { end(how: TokenEnd): void; beat(): void } {
    const waiting = this.tokens.get(token);
    if (waiting === undefined) throw new ServiceRefusal("TaskTimedOut", "Task Timed Out: the token is not, or no longer, waited for");
    return waiting;
  }

  private end(started: Kept, status: Status): void {
    started.status = status;
    started.endedAt = this.time.now();
    this.tell(started);
    for (const heard of started.ended.splice(0)) heard();
  }

  /** Step Functions developer guide, "Automating Step Functions event delivery with EventBridge": detail as it stands there. */
  private tell({ arn, name, machine, status, input, startedAt, result }: Started): void {
    this.journal.note(nameIn(machine), "execution.changed", { name, status });
    const ended = result === undefined || status === "RUNNING" ? {} : endOf(result);
    const detail = { executionArn: arn, stateMachineArn: machine, name, status, startDate: startedAt, input, output: null, ...ended };
    const stopDate = status === "RUNNING" ? null : this.time.now();
    const type = "Step Functions Execution Status Change";
    this.bus.put({ source: "aws.states", "detail-type": type, resources: [arn], detail: { ...detail, stopDate } });
  }

  private found(arn: string): Kept {
    const execution = this.executions.get(arn);
    if (execution === undefined) throw new ServiceRefusal("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return execution;
  }
}

function endOf(result: Result): { [key: string]: Json } {
  return result.status === "SUCCEEDED" ? { output: JSON.stringify(result.output) } : { error: result.error, cause: result.cause };
}
