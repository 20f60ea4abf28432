/** One execution of a machine with mocks for its tasks, and what it came to. */
import type { Json } from "../../../../offline/engine/recording";
import type { Attempt } from "../../../../offline/rehearsal/states/attempt";
import type { Machine, State } from "../../../../offline/rehearsal/states/definition";
import { StatesError } from "../../../../offline/rehearsal/states/failures";
import { Execution, type Result, type TaskCall, type TaskLife, type Visit } from "../../../../offline/rehearsal/states/interpreter";
import { VirtualTime } from "../../../../offline/rehearsal/virtual-time";

const START = Date.parse("2026-03-02T08:00:00Z");

export type Told = Result & {
  /** Virtual seconds that the execution took. */
  seconds: number;
  visits: Visit[];
  calls: TaskCall[];
  attempts: Attempt[];
};

export type Mock = (call: TaskCall, attempt: number, time: VirtualTime, life: TaskLife) => Json | Promise<Json>;

export interface RunOptions {
  input?: Json;
  tasks?: Record<string, Mock>;
  random?: () => number;
  /** What somebody does from outside, by the second. */
  meanwhile?: Record<number, (execution: Execution) => void>;
  /** Seconds after the start at which an execution that has failed is redriven. */
  redriven?: number[];
}

export async function run(machine: Machine, options: RunOptions = {}): Promise<Told> {
  const time = new VirtualTime(START);
  const visits: Visit[] = [];
  const calls: TaskCall[] = [];
  const observed: Attempt[] = [];
  const attempts: Record<string, number> = {};
  const world = {
    time,
    random: options.random ?? (() => 0.5),
    visited: (visit: Visit) => visits.push(visit),
    attempted: (attempt: Attempt) => observed.push(attempt),
    task: async (call: TaskCall, life: TaskLife) => {
      calls.push(call);
      const attempt = (attempts[call.state] = (attempts[call.state] ?? 0) + 1);
      const mock = options.tasks?.[call.state];
      if (mock === undefined) throw new Error(`no task ${call.state}`);
      return mock(call, attempt, time, life);
    },
  };
  let result: Result | undefined;
  let ended = START;
  const execution = new Execution(
    machine,
    { id: "arn:e", name: "run-1", machineId: "arn:aws:states:::stateMachine:loop", input: options.input ?? {} },
    world,
  );
  time.start(async () => {
    result = await execution.run();
    ended = time.now();
  });
  for (const [second, act] of Object.entries(options.meanwhile ?? {}))
    time.startAt(START + Number(second) * 1_000, () => Promise.resolve(act(execution)));
  for (const second of options.redriven ?? [])
    time.startAt(START + second * 1_000, async () => {
      result = await execution.redrive();
      ended = time.now();
    });
  await time.runUntil(START + 400 * 24 * 3_600_000);
  if (result === undefined) throw new Error("the execution has not ended");
  return { ...result, seconds: (ended - START) / 1_000, visits, calls, attempts: observed };
}

export function machine(states: Record<string, State>, more: Partial<Machine> = {}): Machine {
  return { QueryLanguage: "JSONata", StartAt: Object.keys(states)[0] ?? "", States: states, ...more };
}

export const fail =
  (error: string): (() => never) =>
  () => {
    throw new StatesError(error, "because");
  };
export const task = (more: object): State => ({ Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true, ...more });
export const pass = (more: object): State => ({ Type: "Pass", End: true, ...more });
