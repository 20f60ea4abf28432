/** What services publish about themselves: the loop's own health is judged by it. */
import { nameIn } from "../standins/arns";
import type { World } from "../world";

const OF_FUNCTIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "function.invoked": { Invocations: 1, Errors: 0 },
  "function.failed": { Errors: 1 },
};

/** Step Functions developer guide, "Execution metrics"; by the status that an execution came to. */
const OF_MACHINES: Readonly<Record<string, string>> = {
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  TIMED_OUT: "ExecutionsTimedOut",
  ABORTED: "ExecutionsAborted",
};

export function measureServices({ cloudWatch, journal, stepFunctions }: World): void {
  const machines = new Map([...stepFunctions.definitions.keys()].map((arn) => [nameIn(arn), arn]));
  let seen = 0;
  cloudWatch.probe(() => {
    for (const { what, who, about } of journal.happenings.slice(seen)) {
      const dimensions = { FunctionName: about["function"] as string };
      for (const [name, value] of Object.entries(OF_FUNCTIONS[what] ?? {}))
        cloudWatch.put({ namespace: "AWS/Lambda", name, dimensions }, value);
      const name = what === "execution.changed" ? OF_MACHINES[about["status"] as string] : undefined;
      const StateMachineArn = machines.get(who);
      if (name !== undefined && StateMachineArn !== undefined)
        cloudWatch.put({ namespace: "AWS/States", name, dimensions: { StateMachineArn } }, 1);
    }
    seen = journal.happenings.length;
  });
}
