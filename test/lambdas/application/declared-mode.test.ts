import { keepDeclaredMode } from "../../../lambdas/application/declared-mode";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { settleRetraining } from "../../../lambdas/application/settle-retraining";
import { NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

describe("the mode that the stack declares", () => {
  // Every loop starts by observing; a mode that came into force without a line in the trail could not be explained afterwards.
  it("I12 comes into force with a line in the trail, once", async () => {
    const world = await TestWorld.make();
    expect(await world.ledger.mode(THE_MODEL)).toBe("observe");
    await keepDeclaredMode(THE_MODEL, world.loop);
    await keepDeclaredMode(THE_MODEL, world.loop);
    expect(await world.ledger.mode(THE_MODEL)).toBe("act");
    expect(await world.trail()).toMatchObject([
      { event: "loop.mode", user: "modelloop", reason: "the stack declares mode act", values: { before: "observe", after: "act" } },
    ]);
  });

  it("can be taken back", async () => {
    const world = await TestWorld.make();
    await keepDeclaredMode(THE_MODEL, world.loop);
    await keepDeclaredMode({ ...THE_MODEL, mode: "observe" }, world.loop);
    expect(await world.ledger.mode(THE_MODEL)).toBe("observe");
  });

  // Its lock and its demand stayed behind on the old line: a second run began beside the first one, and what waited was never looked at again.
  it("R6 does not come into force on another line while something of the model is under way on its own", async () => {
    const world = await TestWorld.make();
    const moved = { ...THE_MODEL, line: "shared" };
    await respondToSignal(signal(), world.loop);
    await settleRetraining(THE_MODEL, signal({ rule: "accuracy-drop" }), world.loop);
    await expect(keepDeclaredMode(moved, world.loop)).rejects.toThrow(
      new Error(
        `line of log-anomaly is "shared"; it was "log-anomaly", where run ${world.lastRun()} is under way and a retraining is pending, and a model ` +
          "changes its line only while nothing of it is under way: declare line log-anomaly again, deploy, wait until it is done, then change the line",
      ),
    );
    expect(await world.ledger.mode(moved)).toBe("observe");
  });

  it("comes into force on another line once nothing is", async () => {
    const world = await TestWorld.make();
    const moved = { ...THE_MODEL, line: "shared" };
    await respondToSignal(signal(), world.loop);
    await world.ledger.end(THE_MODEL.line, world.lastRun(), "promoted", NOW);
    await keepDeclaredMode(moved, world.loop);
    expect(await world.ledger.mode(moved)).toBe("act");
  });
});
