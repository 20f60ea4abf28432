import { followTraffic } from "../../../lambdas/application/follow-traffic";
import { NOW } from "../domain/examples";
import { MemoryArtifacts, MemoryRegistry } from "../support/memory-registry";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const model = THE_MODEL.model;

/** Releases a and b have been promoted, in traffic, registry and ledger alike. */
async function promotedTwice() {
  const world = await TestWorld.make();
  const artifacts = new MemoryArtifacts();
  const registry = new MemoryRegistry(artifacts);
  const { ledger } = world;
  let expected: string | undefined;
  for (const [release, champion] of [
    ["a", "none"],
    ["b", "a"],
  ] as const) {
    const source = `s3://artifacts/${release}/`;
    for (const file of ["MLmodel", "model-card.yaml", "m/x", "manifest.json"]) artifacts.files.set(source + file, "x");
    const outcome = await registry.registerCandidate({
      ...{ model, run: `run-${release}`, semanticVersion: "1.0.0", release, source, releaseManifest: `${source}manifest.json` },
      ...{ models: { x: `${source}m/` }, kinds: {}, modelCard: `${source}model-card.yaml`, datasetVersion: "d", trigger: "t" },
      ...{ parameters: {}, metrics: {}, startedAt: NOW, now: NOW },
    });
    if (outcome.kind !== "registered") throw new Error(outcome.kind);
    const { version } = outcome.version;
    const approval = { status: "automatic", by: [], comments: "" } as const;
    await registry.promote({ model, version, ...(expected !== undefined && { expected }), approval, now: NOW });
    expected = version;
    await ledger.recordTraffic(THE_MODEL, { kind: "begun", fence: 0, run: `run-${release}`, candidate: release, champion }, "x", NOW);
    await ledger.recordTraffic(THE_MODEL, { kind: "promoted", fence: 0, version: release, oldSlotKeptHours: 24 }, "x", NOW);
    await ledger.keepVersion(THE_MODEL, { version, semanticVersion: "1.0.0", release, run: `run-${release}`, promotedAt: world.now });
    world.pass(1);
  }
  const loop = { ...world.loop, registry, artifacts };
  return {
    ...{ world, registry, artifacts, loop },
    follow: () => followTraffic(loop),
    goBack: (from: string, to: string) => ledger.recordTraffic(THE_MODEL, { kind: "rolled-back", fence: 0, from, to }, "x", world.now),
  };
}

// The next run would be judged against a version that nobody has, and its promotion refused.
it("O5 R9 the alias follows a roll-back to what serves, once, and forth again", async () => {
  const { world, registry, follow, goBack } = await promotedTwice();
  expect(await follow()).toEqual({ restored: [] });
  await goBack("b", "a");
  expect(await follow()).toEqual({ restored: [model] });
  expect(await registry.champion(model)).toMatchObject({ version: "1", status: "production" });
  expect(await registry.version(model, "2")).toMatchObject({ status: "archived" });
  expect(await follow()).toEqual({ restored: [] });
  world.pass(1);
  await goBack("a", "b");
  expect(await follow()).toEqual({ restored: [model] });
  expect((await registry.champion(model))?.version).toBe("2");
  const events = (await world.trail()).filter(({ event }) => event === "model.restored");
  expect(events.map(({ version }) => version)).toEqual(["1", "2"]);
});

it("R9 it does not follow a release that climbs, nor one whose run has not closed", async () => {
  const { world, registry, follow } = await promotedTwice();
  const begun = { kind: "begun", fence: 0, run: "run-c", candidate: "c", champion: "b" } as const;
  await world.ledger.recordTraffic(THE_MODEL, begun, "x", world.now);
  expect(await follow()).toEqual({ restored: [] });
  await world.ledger.recordTraffic(THE_MODEL, { kind: "promoted", fence: 0, version: "c", oldSlotKeptHours: 24 }, "x", world.now);
  expect(await follow()).toEqual({ restored: [] });
  expect((await registry.champion(model))?.version).toBe("2");
});

it("R9 says where it cannot follow, and goes on with the other models where the registry is away", async () => {
  const { world, registry, artifacts, loop, follow, goBack } = await promotedTwice();
  await goBack("b", "a");
  artifacts.files.delete("s3://artifacts/a/manifest.json");
  expect(await follow()).toEqual({ restored: [] });
  expect(world.notices).toMatchObject([
    {
      title: "log-anomaly: the registry and the traffic disagree",
      lines: [
        "users have a, and the alias champion was still version 2; it does not follow: " +
          "s3://artifacts/a/manifest.json is not there: what serves cannot be served again, so keep its pods until it is brought back",
      ],
    },
  ]);
  registry.away = true;
  const models = [THE_MODEL, { ...THE_MODEL, model: "fresh", line: "fresh" }];
  await expect(followTraffic({ ...loop, models })).rejects.toThrow("the registry did not follow for 1 of 2 models");
});
