import { endRun } from "../../../lambdas/application/run-ended";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { settleRetraining } from "../../../lambdas/application/settle-retraining";
import { sweep } from "../../../lambdas/application/sweep";
import { dedupKey } from "../../../lambdas/domain/names";
import { inHours, manualSignal, NOW, signal } from "../domain/examples";
import { event } from "../support/events";
import { message, TestWorld, THE_MODEL } from "../support/test-loop";

type Ending = "succeeded" | "failed" | "aborted" | "timed-out";

function end(run: string, ending: Ending, output?: string) {
  const template = event(`execution-${ending}`) as { detail: object };
  return message(JSON.stringify({ ...template, detail: { ...template.detail, name: run, ...(output !== undefined && { output }) } }));
}

async function running(change: Parameters<typeof TestWorld.make>[0] = {}): Promise<TestWorld> {
  const world = await TestWorld.make(change);
  await respondToSignal(signal(), world.loop);
  world.pass(3);
  return world;
}

describe("R6 the end of a run", () => {
  it.each([
    ["succeeded", "promoted", "info", false],
    ["failed", "failed", "warning", true],
    ["aborted", "aborted", "warning", true],
    ["timed-out", "timed-out", "warning", true],
  ] as const)("R6 that %s frees the lock; what it was started for is pending again: %s", async (ending, outcome, severity, again) => {
    const world = await running();
    const run = world.lastRun();
    await endRun(end(run, ending), world.loop);
    const told = world.notices.find(({ key }) => key === `${run}/ended`);
    expect(told).toMatchObject({ severity, title: `log-anomaly: run ${run} ended: ${outcome}` });
    expect((await world.trail()).find(({ event }) => event === "retraining.ended")).toMatchObject({ values: { run, outcome } });
    // Freed: whoever has a right to start now can.
    expect((await world.pending()) !== undefined).toBe(again);
    expect(world.decisions.map(({ event }) => event)).toContain("retraining.ended");
  });

  // The reason for the whole of PENDING: an alarm goes off once, and the one that came during the run must not be forgotten at its end.
  it("R6 lets go on what has waited for it", async () => {
    const world = await running({ limits: { coolDownHours: 0, automaticStartsPerWeek: 9 } });
    await respondToSignal(signal({ rule: "accuracy-drop", firedAt: inHours(1) }), world.loop);
    expect(world.orders).toHaveLength(1);
    await endRun(end(world.lastRun(), "aborted"), world.loop);
    expect(world.orders).toHaveLength(2);
    expect(world.orders[1]?.demand.reasons.map(({ rule }) => rule)).toEqual(["accuracy-drop", "data-drift"]);
  });

  // A person's wish passes every limit. Given back by a run that fails at once, it started 51 runs in 8 hours, behind the stop switch too.
  it("R6 drops what a person had asked for and tells them; what alarms asked waits for the switch", async () => {
    const world = await TestWorld.make();
    await sweep(world.loop);
    await world.ledger.setStopped(true, { user: "ada", reason: "we look at it", now: NOW });
    await respondToSignal(signal(), world.loop);
    await settleRetraining(THE_MODEL, manualSignal(), world.loop);
    const run = world.lastRun();
    await endRun(end(run, "aborted"), world.loop);
    expect(world.orders).toHaveLength(1);
    expect((await world.pending())?.reasons.map(({ rule }) => rule)).toEqual(["data-drift"]);
    expect((await world.trail()).find(({ event }) => event === "retraining.ended")?.values).toMatchObject({
      dropped: dedupKey(manualSignal()),
    });
    expect(world.notices.find(({ key }) => key === `${run}/ended`)?.lines).toEqual([
      expect.stringContaining("; not tried again by itself for arn:aws:sts::1:assumed-role/ml-lead/ada, who had asked for it: ask again"),
    ]);
    world.pass(30);
    await sweep(world.loop);
    expect(world.orders).toHaveLength(1);
  });

  it("R6 that says nothing of what came of it is counted, and its reason is tried again", async () => {
    const world = await running();
    await endRun(end(world.lastRun(), "succeeded", "{}"), world.loop);
    expect(world.counted).toEqual([{ metric: "RunsUnexplained", what: { run: world.lastRun() } }]);
    expect(await world.pending()).toBeDefined();
  });

  // The workflow's last step tells the ledger too; the event that follows must not free the lock of the next run.
  it("R6 told twice, or late, frees nothing that is not its own", async () => {
    const world = await running({ limits: { coolDownHours: 0, automaticStartsPerWeek: 9 } });
    const first = world.lastRun();
    await endRun(end(first, "succeeded"), world.loop);
    await respondToSignal(signal({ firedAt: world.now }), world.loop);
    const second = world.lastRun();
    expect(second).not.toBe(first);
    await endRun(end(first, "succeeded"), world.loop);
    expect(await world.ledger.renew(THE_MODEL.line, second, inHours(9))).toMatchObject({ kind: "renewed" });
  });

  it("R6 finds the run's model also where one model's name begins another's", async () => {
    const log = { model: "log", line: "log", mode: "act" as const };
    const world = await running({ models: [log, THE_MODEL] });
    await endRun(end(world.lastRun(), "succeeded"), world.loop);
    expect(world.notices.at(-1)).toMatchObject({ model: "log-anomaly" });
    expect(await world.ledger.renew(THE_MODEL.line, world.lastRun(), inHours(9))).toEqual({ kind: "lost" });
  });

  it("is kept where it is not one of ours, or none at all", async () => {
    const world = await running();
    await endRun(end("web-shop-weekly-2026030202-0123abcd", "failed"), world.loop);
    await endRun(message("garbage"), world.loop);
    expect(world.kept.map(({ faults }) => faults)).toEqual([
      ["run web-shop-weekly-2026030202-0123abcd is of no model that this loop looks after"],
      [expect.stringMatching(/^the message: /)],
    ]);
  });

  // Whoever stops a run stops its roll-out in the middle of its stages: nobody was left who watched it, for up to an hour.
  it.each<[Ending, boolean]>([
    ["aborted", true],
    ["failed", true],
    ["timed-out", true],
    ["succeeded", false],
  ])("O3 P4 that %s sends users home who are left between two releases: %s", async (ending, home) => {
    const world = await running();
    await world.ledger.setMode(THE_MODEL, "act", { user: "ada", reason: "x", now: NOW });
    const run = world.lastRun();
    const begun = { kind: "begun", fence: 1, run, candidate: "b", champion: "a" } as const;
    await world.ledger.recordTraffic(THE_MODEL, begun, "modelloop", NOW);
    for (const _again of [1, 2]) await endRun(end(run, ending), world.loop);
    expect(world.rollBacks[0]).toEqual(
      home
        ? {
            ...{ subject: THE_MODEL, from: "b", to: "a", fence: 2, aborts: run },
            reason: `${run} is gone, and has left its roll-out of b unfinished`,
          }
        : undefined,
    );
    expect((await world.events()).filter((event) => event === "traffic.roll-back").length > 0).toBe(home);
    expect(world.notices.some(({ key, page }) => key === `${run}/stranded` && page)).toBe(home);
  });

  it("R6 whichever call the function dies at, the next delivery does the rest", async () => {
    for (const when of ["before", "after"] as const) {
      let call = 1;
      for (let died = true; died; call++) {
        const world = await running({ limits: { coolDownHours: 0, automaticStartsPerWeek: 9 } });
        const run = world.lastRun();
        died = await world.dying({ call, when }, (loop) => endRun(end(run, "failed"), loop));
        await endRun(end(run, "failed"), world.loop);
        expect({ call, when, runs: world.orders.length }).toEqual({ call, when, runs: 2 });
        const told = world.notices.filter(({ key }) => key === `${run}/ended`);
        expect({ call, when, told: told.length > 0 }).toEqual({ call, when, told: true });
      }
      expect(call).toBeGreaterThan(9);
    }
  });
});

it("I12 the run that ended is named with its outcome", async () => {
  const world = await running();
  await endRun(end(world.lastRun(), "succeeded"), world.loop);
  expect(world.decisions.find(({ event }) => event === "retraining.ended")).toEqual({
    event: "retraining.ended",
    model: "log-anomaly",
    reason: `${world.lastRun()} ended: promoted; its workflow reports promoted`,
    values: { run: world.lastRun(), outcome: "promoted" },
  });
  expect(NOW < world.now).toBe(true);
});
