/**
 * The loop around the ledger, as small as it can be: a queue that delivers again whatever died, a workflow engine that knows a run by its name,
 * a router with a resourceVersion, an hourly look at what waits. All of it takes turns at every call, before it takes effect and before its
 * answer arrives, in an order that the seed decides.
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoDbLedger } from "../../../lambdas/adapters/dynamodb-ledger";
import type { RetrainingLoop } from "../../../lambdas/application/loop";
import { examineLine, settleRetraining } from "../../../lambdas/application/settle-retraining";
import { DEFAULT_RETRAINING_LIMITS } from "../../../lambdas/domain/cool-down";
import { dedupKey } from "../../../lambdas/domain/names";
import { RUN_OUTCOMES, summarise, type RunOutcome } from "../../../lambdas/domain/pending";
import type { RunOrder } from "../../../lambdas/domain/run-order";
import type { Signal } from "../../../lambdas/domain/signals";
import { hoursAfter, type Instant } from "../../../lambdas/domain/time";
import type { Ledger } from "../../../lambdas/ports/ledger";
import type { StartOutcome } from "../../../lambdas/ports/runs";
import type { DynamoDbStandIn, DynamoDbStandInOptions } from "../../../offline/rehearsal/standins/dynamodb";
import { NOW, signal } from "../domain/examples";
import { Interleaving, randomFrom } from "./interleaving";
import { clientOf, standInWithTable, TABLE } from "./ledger-backends";

const LINE = "anomaly";
const MODELS = ["log-anomaly", "trace-anomaly"];
const LEASE_HOURS = 1;
const MOST_CRASHES = 2;
const MOST_MESSAGES = 6;

export interface Mutation {
  around?: DynamoDbStandInOptions["around"];
  ledger?: (real: Ledger) => Ledger;
}

export interface World {
  seed: number;
  /** Whether hours may pass between any two calls, so that leases end while their runs live on. */
  sleepy: boolean;
  mutation?: Mutation;
}

/** The death of a caller, as it sees it itself. */
class Crash extends Error {}

export class Simulation {
  /** What was promised and not kept. */
  readonly faults: string[] = [];
  private readonly random: () => number;
  private readonly turns: Interleaving;
  private readonly standIn: Promise<DynamoDbStandIn>;
  private crashesLeft = MOST_CRASHES;
  private failuresLeft = 3;
  private lanes = 0;
  private now: Instant = NOW;
  private readonly messages: Signal[];
  private readonly workflows = new Map<string, RunOrder>();
  private readonly training = new Set<string>();
  private readonly router = { version: 0, fence: 0 };
  private finishing = false;

  constructor(private readonly world: World) {
    this.random = randomFrom(world.seed);
    this.turns = new Interleaving(this.random);
    this.standIn = standInWithTable(world.mutation?.around && { around: world.mutation.around }).then(({ standIn }) => standIn);
    this.messages = this.someMessages();
  }

  async play(): Promise<string[]> {
    const outside = await this.ledger();
    for (const model of MODELS) {
      await this.alone(() => outside.setMode({ line: LINE, model }, "act", { user: "test", reason: "test", now: NOW }));
    }
    this.messages.forEach((message) => this.deliver(message));
    if (this.world.sleepy) this.turns.start(() => this.rollBack());
    await this.turns.untilDone();
    if (!this.world.sleepy) await this.checkStorm(outside);

    this.finishing = true;
    for (let week = 0; week < 12 && (week < 2 || !(await this.isQuiet(outside))); week++) {
      for (const run of this.training) this.turns.start(() => this.finish(run));
      this.messages.filter(() => this.random() < 0.3).forEach((message) => this.deliver(message));
      await this.turns.untilDone();
      this.now = hoursAfter(this.now, 8 * 24);
      for (const _ of [1, 2]) this.turns.start(() => this.sweep());
      await this.turns.untilDone();
    }
    await this.checkEnd(outside);
    return this.faults;
  }

  private async isQuiet(ledger: Ledger): Promise<boolean> {
    return this.training.size === 0 && (await this.alone(() => ledger.waiting(LINE, this.now))).length === 0;
  }

  /** One queue message, and again as long as its handler dies. */
  private deliver(asked: Signal): void {
    this.turns.start(() => this.untilItLives((ledger) => settleRetraining({ line: LINE, model: asked.model }, asked, this.loop(ledger))));
  }

  private async sweep(): Promise<void> {
    await this.untilItLives((ledger) => examineLine(LINE, this.loop(ledger)));
  }

  /** What is deployed, with a workflow engine of ours; who hears of it, and who is woken, is no part of these stories. */
  private loop(ledger: Ledger): RetrainingLoop {
    return {
      environment: "test",
      models: MODELS.map((model) => ({ model, line: LINE, mode: "act" })),
      limits: DEFAULT_RETRAINING_LIMITS,
      leaseHours: LEASE_HOURS,
      ledger,
      clock: { now: () => this.now },
      runs: { start: (order) => this.start(order) },
      wakeUps: { order: () => Promise.resolve() },
      notifier: { tell: () => Promise.resolve() },
      logbook: { decided: () => undefined, counted: () => undefined },
    };
  }

  private async start(order: RunOrder): Promise<StartOutcome> {
    await this.mayDie();
    const isNew = !this.workflows.has(order.run);
    if (isNew) {
      this.workflows.set(order.run, order);
      this.turns.start(() => this.run(order));
    }
    await this.mayDie();
    return { kind: isNew ? "started" : "already-started" };
  }

  /** A step that died is done again, as Step Functions does. */
  private async run({ run }: RunOrder): Promise<void> {
    const mayGoOn = () =>
      this.untilItLives(async (ledger) => (await ledger.renew(LINE, run, hoursAfter(this.now, LEASE_HOURS))).kind === "renewed");
    if (!(await mayGoOn())) return;
    this.training.add(run);
    if (!this.world.sleepy && this.training.size > 1) this.faults.push(`${[...this.training].join(" and ")} are running at the same time`);
    const taken = await this.untilItLives((ledger) => ledger.takeFence(LINE, run));
    const fence = taken.kind === "taken" ? taken.fence : 0;
    for (let write = 0; write < 2; write++) {
      if (!(await this.untilItLives((ledger) => this.writeTraffic(ledger, fence)))) break;
    }
    if (this.finishing || this.world.sleepy) await this.finish(run);
  }

  private async finish(run: string): Promise<void> {
    const outcome = this.someOutcome();
    this.training.delete(run);
    await this.untilItLives((ledger) => ledger.end(LINE, run, outcome, this.now));
    await this.sweep();
  }

  private async rollBack(): Promise<void> {
    const reason = "a person goes back";
    const record = {
      schemaVersion: 1,
      event: "traffic.roll-back",
      model: "log-anomaly",
      user: "ada",
      time: NOW,
      reason,
      values: {},
    } as const;
    await this.untilItLives(async (ledger) => this.writeTraffic(ledger, await ledger.raiseFence(LINE, record)));
  }

  /** False where the fence is stale. The resourceVersion is read before the fence is checked, and refuses the write if it has moved since. */
  private async writeTraffic(ledger: Ledger, fence: number): Promise<boolean> {
    for (;;) {
      const { version } = this.router;
      await this.mayDie();
      if ((await ledger.checkFence(LINE, fence)).kind === "stale") return false;
      await this.mayDie();
      if (version !== this.router.version) continue;
      if (fence < this.router.fence) this.faults.push(`traffic of fence ${fence} was written after that of fence ${this.router.fence}`);
      this.router.version++;
      this.router.fence = fence;
      return true;
    }
  }

  /** Nothing is under way, and nobody has finished: one run has the lock, and every signal waits or is in it. */
  private async checkStorm(ledger: Ledger): Promise<void> {
    if (this.training.size !== 1 || this.workflows.size !== 1) this.faults.push(`${this.workflows.size} runs were started, not one`);
    const waiting = await this.alone(() => ledger.waiting(LINE, this.now));
    const demands = [...waiting.map(({ pending }) => pending), ...[...this.workflows.values()].map(({ demand }) => demand)];
    const kept = demands.flatMap((demand) => (demand === undefined ? [] : summarise(demand).signals));
    for (const asked of this.messages)
      if (!kept.includes(dedupKey(asked))) this.faults.push(`signal ${dedupKey(asked)} is lost in the storm`);
  }

  private async checkEnd(ledger: Ledger): Promise<void> {
    const waiting = await this.alone(() => ledger.waiting(LINE, this.now));
    if (waiting.length > 0) this.faults.push(`after all these weeks something still waits: ${JSON.stringify(waiting)}`);
    const answered: string[] = [];
    for (const model of MODELS) {
      const records = await this.alone(() => ledger.auditRecords({ model, from: NOW, until: hoursAfter(NOW, 10_000) }));
      const told = records.flatMap(({ event, values }) =>
        event === "retraining.start" && values["resumed"] === false ? [values["run"]] : [],
      );
      const started = [...this.workflows.values()].filter((each) => each.model === model);
      if (started.some(({ run }) => !told.includes(run))) this.faults.push(`a start is not in the trail of ${model}`);
      for (const { run, demand } of started) {
        const ends = records.filter(({ event, values }) => event === "retraining.ended" && values["run"] === run);
        if (ends.length > 1) this.faults.push(`${run} ended ${ends.length} times`);
        for (const { values } of ends)
          if (RUN_OUTCOMES[values["outcome"] as RunOutcome].answers) answered.push(...summarise(demand).signals);
      }
    }
    for (const key of new Set(this.messages.map(dedupKey))) {
      const times = answered.filter((each) => each === key).length;
      if (times !== 1) this.faults.push(`signal ${key} was answered ${times} times`);
    }
  }

  private async untilItLives<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work(await this.ledger());
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  }

  /** While nothing else is under way, somebody must let the turns pass. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    const crashes = this.crashesLeft;
    this.crashesLeft = 0;
    let result: { value: T } | undefined;
    this.turns.start(async () => (result = { value: await work() }));
    await this.turns.untilDone();
    this.crashesLeft = crashes;
    if (result === undefined) throw new Error("the turns ended before the work was done");
    return result.value;
  }

  private async ledger(): Promise<Ledger> {
    const lane = laneAt(this.lanes++ % 16);
    const standIn = await this.standIn;
    lane.handle = async (request) => {
      await this.mayDie();
      const answer = await standIn.handle(request);
      await this.mayDie();
      return answer;
    };
    const real = dynamoDbLedger(TABLE, lane.client, { attempts: 1_000, pause: () => this.turns.turn() });
    return this.world.mutation?.ledger?.(real) ?? real;
  }

  private async mayDie(): Promise<void> {
    await this.turns.turn();
    if (this.world.sleepy && !this.finishing && this.random() < 0.02) this.now = hoursAfter(this.now, 2 * LEASE_HOURS);
    if (this.crashesLeft === 0 || this.random() > 0.05) return;
    this.crashesLeft--;
    throw new Crash();
  }

  /** A few runs fail, and give back what they were to answer. */
  private someOutcome(): RunOutcome {
    const outcomes = (Object.keys(RUN_OUTCOMES) as RunOutcome[]).filter(
      (outcome) => RUN_OUTCOMES[outcome].answers || this.failuresLeft > 0,
    );
    const outcome = outcomes[Math.floor(this.random() * outcomes.length)] ?? "promoted";
    if (!RUN_OUTCOMES[outcome].answers) this.failuresLeft--;
    return outcome;
  }

  /** Of up to three edges, each delivered once or more. */
  private someMessages(): Signal[] {
    const edges = Array.from({ length: 3 }, (_, i) => {
      const model = MODELS[Math.floor(this.random() * MODELS.length)] ?? "log-anomaly";
      return signal({ model, subject: `feature-${i}` });
    });
    const count = 1 + Math.floor(this.random() * MOST_MESSAGES);
    return Array.from({ length: count }, () => edges[Math.floor(this.random() * edges.length)] ?? signal());
  }
}

interface Lane {
  client: DynamoDBClient;
  handle: DynamoDbStandIn["handle"];
}

/** Making a client costs more than a whole story; so they are made once, and each story tells them where to speak. */
const LANES: Lane[] = [];

function laneAt(index: number): Lane {
  const known = LANES[index];
  if (known !== undefined) return known;
  const lane: Partial<Lane> = {};
  lane.client = clientOf({
    handle: (request) => (lane as Lane).handle(request),
    httpHandlerConfigs: () => ({}),
    updateHttpClientConfig: () => undefined,
  });
  LANES[index] = lane as Lane;
  return lane as Lane;
}
