/** Errors of an execution, by Step Functions' own names, and which retrier or catcher takes them. */
export class StatesError extends Error {
  override readonly name = "StatesError";

  constructor(
    readonly error: string,
    override readonly cause: string,
  ) {
    super(`${error}: ${cause}`);
  }
}

/** Neither retried nor caught, by no name (AWS, "Handling errors in Step Functions workflows"). Recorded executions have caught the second. */
const TERMINAL = new Set(["States.Runtime", "States.DataLimitExceeded"]);

/** `States.TaskFailed` stands for "any known error name except for States.Timeout" (the same page). */
export function matches(names: readonly string[], error: string): boolean {
  if (TERMINAL.has(error)) return false;
  return names.some((name) => name === error || name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout"));
}

/** The whole machine's TimeoutSeconds: no retrier and no catcher takes it. */
export class ExecutionTimeout extends StatesError {
  constructor() {
    super("States.Timeout", "the execution reached its TimeoutSeconds");
  }
}
