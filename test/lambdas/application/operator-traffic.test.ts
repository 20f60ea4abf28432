import { answerOperator, type StatusAnswer } from "../../../lambdas/application/operator";
import type { OperatorVerb } from "../../../lambdas/domain/messages/operator-request";
import { ADA } from "../domain/approvals/examples";
import { inHours, NOW } from "../domain/examples";
import { TestWorld, THE_MODEL, type TestLoop } from "../support/test-loop";

function ask(loop: TestLoop, asked: OperatorVerb) {
  return answerOperator({ caller: ADA, at: NOW, asked }, loop);
}

function back(to?: string): OperatorVerb {
  return { verb: "roll-back", model: "log-anomaly", ...(to !== undefined && { to }), reason: "wrong at night" };
}

/** Release a, then b, served everybody; c is being rolled out where that is asked. */
async function serving(rollingOut = false): Promise<TestWorld> {
  const world = await TestWorld.make();
  const { ledger } = world;
  for (const [release, champion, hours] of [
    ["a", "none", 0],
    ["b", "a", 1],
  ] as const) {
    const fence = await fenceOf(world);
    const at = inHours(hours - 100);
    await ledger.recordTraffic(THE_MODEL, { kind: "begun", fence, run: `log-anomaly-${release}`, candidate: release, champion }, "x", at);
    await ledger.recordTraffic(THE_MODEL, { kind: "promoted", fence, version: release, oldSlotKeptHours: 24 }, "x", at);
    const version = { version: release === "a" ? "1" : "2", semanticVersion: release === "a" ? "1.0.0" : "1.1.0" };
    await ledger.keepVersion(THE_MODEL, { ...version, release, run: `log-anomaly-${release}`, promotedAt: at });
  }
  if (rollingOut) {
    const begun = { kind: "begun", fence: await fenceOf(world), run: "log-anomaly-c", candidate: "c", champion: "b" } as const;
    await ledger.recordTraffic(THE_MODEL, begun, "x", NOW);
  }
  return world;
}

async function fenceOf({ ledger }: TestWorld): Promise<number> {
  return (await ledger.trafficView(THE_MODEL)).fence;
}

describe("O5 a person rolls back", () => {
  it.each<[string, boolean, string | undefined, { from: string; to: string; aborts?: string }]>([
    ["to the version before", false, undefined, { from: "b", to: "a" }],
    ["to a version by its number", false, "1", { from: "b", to: "a" }],
    ["to a semantic version", false, "1.0.0", { from: "b", to: "a" }],
    ["to a release", false, "a", { from: "b", to: "a" }],
    ["out of a roll-out, which is aborted", true, undefined, { from: "c", to: "b", aborts: "log-anomaly-c" }],
    ["out of a roll-out, to an older version than the one before", true, "1", { from: "b", to: "a", aborts: "log-anomaly-c" }],
  ])("%s", async (_, rollingOut, to, order) => {
    const world = await serving(rollingOut);
    const answer = await ask(world.loop, back(to));
    const stops = order.aborts === undefined ? "" : "; the roll-out of log-anomaly-c ends with it";
    expect(answer).toEqual({
      status: 202,
      body: { done: `back from ${order.from} to ${order.to}`, note: `traffic follows within minutes, and history tells of it${stops}` },
    });
    // The order carries the newest fence: whoever else writes traffic is refused from now on.
    const fence = await fenceOf(world);
    expect(world.rollBacks).toEqual([
      { subject: { line: "log-anomaly", model: "log-anomaly" }, fence, reason: "wrong at night", user: ADA, ...order },
    ]);
    expect(fence).toBe(1);
    expect((await world.trail()).filter(({ event }) => event === "traffic.roll-back")).toMatchObject([
      { user: ADA, reason: "wrong at night", version: order.to, values: { ...order, byHand: true, fence } },
    ]);
    // Until it is carried out, nothing that the loop does of its own accord raises the fence over it.
    expect((await world.ledger.trafficView(THE_MODEL)).ordered).toMatchObject({ from: order.from, to: order.to, fence, user: ADA });
    expect(world.notices).toMatchObject([{ severity: "critical", title: `log-anomaly: back from ${order.from} to ${order.to}, by hand` }]);
  });

  it("is refused where there is nothing to go back to, and what is not known or serves already", async () => {
    const world = await serving();
    const fault = async (to?: string) => ((await ask(world.loop, back(to))) as { body: { faults: string[] } }).body.faults[0];
    expect(await fault("9")).toBe('version "9" has never served, or is not known; kept are 2 (1.1.0), 1 (1.0.0): name one of them');
    expect((await world.trail()).at(-1)).toMatchObject({
      ...{ event: "traffic.withhold", user: ADA, values: { byHand: true, to: "9" } },
      reason: 'version "9" has never served, or is not known; kept are 2 (1.1.0), 1 (1.0.0): name one of them',
    });
    expect(world.rollBacks).toEqual([]);
    expect(await fault("b")).toBe("b is what serves: name an earlier version");
    const climbing = await serving(true);
    expect(await ask(climbing.loop, back("c"))).toMatchObject({
      body: { faults: [expect.stringContaining("has never served") as string] },
    });
    expect(await fault("none")).toContain("has never served");
    const fence = await world.ledger.raiseFence(THE_MODEL.line, {
      ...{ schemaVersion: 1, event: "traffic.roll-back", model: "log-anomaly", user: "x", time: NOW, reason: "x", values: {} },
    });
    await world.ledger.recordTraffic(THE_MODEL, { kind: "rolled-back", fence, from: "b", to: "a" }, "x", NOW);
    expect(await fault()).toBe("b was rolled back to a already; to go back further, name the version: --to");
    // And forth again, since a person has said so.
    expect((await ask(world.loop, back("2"))).status).toBe(202);
    expect(world.rollBacks).toMatchObject([{ from: "a", to: "b" }]);

    const fresh = await TestWorld.make();
    expect(await ask(fresh.loop, back())).toEqual({
      status: 409,
      body: { faults: ["nothing of log-anomaly was ever rolled out by the loop: there is nothing to leave"] },
    });
    const silent = await TestWorld.make({ traffic: undefined });
    expect(await ask(silent.loop, back())).toEqual({
      status: 409,
      body: { faults: ["the loop rolls out no releases of log-anomaly: reset its traffic where it is set"] },
    });
    expect((await ask(fresh.loop, { ...back(), model: "web-shop" } as OperatorVerb)).status).toBe(404);
  });

  it("of the first version has none before it", async () => {
    const world = await TestWorld.make();
    const begun = { kind: "begun", fence: 0, run: "log-anomaly-a", candidate: "a", champion: "none" } as const;
    await world.ledger.recordTraffic(THE_MODEL, begun, "x", NOW);
    expect(await ask(world.loop, back())).toEqual({
      status: 409,
      body: { faults: ["there is no version before the one that serves: roll out another one"] },
    });
  });

  // The request may be cut off after the fence was raised: nobody may write then, so the second request must go through.
  it("again, where the first request died at any call, and the last order has the newest fence", async () => {
    for (let call = 1; ; call++) {
      for (const when of ["before", "after"] as const) {
        const world = await serving(true);
        if (!(await world.dying({ call, when }, (loop) => ask(loop, back())))) return expect(call).toBeGreaterThan(3);
        expect((await ask(world.loop, back())).status).toBe(202);
        expect(world.rollBacks.at(-1)?.fence).toBe(await fenceOf(world));
      }
    }
  });
});

describe("O3 a person holds a roll-out", () => {
  const pause: OperatorVerb = { verb: "pause", model: "log-anomaly", reason: "holiday" };
  const resume: OperatorVerb = { verb: "continue", model: "log-anomaly", reason: "over" };

  it("and lets it go on, with who and why in the trail", async () => {
    const world = await serving(true);
    expect((await ask(world.loop, pause)).body).toMatchObject({ done: "paused" });
    expect((await world.ledger.trafficView(THE_MODEL)).rollOut).toMatchObject({ paused: true });
    expect((await ask(world.loop, pause)).body).toMatchObject({ note: expect.stringMatching(/^it was so already; /) as string });
    expect(await ask(world.loop, resume)).toEqual({
      status: 200,
      body: { done: "resumed", note: "the roll-out goes on from its stage, at its next check" },
    });
    expect((await world.trail()).slice(-2)).toMatchObject([
      { event: "roll-out.paused", user: ADA, reason: "the roll-out of log-anomaly-c was paused: holiday" },
      { event: "roll-out.resumed", user: ADA, reason: "the roll-out of log-anomaly-c was resumed: over" },
    ]);
    expect(world.notices.map(({ title }) => title)).toEqual([
      "log-anomaly: the roll-out of c is paused",
      "log-anomaly: the roll-out of c is resumed",
    ]);
  });

  it("is refused where none is in progress", async () => {
    const world = await serving();
    for (const [asked, verb] of [
      [pause, "pause"],
      [resume, "continue"],
    ] as const) {
      expect(await ask(world.loop, asked)).toEqual({
        status: 409,
        body: { faults: [`no roll-out of log-anomaly is in progress: there is nothing to ${verb}`] },
      });
    }
  });
});

it("O5 status names the versions that users can be sent back to", async () => {
  const world = await serving();
  const { models } = (await ask(world.loop, { verb: "status" })).body as StatusAnswer;
  expect(models[0]?.kept).toEqual([
    { version: "2", semanticVersion: "1.1.0", release: "b", promotedAt: inHours(-99) },
    { version: "1", semanticVersion: "1.0.0", release: "a", promotedAt: inHours(-100) },
  ]);
});
