import { ExecutionDoesNotExist, ListExecutionsCommand, SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import type { RollOutRuns } from "../ports/roll-out-runs";
import { PATIENCE } from "./http-patience";

/** A run that is redriven starts its roll-out again, under a name that tells the attempt: `run`, `run-r1`, `run-r2`. */
export function stepFunctionsRollOuts(stateMachineArn: string, client = new SFNClient(PATIENCE)): RollOutRuns {
  return {
    async stop(run, reason) {
      const isOfRun = (name: string | undefined): boolean =>
        name === run || (name?.startsWith(`${run}-r`) === true && /^\d+$/.test(name.slice(run.length + 2)));
      let nextToken: string | undefined;
      do {
        const page = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING", nextToken }));
        for (const { executionArn } of (page.executions ?? []).filter(({ name }) => isOfRun(name))) {
          await client
            .send(new StopExecutionCommand({ executionArn, error: "RolledBack", cause: reason.slice(0, 1_000) }))
            .catch((error: unknown) => {
              if (!(error instanceof ExecutionDoesNotExist)) throw error;
            });
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    },
  };
}
