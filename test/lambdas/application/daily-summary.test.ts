import { tellSummary } from "../../../lambdas/application/daily-summary";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { inHours, NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

describe("A9 the daily summary", () => {
  it("A9 tells of the last day, and of what waits however long", async () => {
    const neighbour = { model: "trace-anomaly", line: "log-anomaly", mode: "observe" as const };
    const world = await TestWorld.make({ models: [THE_MODEL, neighbour] });
    await respondToSignal(signal({ severity: "warning", firedAt: inHours(-1) }), world.loop);
    world.pass(30);
    await respondToSignal(signal({ rule: "latency", severity: "warning", firedAt: world.now }), world.loop);
    const before = world.notices.length;
    await tellSummary("day", world.loop);
    expect(world.notices).toHaveLength(before + 1);
    expect(world.notices.at(-1)?.lines).toEqual([
      "log-anomaly (act): waiting: data-drift warning, due 2026-03-04T13:15:00.000Z: psi of the worst feature 0.34 is above 0.3 for 60 min: critical",
      "nothing to tell: trace-anomaly",
    ]);
    await tellSummary("week", world.loop);
    expect(world.notices.at(-1)?.lines[0]).toMatch(/^log-anomaly \(act\): 1 scheduled, waiting: /);
  });

  it("A9 says that everything is stopped", async () => {
    const world = await TestWorld.make();
    await world.ledger.setStopped(true, { user: "ada", reason: "why", now: NOW });
    await tellSummary("day", world.loop);
    expect(world.notices.at(-1)?.lines[0]).toBe("The stop switch is on: everything is recorded, and nothing is done.");
    expect(world.decisions.at(-1)).toMatchObject({ event: "summary.day" });
  });

  it("changes nothing", async () => {
    const world = await TestWorld.make();
    await tellSummary("day", world.loop);
    expect([await world.trail(), await world.trail("")]).toEqual([[], []]);
  });
});
