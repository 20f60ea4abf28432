import { countFeedback, sendTriggers } from "../../../lambdas/application/feedback";
import { TestWorld, THE_MODEL } from "../support/test-loop";

describe("D4 feedback", () => {
  it("D4 asks once for each full thousand, also when one batch fills two", async () => {
    const world = await TestWorld.make();
    await countFeedback(THE_MODEL, { batch: "one", corrections: 999 }, world.loop);
    expect(world.orders).toEqual([]);
    await countFeedback(THE_MODEL, { batch: "two", corrections: 1_001 }, world.loop);
    expect(world.orders).toHaveLength(1);
    const subjects = (await world.trail()).filter(({ event }) => event === "traffic.record").map(({ values }) => values["subject"]);
    expect(subjects.sort()).toEqual(["corrections up to 1000", "corrections up to 2000"]);
  });

  // The function died after counting: the batch is known, its thousand is not. The next batch, of ten corrections, must tell of it.
  it("D4 a thousand that was counted and not told is told with the next batch, or by whoever asks for it", async () => {
    for (const next of ["batch", "sweep"] as const) {
      const world = await TestWorld.make();
      const died = await world.dying({ call: 3, when: "before" }, (loop) =>
        countFeedback(THE_MODEL, { batch: "one", corrections: 1_000 }, loop),
      );
      expect([died, world.orders.length]).toEqual([true, 0]);
      if (next === "batch") await countFeedback(THE_MODEL, { batch: "two", corrections: 10 }, world.loop);
      else await sendTriggers(THE_MODEL, await world.ledger.untoldFeedback(THE_MODEL), world.loop);
      expect(world.orders).toHaveLength(1);
      expect(await world.ledger.untoldFeedback(THE_MODEL)).toEqual([]);
    }
  });
});
