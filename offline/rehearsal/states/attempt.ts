/** What an execution tells of its states to whoever compares it with another interpreter. Types only. */
import type { Json } from "../../engine/recording";
import type { State } from "./definition";
import type { Variables } from "./thread";

/** One attempt at a state, with all that it depended on: enough to make it again elsewhere. */
export interface Attempt {
  readonly state: string;
  readonly type: State["Type"];
  readonly input: Json;
  readonly variables: Variables;
  /** The context object, with the token of a task that waits for one. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Retries before it. */
  readonly retries: number;
  /** `Arguments` of a task, evaluated. Absent where it did not come so far. */
  readonly given?: Json;
  /** What the task, the branches or the iterations came to. Absent where they did not end well. */
  readonly result?: Json;
  /** Whether the failure is of what was asked, and not of an expression of the state's own. */
  readonly isTaskFailure: boolean;
  readonly end: AttemptEnd;
}

export interface AttemptEnd {
  readonly kind: "left" | "retried" | "caught" | "failed";
  readonly error?: string;
  readonly cause?: string;
  readonly output?: Json;
  readonly assigned?: Variables;
  readonly next?: string;
}
