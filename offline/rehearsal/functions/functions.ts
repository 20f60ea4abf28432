/** Lambda: functions by their ARN, each loaded once, invoked as often as its triggers ask. */
import type { Json } from "../../engine/recording";
import type { Chance } from "../chance";
import type { Journal } from "../journal";
import type { Outside } from "../outside/outside";
import { nameIn } from "../standins/arns";
import type { VirtualTime } from "../virtual-time";
import { answerOf, Invocation, type InvocationOutcome, timedOut } from "./invocation";
import { type Handler, loadHandler } from "./sandbox";

export interface FunctionDeclaration {
  readonly arn: string;
  readonly name: string;
  /** The bundle, `index.js`. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  /** After which Lambda ends it. @default 3, as Lambda's own */
  readonly timeoutSeconds?: number;
  /** So many at once; more are refused. @default - no bound */
  readonly reservedConcurrency?: number;
}

/** Longest that Lambda lets a function run (Lambda quotas, read 2026-11). */
export const LONGEST_FUNCTION_SECONDS = 900;

export type { InvocationOutcome };

/** How often Lambda tries an asynchronous invocation again, and after how long (Lambda developer guide, "Error handling", 2026). */
const RETRIES_AFTER_SECONDS = [60, 120];

const REGION = "us-east-1";

export class Functions {
  private readonly declared = new Map<string, FunctionDeclaration>();
  private readonly standIns = new Map<string, StandIn>();
  private readonly running = new Map<string, number>();
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
  declareStandIn(arn: string, answer: (event: Json) => Promise<Json>, timeoutSeconds = LONGEST_FUNCTION_SECONDS): void {
    this.standIns.set(arn, { answer, timeoutSeconds });
  }

  /** Whether a stand-in takes longer than any function may: then it stands for a whole step of the loop, as the scenario tells it. */
  isWholeStep(arn: string): boolean {
    return (this.standIns.get(arn)?.timeoutSeconds ?? 0) > LONGEST_FUNCTION_SECONDS;
  }

  /** @param nameOrArn as event source mappings take it */
  arnOf(nameOrArn: string): string {
    return [...this.declared.keys()].find((arn) => arn === nameOrArn || arn.endsWith(`:${nameOrArn}`)) ?? nameOrArn;
  }

  /** Does not throw for what the function throws. */
  async invoke(arn: string, event: Json): Promise<InvocationOutcome> {
    const standIn = this.standIns.get(arn);
    if (standIn !== undefined) return this.answered(standIn, event);
    const { name, timeoutSeconds = DEFAULT_SECONDS, reservedConcurrency = Infinity } = this.declaration(arn);
    const running = this.running.get(name) ?? 0;
    if (running >= reservedConcurrency) {
      this.journal.note(name, "function.throttled", { function: nameIn(arn) });
      return { kind: "failed", error: "Lambda.TooManyRequestsException", message: `${name} runs ${running} times already: Rate Exceeded.` };
    }
    this.running.set(name, running + 1);
    const invocation = new Invocation(name, this.time, this.outside);
    const id = `${name}-${++this.count}`;
    this.journal.note(name, "function.invoked", { id, function: nameIn(arn) });
    const environment = this.idle.get(arn)?.pop() ?? this.open(arn);
    environment.invocation = invocation;
    const context = contextOf(name, arn, id, this.time, timeoutSeconds * 1_000);
    const outcome = await invocation.live(timeoutSeconds, () => environment.handler(event, context));
    this.running.set(name, (this.running.get(name) ?? 1) - 1);
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

  /** Runs on by itself when its time is over, which nobody hears of any more. */
  private answered({ answer, timeoutSeconds }: StandIn, event: Json): Promise<InvocationOutcome> {
    const late = { at: this.time.now() + timeoutSeconds * 1_000, value: timedOut(timeoutSeconds) };
    return this.time.waitFor<InvocationOutcome>((end) => this.time.start(async () => end(await answerOf(() => answer(event)))), late);
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

interface StandIn {
  readonly answer: (event: Json) => Promise<Json>;
  readonly timeoutSeconds: number;
}

const DEFAULT_SECONDS = 3;

/** Where a function runs, for one invocation at a time, as in Lambda: what is kept between two of them is kept here. */
interface Environment {
  readonly handler: Handler;
  invocation?: Invocation;
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

/** Whoever has little time left stops taking messages. */
function contextOf(name: string, arn: string, awsRequestId: string, time: VirtualTime, timeout: number): object {
  const ends = time.now() + timeout;
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
