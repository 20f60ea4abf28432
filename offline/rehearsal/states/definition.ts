/** The part of Amazon States Language, with JSONata, that the machines of this project use (states-language.net; AWS, "Transforming data"). */
import type { Json } from "../../engine/recording";

/** A value in which any text of the form `{% … %}` is an expression. */
export type Template = Json;

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** Seconds. @default 1 */
  readonly IntervalSeconds?: number;
  /** @default 3 */
  readonly MaxAttempts?: number;
  /** @default 2 */
  readonly BackoffRate?: number;
  /** Seconds. @default - no bound */
  readonly MaxDelaySeconds?: number;
  /** @default NONE */
  readonly JitterStrategy?: "FULL" | "NONE";
}

interface Transition {
  readonly Next?: string;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

export interface Catcher extends Transition {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

export interface ChoiceRule extends Transition {
  readonly Condition: Template;
  readonly Next: string;
}

interface Common extends Transition {
  readonly End?: boolean;
  readonly Comment?: string;
}

interface Attempted extends Common {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface PassState extends Common {
  readonly Type: "Pass";
}
export interface TaskState extends Attempted {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments?: Template;
  readonly TimeoutSeconds?: Template;
  readonly HeartbeatSeconds?: Template;
}
export interface WaitState extends Common {
  readonly Type: "Wait";
  readonly Seconds?: Template;
  readonly Timestamp?: Template;
}
export interface ChoiceState extends Common {
  readonly Type: "Choice";
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}
export interface ParallelState extends Attempted {
  readonly Type: "Parallel";
  readonly Branches: readonly Machine[];
  readonly Arguments?: Template;
}
export interface MapState extends Attempted {
  readonly Type: "Map";
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly ItemProcessor: Machine;
  readonly MaxConcurrency?: Template;
}

/** Fields of a Map that the interpreter refuses by name: they belong to distributed maps, or documents disagree on what they do inline. */
export const UNKNOWN_MAP_FIELDS = [
  ...["ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount", "ToleratedFailurePercentage", "Iterator"],
] as const;
export interface SucceedState extends Common {
  readonly Type: "Succeed";
}
export interface FailState extends Common {
  readonly Type: "Fail";
  readonly Error?: Template;
  readonly Cause?: Template;
}

export type State = PassState | TaskState | WaitState | ChoiceState | ParallelState | MapState | SucceedState | FailState;

export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly QueryLanguage?: string;
  readonly TimeoutSeconds?: number;
  readonly Comment?: string;
}
