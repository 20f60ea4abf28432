import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { dynamoDbLedger } from "../../../lambdas/adapters/dynamodb-ledger";
import { decideAtOnce } from "../../../lambdas/domain/decide-at-once";
import { decideRetraining, reexamine } from "../../../lambdas/domain/decide-retraining";
import type { RetrainingDecision } from "../../../lambdas/domain/decisions";
import type { AuditRecord } from "../../../lambdas/domain/ledger-audit";
import { feedbackSignal } from "../../../lambdas/domain/ledger-feedback";
import { auditPartition, ledgerKeys } from "../../../lambdas/domain/ledger-records";
import { dedupKey } from "../../../lambdas/domain/names";
import { summarise } from "../../../lambdas/domain/pending";
import type { Signal } from "../../../lambdas/domain/signals";
import { hoursAfter, instant, type Instant } from "../../../lambdas/domain/time";
import { LedgerBusyError, type Ledger, type Subject } from "../../../lambdas/ports/ledger";
import { inHours, manualSignal, NOW, signal } from "../domain/examples";
import { DynamoDbRefusal } from "../../../offline/rehearsal/standins/dynamodb-values";
import type { DynamoDbStandInOptions } from "../../../offline/rehearsal/standins/dynamodb";
import { BACKENDS, standInWithTable, TABLE } from "../support/ledger-backends";

const LINE = "anomaly";
const subject: Subject = { line: LINE, model: "log-anomaly" };
const neighbour: Subject = { line: LINE, model: "trace-anomaly" };
const ada = { user: "arn:aws:sts::1:assumed-role/ml-lead/ada", reason: "asked by Ada", now: NOW };
const WRITERS = 40;

/** What intake does with one message, up to starting the workflow. */
function take(ledger: Ledger, asked: Signal, now: Instant = NOW, of: Subject = subject): Promise<RetrainingDecision> {
  const question = { subject: of, signal: asked, now, leaseUntil: hoursAfter(now, 1) };
  return ledger.settle(question, (view) => decideRetraining(asked, view, now));
}

function examine(ledger: Ledger, now: Instant, of: Subject = subject): Promise<RetrainingDecision> {
  return ledger.settle({ subject: of, now, leaseUntil: hoursAfter(now, 1) }, (view) => reexamine(of.model, view, now));
}

function started(decision: RetrainingDecision): Extract<RetrainingDecision, { kind: "start" }> {
  if (decision.kind !== "start") throw new Error(`expected a start, got ${decision.kind}: ${decision.reason}`);
  return decision;
}

function trail(ledger: Ledger, model: string | undefined = subject.model): Promise<AuditRecord[]> {
  return ledger.auditRecords({ ...(model === "" ? {} : { model }), from: inHours(-1_000), until: inHours(1_000) });
}

async function everything(client: DynamoDBClient, TableName: string): Promise<Record<string, unknown>[]> {
  const documents = DynamoDBDocumentClient.from(client);
  const pages = [`LINE#${LINE}`, "LOOP", auditPartition(undefined), auditPartition(subject.model)].map((pk) =>
    documents.send(new QueryCommand({ TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk } })),
  );
  return (await Promise.all(pages)).flatMap(({ Items = [] }) => Items);
}

/** Alarms of different features, a second apart. */
function storm(count: number): Signal[] {
  return Array.from({ length: count }, (_, i) => signal({ subject: `feature-${i}`, firedAt: instant(Date.parse(NOW) - 1_000 * i) }));
}

describe.each(BACKENDS)("the ledger $title", ({ skipped, open }) => {
  const test = skipped ? it.skip : it;
  let client: DynamoDBClient;
  let table: string;
  let ledger: Ledger;

  if (!skipped) {
    beforeEach(async () => {
      ({ client, table } = await open());
      ledger = dynamoDbLedger(table, client);
      for (const each of [subject, neighbour]) await ledger.setMode(each, "act", ada);
    });
    afterEach(() => client.destroy());
  }

  describe("for retrainings", () => {
    // A queue delivers at least once: without the mark, the second copy trains the model again as soon as the first run has ended.
    test("R6 answers a signal once, however often it is delivered", async () => {
      const asked = signal();
      const { run } = started(await take(ledger, asked));
      await ledger.renew(LINE, run, inHours(2));
      expect(await take(ledger, asked)).toMatchObject({ kind: "ignore", because: "duplicate" });
      await ledger.end(LINE, run, "promoted", inHours(1));
      expect(await take(ledger, asked, inHours(48))).toMatchObject({ kind: "ignore", because: "duplicate" });
      expect(await examine(ledger, inHours(48))).toMatchObject({ kind: "ignore", because: "nothing-pending" });
    });

    // The next hour's alarm of the same rule is another edge, and must not be taken for the one that was answered.
    test("R6 tells edges, rules and models apart", async () => {
      const { run } = started(await take(ledger, signal()));
      await ledger.renew(LINE, run, inHours(2));
      for (const [asked, of] of [
        [signal({ firedAt: inHours(-1) }), subject],
        [signal({ rule: "accuracy-drop" }), subject],
        [signal({ model: neighbour.model }), neighbour],
      ] as const) {
        expect(await take(ledger, asked, NOW, of)).toMatchObject({ kind: "pend", blockedBy: "running" });
      }
    });

    test(`R6 starts one run of ${WRITERS} alarms at once, and keeps the others`, async () => {
      const alarms = storm(WRITERS);
      const decisions = await Promise.all(alarms.map((asked) => take(dynamoDbLedger(table, client), asked)));
      const starts = decisions.filter(({ kind }) => kind === "start").map(started);
      expect(starts).toHaveLength(1);
      expect(decisions.filter(({ kind }) => kind === "pend")).toHaveLength(WRITERS - 1);
      const [waiting] = await ledger.waiting(LINE, NOW);
      const kept = [waiting?.pending, starts[0]?.demand].flatMap((demand) => (demand === undefined ? [] : summarise(demand).signals));
      expect(kept.sort()).toEqual(alarms.map(dedupKey).sort());
    });

    test(`R6 starts one run of ${WRITERS} copies of one alarm`, async () => {
      const decisions = await Promise.all(Array.from({ length: WRITERS }, () => take(dynamoDbLedger(table, client), signal())));
      const starts = decisions.filter(({ kind }) => kind === "start").map(started);
      // Copies that come while nobody knows whether the workflow started name the same run: starting it again is harmless.
      expect(starts.filter(({ resumed }) => !resumed)).toHaveLength(1);
      expect(new Set(starts.map(({ run }) => run)).size).toBe(1);
      expect(decisions.filter(({ kind }) => kind === "ignore")).toHaveLength(WRITERS - starts.length);
    });

    // Two models share the server's two slots: two runs would stage into the same one.
    test("R6 locks the line, not the model: a neighbour's run waits its turn", async () => {
      const both = await Promise.all([
        take(ledger, signal()),
        take(dynamoDbLedger(table, client), signal({ model: neighbour.model }), NOW, neighbour),
      ]);
      expect(both.map(({ kind }) => kind).sort()).toEqual(["pend", "start"]);
      const first = started(both.find(({ kind }) => kind === "start") as RetrainingDecision);
      await ledger.end(LINE, first.run, "promoted", inHours(1));
      const waiting = await ledger.waiting(LINE, inHours(1));
      expect(waiting).toHaveLength(1);
      expect(await examine(ledger, inHours(1), waiting[0]?.subject)).toMatchObject({ kind: "start", fence: first.fence + 1 });
    });

    test("R6 keeps of what waits the worst severity, every reason and the earliest date", async () => {
      const { run } = started(await take(ledger, signal()));
      await ledger.renew(LINE, run, inHours(2));
      await take(ledger, signal({ rule: "accuracy-drop", severity: "warning", firedAt: inHours(-3) }));
      await take(ledger, signal({ rule: "prediction-drift", severity: "warning" }));
      await take(ledger, signal({ severity: "critical", firedAt: inHours(-2) }));
      await take(ledger, signal({ severity: "warning", firedAt: inHours(-1) }));
      const [waiting] = await ledger.waiting(LINE, NOW);
      expect(waiting?.subject).toEqual(subject);
      expect(waiting?.dueAt).toBe(inHours(-2));
      expect(waiting?.pending?.reasons.map(({ rule, worst, signals }) => [rule, worst.severity, signals.length])).toEqual([
        ["accuracy-drop", "warning", 1],
        ["data-drift", "critical", 2],
      ]);
    });

    // The starter may die between taking the lock and starting the workflow. Nobody else would start it, and the model would wait for hours.
    test("R6 hands an unconfirmed start to whoever comes next, and only until it is confirmed", async () => {
      const asked = signal();
      const { run, fence, demand } = started(await take(ledger, asked));
      expect(await ledger.waiting(LINE, NOW)).toEqual([{ subject, dueAt: NOW }]);
      const again = started(await take(ledger, asked));
      expect(again).toMatchObject({ resumed: true, run, fence });
      // Step Functions takes a second start for the first only if its input is the same to the byte.
      expect(JSON.stringify(again.demand)).toBe(JSON.stringify(demand));
      expect(await examine(ledger, inHours(0.5))).toMatchObject({ kind: "start", resumed: true, run, fence });
      await ledger.renew(LINE, run, inHours(1));
      expect(await ledger.waiting(LINE, NOW)).toEqual([]);
      expect(await take(ledger, asked)).toMatchObject({ kind: "ignore", because: "duplicate" });
      const starts = (await trail(ledger)).filter(({ event, time }) => event === "retraining.start" && time > NOW);
      expect(starts.map(({ values }) => values.resumed)).toEqual([true]);
    });

    describe("whose run is silent", () => {
      let run: string;

      beforeEach(async () => {
        if (skipped) return;
        ({ run } = started(await take(ledger, signal())));
        await ledger.renew(LINE, run, inHours(1));
      });

      test("R6 holds the lock to the lease's last instant, then gives it away with what the run was to answer", async () => {
        const later = signal({ firedAt: inHours(1) });
        expect(await take(ledger, later, inHours(1))).toMatchObject({ kind: "pend", blockedBy: "running" });
        expect(await ledger.waiting(LINE, instant(Date.parse(inHours(1)) + 1))).toHaveLength(1);
        const next = started(await examine(ledger, inHours(25)));
        expect(next).toMatchObject({ takesOver: run, fence: 2 });
        expect(summarise(next.demand).signals).toEqual([dedupKey(signal()), dedupKey(later)]);
      });

      // Step Functions retries a step whose answer was lost, and two heartbeats may overtake each other.
      test("R6 lengthens the lease by renewal and never shortens it", async () => {
        expect(await ledger.renew(LINE, run, inHours(5))).toEqual({ kind: "renewed", leaseUntil: inHours(5), fence: 1 });
        expect(await ledger.renew(LINE, run, inHours(2))).toEqual({ kind: "renewed", leaseUntil: inHours(5), fence: 1 });
        expect(await take(ledger, signal({ firedAt: inHours(4) }), inHours(4))).toMatchObject({ kind: "pend", blockedBy: "running" });
      });

      // Else a run that slept for a day wakes, trains on, and ends somebody else's run.
      test("R6 tells it, when it wakes, that its lock is another's, and lets it end nothing", async () => {
        const next = started(await take(ledger, signal({ firedAt: inHours(25) }), inHours(25)));
        expect(await ledger.renew(LINE, run, inHours(30))).toEqual({ kind: "lost", by: next.run });
        expect(await ledger.end(LINE, run, "promoted", inHours(26))).toEqual({ kind: "not-running" });
        expect(await ledger.checkFence(LINE, 1)).toEqual({ kind: "stale", fence: 2 });
        expect(await ledger.renew(LINE, next.run, inHours(30))).toMatchObject({ kind: "renewed" });
      });

      test("R6 revives it when it wakes before anybody else came", async () => {
        expect(await ledger.renew(LINE, run, inHours(30))).toMatchObject({ kind: "renewed", leaseUntil: inHours(30) });
      });

      // What is pending and also in the lock would be answered twice, should the run wake and finish.
      test("R6 takes the lock and the fence from it when what it was to answer becomes pending", async () => {
        await ledger.setStopped(true, ada);
        expect(await examine(ledger, inHours(2))).toMatchObject({ kind: "pend", blockedBy: "stop-switch" });
        expect(await ledger.renew(LINE, run, inHours(3))).toEqual({ kind: "lost" });
        expect((await trail(ledger)).at(-1)).toMatchObject({ event: "retraining.pend", values: { abandoned: run } });
        expect(await ledger.checkFence(LINE, 1)).toEqual({ kind: "stale", fence: 2 });
        const [waiting] = await ledger.waiting(LINE, inHours(2));
        expect(waiting?.pending && summarise(waiting.pending).signals).toEqual([dedupKey(signal())]);
      });

      test("R6 gives back to its own model what another model's run cannot answer", async () => {
        const asked = signal({ model: neighbour.model, firedAt: inHours(25) });
        const next = started(await take(ledger, asked, inHours(25), neighbour));
        expect(next).toMatchObject({ takesOver: run, model: neighbour.model });
        expect(summarise(next.demand).signals).toEqual([dedupKey(asked)]);
        await ledger.renew(LINE, next.run, inHours(30));
        const waiting = await ledger.waiting(LINE, inHours(25));
        expect(waiting.map(({ subject: of, pending }) => [of, pending && summarise(pending).signals])).toEqual([
          [subject, [dedupKey(signal())]],
        ]);
      });
    });

    test("R6 rests after a run, gives back what a failed one leaves unanswered, and takes a second end for the first", async () => {
      const { run } = started(await take(ledger, signal()));
      expect(await ledger.end(LINE, run, "failed", inHours(1))).toMatchObject({ kind: "ended", model: subject.model });
      expect(await ledger.end(LINE, run, "promoted", inHours(2))).toEqual({ kind: "not-running" });
      expect(await examine(ledger, inHours(2))).toMatchObject({ kind: "pend", blockedBy: "cool-down", at: inHours(25) });
      expect(await examine(ledger, inHours(25))).toMatchObject({ kind: "start", fence: 2 });
    });

    test("R6 counts automatic starts over a week, and a person's not at all", async () => {
      for (const day of [0, 2, 4]) {
        const now = inHours(24 * day);
        const { run } = started(await take(ledger, signal({ firedAt: now }), now));
        await ledger.end(LINE, run, "rejected", now);
      }
      expect(await take(ledger, signal({ firedAt: inHours(144) }), inHours(144))).toMatchObject({
        kind: "pend",
        blockedBy: "weekly-limit",
        at: inHours(168),
      });
      const byHand = manualSignal({ firedAt: inHours(145) });
      const { run, automatic } = started(await take(ledger, byHand, inHours(145)));
      expect(automatic).toBe(false);
      await ledger.end(LINE, run, "rejected", inHours(145));
      expect(await take(ledger, signal({ firedAt: inHours(169) }), inHours(169))).toMatchObject({ kind: "start" });
    });

    test("R1 keeps a scheduled retraining until it is due", async () => {
      const warning = signal({ severity: "warning" });
      expect(await take(ledger, warning)).toMatchObject({ kind: "schedule", at: inHours(48) });
      expect(await ledger.waiting(LINE, NOW)).toMatchObject([{ subject, dueAt: inHours(48) }]);
      expect(await examine(ledger, inHours(47))).toMatchObject({ kind: "schedule" });
      expect(await examine(ledger, inHours(48))).toMatchObject({ kind: "start", severity: "warning" });
    });

    test("A3 remembers that the data are broken", async () => {
      await ledger.recordDataQuality(subject, { kind: "broken", reason: "rows is 3", at: NOW }, NOW);
      expect(await take(ledger, signal())).toMatchObject({ kind: "pend", blockedBy: "data-quality" });
      await ledger.recordDataQuality(subject, { kind: "sound", at: inHours(1) }, NOW);
      expect(await examine(ledger, NOW)).toMatchObject({ kind: "start" });
    });

    // A decision is pure and may be wrong; the lock must not depend on it.
    test("R6 refuses a start against a held lock, whoever decided it", async () => {
      const first = started(await take(ledger, signal()));
      const impatient = dynamoDbLedger(table, client, { attempts: 2, pause: () => Promise.resolve() });
      const question = { subject, now: NOW, leaseUntil: inHours(1) };
      await expect(impatient.settle(question, () => ({ ...first, fence: 9, run: "another" }))).rejects.toThrow(
        new Error(`The ledger ${table} was changed by others during each of 2 attempts. Nothing was written: try again.`),
      );
    });
  });

  describe("for traffic", () => {
    const failing = signal({ rule: "accuracy-floor", reason: "accuracy 0.81 is below 0.85 for 30 min" });
    const question = { subject, signal: failing, now: NOW };
    const begun = { kind: "begun", fence: 1, run: "run-1", candidate: "1.1.0", champion: "1.0.0" } as const;

    async function rollOut(): Promise<string> {
      const { run, fence } = started(await take(ledger, signal()));
      await ledger.renew(LINE, run, inHours(1));
      expect(await ledger.recordTraffic(subject, { ...begun, run, fence }, run, NOW)).toEqual({ kind: "recorded" });
      return run;
    }

    test("O3 raises the fence before a roll-back, so that the roll-out behind it writes nothing more", async () => {
      await rollOut();
      expect(await ledger.checkFence(LINE, 1)).toEqual({ kind: "current" });
      const decisions = await ledger.beginAtOnce(question, (view) => decideAtOnce(failing, view, NOW));
      expect(decisions).toMatchObject([{ kind: "roll-back", from: "1.1.0", to: "1.0.0", fence: 2 }, { kind: "page" }]);
      expect(await ledger.checkFence(LINE, 1)).toEqual({ kind: "stale", fence: 2 });
      expect(
        await ledger.recordTraffic(subject, { kind: "promoted", fence: 1, version: "1.1.0", oldSlotKeptHours: 72 }, "run", NOW),
      ).toEqual({
        kind: "stale",
        fence: 2,
      });
      const back = { kind: "rolled-back", fence: 2, from: "1.1.0", to: "1.0.0" } as const;
      expect(await ledger.recordTraffic(subject, back, "modelloop", NOW)).toEqual({ kind: "recorded" });
      expect(await ledger.recordTraffic(subject, back, "modelloop", NOW)).toEqual({ kind: "already-recorded" });
      await ledger.finishAtOnce(question, decisions);
      await ledger.finishAtOnce(question, decisions);
      expect(await ledger.beginAtOnce(question, (view) => decideAtOnce(failing, view, NOW))).toMatchObject([{ kind: "record" }]);
      expect((await trail(ledger)).filter(({ event }) => event.startsWith("traffic.")).map(({ event }) => event)).toEqual([
        "traffic.page",
        "traffic.roll-back",
      ]);
    });

    // The function died after it had moved half of the router: the same message must do it again, and win over its own former self.
    test("O3 decides a roll-back again, under a newer fence, until it is finished", async () => {
      await rollOut();
      for (const fence of [2, 3]) {
        expect(await ledger.beginAtOnce(question, (view) => decideAtOnce(failing, view, NOW))).toMatchObject([{ fence }, { kind: "page" }]);
      }
    });

    test("A6 pauses the roll-out in progress, and O1 a person resumes it", async () => {
      const run = await rollOut();
      const errors = signal({ rule: "error-rate" });
      await ledger.beginAtOnce({ ...question, signal: errors }, (view) => decideAtOnce(errors, view, NOW));
      expect((await ledger.trafficView(subject)).rollOut).toMatchObject({ run, paused: true });
      expect(await ledger.recordTraffic(subject, { kind: "resumed", run }, ada.user, NOW)).toEqual({ kind: "recorded" });
      expect((await ledger.trafficView(subject)).rollOut).toMatchObject({ run, paused: false });
    });

    test("O7 remembers a promotion, until when it can be taken back, and that it was", async () => {
      await rollOut();
      await ledger.recordTraffic(subject, { kind: "promoted", fence: 1, version: "1.1.0", oldSlotKeptHours: 72 }, "run", NOW);
      const promotion = { version: "1.1.0", previousVersion: "1.0.0", promotedAt: NOW, oldSlotKeptUntil: inHours(72), rolledBack: false };
      expect(await ledger.trafficView(subject, failing)).toMatchObject({ handled: false, fence: 1, promotion });
      await ledger.recordTraffic(subject, { kind: "rolled-back", fence: 1, from: "1.1.0", to: "1.0.0" }, "modelloop", NOW);
      expect((await ledger.trafficView(subject)).promotion).toEqual({ ...promotion, rolledBack: true });
    });

    test("O5 gives a person's roll-back a fence above all others, and tells who it was", async () => {
      await rollOut();
      const record: AuditRecord = {
        ...{ schemaVersion: 1, event: "traffic.roll-back", model: subject.model, version: "0.9.0", user: ada.user, time: NOW },
        reason: "Ada went back to 0.9.0",
        values: { to: "0.9.0" },
      };
      const fences = await Promise.all(Array.from({ length: 5 }, () => dynamoDbLedger(table, client).raiseFence(LINE, record)));
      expect(fences.sort()).toEqual([2, 3, 4, 5, 6]);
      expect((await trail(ledger)).filter(({ version }) => version === "0.9.0")).toContainEqual({
        ...record,
        values: { to: "0.9.0", fence: 6 },
      });
    });

    // A roll-back while the next version is in training concerns the last one. Without a fence of its own, hours of training are thrown away.
    test("O3 gives a run its fence for release and roll-out when it gets there, and no second one after a roll-back", async () => {
      const { run } = started(await take(ledger, signal()));
      await ledger.renew(LINE, run, inHours(1));
      const record = {
        schemaVersion: 1,
        event: "traffic.roll-back",
        model: subject.model,
        user: ada.user,
        time: NOW,
        reason: "x",
        values: {},
      } as const;
      expect(await ledger.raiseFence(LINE, record)).toBe(2);
      expect(await ledger.takeFence(LINE, run)).toEqual({ kind: "taken", fence: 3 });
      expect(await ledger.takeFence(LINE, run)).toEqual({ kind: "taken", fence: 3 });
      expect(await ledger.renew(LINE, run, inHours(2))).toEqual({ kind: "renewed", leaseUntil: inHours(2), fence: 3 });
      expect(await ledger.checkFence(LINE, 3)).toEqual({ kind: "current" });
      expect(await ledger.raiseFence(LINE, { ...record, reason: "y" })).toBe(4);
      expect(await ledger.takeFence(LINE, run)).toEqual({ kind: "taken", fence: 3 });
      expect(await ledger.checkFence(LINE, 3)).toEqual({ kind: "stale", fence: 4 });
      expect(await ledger.holder(LINE)).toBe(run);
      await ledger.end(LINE, run, "failed", NOW);
      expect(await ledger.holder(LINE)).toBeUndefined();
      expect(await ledger.takeFence(LINE, run)).toEqual({ kind: "lost" });
    });

    test("O3 gives a run one fence to take its release back with, and tells of it once", async () => {
      const run = await rollOut();
      const wish = { run, hadUsers: true, from: "1.1.0", to: "1.0.0" };
      const told = { model: subject.model, user: ada.user, time: NOW, reason: "x", values: {} };
      const record = { schemaVersion: 1, event: "traffic.roll-back", ...told } as const;
      const given = await Promise.all(
        Array.from({ length: 5 }, () => dynamoDbLedger(table, client).raiseFenceToGiveUp(LINE, wish, record)),
      );
      const [first] = given;
      expect(given).toEqual(Array.from({ length: 5 }, () => first));
      expect((await trail(ledger)).filter(({ event }) => event === "traffic.roll-back")).toHaveLength(1);
      expect(await ledger.trafficView(subject)).toMatchObject({ fence: first?.fence, givingUp: { ...wish, fence: first?.fence } });
      const other = await ledger.raiseFence(LINE, record);
      expect(await ledger.raiseFenceToGiveUp(LINE, { ...wish, hadUsers: false }, record)).toEqual(first);
      const another = { ...wish, run: "another", hadUsers: false };
      expect(await ledger.raiseFenceToGiveUp(LINE, another, record)).toEqual({ ...another, fence: other + 1 });
    });

    // Ordered and raised over, it would be dropped where it is carried out, though the person was told that traffic follows.
    test("O5 raises no fence over a person's order until it is carried out, or its time is over", async () => {
      const run = await rollOut();
      const byHand = { from: "1.0.0", to: "0.9.0" };
      const record = { schemaVersion: 1, event: "traffic.roll-back", model: subject.model, time: NOW, reason: "x", values: {} } as const;
      const fence = await ledger.raiseFence(LINE, { ...record, user: ada.user }, byHand);
      const ordered = { ...byHand, fence, user: ada.user, at: NOW };
      expect((await ledger.trafficView(subject)).ordered).toEqual(ordered);
      await ledger.end(LINE, run, "failed", NOW);
      expect(await ledger.strandedRollOut(LINE, inHours(1.9))).toBeUndefined();
      expect(await ledger.strandedRollOut(LINE, inHours(2))).toMatchObject({ run });
      const wish = { run, hadUsers: true, from: "1.1.0", to: "1.0.0" };
      const before = (await trail(ledger)).length;
      const given = { run, hadUsers: true, ...byHand, fence, user: ada.user };
      for (let turns = 0; turns < 2; turns++) {
        expect(await ledger.raiseFenceToGiveUp(LINE, wish, { ...record, user: "modelloop" })).toEqual(given);
      }
      expect([(await ledger.trafficView(subject)).fence, (await trail(ledger)).length]).toEqual([fence, before]);
      await ledger.recordTraffic(subject, { kind: "rolled-back", fence, ...byHand }, "modelloop", NOW);
      expect(await ledger.trafficView(subject)).toMatchObject({ fence, rollOut: undefined });
      expect((await ledger.trafficView(subject)).ordered).toBeUndefined();
    });

    // A line record with what an older version of the loop does not know is one that it cannot read: it stands no longer than it is needed.
    test("O5 forgets a person's order once another fence stands above it", async () => {
      await rollOut();
      const record = { schemaVersion: 1, event: "traffic.roll-back", model: subject.model, time: NOW, reason: "x", values: {} } as const;
      await ledger.raiseFence(LINE, { ...record, user: ada.user }, { from: "1.0.0", to: "0.9.0" });
      expect((await ledger.trafficView(subject)).ordered).toBeDefined();
      await ledger.raiseFence(LINE, { ...record, user: "modelloop" });
      expect((await ledger.trafficView(subject)).ordered).toBeUndefined();
    });

    // Its workflow died between two versions, and nobody would ever bring the traffic to an end.
    test("O3 finds a roll-out whose run is silent", async () => {
      const run = await rollOut();
      expect(await ledger.strandedRollOut(LINE, inHours(1))).toBeUndefined();
      expect(await ledger.strandedRollOut(LINE, inHours(1.1))).toMatchObject({ run, candidate: "1.1.0" });
      await ledger.end(LINE, run, "failed", NOW);
      expect(await ledger.strandedRollOut(LINE, NOW)).toMatchObject({ run });
    });
  });

  describe("for feedback", () => {
    test("D4 triggers once for each full thousand, whatever is delivered twice", async () => {
      expect(await ledger.addFeedback(subject, { batch: "a", corrections: 999 }, NOW)).toEqual({
        kind: "counted",
        total: 999,
        triggers: [],
      });
      const trigger = { model: subject.model, thousand: 1, filledAt: inHours(1) };
      expect(await ledger.addFeedback(subject, { batch: "b", corrections: 1 }, inHours(1))).toEqual({
        kind: "counted",
        total: 1_000,
        triggers: [trigger],
      });
      // The caller died before it sent the signal: the batch comes again, and so does the trigger.
      const again = await ledger.addFeedback(subject, { batch: "b", corrections: 1 }, inHours(2));
      expect(again).toEqual({ kind: "duplicate", total: 1_000, triggers: [trigger] });
      expect(await ledger.untoldFeedback(subject)).toEqual([trigger]);
      await ledger.feedbackTold(subject, [trigger]);
      expect(await ledger.addFeedback(subject, { batch: "c", corrections: 2_500 }, inHours(3))).toMatchObject({
        total: 3_500,
        triggers: [{ thousand: 2 }, { thousand: 3 }],
      });
    });

    test(`D4 counts ${WRITERS} batches at once without losing or doubling one`, async () => {
      const batches = Array.from({ length: WRITERS }, (_, i) => ({ batch: `batch-${i % (WRITERS / 2)}`, corrections: 250 }));
      const outcomes = await Promise.all(batches.map((batch) => dynamoDbLedger(table, client).addFeedback(subject, batch, NOW)));
      expect(outcomes.filter(({ kind }) => kind === "counted")).toHaveLength(WRITERS / 2);
      expect(Math.max(...outcomes.map(({ total }) => total))).toBe(5_000);
      const triggers = await ledger.untoldFeedback(subject);
      expect(triggers.map(({ thousand }) => thousand)).toEqual([1, 2, 3, 4, 5]);
      const [first] = triggers;
      if (first === undefined) throw new Error("no trigger");
      const decisions = [await take(ledger, feedbackSignal(first)), await take(ledger, feedbackSignal(first))];
      expect(new Set(decisions.map((decision) => started(decision).run)).size).toBe(1);
    });
  });

  describe("and its switches", () => {
    // A new loop must not act before somebody said so, and a loop that was stopped must not act at all.
    test("I12 observe until told to act, stop every automatic start, and name everybody who stopped it", async () => {
      expect(await ledger.mode({ line: LINE, model: "new" })).toBe("observe");
      expect(await ledger.stopped()).toBe(false);
      await ledger.setStopped(true, ada);
      await ledger.setStopped(true, ada);
      expect(await ledger.stopped()).toBe(true);
      expect(await take(ledger, signal())).toMatchObject({ kind: "pend", blockedBy: "stop-switch" });
      // Who says it again is responsible for it too, and may be the only one whose name anybody looks for later.
      await ledger.setStopped(true, { ...ada, user: "ben", now: inHours(1) });
      await ledger.setStopped(false, { ...ada, now: inHours(2), reason: "the fault is found" });
      expect(await examine(ledger, NOW)).toMatchObject({ kind: "start" });
      expect((await trail(ledger, "")).map(({ event, user }) => [event, user])).toEqual([
        ["loop.stopped", ada.user],
        ["loop.stopped", "ben"],
        ["loop.resumed", ada.user],
      ]);
    });

    test("note who set a mode, and keep what came before in mode observe out of the lock", async () => {
      await ledger.setMode(subject, "observe", { ...ada, now: inHours(1) });
      expect(await take(ledger, signal())).toMatchObject({ kind: "observe-only", would: "start" });
      await ledger.setMode(subject, "act", { ...ada, now: inHours(2) });
      expect(await examine(ledger, NOW)).toMatchObject({ kind: "ignore", because: "nothing-pending" });
      const modes = (await trail(ledger)).filter(({ event }) => event === "loop.mode");
      expect(modes.map(({ user, values }) => [user, values.after])).toEqual(["act", "observe", "act"].map((mode) => [ada.user, mode]));
    });
  });

  describe("and its audit trail", () => {
    test("I12 tells of a start with event, model, user, time and the values used, in the same transaction", async () => {
      const asked = manualSignal();
      const { run } = started(await take(ledger, asked));
      expect((await trail(ledger)).find(({ event }) => event === "retraining.start")).toEqual({
        schemaVersion: 1,
        event: "retraining.start",
        model: "log-anomaly",
        user: "arn:aws:sts::1:assumed-role/ml-lead/ada",
        time: NOW,
        reason: "asked by Ada",
        values: {
          ...{ signal: dedupKey(asked), rule: "manual", severity: "info", dueAt: NOW, windowDays: 7, reasons: 1, fence: 1 },
          ...{ run, resumed: false },
        },
      });
    });

    test("I12 keeps what people and workflows add, once, in the order of time, and gives back a span of it", async () => {
      const approved = (hours: number): AuditRecord => ({
        ...{ schemaVersion: 1, event: "model.approved", model: subject.model, version: "1.2.0", user: ada.user, time: inHours(hours) },
        ...{ reason: "Ada has read the report", values: { f1: 0.91 } },
      });
      for (const hours of [3, 1, 2, 1]) await ledger.audit(approved(hours));
      expect(await ledger.auditRecords({ model: subject.model, from: inHours(1), until: inHours(3) })).toEqual([approved(1), approved(2)]);
      const all = { model: subject.model, from: inHours(1), until: inHours(9) };
      expect(await ledger.auditRecords({ ...all, newest: 2 })).toEqual([approved(2), approved(3)]);
      expect(await ledger.auditRecords({ ...all, newest: 9 })).toEqual([approved(1), approved(2), approved(3)]);
    });

    test("I12 refuses a line that is not whole", async () => {
      const nobody = { schemaVersion: 1, event: "model.approved", model: subject.model, user: "", time: NOW, reason: "x", values: {} };
      await expect(ledger.audit(nobody as AuditRecord)).rejects.toThrow("user");
    });
  });

  describe("under upgrade", () => {
    // An execution that began before the upgrade still runs its old functions. They must stop at a record they do not know, not rewrite it.
    test("leaves alone a record of a schema that it does not know", async () => {
      const key = ledgerKeys.line("newer");
      const item = { ...key, revision: 4, schemaVersion: 2, fence: "seven" };
      await DynamoDBDocumentClient.from(client).send(
        new TransactWriteCommand({ TransactItems: [{ Put: { TableName: table, Item: item } }] }),
      );
      await expect(ledger.renew("newer", "run", NOW)).rejects.toThrow(
        "Ledger record LINE#newer LINE has schema version 2 and cannot be read: a newer version of the loop wrote it, or it is damaged. " +
          "It was left as it is.",
      );
    });

    // DynamoDB never deletes an item whose time to live is no whole number of seconds.
    test("gives what expires a time in whole seconds", async () => {
      await take(ledger, signal(), instant(Date.parse(NOW) + 1));
      const items = (await everything(client, table)).filter(({ expiresAt }) => expiresAt !== undefined);
      expect(items.map(({ expiresAt }) => expiresAt)).toEqual([Date.parse(inHours(60 * 24)) / 1_000 + 1]);
    });

    test("names in each record the version of its schema", async () => {
      const { run } = started(await take(ledger, signal()));
      await ledger.end(LINE, run, "failed", NOW);
      await ledger.setStopped(true, ada);
      await ledger.addFeedback(subject, { batch: "a", corrections: 1_000 }, NOW);
      await ledger.finishAtOnce({ subject, signal: signal(), now: NOW }, []);
      const items = await everything(client, table);
      expect(items.length).toBeGreaterThan(10);
      expect(items.filter(({ schemaVersion }) => schemaVersion !== 1)).toEqual([]);
    });
  });
});

describe("the ledger behind a bad network", () => {
  async function ledgerWith(around: DynamoDbStandInOptions["around"], pageBytes?: number): Promise<Ledger> {
    let ready = false as boolean;
    const { client } = await standInWithTable({
      around: (call, perform) => (ready && around ? around(call, perform) : Promise.resolve(perform())),
      ...(pageBytes !== undefined && { pageBytes }),
    });
    const ledger = dynamoDbLedger(TABLE, client, { attempts: 5, pause: () => Promise.resolve() });
    await ledger.setMode(subject, "act", ada);
    ready = true;
    return ledger;
  }

  const lostAnswer = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

  // The write was done and its answer lost; the client sends it again. Taken for a conflict, a start would be read back as somebody else's.
  it("takes its own write for its own when the answer is lost and the client repeats it", async () => {
    let writes = 0;
    const ledger = await ledgerWith((call, perform) => {
      const result = perform();
      return call.operation === "TransactWriteItems" && ++writes === 1 ? Promise.reject(lostAnswer) : Promise.resolve(result);
    });
    expect(await take(ledger, signal())).toMatchObject({ kind: "start", resumed: false });
    expect(writes).toBe(2);
  });

  it("tries again when two transactions collide, and says so when they always do", async () => {
    const refused = (code: string) => {
      const fields = { CancellationReasons: [{ Code: "None" }, { Code: code }] };
      return Promise.reject(new DynamoDbRefusal("TransactionCanceledException", "Transaction cancelled", fields));
    };
    const colliding = (times: number, code: string) => {
      let left = times;
      return ledgerWith((call, perform) =>
        call.operation === "TransactWriteItems" && left-- > 0 ? refused(code) : Promise.resolve(perform()),
      );
    };
    for (const code of ["TransactionConflict", "ThrottlingError"]) {
      expect(await take(await colliding(4, code), signal())).toMatchObject({ kind: "start" });
    }
    await expect(take(await colliding(5, "TransactionConflict"), signal())).rejects.toThrow(LedgerBusyError);
    await expect(take(await colliding(1, "ValidationError"), signal())).rejects.toThrow("Transaction cancelled");
  });

  // Somebody stops the loop while a start is on its way: the start must lose, or "stopped" means nothing.
  it("starts nothing that was decided a moment before the loop was stopped", async () => {
    let stopping = false;
    const ledger: Ledger = await ledgerWith(async (call, perform) => {
      if (call.operation === "TransactWriteItems" && !stopping) {
        stopping = true;
        await ledger.setStopped(true, ada);
      }
      return perform();
    });
    expect(await take(ledger, signal())).toMatchObject({ kind: "pend", blockedBy: "stop-switch" });
  });

  // The run ended while "it is running" was being written down: nobody would look at what was kept until the next hour.
  it("decides again when what stood in the way went away meanwhile", async () => {
    let run = "";
    const ledger: Ledger = await ledgerWith(async (call, perform) => {
      if (call.operation === "TransactWriteItems" && run !== "") {
        const ended = run;
        run = "";
        await ledger.end(LINE, ended, "promoted", NOW);
      }
      return perform();
    });
    ({ run } = started(await take(ledger, signal())));
    expect(await take(ledger, manualSignal())).toMatchObject({ kind: "start", fence: 2 });
  });

  it("reads every page and every key, however few come at a time", async () => {
    const ledger = await ledgerWith((call, perform) => {
      const request = (call.input as { RequestItems?: Record<string, { Keys: unknown[] }> }).RequestItems?.[TABLE];
      if (request === undefined || request.Keys.length === 1) return Promise.resolve(perform());
      const [first, ...rest] = request.Keys;
      const answer = perform({ RequestItems: { [TABLE]: { ...request, Keys: [first] } } }) as object;
      return Promise.resolve({ ...answer, UnprocessedKeys: { [TABLE]: { ...request, Keys: rest } } });
    }, 1_500);
    for (const asked of storm(10)) await take(ledger, asked);
    expect(await trail(ledger)).toHaveLength(11);
    const newest = await ledger.auditRecords({ model: subject.model, from: inHours(-1), until: inHours(1), newest: 9 });
    expect(newest).toEqual((await trail(ledger)).slice(-9));
    expect(await ledger.waiting(LINE, NOW)).toMatchObject([{ subject }]);
  });

  // DynamoDB deletes what has expired within days, or never. Neither may change what is locked, kept or counted.
  it("says the same whether or not DynamoDB has deleted what has expired", async () => {
    const said: unknown[] = [];
    for (const deleted of [false, true]) {
      const { standIn, client } = await standInWithTable();
      const ledger = dynamoDbLedger(TABLE, client);
      await ledger.setMode(subject, "act", ada);
      const { run } = started(await take(ledger, signal()));
      await ledger.renew(LINE, run, inHours(2));
      await take(ledger, signal({ firedAt: inHours(-1) }));
      await ledger.addFeedback(subject, { batch: "a", corrections: 1_000 }, NOW);

      const before = standIn.items(TABLE).length;
      if (deleted) standIn.deleteExpired(TABLE, "expiresAt", Date.parse(inHours(61 * 24)) / 1_000);
      expect(before - standIn.items(TABLE).length).toBe(deleted ? 3 : 0);
      said.push([
        await ledger.renew(LINE, run, inHours(2)),
        await ledger.waiting(LINE, NOW),
        await take(ledger, signal({ firedAt: inHours(2) }), inHours(2)),
        await take(ledger, signal({ firedAt: inHours(30) }), inHours(30)),
        await ledger.untoldFeedback(subject),
        await ledger.auditRecords({ model: subject.model, from: NOW, until: inHours(1) }),
      ]);
    }
    expect(said[1]).toEqual(said[0]);
    expect(said[0]).toMatchObject([
      { kind: "renewed" },
      [{ subject }],
      { blockedBy: "running" },
      { kind: "start", fence: 2 },
      [{ thousand: 1 }],
      {},
    ]);
  });

  it("refuses names that would not fit its keys", async () => {
    const ledger = await ledgerWith(undefined);
    await expect(ledger.checkFence("a#b", 1)).rejects.toThrow(
      new RangeError(
        'No ledger record can be kept under "a#b": model is "a#b"; a model\'s name has 1 to 40 characters of a-z, 0-9 and -, begins with a ' +
          "letter and ends with no -: rename it",
      ),
    );
  });
});
