import { readLoopMessage } from "../../../../lambdas/domain/messages/loop-messages";
import { event } from "../../support/events";

const context = { environment: "dev", models: ["log-anomaly"] };

function read(name: string) {
  return readLoopMessage(event(name), context);
}

describe("what the loop sends itself", () => {
  // Delivered twice, or an hour late, it is the retraining of that Sunday: the planned time is its identity.
  it("R1 the weekly schedule is a signal of the planned time", () => {
    expect(read("schedule-weekly").readings).toEqual([
      {
        kind: "signal",
        signal: {
          schemaVersion: 1,
          model: "log-anomaly",
          rule: "weekly",
          severity: "info",
          source: "schedule",
          firedAt: "2026-03-01T02:00:00.000Z",
          reason: "the weekly retraining is due",
        },
      },
    ]);
  });

  it("R6 a wake-up asks for another look at what is pending", () => {
    expect(read("wake-up").readings).toEqual([{ kind: "wake-up", model: "log-anomaly" }]);
  });

  it("D4 feedback is a batch of corrections with a name of its own", () => {
    expect(read("feedback").readings).toEqual([{ kind: "feedback", model: "log-anomaly", batch: "2026-03-02/part-7", corrections: 250 }]);
  });

  it("fails to be read when a field is wrong, unknown or missing, all of them said", () => {
    expect(readLoopMessage({ ...event("feedback"), corrections: 0, batch: "", note: "x" }, context).faults).toEqual([
      "batch: Too small: expected string to have >=1 characters",
      "corrections: Too small: expected number to be >=1",
      'the message: Unrecognized key: "note"',
    ]);
    expect(readLoopMessage({ ...event("wake-up"), model: "web-shop" }, context).faults).toEqual([
      'model is "web-shop"; this loop looks after log-anomaly: declare the model, or correct the name',
    ]);
    expect(readLoopMessage({ kind: "dance" }, context).faults).toHaveLength(1);
  });
});
