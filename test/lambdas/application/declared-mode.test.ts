import { keepDeclaredMode } from "../../../lambdas/application/declared-mode";
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
});
