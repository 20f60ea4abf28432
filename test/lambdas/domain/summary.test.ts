import type { AuditRecord } from "../../../lambdas/domain/ledger-audit";
import { beginOf, summaryNotice, summaryRequestSchema } from "../../../lambdas/domain/summary";
import { inHours, NOW, pending, signal } from "./examples";

function record(event: AuditRecord["event"], values: AuditRecord["values"] = {}): AuditRecord {
  return { schemaVersion: 1, event, model: "log-anomaly", user: "modelloop", time: NOW, reason: "why", values };
}

describe("A9 the daily summary", () => {
  it("A9 counts what happened for each model, and names what waits", () => {
    const records = [
      record("retraining.start", { run: "one", resumed: false }),
      record("retraining.start", { run: "one", resumed: true }),
      record("retraining.ended"),
      record("retraining.pend"),
      record("retraining.pend"),
      record("traffic.page"),
      record("retraining.ignore"),
    ];
    const models = [
      { model: "log-anomaly", mode: "act" as const, records, pending: pending(signal()) },
      { model: "fraud", mode: "observe" as const, records: [record("traffic.record")] },
    ];
    expect(summaryNotice("day", models, false, NOW)).toEqual({
      schemaVersion: 1,
      key: "loop/summary/day/2026-03-02",
      group: "loop/summary",
      severity: "warning",
      page: false,
      repeated: false,
      title: `The day up to ${NOW}: 2 models, 1 with a retraining that waits`,
      lines: [
        "log-anomaly (act): 1 runs started, 1 runs ended, 2 kept waiting, 1 pages, waiting: data-drift critical, " +
          `due ${NOW}: psi of the worst feature 0.34 is above 0.3 for 60 min: critical`,
        "nothing to tell: fraud",
      ],
      at: NOW,
    });
  });

  it("A9 of a quiet day is news for the chat; that everything is stopped is more", () => {
    const quiet = [{ model: "fraud", mode: "act" as const, records: [] }];
    expect(summaryNotice("day", quiet, false, NOW)?.severity).toBe("info");
    expect(summaryNotice("week", quiet, false, NOW)?.severity).toBe("warning");
    expect(summaryNotice("day", quiet, true, NOW)).toMatchObject({
      severity: "warning",
      lines: ["The stop switch is on: everything is recorded, and nothing is done.", "nothing to tell: fraud"],
    });
  });

  it("A9 looks back a day, or a week for the report", () => {
    expect(beginOf("day", NOW)).toBe(inHours(-24));
    expect(beginOf("week", NOW)).toBe(inHours(-168));
    expect(summaryRequestSchema.safeParse({ schemaVersion: 1, period: "month" }).success).toBe(false);
  });
});
