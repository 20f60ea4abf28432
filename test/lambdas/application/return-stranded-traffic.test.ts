import { keepDeclaredMode } from "../../../lambdas/application/declared-mode";
import { returnStrandedTraffic } from "../../../lambdas/application/return-stranded-traffic";
import { settleRetraining } from "../../../lambdas/application/settle-retraining";
import { NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

describe("traffic that its run has left between two versions", () => {
  async function stranded(change: Parameters<typeof TestWorld.make>[0] = {}): Promise<TestWorld> {
    const world = await TestWorld.make(change);
    await keepDeclaredMode(THE_MODEL, world.loop);
    await settleRetraining(THE_MODEL, signal(), world.loop);
    const run = world.lastRun();
    const begun = { kind: "begun", fence: 1, run, candidate: "3.2.0", champion: "3.1.0" } as const;
    await world.ledger.recordTraffic(THE_MODEL, begun, "modelloop", NOW);
    world.pass(1);
    await world.ledger.end(THE_MODEL.line, run, "aborted", world.now);
    world.pass(1);
    return world;
  }

  // Property 4 of the loop: traffic always ends in a declared state, also when whoever was bringing it there is gone.
  it("goes back to the old version, fenced against the run should it wake", async () => {
    const world = await stranded();
    await returnStrandedTraffic(THE_MODEL.line, world.loop);
    expect(world.rollBacks).toMatchObject([{ subject: THE_MODEL, from: "3.2.0", to: "3.1.0", fence: 2, aborts: world.lastRun() }]);
    expect(await world.ledger.checkFence(THE_MODEL.line, 1)).toEqual({ kind: "stale", fence: 2 });
    expect(world.notices.find(({ key }) => key.endsWith("/stranded"))).toMatchObject({
      page: true,
      lines: [`${world.lastRun()} is gone, and has left its roll-out of 3.2.0 unfinished`, "everybody is sent back to 3.1.0"],
    });
    await world.ledger.recordTraffic(THE_MODEL, { kind: "rolled-back", fence: 2, from: "3.2.0", to: "3.1.0" }, "modelloop", world.now);
    await returnStrandedTraffic(THE_MODEL.line, world.loop);
    expect(world.rollBacks).toHaveLength(1);
  });

  // The slot of the version that the person wants was loading still: the sweep raised the fence, and everybody went home instead.
  it("O5 is left to the person who has ordered it back, for as long as their order is tried", async () => {
    const world = await stranded();
    const record = { schemaVersion: 1, event: "traffic.roll-back", model: THE_MODEL.model, user: "ada", reason: "calls" } as const;
    await world.ledger.raiseFence(THE_MODEL.line, { ...record, time: world.now, values: {} }, { from: "3.1.0", to: "3.0.0" });
    world.pass(1);
    await returnStrandedTraffic(THE_MODEL.line, world.loop);
    expect(world.rollBacks).toEqual([]);
    world.pass(1);
    await returnStrandedTraffic(THE_MODEL.line, world.loop);
    expect(world.rollBacks).toMatchObject([{ from: "3.2.0", to: "3.1.0", fence: 3 }]);
  });

  it.each([
    ["the stop switch is on", {}, true],
    ["the loop has nobody to write traffic", { traffic: undefined }, false],
    ["the model is in mode observe again", { models: [{ ...THE_MODEL, mode: "observe" as const }] }, false],
  ])("is a page where %s", async (_, change, stop) => {
    const world = await stranded();
    if (stop) await world.ledger.setStopped(true, { user: "ada", reason: "why", now: NOW });
    const loop = { ...world.loop, ...change };
    for (const model of loop.models) await keepDeclaredMode(model, loop);
    await returnStrandedTraffic(THE_MODEL.line, loop);
    expect(world.rollBacks).toEqual([]);
    expect(await world.events()).toContain("traffic.withhold");
    expect(world.notices.find(({ key }) => key.endsWith("/stranded"))).toMatchObject({
      page: true,
      lines: [expect.anything(), "the loop may not touch traffic: a person must bring it to an end"],
    });
  });
});
