/** Lambda: functions by their ARN, each loaded once, invoked as often as its triggers ask. */
import type { Json } from "../../engine/recording";
import type { Chance } from "../chance";
import type { Journal } from "../journal";
import type { OutsideReply, OutsideRequest } from "../outside/exchange";
import { CallerDied, type Caller, type Outside } from "../outside/outside";
import { nameIn } from "../standins/arns";
import type { VirtualTime } from "../virtual-time";
import { type Handler, loadHandler } from "./sandbox";

export interface FunctionDeclaration {
  readonly arn: string;
  readonly name: string;
  /** The bundle, `index.js`. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

export type InvocationOutcome = { kind: "returned"; value: Json } | { kind: "failed"; error: string; message: string };

/** How often Lambda tries an asynchronous invocation again, and after how long (Lambda developer guide, "Error handling", 2026). */
const RETRIES_AFTER_SECONDS = [60, 120];

/** A function waits in real time for nothing: what has not ended by then hangs. */
const HANGS_AFTER_REAL_MS = 20_000;

/** Turns of the event loop that an answer needs to be seen through by a function that has other calls open. */
const TURNS_FOR_AN_ANSWER = 20;

const REGION = "us-east-1";

export class Functions {
  private readonly declared = new Map<string, FunctionDeclaration>();
  private readonly standIns = new Map<string, (event: Json) => Promise<Json>>();
  private readonly idle = new Map<string, Environment[]>();
  private count = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly chance: Chance,
    private readonly journal: Journal,
    private readonly outside: Outside,
  ) {}

  declare(declaration: FunctionDeclaration): void {
    this.declared.set(declaration.arn, declaration);
  }

  /** Stands for a function that is not ours. */
  declareStandIn(arn: string, answer: (event: Json) => Promise<Json>): void {
    this.standIns.set(arn, answer);
  }

  /** @param nameOrArn as event source mappings take it */
  arnOf(nameOrArn: string): string {
    return [...this.declared.keys()].find((arn) => arn === nameOrArn || arn.endsWith(`:${nameOrArn}`)) ?? nameOrArn;
  }

  /** Does not throw for what the function throws. */
  async invoke(arn: string, event: Json): Promise<InvocationOutcome> {
    const standIn = this.standIns.get(arn);
    if (standIn !== undefined) return answerOf(() => standIn(event));
    const { name } = this.declaration(arn);
    const invocation = new Invocation(name, this.time, this.outside);
    const id = `${name}-${++this.count}`;
    this.journal.note(name, "function.invoked", { id, function: nameIn(arn) });
    const environment = this.idle.get(arn)?.pop() ?? this.open(arn);
    environment.invocation = invocation;
    const outcome = await invocation.live(() => environment.handler(event, contextOf(name, arn, id, this.time)));
    // Who died takes its environment along, and whatever it had begun there.
    if (!invocation.died) this.idle.set(arn, [...(this.idle.get(arn) ?? []), environment]);
    this.journal.note(name, outcome.kind === "returned" ? "function.returned" : "function.failed", {
      id,
      function: nameIn(arn),
      ...outcome,
    });
    return outcome;
  }

  /** As events, topics and schedules do it: nobody waits, and a failure is tried again. */
  invokeLater(arn: string, event: Json): void {
    const attempt = async (retries: readonly number[]): Promise<void> => {
      const [seconds, ...further] = retries;
      const outcome = await this.invoke(arn, event);
      if (outcome.kind === "failed" && seconds !== undefined) this.time.startAt(this.time.now() + seconds * 1_000, () => attempt(further));
    };
    this.time.start(() => attempt(RETRIES_AFTER_SECONDS));
  }

  private open(arn: string): Environment {
    const { name, file, environment: variables } = this.declaration(arn);
    const calls = (environment: Environment): Invocation => {
      if (environment.invocation === undefined) throw new Error(`${name} calls the outside while nobody has invoked it`);
      return environment.invocation;
    };
    const environment: Environment = {
      handler: loadHandler(file, {
        environment: { ...runtimeEnvironment(name), ...variables },
        now: () => this.time.now(),
        random: () => this.chance.next(),
        send: (request) => calls(environment).send(request),
        wait: (milliseconds) => calls(environment).wait(milliseconds),
        said: (line) => this.journal.note(name, "function.said", { line: parsed(line) }),
      }),
    };
    return environment;
  }

  private declaration(arn: string): FunctionDeclaration {
    const declaration = this.declared.get(arn.replace(/(:function:[^:]+):[^:]+$/, "$1"));
    if (declaration === undefined) throw new Error(`no function is declared as ${arn}`);
    return declaration;
  }
}

/** Where a function runs, for one invocation at a time, as in Lambda: what is kept between two of them is kept here. */
interface Environment {
  readonly handler: Handler;
  invocation?: Invocation;
}

/** One life of a function: time stands still while it works and passes while it waits for what it called. */
class Invocation implements Caller {
  isAlive = true;
  died = false;
  private open = 0;
  private die!: () => void;

  constructor(
    readonly name: string,
    private readonly time: VirtualTime,
    private readonly outside: Outside,
  ) {}

  async live(work: () => Promise<unknown>): Promise<InvocationOutcome> {
    let hanging: NodeJS.Timeout | undefined;
    const dead = new Promise<InvocationOutcome>((resolve, reject) => {
      this.die = () => {
        this.died = true;
        resolve({ kind: "failed", error: "Runtime.ExitError", message: "the function died" });
      };
      hanging = setTimeout(() => reject(new Error(`${this.name} neither ends nor calls anybody`)), HANGS_AFTER_REAL_MS).unref();
    });
    const outcome = await Promise.race([answerOf(work), dead]);
    clearTimeout(hanging);
    this.isAlive = false;
    // Whoever started the function is counted as working from here on, whatever is still on its way.
    if (this.open > 0) this.time.hold();
    return outcome;
  }

  send(request: OutsideRequest): Promise<OutsideReply> {
    return this.whileAway(() => this.outside.send(request, this));
  }

  wait(milliseconds: number): Promise<void> {
    return this.whileAway(() => this.time.sleep(milliseconds));
  }

  /** What is away is an activity of its own; the function itself waits, or works on beside it. */
  private async whileAway<T>(go: () => Promise<T>): Promise<T> {
    if (this.open++ > 0) this.time.hold();
    try {
      const value = await go();
      this.back();
      return value;
    } catch (error) {
      const died = error instanceof CallerDied;
      if (died && this.isAlive) this.die();
      this.back();
      if (died) return new Promise(() => undefined);
      throw error;
    }
  }

  private back(): void {
    this.open--;
    if (!this.isAlive) this.time.release();
    else if (this.open > 0) void this.releaseLater();
  }

  private async releaseLater(): Promise<void> {
    for (let turn = 0; turn < TURNS_FOR_AN_ANSWER; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.time.release();
  }
}

async function answerOf(work: () => Promise<unknown>): Promise<InvocationOutcome> {
  try {
    return { kind: "returned", value: ((await work()) ?? null) as Json };
  } catch (error) {
    const { name, message } = error as Error;
    return { kind: "failed", error: name, message };
  }
}

function runtimeEnvironment(name: string): Record<string, string> {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "rehearsal",
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    TZ: "UTC",
  };
}

/** As the loop's functions are declared: whoever has little of it left stops taking messages. */
const TIMEOUT_MS = 60_000;

function contextOf(name: string, arn: string, awsRequestId: string, time: VirtualTime): object {
  const ends = time.now() + TIMEOUT_MS;
  const remaining = { getRemainingTimeInMillis: () => Math.max(0, ends - time.now()), memoryLimitInMB: "1024", functionVersion: "$LATEST" };
  return { functionName: name, invokedFunctionArn: arn, awsRequestId, ...remaining };
}

function parsed(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return line;
  }
}
