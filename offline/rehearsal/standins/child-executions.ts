/** Executions that a state starts (developer guide, "Start a new workflow from a running execution"). */
import type { Json } from "../../engine/recording";
import { ServiceRefusal } from "../outside/exchange";
import { StatesError } from "../states/failures";
import type { TaskLife } from "../states/interpreter";
import type { VirtualTime } from "../virtual-time";
import type { TaskArguments, TaskWorks } from "./state-tasks";
import type { Started, StepFunctions } from "./step-functions";

export function childTasks(executions: StepFunctions, time: VirtualTime): TaskWorks {
  const ended = async (child: Started, { ending }: TaskLife, read: (text: string) => Json): Promise<Json> => {
    // Who is stopped stops what it waits for, as far as it can.
    const forget = ending.heard(() => executions.stop(child.arn));
    await time.waitFor<void>((end) => executions.whenEnded(child.arn, end));
    forget();
    return reported(child, read);
  };
  return {
    "states:startExecution": (given) => {
      const { arn, startedAt } = started(executions, given);
      return { ExecutionArn: arn, StartDate: new Date(startedAt).toISOString() };
    },
    "states:startExecution.sync": async (given, life) => ended(started(executions, given), life, (text) => text),
    "states:startExecution.sync:2": async (given, life) => ended(started(executions, given), life, (text) => JSON.parse(text) as Json),
  };
}

function started(executions: StepFunctions, { StateMachineArn, Input = {}, Name }: TaskArguments): Started {
  try {
    const input = typeof Input === "string" ? (JSON.parse(Input) as Json) : Input;
    return executions.start(StateMachineArn as string, input, Name as string | undefined);
  } catch (error) {
    if (error instanceof ServiceRefusal) throw new StatesError(`StepFunctions.${error.exception}Exception`, error.message);
    throw error;
  }
}

/** `.sync` hands on texts, `.sync:2` what stands in them. */
function reported(
  { arn, name, machine, input, status, startedAt, endedAt = startedAt, result }: Started,
  read: (text: string) => Json,
): Json {
  const output: { [key: string]: Json } = result?.status === "SUCCEEDED" ? { Output: read(JSON.stringify(result.output)) } : {};
  const failed: { [key: string]: Json } = result !== undefined && "error" in result ? { Error: result.error, Cause: result.cause } : {};
  const described: { [key: string]: Json } = {
    ...{ ExecutionArn: arn, StateMachineArn: machine, Name: name, Status: status, Input: read(input), ...output, ...failed },
    ...{ StartDate: startedAt, StopDate: endedAt },
  };
  if (status !== "SUCCEEDED") throw new StatesError("States.TaskFailed", JSON.stringify(described));
  return described;
}
