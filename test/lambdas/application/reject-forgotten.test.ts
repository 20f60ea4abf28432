import { rejectForgotten } from "../../../lambdas/application/reject-forgotten";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { NOW, signal } from "../domain/examples";
import { MemoryArtifacts, MemoryRegistry } from "../support/memory-registry";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const model = THE_MODEL.model;

/** The version of a run is registered, and its run has the lock. */
async function asked() {
  const world = await TestWorld.make();
  await respondToSignal(signal(), world.loop);
  const run = world.lastRun();
  const artifacts = new MemoryArtifacts();
  const registry = new MemoryRegistry(artifacts);
  const source = "s3://artifacts/c/";
  for (const file of ["MLmodel", "model-card.yaml", "m/x"]) artifacts.files.set(source + file, "x");
  await registry.registerCandidate({
    ...{ model, run, semanticVersion: "1.2.0", release: "c", source, models: { x: `${source}m/` }, kinds: {} },
    ...{ modelCard: `${source}model-card.yaml`, datasetVersion: "d", trigger: "t" },
    ...{ parameters: {}, metrics: {}, startedAt: NOW, now: NOW },
  });
  const look = () => rejectForgotten(THE_MODEL, { ...world.loop, registry, artifacts });
  return { world, registry, run, look };
}

// Aborted while people were asked, or its registration lost on the way back: it looked for ever as if it waited for somebody.
it("R4 R9 a candidate whose run has ended is rejected once, and people are told why", async () => {
  const { world, registry, run, look } = await asked();
  expect(await look()).toBe(false);
  await world.ledger.end(THE_MODEL.line, run, "aborted", world.now);
  expect([await look(), await look()]).toEqual([true, false]);
  const reason = `its run ${run} has ended, and nobody has decided about it`;
  expect(await registry.version(model, "1")).toMatchObject({ status: "rejected" });
  expect([registry.aliasesOf(model).candidate, registry.tagsOf(model, "1")["approval_comments"]]).toEqual([undefined, reason]);
  expect((await world.trail()).filter(({ event }) => event === "model.rejected")).toMatchObject([
    { version: "1", reason, values: { run } },
  ]);
  expect(world.notices.filter(({ key }) => key === `${run}/registry/rejected`)).toMatchObject([
    { title: "log-anomaly: version 1 (1.2.0) is rejected", lines: [`${reason}: ask for another run`] },
  ]);
});

it.each<[string, (at: Awaited<ReturnType<typeof asked>>) => Promise<unknown>]>([
  [
    "is approved, and packaged",
    ({ registry }) => registry.approve({ model, version: "1", approval: { status: "automatic", by: [], comments: "" }, now: NOW }),
  ],
  [
    "climbs",
    async ({ world, run }) => {
      const { fence } = await world.ledger.trafficView(THE_MODEL);
      await world.ledger.recordTraffic(THE_MODEL, { kind: "begun", fence, run, candidate: "c", champion: "b" }, "x", NOW);
    },
  ],
])("R9 it leaves alone what %s", async (_, before) => {
  const at = await asked();
  await before(at);
  await at.world.ledger.end(THE_MODEL.line, at.run, "aborted", at.world.now);
  expect(await at.look()).toBe(false);
  expect(await at.registry.version(model, "1")).toMatchObject({ status: "candidate" });
});

// What was read of the registry was a moment old, and an approved version that others were to roll out was thrown away.
it("R9 it leaves alone what is packaged, and its run ended, while it looks", async () => {
  const { world, registry, run, look } = await asked();
  const versions = registry.versions.bind(registry);
  jest.spyOn(registry, "versions").mockImplementationOnce(async (of) => {
    const read = await versions(of);
    await registry.approve({ model, version: "1", approval: { status: "automatic", by: [], comments: "" }, now: NOW });
    await world.ledger.end(THE_MODEL.line, run, "promoted", world.now);
    return read;
  });
  expect([await look(), await look()]).toEqual([false, false]);
  expect(await registry.version(model, "1")).toMatchObject({ status: "candidate" });
});
