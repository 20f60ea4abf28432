import { followTraffic, followTrafficOf } from "../../../lambdas/application/follow-traffic";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { NOW, signal } from "../domain/examples";
import { MemoryArtifacts, MemoryRegistry } from "../support/memory-registry";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const model = THE_MODEL.model;
const NOTHING = { restored: [], rejected: [] };

/** Releases a and b have been promoted, in traffic, registry and ledger alike. */
async function promotedTwice() {
  const world = await TestWorld.make();
  const artifacts = new MemoryArtifacts();
  const registry = new MemoryRegistry(artifacts);
  const { ledger } = world;
  let expected: string | undefined;

  async function registered(release: string): Promise<string> {
    const source = `s3://artifacts/${release}/`;
    for (const file of ["MLmodel", "model-card.yaml", "m/x", "manifest.json"]) artifacts.files.set(source + file, "x");
    const outcome = await registry.registerCandidate({
      ...{ model, run: `run-${release}`, semanticVersion: "1.0.0", release, source, releaseManifest: `${source}manifest.json` },
      ...{ models: { x: `${source}m/` }, kinds: {}, modelCard: `${source}model-card.yaml`, datasetVersion: "d", trigger: "t" },
      ...{ parameters: {}, metrics: {}, startedAt: NOW, now: NOW },
    });
    if (outcome.kind !== "registered") throw new Error(outcome.kind);
    return outcome.version.version;
  }

  async function given(release: string, champion: string, run = `run-${release}`): Promise<void> {
    await ledger.recordTraffic(THE_MODEL, { kind: "begun", fence: 0, run, candidate: release, champion }, "x", world.now);
    await ledger.recordTraffic(THE_MODEL, { kind: "promoted", fence: 0, version: release, oldSlotKeptHours: 24 }, "x", world.now);
  }

  for (const [release, champion] of [
    ["a", "none"],
    ["b", "a"],
  ] as const) {
    const version = await registered(release);
    const approval = { status: "automatic", by: [], comments: "" } as const;
    await registry.promote({ model, version, ...(expected !== undefined && { expected }), approval, now: NOW });
    expected = version;
    await given(release, champion);
    await ledger.keepVersion(THE_MODEL, { version, semanticVersion: "1.0.0", release, run: `run-${release}`, promotedAt: world.now });
    world.pass(1);
  }
  const loop = { ...world.loop, registry, artifacts };
  return {
    ...{ world, registry, artifacts, loop, registered, given },
    follow: () => followTraffic(loop),
    goBack: (from: string, to: string) => ledger.recordTraffic(THE_MODEL, { kind: "rolled-back", fence: 0, from, to }, "x", world.now),
  };
}

// The next run would be judged against a version that nobody has, and its promotion refused.
it("O5 R9 the alias follows a roll-back to what serves, once, and forth again", async () => {
  const { world, registry, follow, goBack } = await promotedTwice();
  expect(await follow()).toEqual(NOTHING);
  await goBack("b", "a");
  expect(await follow()).toEqual({ restored: [model], rejected: [] });
  expect(await registry.champion(model)).toMatchObject({ version: "1", status: "production" });
  expect(await registry.version(model, "2")).toMatchObject({ status: "archived" });
  expect(await follow()).toEqual(NOTHING);
  world.pass(1);
  await goBack("a", "b");
  expect(await follow()).toEqual({ restored: [model], rejected: [] });
  expect((await registry.champion(model))?.version).toBe("2");
  const events = (await world.trail()).filter(({ event }) => event === "model.restored");
  expect(events.map(({ version }) => version)).toEqual(["1", "2"]);
});

it("R9 it does not follow a release that climbs, nor one whose run has not closed", async () => {
  const { world, registry, follow } = await promotedTwice();
  const begun = { kind: "begun", fence: 0, run: "run-c", candidate: "c", champion: "b" } as const;
  await world.ledger.recordTraffic(THE_MODEL, begun, "x", world.now);
  expect(await follow()).toEqual(NOTHING);
  await world.ledger.recordTraffic(THE_MODEL, { kind: "promoted", fence: 0, version: "c", oldSlotKeptHours: 24 }, "x", world.now);
  expect(await follow()).toEqual(NOTHING);
  expect((await registry.champion(model))?.version).toBe("2");
});

it("R9 says where it cannot follow, and goes on with the other models where the registry is away", async () => {
  const { world, registry, artifacts, loop, follow, goBack } = await promotedTwice();
  await goBack("b", "a");
  artifacts.files.delete("s3://artifacts/a/manifest.json");
  expect(await follow()).toEqual(NOTHING);
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
  await expect(followTraffic({ ...loop, models })).rejects.toThrow("the registry did not follow for 2 of 2 models");
});

// Its run was aborted behind the roll-out, or the registry was away for hours: the next run was judged against a version that nobody has.
it.each<[string, boolean, string]>([
  ["a candidate still", false, "candidate"],
  ["rejected, because its run was told as failed", true, "rejected"],
])("R9 P4 what serves becomes champion once where the registry has it for %s", async (_, reject, status) => {
  const { world, registry, follow, registered, given } = await promotedTwice();
  const version = await registered("c");
  await given("c", "b");
  if (reject) await registry.reject({ model, version, reason: "its run failed: States.Timeout", by: [], now: world.now });
  expect(await registry.version(model, version)).toMatchObject({ status });
  const promotedAt = world.now;
  world.pass(1);
  expect(await follow()).toEqual({ restored: [model], rejected: [] });
  expect(await registry.champion(model)).toMatchObject({ version, status: "production", deployedAt: promotedAt });
  expect(await registry.version(model, "2")).toMatchObject({ status: "archived" });
  expect(registry.aliasesOf(model)).toEqual({ champion: version });
  expect((await world.ledger.keptVersions(THE_MODEL))[0]).toMatchObject({ version, release: "c", run: "run-c", promotedAt });
  for (const _again of [1, 2]) expect(await follow()).toEqual(NOTHING);
  const reason = "users have c, and its run run-c ended before the registry heard of it";
  expect((await world.trail()).filter(({ event }) => event.startsWith("model."))).toMatchObject([
    { event: "model.restored", version, reason },
  ]);
  expect(world.notices).toMatchObject([
    { page: false, title: `log-anomaly: version ${version} is the champion, though its run did not end as promoted` },
  ]);
});

// A run that begins tells nobody: found by it first, people had been told of a failed run, and never that its version is the champion.
it("R9 what a run finds of it when it begins is told by the next hour", async () => {
  const { world, loop, follow, registered, given } = await promotedTwice();
  const version = await registered("c");
  await given("c", "b");
  const { notifier: _none, ...silent } = loop;
  expect(await followTrafficOf(THE_MODEL, silent)).toBe(true);
  expect(world.notices).toEqual([]);
  expect(await follow()).toEqual({ restored: [model], rejected: [] });
  const title = `log-anomaly: version ${version} is the champion, though its run did not end as promoted`;
  expect(world.notices).toMatchObject([{ title }]);
  expect(await follow()).toEqual(NOTHING);
});

// A person has said which version they want there, and is told every week until it is what serves.
it("R9 an alias that somebody has moved behind such a run is left to them, with one word and one record a week", async () => {
  const { world, registry, follow, registered, given } = await promotedTwice();
  const version = await registered("c");
  await given("c", "b");
  registry.point(model, "champion", "1");
  for (let hour = 0; hour < 5; hour++) {
    expect(await follow()).toEqual(NOTHING);
    world.pass(1);
  }
  expect(registry.aliasesOf(model).champion).toBe("1");
  const fault =
    "users have c, and its run run-c ended before the registry heard of it; it does not follow: " +
    "somebody has moved the alias champion to version 1 meanwhile: give it to the version that serves";
  expect((await world.trail()).filter(({ event }) => event.startsWith("model."))).toMatchObject([
    { event: "model.disagreement", version, reason: fault },
  ]);
  expect(world.notices).toMatchObject([{ title: "log-anomaly: the registry and the traffic disagree", lines: [fault] }]);
  world.pass(8 * 24);
  await follow();
  expect(world.notices).toHaveLength(2);
});

it("R9 a first release whose run died behind it is champion, with none before it", async () => {
  const { world, registry, follow, registered, given } = await promotedTwice();
  registry.point(model, "champion", undefined);
  const version = await registered("c");
  await given("c", "none");
  expect(await follow()).toEqual({ restored: [model], rejected: [] });
  expect((await registry.champion(model))?.version).toBe(version);
  expect((await world.trail()).find(({ event }) => event === "model.restored")).toMatchObject({
    reason: "users have c, and its run run-c ended before the registry heard of it",
    values: { from: "none", to: version },
  });
});

// Both would write the registry at once, and people would be told that a run has failed which is about to end well.
it("R9 it leaves to a run that lives what that run has promoted", async () => {
  const { world, registry, follow, registered } = await promotedTwice();
  await respondToSignal(signal(), world.loop);
  const run = world.lastRun();
  await registered("c");
  const versions = registry.versions.bind(registry);
  jest
    .spyOn(registry, "versions")
    .mockImplementation(async (of) => (await versions(of)).map((each) => (each.release === "c" ? { ...each, run } : each)));
  const { fence } = await world.ledger.trafficView(THE_MODEL);
  await world.ledger.recordTraffic(THE_MODEL, { kind: "begun", fence, run, candidate: "c", champion: "b" }, "x", world.now);
  await world.ledger.recordTraffic(THE_MODEL, { kind: "promoted", fence, version: "c", oldSlotKeptHours: 24 }, "x", world.now);
  expect(await follow()).toEqual(NOTHING);
  await world.ledger.end(THE_MODEL.line, run, "aborted", world.now);
  expect(await follow()).toEqual({ restored: [model], rejected: [] });
});

it("R9 wherever it dies over a version that nobody has closed, the next hour comes to the same end", async () => {
  for (let call = 1; ; call++) {
    const { world, registry, follow, registered, given } = await promotedTwice();
    const version = await registered("c");
    await given("c", "b");
    const died = await world.dying({ call, when: "after" }, () => follow());
    await follow();
    expect([call, registry.aliasesOf(model), (await world.ledger.keptVersions(THE_MODEL)).length]).toEqual([
      call,
      { champion: version },
      3,
    ]);
    expect((await world.events()).filter((event) => event === "model.restored").length).toBeGreaterThan(0);
    if (!died) return expect(call).toBeGreaterThan(4);
  }
});
