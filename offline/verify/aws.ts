/** What verify-aws asks of AWS, whoever answers. As in preflight, an answer may be that there is none, which is then said. */
import type { Json } from "../engine";
import type { Answer, Identity } from "../preflight/cloud";

export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  readonly location?: string;
}

export interface DefinitionAnswer {
  readonly isAccepted: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a task is to have come to. */
export interface StateMock {
  readonly result?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** Whether the result must have the shape that the service's own API gives it. */
  readonly isHeldToApi: boolean;
}

export interface StateTest {
  /** Of a whole machine where `state` is named, otherwise of the state alone. */
  readonly definition: Json;
  readonly state?: string;
  readonly input: Json;
  readonly variables: Readonly<Record<string, Json>>;
  readonly mock?: StateMock;
  /** Step Functions takes one only together with a mock. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Retries before this attempt; taken with a mocked error only. */
  readonly retries?: number;
  /** Without a mock, the role with which the task is done. */
  readonly roleArn?: string;
}

export interface TestedState {
  readonly status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  readonly next?: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** After `Assign`. */
  readonly variables?: Readonly<Record<string, Json>>;
}

/** `refused`: AWS would not test this, and says why. */
export type StateAnswer = { readonly kind: "tested"; readonly tested: TestedState } | { readonly kind: "refused"; readonly reason: string };

export interface Simulation {
  /** Documents of a role, as JSON. */
  readonly policies: readonly string[];
  readonly actions: readonly string[];
  readonly resource: string;
  /** By key of a condition: of which item, or to which service a role is passed. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface Decision {
  readonly action: string;
  readonly isAllowed: boolean;
  /** `explicitDeny`, `implicitDeny` or `allowed`. */
  readonly decision: string;
  /** Keys of conditions that nobody told it. */
  readonly missing: readonly string[];
}

export interface DeployedStack {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly physicalIds: Readonly<Record<string, string>>;
}

export interface ChangeSetOrder {
  readonly stack: string;
  readonly kind: "CREATE" | "UPDATE";
  readonly templateUrl: string;
  /** `null`: as it is now. */
  readonly parameters: Readonly<Record<string, string | null>>;
  readonly capabilities: readonly string[];
}

export interface ChangeSetAnswer {
  readonly isMade: boolean;
  readonly reason?: string;
  /** Those of nested stacks among them. */
  readonly changes: number;
  /** What was made and could not be taken away again. */
  readonly left: readonly string[];
}

export interface VerifyAws {
  /** `undefined` where this machine has no credentials at all. */
  identity(): Promise<Answer<Identity> | undefined>;
  validate(definition: Json): Promise<Answer<DefinitionAnswer>>;
  testState(test: StateTest): Promise<Answer<StateAnswer>>;
  simulate(simulation: Simulation): Promise<Answer<readonly Decision[]>>;
  /** The stack that Pulumi made under this name, to which it has added seven digits. */
  deployedStack(name: string): Promise<Answer<DeployedStack | undefined>>;
  /** Whether this account has the bucket. */
  ownsBucket(name: string, account: string): Promise<Answer<boolean>>;
  upload(bucket: string, key: string, text: string, account: string): Promise<Answer<true>>;
  /** Makes one, waits for it, reads it, and takes it away, with the empty stack that it may have made. */
  changeSet(order: ChangeSetOrder): Promise<Answer<ChangeSetAnswer>>;
}
