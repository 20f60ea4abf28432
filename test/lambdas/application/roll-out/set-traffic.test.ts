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
