/**
 * The loop with the real ledger on a table in memory, and everything else written down. Whoever uses it can die at any call to the outside:
 * just before the call, or just after it has taken effect and before its answer is seen.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { UPDATES } from "../../../components/learning/retraining-workflow/retraining-workflow";
import { dynamoDbLedger } from "../../../lambdas/adapters/dynamodb-ledger";
import type { Message, OperatorLoop } from "../../../lambdas/application/loop";
import type { SweepingLoop } from "../../../lambdas/application/sweep";
import type { AuditRecord } from "../../../lambdas/domain/ledger-audit";
import { DEFAULT_RETRAINING_LIMITS } from "../../../lambdas/domain/cool-down";
import type { DeclaredModel } from "../../../lambdas/domain/declared-models";
import { ledgerKeys } from "../../../lambdas/domain/ledger-records";
import type { LoopMetric } from "../../../lambdas/domain/loop-metrics";
import type { Notice } from "../../../lambdas/domain/notices";
import type { Pending } from "../../../lambdas/domain/pending";
import { runOrderSchema, type RunOrder } from "../../../lambdas/domain/run-order";
import { hoursAfter, type Instant } from "../../../lambdas/domain/time";
import type { Values } from "../../../lambdas/domain/values";
import type { FiringAlarm } from "../../../lambdas/ports/alarms";
import type { Ledger } from "../../../lambdas/ports/ledger";
import type { LoggedDecision } from "../../../lambdas/ports/logbook";
import type { QuarantinedMessage } from "../../../lambdas/ports/quarantine";
import type { Approval } from "../../../lambdas/domain/run/steps";
import type { AnswerDelivery } from "../../../lambdas/ports/waiting-tasks";
import type { RollBackOrder } from "../../../lambdas/ports/traffic-control";
import { NOW } from "../domain/examples";
import { standInWithTable, TABLE } from "./ledger-backends";

export const THE_MODEL: DeclaredModel = { model: "log-anomaly", line: "log-anomaly", mode: "act" };

export class Death extends Error {
  override readonly name = "Death";
}

interface Mortality {
  call: number;
  when: "before" | "after";
}

export interface TestLoop extends SweepingLoop, OperatorLoop {
  models: DeclaredModel[];
  quarantine: { keep(message: QuarantinedMessage): Promise<void> };
}

export class TestWorld {
  now: Instant = NOW;
  readonly orders: RunOrder[] = [];
  readonly startAttempts: string[] = [];
  readonly wakeUps: { model: string; at: Instant }[] = [];
  readonly notices: Notice[] = [];
  readonly decisions: LoggedDecision[] = [];
  readonly counted: { metric: LoopMetric; what: Values }[] = [];
  readonly kept: QuarantinedMessage[] = [];
  readonly rollBacks: RollBackOrder[] = [];
  /** By the token that they answer. */
  readonly approvals: { token: string; approval: Approval }[] = [];
  /** Tasks that wait no more. */
  readonly goneTokens = new Set<string>();
  firing: FiringAlarm[] = [];
  calls = 0;
  private mortality: Mortality | undefined;
  private dead = false;

  private constructor(
    readonly loop: TestLoop,
    private readonly documents: DynamoDBDocumentClient,
  ) {}

  static async make(change: Partial<TestLoop> = {}): Promise<TestWorld> {
    const holder: { world?: TestWorld } = {};
    const { standIn } = await standInWithTable({
      around: (_call, perform) => (holder.world === undefined ? Promise.resolve(perform()) : holder.world.outside(() => perform())),
    });
    // One attempt: the client would take a death for a fault of the network, and go on.
    const client = new DynamoDBClient({
      ...{ region: "eu-west-1", credentials: { accessKeyId: "none", secretAccessKey: "none" }, maxAttempts: 1 },
      ...{ signer: { sign: (request) => Promise.resolve(request) }, requestHandler: standIn as never },
    });
    const patience = { attempts: 60, pause: () => Promise.resolve() };
    const loop: TestLoop = {
      environment: "dev",
      models: [THE_MODEL],
      limits: DEFAULT_RETRAINING_LIMITS,
      leaseHours: 6,
      ledger: dynamoDbLedger(TABLE, client, patience),
      clock: { now: () => world.now },
      logbook: {
        decided: (decision) => void world.decisions.push(decision),
        counted: (metric, what) => void world.counted.push({ metric, what }),
      },
      notifier: { tell: (notice) => world.outside(() => void world.notices.push(notice)) },
      runs: { start: (order) => world.outside(() => world.start(order)) },
      wakeUps: { order: (model, at) => world.outside(() => void world.wakeUps.push({ model, at })) },
      traffic: { rollBack: (order) => world.outside(() => void world.rollBacks.push(order)) },
      tasks: { answer: (token, approval) => world.outside(() => world.answer(token, approval)) },
      alarms: { firing: (beginning) => world.outside(() => world.firing.filter(({ name }) => name.startsWith(beginning))) },
      quarantine: { keep: (message) => world.outside(() => void world.kept.push(message)) },
      ...change,
    };
    const world: TestWorld = new TestWorld(loop, DynamoDBDocumentClient.from(client));
    holder.world = world;
    return world;
  }

  /** As Step Functions: a name is taken once and for ever. */
  private start(order: RunOrder) {
    this.startAttempts.push(order.run);
    if (this.orders.some(({ run }) => run === order.run)) return { kind: "already-started" as const };
    this.orders.push(runOrderSchema.parse(order));
    return { kind: "started" as const };
  }

  /** As Step Functions: a task is answered once. */
  private answer(token: string, approval: Approval): AnswerDelivery {
    if (this.goneTokens.has(token) || this.approvals.some((each) => each.token === token)) return { kind: "gone" };
    this.approvals.push({ token, approval });
    return { kind: "delivered" };
  }

  async outside<T>(effect: () => T): Promise<T> {
    const call = ++this.calls;
    if (this.dead) throw new Death("is dead already");
    const dies = this.mortality?.call === call;
    if (dies && this.mortality?.when === "before") this.die();
    const result = effect();
    if (dies) this.die();
    return Promise.resolve(result);
  }

  private die(): never {
    this.dead = true;
    throw new Death(`died at call ${this.calls}`);
  }

  /** Dies at that call, counted from now; true if it came so far. */
  async dying(at: Mortality, work: (loop: TestLoop) => Promise<unknown>): Promise<boolean> {
    this.mortality = { ...at, call: this.calls + at.call };
    await work(this.loop).catch((error: unknown) => {
      if (!this.dead) throw error;
    });
    const died = this.dead;
    this.mortality = undefined;
    this.dead = false;
    return died;
  }

  get ledger(): Ledger {
    return this.loop.ledger;
  }

  /** As the workflow's last step does, in its own words. */
  async workflowWrites(outcome: string, run = this.lastRun()): Promise<void> {
    await this.documents.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: TABLE,
              Key: ledgerKeys.run(run),
              UpdateExpression: UPDATES.ended,
              ExpressionAttributeValues: { ":outcome": outcome, ":at": this.now },
            },
          },
        ],
      }),
    );
  }

  /** Hours on. */
  pass(hours: number): void {
    this.now = hoursAfter(this.now, hours);
  }

  trail(model: string | undefined = THE_MODEL.model): Promise<AuditRecord[]> {
    return this.ledger.auditRecords({
      ...(model === "" ? {} : { model }),
      from: hoursAfter(this.now, -2_000),
      until: hoursAfter(this.now, 2_000),
    });
  }

  async events(model?: string): Promise<string[]> {
    return (await this.trail(model)).map(({ event }) => event);
  }

  async pending(model: DeclaredModel = THE_MODEL): Promise<Pending | undefined> {
    const waiting = await this.ledger.waiting(model.line, this.now);
    return waiting.find(({ subject }) => subject.model === model.model)?.pending;
  }

  /** The run of the last order, as its workflow would end it. */
  lastRun(): string {
    return this.orders.at(-1)?.run ?? "no run was started";
  }
}

export function message(text: string): Message {
  return { id: "059f36b4-87a3-44ab-83d2-661975830a7d", body: text };
}
