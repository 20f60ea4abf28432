import { prepareRun, type PreparingLoop } from "../../../../lambdas/application/run/prepare-run";
import { RELEASES_BUCKET_PLACEHOLDER } from "../../../../lambdas/domain/run/model-spec";
import type { ModelVersion } from "../../../../lambdas/domain/registry/model-version";
import { RegistryAwayError } from "../../../../lambdas/ports/registry";
import { NOW } from "../../domain/examples";
import { champion, modelSpec, order, RUN, runPlan } from "../../domain/run/examples";
import { StepWorld } from "./step-world";

const SPECS = "s3://code/specs.json";
const REQUEST = { order: order(), execution: "arn:execution", startedAt: NOW, redriveCount: 0 };
let world: StepWorld;
beforeEach(async () => {
  world = await StepWorld.make();
  world.files.set(SPECS, JSON.stringify({ schemaVersion: 1, models: [modelSpec()] }));
});

function loop(change: Partial<PreparingLoop> = {}): PreparingLoop {
  const registry = {
    champion: () => Promise.resolve({ ...champion(), kinds: {} } as ModelVersion),
    restore: () => Promise.reject(new Error("nothing was rolled back")),
    versions: () => Promise.resolve([]),
  };
  return { ...world.loop, registry, specs: SPECS, place: "s3://artifacts/", ...change };
}

test("R10 a run is planned with what serves, its plan lies where its jobs find it, and the trail has the days", async () => {
  const answer = await prepareRun(REQUEST, loop());
  expect(answer).toEqual({ kind: "planned", plan: runPlan({}, champion({ kinds: {} })) });
  const { sql: _sql, ...left } = runPlan({}, champion({ kinds: {} }));
  expect(JSON.parse(world.files.get(`s3://artifacts/runs/${RUN}/plan.json`) ?? "")).toEqual(left);
  expect(await world.told()).toEqual([
    {
      event: "run.planned",
      reason: `${RUN} trains on 2026-02-14 to 2026-02-27, and is judged by 2026-02-28 to 2026-03-01`,
      values: { run: RUN, ...left.window, dataset: RUN, champion: "1.4.0", rules: "data-drift" },
    },
  ]);
});

test("R6 tried again an hour later, it comes to the same and is told once", async () => {
  const first = await prepareRun(REQUEST, loop());
  world.pass(1);
  expect(await prepareRun(REQUEST, loop())).toEqual(first);
  expect(await world.told()).toHaveLength(1);
});

// Without the champion a candidate is compared with nothing, and passes: a registry that is down must not make a first day.
test("R3 a registry that does not answer makes the step fail, and be tried again", async () => {
  const { registry: usual } = loop();
  const registry = { ...usual, champion: () => Promise.reject(new RegistryAwayError("down")) };
  await expect(prepareRun(REQUEST, loop({ registry }))).rejects.toThrow("down");
  expect(await world.told()).toEqual([]);
});

// Judged against the version that was rolled back, a candidate that is worse than what users have would pass.
test("R3, O5 after a roll-back the registry follows first, so that a run is judged against what users have", async () => {
  const { ledger } = world.loop;
  const { line } = modelSpec();
  const { model } = modelSpec();
  const versions: Record<string, ModelVersion> = {};
  for (const [version, release, previous] of [
    ["1", "a", "none"],
    ["2", "b", "a"],
  ] as const) {
    const known = { ...champion(), version, release, kinds: {} };
    versions[version] = known as ModelVersion;
    const run = `run-${release}`;
    await ledger.recordTraffic({ line, model }, { kind: "begun", fence: 0, run, candidate: release, champion: previous }, "x", NOW);
    await ledger.recordTraffic({ line, model }, { kind: "promoted", fence: 0, version: release, oldSlotKeptHours: 24 }, "x", NOW);
    await ledger.keepVersion({ line, model }, { version, semanticVersion: "1.4.0", release, run, promotedAt: NOW });
  }
  await ledger.recordTraffic({ line, model }, { kind: "rolled-back", fence: 0, from: "b", to: "a" }, "x", NOW);
  let alias = "2";
  const restored: string[] = [];
  const registry: PreparingLoop["registry"] = {
    champion: () => Promise.resolve(versions[alias]),
    versions: () => Promise.resolve(Object.values(versions)),
    restore: ({ to }) => {
      restored.push(to);
      alias = to;
      return Promise.resolve({ kind: "restored" });
    },
  };
  const first = await prepareRun(REQUEST, loop({ registry }));
  expect(first).toMatchObject({ kind: "planned", plan: { champion: { version: "1", release: "a" } } });
  expect(await prepareRun(REQUEST, loop({ registry }))).toEqual(first);
  expect(restored).toEqual(["1"]);
  expect((await world.told()).filter(({ event }) => event === "model.restored")).toHaveLength(1);
});

test.each<[string, () => Partial<PreparingLoop>, string]>([
  [
    "the loop's document is gone",
    () => ({ specs: "s3://code/other.json" }),
    "s3://code/other.json, where the loop's models stand, is not there: deploy the loop again",
  ],
  [
    "nobody has said what the model is trained on",
    () => {
      world.files.set(SPECS, JSON.stringify({ schemaVersion: 1, models: [modelSpec({ model: "other" })] }));
      return {};
    },
    `log-anomaly has no part in ${SPECS}, and nothing says what it is trained on: declare its training`,
  ],
  [
    "nobody has said where releases go",
    () => {
      const releases = `s3://${RELEASES_BUCKET_PLACEHOLDER}/releases/`;
      const serving = { namespace: "serving", server: "trees", router: "split", releases };
      world.files.set(SPECS, JSON.stringify({ schemaVersion: 1, models: [modelSpec({ serving })] }));
      return {};
    },
    "the bucket of log-anomaly's releases is not known to this function: set its RELEASES_BUCKET",
  ],
])("R10 where %s, the run is refused in a whole sentence, and that is told", async (_what, change, fault) => {
  const reason = `${RUN} cannot be planned: ${fault}`;
  expect(await prepareRun(REQUEST, loop(change()))).toEqual({ kind: "refused", reason });
  expect(await world.told()).toEqual([{ event: "run.planned", reason, values: { run: RUN, refused: true } }]);
});

test("R10 the bucket of releases is put in where the document leaves it open", async () => {
  const serving = { namespace: "serving", server: "trees", router: "split", releases: `s3://${RELEASES_BUCKET_PLACEHOLDER}/releases/` };
  world.files.set(SPECS, JSON.stringify({ schemaVersion: 1, models: [modelSpec({ serving })] }));
  const answer = await prepareRun(REQUEST, loop({ releasesBucket: "models" }));
  expect(answer).toMatchObject({ plan: { spec: { serving: { releases: "s3://models/releases/" } } } });
});
