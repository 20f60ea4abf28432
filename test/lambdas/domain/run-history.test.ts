import { runFrom } from "../../../lambdas/domain/run-history";
import type { AuditRecord } from "../../../lambdas/domain/ledger-audit";
import { inHours } from "./examples";

function record(event: AuditRecord["event"], hours: number, values: AuditRecord["values"]): AuditRecord {
  return { schemaVersion: 1, event, model: "log-anomaly", user: "modelloop", time: inHours(hours), reason: "why", values };
}

describe("the newest run in the trail", () => {
  const first = record("retraining.start", -20, { run: "one", resumed: false });
  const firstEnd = record("retraining.ended", -19, { run: "one", outcome: "failed" });
  const second = record("retraining.start", -3, { run: "two", resumed: false });
  const resumed = record("retraining.start", -2, { run: "two", resumed: true });

  it("has ended when its end was told", () => {
    expect(runFrom([first, firstEnd])).toEqual({ run: "one", startedAt: inHours(-20), endedAt: inHours(-19), outcome: "failed" });
  });

  it("began when it was first started, however often it was taken up", () => {
    expect(runFrom([first, firstEnd, second, resumed])).toEqual({ run: "two", startedAt: inHours(-3) });
  });

  it("is none where none was started", () => {
    expect(runFrom([firstEnd])).toBeUndefined();
  });
});
