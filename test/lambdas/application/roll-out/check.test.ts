import { check } from "../../../../lambdas/application/roll-out/check";
import { giveUp } from "../../../../lambdas/application/roll-out/give-up";
import { inForce } from "../../../../lambdas/application/roll-out/in-force";
import { respondToSignal } from "../../../../lambdas/application/respond-to-signal";
import { setTraffic } from "../../../../lambdas/application/roll-out/set-traffic";
import { THE_LOOP } from "../../../../lambdas/domain/ledger-audit";
import type { Watch } from "../../../../lambdas/domain/roll-out/watch";
import { signal } from "../../domain/examples";
import { RollOutWorld, splitOf } from "../../support/roll-out-world";

async function watching() {
  const at = await RollOutWorld.make();
  const taken = await at.world.ledger.takeFence(at.order.line, at.order.run);
  if (taken.kind === "lost") throw new Error("no lock");
  const { fence } = taken;
  await setTraffic({ do: "set-traffic", order: at.order, fence, stage: 0 }, at.loop);
  const there = await inForce({ do: "in-force", order: at.order, fence, stage: 0, since: at.now }, at.loop);
  if (there.kind !== "in-force") throw new Error("not in force");
  let watch: Watch = there.watch;
  const look = async (minutes = 5) => {
    at.pass(minutes);
    const answer = await check({ do: "check", order: at.order, fence, watch }, at.loop);
    if ("watch" in answer) watch = answer.watch;
    return answer;
  };
  return { at, look, fence };
}

test("O2 a stage is looked at every five minutes, by windows that lie within it", async () => {
  const { at, look } = await watching();
  expect(await look()).toMatchObject({ kind: "stay", waitSeconds: 300, values: { minutes: 5 } });
  at.pass(60);
  expect(await look()).toMatchObject({ kind: "stay", reason: expect.stringContaining("0 of 4 windows broke it") as string });
});

test("O2 where windows of five minutes hold too little, longer ones are looked at", async () => {
  const { at, look } = await watching();
  at.measures["r42"] = { requests: 20 };
  at.pass(200);
  expect(await look()).toMatchObject({ kind: "stay", values: { minutes: 60 } });
});

// Prometheus was down for a night, and the canary was promoted by nobody's measurements.
test("O2 measurements that cannot be read hold the stage, and people are told once", async () => {
  const { at, look } = await watching();
  at.metricsDown = true;
  const before = at.world.notices.length;
  const kinds: string[] = [];
  while (kinds.at(-1) !== "roll-back") kinds.push((await look()).kind);
  expect([...new Set(kinds)]).toEqual(["stay", "hold", "roll-back"]);
  const told = at.world.notices.slice(before);
  expect(told.map(({ title, severity }) => [title, severity])).toEqual([
    ["log-anomaly: roll-out of r42: hold", "warning"],
    ["log-anomaly: roll-out of r42: roll-back", "info"],
  ]);
  expect(told[0]?.lines[0]).toContain("the measurements could not be read (connection refused)");
  const reasons = (await at.world.trail()).flatMap(({ event, reason }) => (event === "roll-out.stage" ? [reason] : []));
  expect(reasons.slice(-2)).toEqual([expect.stringMatching(/^hold: /), expect.stringMatching(/^roll-back: .*could not be read/)]);
  // What the machine does next.
  expect(await giveUp({ do: "give-up", order: at.order, reason: "nothing is measured" }, at.loop)).toMatchObject({ kind: "rolled-back" });
  expect([at.split.stable?.release, at.split.candidate, at.isDeclared()]).toEqual(["r41", undefined, true]);
});

// While people think nothing renews the lease: six hours later the next signal would take the lock, and roll the release back under their hands.
test("R4 O2 a run that asks people keeps its lock until they have had their time", async () => {
  const { at, look } = await watching();
  at.order = { ...at.order, governance: { ...at.order.governance, timeoutHours: 72 } };
  at.measures["r42"] = at.measures["r41"] = { labels: 0 };
  const [last] = at.order.rollOut.stages.slice(-1);
  if (last === undefined) throw new Error("no stage");
  at.order.rollOut = { ...at.order.rollOut, stages: [{ ...last, percent: 5, hours: 1 }], waitForLabelsHours: 1 };
  const kinds: string[] = [];
  while (kinds.at(-1) !== "ask" && kinds.length < 50) kinds.push((await look()).kind);
  expect(kinds.at(-1)).toBe("ask");
  at.pass(71 * 60);
  await respondToSignal(signal({ rule: "accuracy-drop", firedAt: at.now }), at.world.loop);
  expect(at.world.lastRun()).toBe(at.order.run);
});

test("O2 a paused roll-out is looked at every quarter of an hour, and goes on when it is resumed", async () => {
  const { at, look } = await watching();
  const pause = (kind: "paused" | "resumed") => at.world.ledger.recordTraffic(at.order, { kind, run: at.order.run }, THE_LOOP, at.now);
  await pause("paused");
  expect(await look()).toMatchObject({ kind: "paused", waitSeconds: 900, reason: "5 %: the roll-out is paused" });
  await pause("resumed");
  expect(await look(60)).toMatchObject({ kind: "stay", watch: { pausedMinutes: 60 } });
});

test("I12 the stop switch holds what climbs, and people are told once", async () => {
  const { at, look } = await watching();
  await at.withhold("stop");
  const before = at.world.notices.length;
  expect(await look()).toMatchObject({ kind: "paused", waitSeconds: 900, reason: "5 %: the stop switch is on" });
  await look(15);
  const told = at.world.notices.slice(before);
  expect(told.map(({ title, severity, page }) => [title, severity, page])).toEqual([
    ["log-anomaly: roll-out of r42: stopped", "warning", false],
  ]);
  await at.withhold("nothing");
  expect(await look(15)).toMatchObject({ kind: "stay", watch: { pausedMinutes: 30 } });
});

// Somebody stops everything to keep the hands of the loop off, and the loop moves all users while they look.
test.each([
  ["the stop switch is on", "stop"],
  ["the loop is in mode observe", "observe"],
] as const)("I12 while %s a broken limit is recorded and pages once, and nobody is moved, however long it takes", async (why, how) => {
  const { at, look } = await watching();
  at.measures["r42"] = { errorRate: 0.5 };
  at.order.rollOut = { ...at.order.rollOut, pauseHours: 6 };
  await at.withhold(how);
  const [before, written] = [at.world.notices.length, at.written.length];
  expect(await look(60)).toMatchObject({ kind: "paused", watch: { doing: "withheld" } });
  const kinds: string[] = [];
  while (kinds.at(-1) !== "left" && kinds.length < 50) kinds.push((await look(15)).kind);
  expect([kinds.length, new Set(kinds)]).toEqual([6 * 4, new Set(["paused", "left"])]);
  expect(at.written).toHaveLength(written);
  const told = at.world.notices.slice(before);
  expect(told.map(({ title, page }) => [title, page])).toEqual([
    ["log-anomaly: roll-out of r42: withheld", true],
    ["log-anomaly: roll-out of r42: left", true],
  ]);
  expect(told[0]?.lines[0]).toContain(`5 %: ${why}, and the release would be taken back: error rate`);
  expect(told[1]?.lines[0]).toContain("nobody has gone on for 6 h; traffic stays as it is: roll back, or roll out again");
  expect((await at.world.events()).filter((event) => event === "traffic.withhold")).toHaveLength(2);
});

test("I12 once the stop is lifted a limit that is still broken takes the release back", async () => {
  const { at, look } = await watching();
  at.measures["r42"] = { errorRate: 0.5 };
  await at.withhold("stop");
  expect(await look(60)).toMatchObject({ kind: "paused" });
  await at.withhold("nothing");
  expect(await look(15)).toMatchObject({ kind: "roll-back" });
});

test("O3 a check after somebody has taken the release out says so, and judges nothing", async () => {
  const { at, look } = await watching();
  at.split = splitOf({ generation: 9 });
  expect(await look()).toEqual({ kind: "stale", reason: "r42 is in the split no longer: somebody has taken it out" });
});

test("O4 the end of a stage looks at the experiment between variants, tells of it, and applies nothing", async () => {
  const { at, look } = await watching();
  const arms = [
    { variant: "catboost", model: "anomaly_catboost", hundredths: 3_000 },
    { variant: "xgboost", model: "anomaly_xgboost", hundredths: 7_000 },
  ];
  at.split = { ...at.split, experiment: { name: "exp1", arms } };
  at.variants = [
    { variant: "catboost", requests: 30_000, labels: 3_000, correct: 2_850 },
    { variant: "xgboost", requests: 70_000, labels: 7_000, correct: 6_300 },
  ];
  const before = at.written.length;
  expect(await look(6 * 60)).toMatchObject({ kind: "next" });
  expect(at.world.decisions.find(({ event }) => event === "experiment.look")?.reason).toContain("promote; P(treatment better)");
  expect(at.written).toHaveLength(before);
});
