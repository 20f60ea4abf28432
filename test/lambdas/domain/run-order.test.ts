import { runOrder, runOrderSchema, runReportSchema } from "../../../lambdas/domain/run-order";
import { mergePending } from "../../../lambdas/domain/pending";
import { manualSignal, pending, signal } from "./examples";

describe("what a workflow is given", () => {
  const demand = mergePending(pending(signal({ rule: "weekly", severity: "info" })), pending(manualSignal()));

  // R6: a start that may have happened is repeated; with anything of the moment in its input it would be another run.
  it("R6 is made of the run, its fence and its demand alone", () => {
    const order = runOrder("log-anomaly-weekly-2026030202-0123abcd", 7, demand);
    expect(order).toEqual({
      schemaVersion: 1,
      run: "log-anomaly-weekly-2026030202-0123abcd",
      model: "log-anomaly",
      fence: 7,
      severity: "info",
      windowDays: 7,
      askedBy: ["arn:aws:sts::1:assumed-role/ml-lead/ada"],
      demand,
    });
    const readAgain = JSON.parse(JSON.stringify(demand)) as typeof demand;
    const shuffled = { ...readAgain, reasons: readAgain.reasons.map((reason) => Object.fromEntries(Object.entries(reason).reverse())) };
    const again = runOrder(order.run, 7, shuffled as typeof demand);
    expect(JSON.stringify(runOrderSchema.parse(again))).toBe(JSON.stringify(runOrderSchema.parse(order)));
  });

  it("and what it must answer to be believed", () => {
    expect(runReportSchema.safeParse({ outcome: "promoted", version: "3.2.0" }).success).toBe(true);
    expect(runReportSchema.safeParse({ outcome: "failed" }).success).toBe(false);
    expect(runReportSchema.safeParse({}).success).toBe(false);
  });
});
