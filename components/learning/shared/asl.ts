/** Amazon States Language, as far as the loop's machines write it. */

export type AslValue = string | number | boolean | AslValue[] | { [key: string]: AslValue };

export interface Retrier {
  ErrorEquals: string[];
  MaxAttempts: number;
  IntervalSeconds?: number;
  BackoffRate?: number;
}

export interface Catcher {
  ErrorEquals: string[];
  Next: string;
  Assign?: Record<string, AslValue>;
}

export interface AslState {
  Type: "Task" | "Pass" | "Choice" | "Wait" | "Parallel" | "Succeed" | "Fail";
  Comment?: string;
  Resource?: string;
  Arguments?: AslValue;
  TimeoutSeconds?: AslValue;
  Retry?: Retrier[];
  Catch?: Catcher[];
  Assign?: Record<string, AslValue>;
  Output?: AslValue;
  Choices?: { Condition: string; Next: string }[];
  Default?: string;
  Branches?: AslMachine[];
  Seconds?: AslValue;
  Error?: string;
  Cause?: string;
  Next?: string;
  End?: true;
}

export interface AslMachine {
  QueryLanguage?: "JSONata";
  Comment?: string;
  StartAt: string;
  States: Record<string, AslState>;
  TimeoutSeconds?: number;
}

/** Text of an expression, to stand where a value does. */
export function expression(text: string): string {
  return `{% ${text} %}`;
}

/** A text inside of an expression. It comes from this package and its arguments; a quote in it would end it, and change the expression. */
export function quoted(text: string): string {
  if (/['"\\]/.test(text))
    throw new RangeError(`${JSON.stringify(text)} holds a quote or a backslash; it stands inside of an expression: remove it`);
  return `'${text}'`;
}

/** The first row that holds. */
export function choice(rows: readonly (readonly [condition: string, next: string])[], otherwise: string): AslState {
  return { Type: "Choice", Choices: rows.map(([condition, Next]) => ({ Condition: expression(condition), Next })), Default: otherwise };
}

export function either(condition: string, next: string, otherwise: string): AslState {
  return choice([[condition, next]], otherwise);
}
