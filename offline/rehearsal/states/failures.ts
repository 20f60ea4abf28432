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

/** Not caught by `States.ALL` (AWS, "Handling errors in Step Functions workflows"). */
const TERMINAL = new Set(["States.Runtime", "States.DataLimitExceeded"]);

/** `States.TaskFailed` stands for whatever a task fails with but a time-out. */
export function matches(names: readonly string[], error: string): boolean {
  return names.some((name) => {
    if (name === error) return true;
    if (TERMINAL.has(error)) return false;
    return name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout" && error !== "States.HeartbeatTimeout");
  });
}

/** The whole machine's TimeoutSeconds: no retrier and no catcher takes it. */
export class ExecutionTimeout extends StatesError {
  constructor() {
    super("States.Timeout", "the execution reached its TimeoutSeconds");
  }
}
