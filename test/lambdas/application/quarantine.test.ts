import { quarantined } from "../../../lambdas/application/quarantine";
import { message, TestWorld } from "../support/test-loop";

describe("quarantine", () => {
  it("keeps a message that is at fault, and counts it after that", async () => {
    const world = await TestWorld.make();
    await quarantined(message("garbage"), ["one", "two"], world.loop);
    expect(world.kept).toMatchObject([{ body: "garbage", faults: ["one", "two"] }]);
    expect(world.counted).toEqual([
      { metric: "MessagesQuarantined", what: { message: "059f36b4-87a3-44ab-83d2-661975830a7d", characters: 7, faults: "one; two" } },
    ]);
  });

  it("does nothing where there is no fault", async () => {
    const world = await TestWorld.make();
    await quarantined(message("fine"), [], world.loop);
    expect([world.kept, world.counted]).toEqual([[], []]);
  });
});
