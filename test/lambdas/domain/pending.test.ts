import fc from "fast-check";
import { dedupKey } from "../../../lambdas/domain/names";
import {
  mergePending,
  MOST_SIGNALS_KEPT,
  pendingAfterRun,
  wishDropped,
  pendingOf,
  pendingSchema,
  summarise,
  type Pending,
} from "../../../lambdas/domain/pending";
import { minutesAfter } from "../../../lambdas/domain/time";
import { anyPending, anySignal, inHours, manualSignal, NOW, pending, signal } from "./examples";

const warning = signal({ severity: "warning", firedAt: inHours(-6), reason: "psi 0.22" });
const critical = signal({ firedAt: inHours(-1), reason: "psi 0.34" });
const weekly = signal({ rule: "weekly", severity: "info", firedAt: inHours(-12), reason: "weekly", subject: undefined });

describe("what is pending", () => {
  it("A1 is due when its signal asked for it, and not later because the message was late", () => {
    expect(summarise(pending(warning))).toMatchObject({ severity: "warning", dueAt: inHours(42), windowDays: 14 });
    expect(summarise(pending(critical)).dueAt).toBe(inHours(-1));
  });

  // "Now" by a clock that runs two seconds ahead would become a wake-up in two seconds, and cost a minute.
  it("is due now when the sender's clock runs ahead", () => {
    expect(summarise(pending(signal({ firedAt: minutesAfter(NOW, 1) }))).dueAt).toBe(NOW);
  });

  it("is nothing when the signal asks for no retraining", () => {
    expect(pendingOf(signal({ rule: "latency", severity: "warning" }), NOW)).toBeUndefined();
  });

  it("R6 adds up: the highest severity, the earliest time, the longest window, and every reason", () => {
    const all = mergePending(mergePending(pending(warning), pending(critical)), pending(weekly));
    expect(summarise(all)).toMatchObject({ severity: "critical", dueAt: inHours(-12), windowDays: 14, firstAt: inHours(-12) });
    expect(summarise(all).heaviest).toMatchObject({ rule: "data-drift", worst: { reason: "psi 0.34" } });
    expect(all.reasons.map(({ rule, firstAt, lastAt }) => [rule, firstAt, lastAt])).toEqual([
      ["data-drift", inHours(-6), inHours(-1)],
      ["weekly", inHours(-12), inHours(-12)],
    ]);
    expect(summarise(all).signals).toEqual([warning, critical, weekly].map(dedupKey).sort());
  });

  it("R4 remembers everybody who asked", () => {
    const ada = manualSignal({ askedBy: "ada" });
    const bob = manualSignal({ askedBy: "bob", firedAt: inHours(-2) });
    expect(summarise(mergePending(pending(ada), pending(bob))).askedBy).toEqual(["ada", "bob"]);
  });

  // Queues deliver twice, late and out of order. Merging that cared would make the outcome depend on luck, and lose a trigger in bad luck.
  it("R6 merges to the same in any order, in any grouping, and however often", () => {
    fc.assert(
      fc.property(anyPending, anyPending, anyPending, (a, b, c) => {
        expect(mergePending(a, b)).toEqual(mergePending(b, a));
        expect(mergePending(mergePending(a, b), c)).toEqual(mergePending(a, mergePending(b, c)));
        expect(mergePending(mergePending(a, b), a)).toEqual(mergePending(a, b));
        expect(mergePending(a, undefined)).toEqual(a);
      }),
      { numRuns: 500 },
    );
  });

  // One alarm through two doors is one signal in two wordings; whichever comes first, the same one must be told.
  it("R6 does not mind in which wording a signal came first", () => {
    const [one, other] = [pending(signal({ reason: "as EventBridge words it" })), pending(signal({ reason: "as SNS words it" }))];
    expect(mergePending(one, other)).toEqual(mergePending(other, one));
    expect(mergePending(one, other).reasons[0]?.signals).toHaveLength(1);
  });

  it("R6 drops nothing: every signal's key, severity, time and person can be found in the whole", () => {
    fc.assert(
      fc.property(fc.array(anySignal, { maxLength: 20 }), (signals) => {
        const parts = signals.flatMap((one) => pendingOf(one, NOW) ?? []);
        const whole = parts.reduce<Pending | undefined>(mergePending, undefined);
        for (const { reasons } of parts) {
          for (const part of reasons) {
            const found = whole?.reasons.find(({ rule }) => rule === part.rule);
            expect(found?.signals).toEqual(expect.arrayContaining(part.signals));
            expect(found?.askedBy).toEqual(expect.arrayContaining(part.askedBy));
            expect((found?.dueAt ?? "9999") <= part.dueAt && (found?.windowDays ?? 0) >= part.windowDays).toBe(true);
          }
        }
        if (whole !== undefined) expect(pendingSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
      }),
    );
  });

  // An alarm that flaps for a week behind the stop switch must not outgrow the ledger's item: the write would fail, and with it the loop.
  it("R6 keeps the newest keys of a storm, says that there were more, and still merges in any order", () => {
    const storm = Array.from({ length: MOST_SIGNALS_KEPT + 50 }, (_, i) => pending(signal({ firedAt: minutesAfter(NOW, -5 * i) })));
    const forwards = storm.reduce((all, one) => mergePending(all, one));
    const backwards = storm.reduceRight((all, one) => mergePending(all, one));
    expect(backwards).toEqual(forwards);
    expect(forwards.reasons[0]).toMatchObject({ more: true, firstAt: minutesAfter(NOW, -5 * 249), lastAt: NOW });
    expect(forwards.reasons[0]?.signals).toHaveLength(MOST_SIGNALS_KEPT);
    expect(forwards.reasons[0]?.signals.at(-1)).toBe(dedupKey(signal()));
    expect(JSON.stringify(forwards).length).toBeLessThan(400_000 / 16);
  });

  it("of two models is never mixed", () => {
    const other = pending(signal({ model: "fraud" }));
    expect(() => mergePending(pending(critical), other)).toThrow(
      new RangeError("pending retrainings of log-anomaly and of fraud cannot be merged"),
    );
  });
});

describe("what is pending after a run", () => {
  // A spot interruption in the third hour must not turn a critical drift into silence: the alarm will not fire again while it lasts.
  it.each(["failed", "aborted", "timed-out"] as const)("R6 that %s is what it was to answer, with what came since", (outcome) => {
    expect(pendingAfterRun(pending(critical), outcome, pending(weekly))).toEqual(mergePending(pending(critical), pending(weekly)));
    expect(pendingAfterRun(pending(critical), outcome, undefined)).toEqual(pending(critical));
  });

  // A run that a person had asked for and a person aborted came back at once, for ever, and no switch could stop it.
  it.each(["failed", "aborted", "timed-out"] as const)(
    "R6 that %s is not what a person had asked for: their wish is dropped",
    (outcome) => {
      const [asked, both] = [pending(manualSignal()), mergePending(pending(manualSignal()), pending(critical))];
      expect(pendingAfterRun(asked, outcome, undefined)).toBeUndefined();
      expect(pendingAfterRun(both, outcome, pending(weekly))).toEqual(mergePending(pending(critical), pending(weekly)));
      expect(wishDropped(both, outcome)).toEqual(asked.reasons[0]);
      expect([wishDropped(both, "promoted"), wishDropped(pending(critical), outcome)]).toEqual([undefined, undefined]);
    },
  );

  // A candidate that lost at the gates would lose again: the same data, trained the same way.
  it.each(["promoted", "packaged", "rejected", "rolled-back"] as const)("R6 that was %s is only what came since", (outcome) => {
    expect(pendingAfterRun(pending(critical), outcome, pending(weekly))).toEqual(pending(weekly));
    expect(pendingAfterRun(pending(critical), outcome, undefined)).toBeUndefined();
  });
});
