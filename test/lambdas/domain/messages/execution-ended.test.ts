import { readExecutionEnded } from "../../../../lambdas/domain/messages/execution-ended";
import { body, event } from "../../support/events";

const run = "log-anomaly-data-drift-2026030214-5be1c0de";

function withOutput(output: string | null): string {
  const succeeded = event("execution-succeeded") as { detail: object };
  return JSON.stringify({ ...succeeded, detail: { ...succeeded.detail, output } });
}

describe("the end of a run", () => {
  it.each([
    ["execution-succeeded", "promoted", "its workflow reports promoted"],
    ["execution-failed", "failed", "SageMaker.AmazonSageMakerException: no capacity"],
    ["execution-aborted", "aborted", "its execution aborted"],
    ["execution-timed-out", "timed-out", "its execution timed out"],
  ])("R6 %s is %s", (name, outcome, reason) => {
    expect(readExecutionEnded(body(name))).toEqual({ kind: "ended", ended: { run, outcome, reason, explained: true } });
  });

  // Taken for answered, what the run was started for would be lost for ever; taken for failed, it is tried again within its limits.
  it.each([null, "{}", '"done"', '{"outcome":"splendid"}', "cut {"])(
    "R6 that says nothing of what came of it (%j) counts as failed",
    (output) => {
      expect(readExecutionEnded(withOutput(output))).toEqual({
        kind: "ended",
        ended: { run, outcome: "failed", reason: "its workflow went through without saying what came of it", explained: false },
      });
    },
  );

  it("R6 may be a gate's no, or a roll-back: both answer what was asked", () => {
    expect(readExecutionEnded(withOutput('{"outcome":"rejected"}'))).toMatchObject({ ended: { outcome: "rejected" } });
    expect(readExecutionEnded(withOutput('{"outcome":"rolled-back"}'))).toMatchObject({ ended: { outcome: "rolled-back" } });
  });

  // People read that it was rejected, and had to look into the history of an execution to learn that the features stood in another order.
  it("R6 says why where the workflow does, in a thousand characters", () => {
    const told = (reason: unknown) => readExecutionEnded(withOutput(JSON.stringify({ outcome: "rejected", reason })));
    expect(told("it cannot be packaged: no parity.f32")).toMatchObject({ ended: { reason: "it cannot be packaged: no parity.f32" } });
    expect(told("x".repeat(2_000))).toMatchObject({ ended: { reason: "x".repeat(1_000) } });
    expect([told(""), told(7)]).toMatchObject(Array(2).fill({ ended: { outcome: "rejected", reason: "its workflow reports rejected" } }));
  });

  it("fails to be read when it is none", () => {
    const running = event("execution-aborted") as { detail: object };
    expect(readExecutionEnded(JSON.stringify({ ...running, detail: { ...running.detail, status: "RUNNING" } }))).toEqual({
      kind: "unreadable",
      faults: ['detail.status: Invalid option: expected one of "SUCCEEDED"|"FAILED"|"TIMED_OUT"|"ABORTED"'],
    });
    expect(readExecutionEnded("garbage").kind).toBe("unreadable");
  });
});
