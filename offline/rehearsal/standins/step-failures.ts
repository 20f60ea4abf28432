/** Steps of a machine that fail as AWS fails them: before what they ask for is done. */
import { StatesError } from "../states/failures";
import type { VirtualTime } from "../virtual-time";

export interface StepFailure {
  /** Name of the state, a task. */
  readonly step: string;
  /** Attempts, one after the other: a step with two retries is through with three. */
  readonly times: number;
  /** As the service, or Step Functions, calls it. `States.Timeout`: nothing is answered until the step's own limit. */
  readonly error: string;
  readonly cause: string;
}

export class StepFailures {
  private readonly coming = new Map<string, (StepFailure & { left: number })[]>();

  constructor(private readonly time: VirtualTime) {}

  /** The next attempts of the step. What was declared first comes first. */
  declare(machine: string, failure: StepFailure): void {
    const key = keyOf(machine, failure.step);
    this.coming.set(key, [...(this.coming.get(key) ?? []), { ...failure, left: failure.times }]);
  }

  /** @throws StatesError where it is this attempt's turn */
  async meet(machine: string, step: string, deadline: number): Promise<void> {
    const next = this.coming.get(keyOf(machine, step))?.find(({ left }) => left > 0);
    if (next === undefined) return;
    next.left--;
    // The state has given up by then, and says so itself.
    if (next.error === "States.Timeout") await this.time.sleep(deadline + 1 - this.time.now());
    throw new StatesError(next.error, next.cause);
  }
}

function keyOf(machine: string, step: string): string {
  return `${machine} ${step}`;
}
