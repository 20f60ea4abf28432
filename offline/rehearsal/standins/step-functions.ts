/** Step Functions: Standard executions by name, task tokens, and the events that tell of their status. */
import type { Json } from "../../engine/recording";
import type { Chance } from "../chance";
import type { Journal } from "../journal";
import { jsonService, type OutsideService, ServiceRefusal } from "../outside/exchange";
import type { Machine } from "../states/definition";
import { StatesError } from "../states/failures";
import { Execution, type Result, type TaskCall } from "../states/interpreter";
import type { VirtualTime } from "../virtual-time";
import { nameIn } from "./arns";
import type { EventBridge } from "./event-bridge";

export interface MachineDeclaration {
  readonly arn: string;
  readonly definition: Machine;
}

/** Does what a task state asks for; undefined is for results that a task token brings. */
export type Integration = (call: TaskCall) => Promise<Json>;

type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

interface Started {
  readonly arn: string;
  readonly name: string;
  readonly machine: string;
  readonly input: string;
  readonly startedAt: number;
  status: Status;
  result?: Result;
}

type TokenEnd = { kind: "success"; output: Json } | { kind: "failure"; error: string; cause: string };

export class StepFunctions {
  private readonly machines = new Map<string, Machine>();
  private readonly aliases = new Map<string, string>();
  private readonly executions = new Map<string, Started>();
  private readonly tokens = new Map<string, (end: TokenEnd) => void>();
  private count = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly chance: Chance,
    private readonly journal: Journal,
    private readonly bus: EventBridge,
    private readonly integration: Integration,
  ) {}

  declare({ arn, definition }: MachineDeclaration): void {
    this.machines.set(arn, definition);
  }

  /** An alias or a version; executions of it belong to the machine. */
  declareAlias(alias: string, machineArn: string): void {
    this.aliases.set(alias, machineArn);
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

    const started: Started = { arn, name, machine, input: text, startedAt: this.time.now(), status: "RUNNING" };
    this.executions.set(arn, started);
    this.tell(started);
    const world = {
      time: this.time,
      random: () => this.chance.next(),
      // Once it was stopped, nothing that it waits for comes back to it.
      task: async (call: TaskCall): Promise<Json> =>
        started.status === "RUNNING" ? this.task(call) : this.time.waitFor<Json>(() => undefined),
      visited: ({ kind, state, detail }: { kind: string; state: string; detail?: string }) =>
        this.journal.note(name, `state.${kind}`, { state, ...(detail !== undefined && { detail }) }),
    };
    const execution = new Execution(definition, { id: arn, name, machineId: machine, input }, world);
    this.time.start(async () => {
      const result = await execution.run();
      if (started.status === "RUNNING") this.end(started, result.status, result);
    });
    return started;
  }

  /** As somebody with the console does it. */
  stop(arn: string): void {
    const execution = this.execution(arn);
    if (execution.status === "RUNNING") this.end(execution, "ABORTED");
  }

  /** All executions that were ever started, oldest first. */
  all(): readonly Readonly<Started>[] {
    return [...this.executions.values()];
  }

  endToken(token: string, end: TokenEnd): void {
    const waiting = this.tokens.get(token);
    if (waiting === undefined) throw new ServiceRefusal("TaskTimedOut", "Task Timed Out: the token is not, or no longer, waited for");
    this.tokens.delete(token);
    waiting(end);
  }

  get service(): OutsideService {
    return jsonService("states", {
      StartExecution: ({ stateMachineArn, name, input = "{}" }: { stateMachineArn: string; name?: string; input?: string }) => {
        const { arn, startedAt } = this.start(stateMachineArn, JSON.parse(input) as Json, name);
        return { executionArn: arn, startDate: startedAt / 1_000 };
      },
      StopExecution: ({ executionArn }: { executionArn: string }) => {
        this.stop(executionArn);
        return { stopDate: this.time.now() / 1_000 };
      },
      DescribeExecution: ({ executionArn }: { executionArn: string }) => {
        const { arn, machine, name, status, startedAt, input } = this.execution(executionArn);
        return { executionArn: arn, stateMachineArn: machine, name, status, startDate: startedAt / 1_000, input };
      },
      SendTaskSuccess: ({ taskToken, output }: { taskToken: string; output: string }) =>
        this.endToken(taskToken, { kind: "success", output: JSON.parse(output) as Json }),
      SendTaskFailure: ({ taskToken, error = "", cause = "" }: { taskToken: string; error?: string; cause?: string }) =>
        this.endToken(taskToken, { kind: "failure", error, cause }),
    });
  }

  private async task(call: TaskCall): Promise<Json> {
    const { token, deadline } = call;
    if (token === undefined) return this.integration(call);
    await this.integration(call);
    const late = { at: deadline, value: { kind: "failure" as const, error: "States.Timeout", cause: "the task's token was not answered" } };
    const end = await this.time.waitFor<TokenEnd>((ended) => this.tokens.set(token, ended), late);
    this.tokens.delete(token);
    if (end.kind === "failure") throw new StatesError(end.error, end.cause);
    return end.output;
  }

  private end(execution: Started, status: Status, result?: Result): void {
    execution.status = status;
    if (result !== undefined) execution.result = result;
    this.tell(execution);
  }

  /** Step Functions developer guide, "Automating Step Functions event delivery with EventBridge": detail as it stands there. */
  private tell({ arn, name, machine, status, input, startedAt, result }: Started): void {
    this.journal.note(nameIn(machine), "execution.changed", { name, status });
    const ended = result === undefined ? {} : endOf(result);
    const detail = { executionArn: arn, stateMachineArn: machine, name, status, startDate: startedAt, input, output: null, ...ended };
    const stopDate = status === "RUNNING" ? null : this.time.now();
    const type = "Step Functions Execution Status Change";
    this.bus.put({ source: "aws.states", "detail-type": type, resources: [arn], detail: { ...detail, stopDate } });
  }

  private execution(arn: string): Started {
    const execution = this.executions.get(arn);
    if (execution === undefined) throw new ServiceRefusal("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return execution;
  }
}

function endOf(result: Result): { [key: string]: Json } {
  return result.status === "SUCCEEDED" ? { output: JSON.stringify(result.output) } : { error: result.error, cause: result.cause };
}
