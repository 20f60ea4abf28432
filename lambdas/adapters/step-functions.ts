import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { runOrderSchema } from "../domain/run-order";
import type { RetrainingRuns } from "../ports/runs";
import type { WaitingTasks } from "../ports/waiting-tasks";
import { PATIENCE } from "./http-patience";

/** Runs as executions of the alias's state machine, each under the run's own name: Step Functions itself refuses to start one twice. */
export function stepFunctionsRuns(aliasArn: string, client = new SFNClient(PATIENCE)): RetrainingRuns {
  return {
    async start(order) {
      // The schema also puts the keys into one order, whatever way the order has come: the input is to be the same to the byte.
      const input = JSON.stringify(runOrderSchema.parse(order));
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn: aliasArn, name: order.run, input }));
        return { kind: "started" };
      } catch (error) {
        // Of a finished execution, or of a running one with another input. One with the same input is answered like a start.
        if (error instanceof ExecutionAlreadyExists) return { kind: "already-started" };
        throw error;
      }
    },
  };
}

/** The token is in no message and in no log: whoever has it can answer. */
export function stepFunctionsTasks(client = new SFNClient(PATIENCE)): WaitingTasks {
  return {
    async answer(token, approval) {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(approval) }));
        return { kind: "delivered" };
      } catch (error) {
        if ([TaskDoesNotExist, TaskTimedOut, InvalidToken].some((gone) => error instanceof gone)) return { kind: "gone" };
        throw error;
      }
    },
  };
}
