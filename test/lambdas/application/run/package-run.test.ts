import { createHash } from "node:crypto";
import { packageRun } from "../../../../lambdas/application/run/package-run";
import { exampleModel } from "../../../support/example-models";
import { outerOnnxRunner } from "../../../support/onnx-runtime";
import { memoryReleases } from "../../../support/release-stores";
import { RUN, runPlan } from "../../domain/run/examples";
import { StepWorld } from "./step-world";

const ARCHIVE = `s3://artifacts/runs/${RUN}/jobs/evaluation/output/model.tar.gz`;
const runner = outerOnnxRunner();
const hash = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

async function made(leaveOut: string[] = []) {
  const world = await StepWorld.make();
  const files = new Map<string, Uint8Array>();
  for (const kind of ["xgboost", "catboost"] as const) {
    for (const [name, content] of (await exampleModel(kind)).files) files.set(`anomaly_${kind}/${name}`, content);
  }
  for (const name of leaveOut) files.delete(name);
  world.packed.set(ARCHIVE, files);
  const { written, store } = memoryReleases();
  const places: string[] = [];
  const storeAt = (place: string) => {
    places.push(place);
    return store;
  };
  return { world, written, places, loop: { ...world.loop, runner, hash, storeAt, releases: "s3://artifacts/releases/" } };
}

test("S1 the archive that was judged becomes the run's release, and again, tried again", async () => {
  const { world, written, places, loop } = await made();
  const answer = await packageRun({ plan: runPlan(), archive: ARCHIVE }, loop);
  expect(answer).toEqual({
    ...{ kind: "released", release: RUN, manifest: `s3://artifacts/releases/${RUN}/manifest.json` },
    models: ["anomaly_xgboost", "anomaly_xgboost_fil", "anomaly_xgboost_label", "anomaly_catboost"],
  });
  const before = [...written.keys()];
  expect(await packageRun({ plan: runPlan(), archive: ARCHIVE }, loop)).toEqual(answer);
  expect([[...written.keys()], places[0]]).toEqual([before, "s3://artifacts/releases/"]);
  expect((await world.told()).map(({ event, reason }) => [event, reason])).toEqual([
    ["run.packaged", `${RUN} lies ready at s3://artifacts/releases/${RUN}/manifest.json`],
  ]);
});

test("S1 a served model's release goes where its server looks", async () => {
  const { places, loop } = await made();
  const serving = { namespace: "serving", server: "trees", router: "split", releases: "s3://models/releases/" };
  expect(await packageRun({ plan: runPlan({ serving }), archive: ARCHIVE }, loop)).toMatchObject({
    manifest: `s3://models/releases/${RUN}/manifest.json`,
  });
  expect(places).toEqual(["s3://models/releases/"]);
});

test("S1 an archive without the rows that show parity is refused, nothing is written, and that is told", async () => {
  const { world, written, loop } = await made(["anomaly_catboost/parity.f32"]);
  const answer = await packageRun({ plan: runPlan(), archive: ARCHIVE }, loop);
  expect(answer.kind).toBe("refused");
  expect(written.size).toBe(0);
  expect((await world.told()).map(({ values }) => values)).toEqual([{ run: RUN, kind: "refused", release: RUN, faults: 1 }]);
});

test("S1 an archive that is gone is refused", async () => {
  const { loop } = await made();
  expect(await packageRun({ plan: runPlan(), archive: "s3://artifacts/gone" }, loop)).toEqual({
    kind: "refused",
    faults: ["s3://artifacts/gone is not there: look at the job that was to write it"],
  });
});
