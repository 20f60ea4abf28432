import { setTraffic } from "../../../../lambdas/application/roll-out/set-traffic";
import { RollOutWorld } from "../../support/roll-out-world";

async function begun() {
  const at = await RollOutWorld.make();
  const taken = await at.world.ledger.takeFence(at.order.line, at.order.run);
  if (taken.kind === "lost") throw new Error("no lock");
  return { at, set: (stage: number) => setTraffic({ do: "set-traffic", order: at.order, fence: taken.fence, stage }, at.loop) };
}

test("O1 a stage is set once, however often it is asked for", async () => {
  const { at, set } = await begun();
  expect(await set(0)).toEqual({ kind: "set", first: false, percent: 5, generation: 5 });
  expect(await set(0)).toEqual({ kind: "set", first: false, percent: 5, generation: 5 });
  expect(await set(1)).toEqual({ kind: "set", first: false, percent: 20, generation: 6 });
  expect(at.written.map(({ candidate }) => candidate?.hundredths)).toEqual([undefined, 500, 2_000]);
  expect(at.split).toMatchObject({ fence: 2, candidate: { release: "r42", slot: "b" } });
});

// Users who had the candidate and were told that it was the first time would be thrown to and fro.
test("O1 a stage that was climbed past is not gone back to", async () => {
  const { set } = await begun();
  await set(0);
  await set(1);
  expect(await set(0)).toEqual({
    kind: "refused",
    reason:
      "candidate.hundredths is 500 after 2000; users would be thrown to and fro: keep the share, or roll back whole by leaving the candidate out",
  });
  expect(await set(9)).toEqual({ kind: "refused", reason: "stage 9 is not among the 4 of the roll-out" });
});

// Whoever dies right after its first write must be found by the hourly look.
test("P4 that a release begins to climb is remembered before the first user gets there", async () => {
  const { at, set } = await begun();
  at.beforeWrite = () => Promise.reject(new Error("dies here"));
  await expect(set(0)).rejects.toThrow("dies here");
  expect((await at.world.ledger.trafficView(at.order)).rollOut).toEqual({
    ...{ run: at.order.run, candidate: "r42", champion: "r41", paused: false },
  });
});

// Everything was stopped while the slot loaded, and 5 % of users got the release all the same.
test.each([
  ["the stop switch is on", "stop"],
  ["the loop is in mode observe", "observe"],
] as const)("I12 while %s nobody gets the release, people are told once, and it goes on afterwards", async (why, how) => {
  const { at, set } = await begun();
  await at.withhold(how);
  const before = at.world.notices.length;
  for (let turn = 0; turn < 3; turn++) {
    const request = { do: "set-traffic", order: at.order, fence: 2, stage: 0, again: turn > 0 } as const;
    expect(await setTraffic(request, at.loop)).toEqual({ kind: "not-now", reason: `${why}: stage 1 of r42 waits` });
  }
  expect([at.written.length, (await at.world.ledger.trafficView(at.order)).rollOut]).toEqual([1, undefined]);
  expect(at.world.notices.slice(before).map(({ key, title }) => `${key} ${title}`)).toEqual([
    `${at.order.run}/stage 1/not-now log-anomaly: roll-out of r42: not now`,
  ]);
  await at.withhold("nothing");
  expect(await set(0)).toMatchObject({ kind: "set", percent: 5 });
});
