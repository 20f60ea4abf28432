import { featureOrderHash, orderFaults, readDescription } from "../../../../lambdas/domain/packages/description";
import { DEFAULT_SERVING } from "../../../../lambdas/domain/packages/model-config";

const good = { schemaVersion: 1, name: "anomaly", kind: "xgboost", features: ["a", "b"], trainer: "xgboost 3.0.5", createdBy: "run-1" };
const read = (value: unknown) => readDescription("model.json", JSON.stringify(value));

it("reads a description, with defaults for what it does not say", () => {
  const { schemaVersion: _, ...description } = good;
  expect(read(good)).toEqual({ kind: "described", description: { ...description, threshold: 0.5, serving: DEFAULT_SERVING } });
});

it("says everything that is wrong at once", () => {
  expect(
    read({
      ...good,
      schemaVersion: 2,
      name: "Anomaly",
      kind: "lightgbm",
      features: [],
      threshold: 1,
      trainer: "",
      createdBy: undefined,
      sevring: {},
    }),
  ).toEqual({
    kind: "refused",
    faults: [
      "model.json: schemaVersion is 2; 1 is the version that is read: write 1",
      'model.json: name is "Anomaly"; Triton serves up to 40 characters of a-z, 0-9 and _, the first a letter: write one such as anomaly_xgboost',
      'model.json: kind is "lightgbm"; it must be one of xgboost, catboost, onnx: use one of these',
      "model.json: features is []; a model has 1 to 4,096 named features: list them in the order of the columns",
      "model.json: threshold is 1; it is the probability above which a row is labelled 1: write one between 0 and 1",
      'model.json: trainer is ""; it names library and version: write it like xgboost 3.0.5',
      "model.json: createdBy is missing; it names the run that trained the model: name it",
      "model.json: sevring is unknown; the keys are schemaVersion, name, kind, features, featureOrderSha256, threshold, trainer, createdBy and serving: correct or remove it",
    ],
  });
  expect(read({ ...good, serving: { threads: 0, maxQueueSize: 1.5 } })).toEqual({
    kind: "refused",
    faults: [
      "model.json: serving.maxQueueSize is 1.5; a queue has an end: use a whole number from 1 to 100,000",
      "model.json: serving.threads is 0; they are the CPUs of a pod: use a whole number from 1 to 256",
    ],
  });
  expect(readDescription("model.json", "[]")).toEqual({
    kind: "refused",
    faults: ["model.json: it is no object: write one with schemaVersion, name, kind, features, trainer and createdBy"],
  });
  expect(read({ ...good, features: ["a", "a"] })).toEqual({
    kind: "refused",
    faults: ["model.json: features name a more than once; each column has a name of its own: name it once"],
  });
});

// Every value is read as another feature's; the probabilities look like probabilities, and are noise.
it("S1 refuses another order of the same features by its hash", () => {
  const trained = featureOrderHash(["a", "b"]);
  expect(orderFaults("anomaly", ["a", "b"], trained)).toEqual([]);
  expect(orderFaults("anomaly", ["b", "a"], trained)).toEqual([
    "anomaly: the order of its 2 features has the hash 02d8bc3008a9; 0473ef2dc0d3 is expected, and every value would be read as another feature's: train on the expected columns in their order",
  ]);
  expect(read({ ...good, featureOrderSha256: trained })).toMatchObject({ kind: "described" });
  expect(read({ ...good, features: ["b", "a"], featureOrderSha256: trained })).toMatchObject({ kind: "refused" });
});
