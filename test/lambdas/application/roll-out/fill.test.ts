import { fill } from "../../../../lambdas/application/roll-out/fill";
import { manifestOf, RollOutWorld, splitOf } from "../../support/roll-out-world";

test("S3 the release goes into the idle slot, which wakes; nobody may return to what it held", async () => {
  const at = await RollOutWorld.make();
  at.split = splitOf({ previous: { release: "r40", slot: "b" } });
  expect(await fill(at.order, at.loop)).toEqual({ kind: "filled", fence: 2, slot: "b" });
  expect(at.slots.b).toMatchObject({ prefix: "releases/r42", asleep: false });
  expect(at.slots.a).toMatchObject({ prefix: "releases/r41", asleep: false });
  expect(at.split.previous).toBeUndefined();
  // The same again is the same.
  expect(await fill(at.order, at.loop)).toEqual({ kind: "filled", fence: 2, slot: "b" });
  expect(at.slots.b.version).toBe(2);
});

const CURE = "package the model anew";

// Each of these, found by a pod, is a slot that never gets ready; found by a user, it is an error.
test.each<[string, (at: RollOutWorld) => void, string]>([
  [
    "has no manifest",
    (at) => delete at.manifests["r42"],
    `r42 has no manifest.json at s3://models/releases/r42/, so it is no whole release: ${CURE}`,
  ],
  [
    "has another's manifest",
    (at) => (at.manifests["r42"] = manifestOf("r7")),
    `r42's manifest.json is not that of a release of this name: ${CURE}`,
  ],
  [
    "lacks a model that is to be served",
    (at) => (at.order = { ...at.order, models: ["anomaly_xgboost", "anomaly_catboost"] }),
    `r42 holds anomaly_xgboost, and not anomaly_catboost: ${CURE}`,
  ],
  [
    "is packaged for more than the slot has",
    (at) => at.manifests["r42"]?.variants.forEach((variant) => (variant.serving.threads = 8)),
    "r42: anomaly_xgboost is packaged for 8 threads; a pod of the slot has 2, and they would take turns: package it for 2, or give the pods more",
  ],
  [
    "serves already",
    (at) => (at.split = splitOf({ stable: { release: "r42", slot: "a" } })),
    "r42 serves already: there is nothing to roll out",
  ],
])("S3 a release that %s is refused, and nothing is touched", async (_what, change, reason) => {
  const at = await RollOutWorld.make();
  change(at);
  expect(await fill(at.order, at.loop)).toEqual({ kind: "refused", reason });
  expect([at.written.length, at.slots.b.prefix, at.slots.b.asleep]).toEqual([1, undefined, true]);
});

test("S3 a release whose files were changed is refused", async () => {
  const at = await RollOutWorld.make();
  const { loop } = at;
  const releases = { ...loop.releases, checksums: () => Promise.resolve([]) };
  expect(await fill(at.order, { ...loop, releases })).toEqual({
    kind: "refused",
    reason: `r42 lacks anomaly_xgboost/1/model.onnx, which its manifest names: ${CURE}`,
  });
});

// A stop of ten minutes, or a release that another run had left climbing, threw away what took days to train.
test.each<[string, (at: RollOutWorld) => unknown, (at: RollOutWorld) => unknown, string]>([
  ["the stop switch is on", (at) => at.withhold("stop"), (at) => at.withhold("nothing"), "the stop switch is on"],
  ["the loop only observes", (at) => at.withhold("observe"), (at) => at.withhold("nothing"), "the loop is in mode observe"],
  [
    "another is climbing",
    (at) => (at.split = splitOf({ candidate: { release: "r50", slot: "b", hundredths: 500 } })),
    (at) => (at.split = splitOf()),
    "r50 is still climbing, and both slots are taken",
  ],
])("I12 while %s the release waits, nothing is touched, and it is filled afterwards", async (_what, begin, end, why) => {
  const at = await RollOutWorld.make();
  await begin(at);
  expect(await fill(at.order, at.loop)).toEqual({ kind: "not-now", reason: `${why}: the roll-out of r42 waits` });
  expect([at.written.length, at.slots.b.prefix, at.slots.b.asleep]).toEqual([1, undefined, true]);
  await end(at);
  expect(await fill(at.order, at.loop)).toMatchObject({ kind: "filled" });
});

test("a run that has lost its lock fills nothing", async () => {
  const at = await RollOutWorld.make();
  expect(await fill({ ...at.order, run: "older" }, at.loop)).toMatchObject({ kind: "overtaken" });
  expect(at.slots.b.prefix).toBeUndefined();
});
