/** The trail of runs that went whole, written by hand: as short as it may be, with a record of each kind that a story is told from. */
import type { Audited, CardOf, Played, SplitAt } from "../../../../offline/rehearsal/scenarios/promises";

export const OLD = "fraud-manual-2026030208-b9243173";
export const NEW = "fraud-data-drift-2026030508-af055d09";
export const STARTS = Date.parse("2026-03-05T08:00:00Z");
const HOUR = 3_600_000;

const minutesIn = (hours: number) => new Date(STARTS + hours * HOUR).toISOString();

export function record(hours: number, event: string, reason: string, values: Audited["values"] = {}, more: Partial<Audited> = {}): Audited {
  return { event, model: "fraud", time: minutesIn(hours), user: "modelloop", reason, values, ...more };
}

const run = { run: NEW };
const release = { version: NEW };
const check = (errorRate: string, times: string) =>
  `error rate: ${errorRate}, ${times} times the old version's; allowed 2 times, or up to 0.01 whatever the old version has; 0 of 4 windows broke it, 3 of 4 decide`;

/** A run from its signal to half of the users. */
export function climb(): Audited[] {
  return [
    record(0, "retraining.start", "psi is 0.34", run),
    record(0, "run.planned", `${NEW} trains on a week`, {
      ...run,
      trainFrom: "2026-02-24",
      trainUntil: "2026-03-02",
      holdoutUntil: "2026-03-04",
      champion: "1.0.0",
    }),
    record(0.1, "run.data-checked", "400000 rows pass all checks", { ...run, verdict: "sound" }),
    record(0.7, "run.judged", `${NEW} passes every gate as 1.1.0`, {
      ...run,
      kind: "passed",
      semanticVersion: "1.1.0",
      verifiedLabels: 5_000,
      approval: "many gates are close",
      "trees: f1 ≥ 0.85": 0.93,
    }),
    record(
      0.7,
      "model.registered",
      "version 2 (1.1.0) is registered as candidate",
      { ...run, release: NEW, semanticVersion: "1.1.0" },
      { version: "2" },
    ),
    record(0.8, "approval.asked", "many gates are close", { ...run, question: "release", needed: 1 }, { version: "2" }),
    record(
      2,
      "approval.answered",
      "looked at it",
      { ...run, question: "release", said: "approved", verdict: "approved" },
      { user: "arn:aws:sts::123456789012:assumed-role/approvers/bob" },
    ),
    record(2.1, "run.packaged", `${NEW} lies ready`, { ...run, kind: "released", models: "trees labels" }),
    record(2.2, "roll-out.begun", "begun", { ...run, candidate: NEW, champion: OLD }, release),
    record(2.2, "roll-out.stage", `${NEW} gets 5 % of users: stage 1 of 2`, { ...run, stage: 0, percent: 5 }, release),
    record(8, "roll-out.stage", `next: 5 %: ${check("0.001234", "1.0391")}`, { ...run, stage: 0, percent: 5, decision: "next" }, release),
    record(8, "roll-out.stage", `${NEW} gets 50 % of users: stage 2 of 2`, { ...run, stage: 1, percent: 50 }, release),
  ];
}

export function promotion(): Audited[] {
  return [
    record(20, "roll-out.stage", `promote: 50 %: ${check("0.002", "1.1")}`, { ...run, percent: 50, decision: "promote" }, release),
    record(20, "roll-out.promoted", `${NEW} was promoted`, {}, release),
    record(20, "model.promoted", `${NEW} is promoted`, run, { version: "2" }),
    record(20, "retraining.ended", `${NEW} ended: promoted`, run),
  ];
}

/** The way back, told three times. */
export function wayBack(): Audited[] {
  const broke = "50 %: error rate: 0.09959, 40.83 times the old version's; allowed 2 times; 3 of 3 windows broke it, 3 of 4 decide";
  const back = { ...run, from: NEW, to: OLD };
  return [
    record(9, "roll-out.stage", `roll-back: ${broke}`, { ...run, percent: 50, decision: "roll-back" }, release),
    ...[9, 9.1, 9.2].flatMap((hours, fence) => [
      record(hours, "traffic.roll-back", broke, { ...back, fence }),
      record(hours, "roll-out.rolled-back", `${OLD} was rolled-back`, { from: NEW, to: OLD, fence }),
    ]),
    record(9.5, "retraining.ended", `${NEW} ended: rolled-back`, run),
  ];
}

export const SPLITS: SplitAt[] = [
  { at: STARTS - HOUR, of: { [OLD]: 1 } },
  { at: STARTS + 2.2 * HOUR, of: { [OLD]: 0.95, [NEW]: 0.05 } },
  { at: STARTS + 8 * HOUR, of: { [OLD]: 0.5, [NEW]: 0.5 } },
];

export const CARDS: CardOf[] = [{ run: NEW, text: 'model: "fraud"\n' }];

export function played(audit: readonly Audited[], splits = SPLITS): Played {
  return {
    scenario: {
      ...{ title: "A week", because: "it was so", starts: new Date(STARTS).toISOString(), lasts: 72 * HOUR },
      models: [{ name: "fraud", mode: "act" as const }],
      ...{ when: [], then: [] },
    } as unknown as Played["scenario"],
    ...{ starts: STARTS, happenings: [], runs: [], audit, trafficQueue: "", splits, cards: CARDS },
  };
}
