/** Parity: what is packaged answers like what was trained. ONNX graphs run in ONNX Runtime; FIL does not run here, so its trees are evaluated. */
import { type ParityRows, judgeParity, readParity } from "../../../../lambdas/domain/packages/parity";
import { type ModelDescription } from "../../../../lambdas/domain/packages/description";
import { ModelKind } from "../../../../lambdas/domain/packages/model-kind";
import { type PackagedVariant, packageVariant } from "../../../../lambdas/domain/packages/variant";
import { xgboostAnswer } from "../../../../lambdas/domain/packages/xgboost";
import { outerOnnxRunner } from "../../../support/onnx-runtime";
import { EXAMPLES, type Example, exampleModel, type ExampleModel, exampleRows, MANY, MANY_SEED } from "../../../support/example-models";

const runner = outerOnnxRunner();
const models = new Map<Example, ExampleModel>();

beforeAll(async () => {
  for (const name of EXAMPLES) models.set(name, await exampleModel(name));
});

function packaged(name: Example, changes: Partial<ModelDescription> = {}): PackagedVariant {
  const { files, description } = models.get(name) as ExampleModel;
  const outcome = packageVariant(name, { ...description, ...changes }, files);
  if (outcome.kind === "refused") throw new Error(outcome.faults.join("\n"));
  return outcome.variant;
}

function faultsOf(description: Partial<ModelDescription>, files: Record<string, Uint8Array>): string[] {
  const outcome = packageVariant(
    "model.tar.gz",
    { ...(models.get("xgboost") as ExampleModel).description, ...description },
    new Map(Object.entries(files)),
  );
  return outcome.kind === "refused" ? outcome.faults : [];
}

async function parityOf(variant: PackagedVariant, rows: ParityRows) {
  const { answering, description } = variant;
  if (answering.kind === "graph") {
    const answers = await runner.run(answering.graph, { name: "input", values: rows.values, columns: rows.features });
    return judgeParity(description.name, rows, answers, description.threshold);
  }
  const raw = Float32Array.from({ length: 2 * rows.count }, (_, index) => {
    const row = Math.floor(index / 2) * rows.features;
    const positive = xgboostAnswer(answering.trees, rows.values.subarray(row, row + rows.features));
    return index % 2 === 1 ? positive : 1 - positive;
  });
  const answers = await runner.run(answering.labelGraph, { name: "raw", values: raw, columns: 2 });
  return judgeParity(description.name, rows, answers, description.threshold);
}

function recorded(name: Example): ParityRows {
  const { files } = models.get(name) as ExampleModel;
  return readParity(files.get("parity.f32") ?? new Uint8Array(), 37) as ParityRows;
}

// A model that answers otherwise in production than when its quality was measured has no known quality.
describe.each(EXAMPLES)("S1 the packaged %s model answers like the trained one", (name) => {
  it("for usual rows, missing values, values exactly on a split, and a row without any value", async () => {
    const rows = recorded(name);
    expect(rows.count).toBe(161);
    expect(rows.values.slice(160 * 37).every(Number.isNaN)).toBe(true);
    expect((await parityOf(packaged(name), rows)).faults).toEqual([]);
  });

  it("for a single row", async () => {
    const { values, answers } = recorded(name);
    const one = { features: 37, count: 1, values: values.slice(0, 37), answers: answers.slice(0, 1) };
    expect(await parityOf(packaged(name), one)).toMatchObject({ rows: 1, faults: [] });
  });

  it("for 10,000 rows", async () => {
    const { manyAnswers: answers } = models.get(name) as ExampleModel;
    const outcome = await parityOf(packaged(name), { features: 37, count: MANY, values: exampleRows(MANY_SEED, MANY), answers });
    expect(outcome.faults).toEqual([]);
    expect(outcome.largestDifference).toBeLessThan(1e-6);
  });

  // An operator raises the threshold against false alarms; the label must follow, and nothing else.
  it("and labels by the threshold it is given", async () => {
    for (const threshold of [0.1, 0.9]) expect((await parityOf(packaged(name, { threshold }), recorded(name))).faults).toEqual([]);
  });
});

// The export as it is gives a biased model's probabilities the wrong way round: it must be seen that the test would notice.
it("S1 a biased model without its bias is noticed", async () => {
  const biased = recorded("catboost-biased");
  const { faults } = await parityOf(packaged("catboost"), biased);
  expect(faults).toHaveLength(1);
});

it("makes the files of an ensemble, and of a graph alone, in Triton's layout", () => {
  expect(packaged("xgboost").files.map(({ path }) => path)).toEqual([
    "anomaly_xgboost/config.pbtxt",
    "anomaly_xgboost/1/.keep",
    "anomaly_xgboost_fil/config.pbtxt",
    "anomaly_xgboost_fil/1/xgboost.ubj",
    "anomaly_xgboost_label/config.pbtxt",
    "anomaly_xgboost_label/1/model.onnx",
  ]);
  expect(packaged("catboost").files.map(({ path }) => path)).toEqual(["anomaly_catboost/config.pbtxt", "anomaly_catboost/1/model.onnx"]);
});

it("packages the same model to the same bytes", () => {
  expect(packaged("catboost-biased").files).toEqual(packaged("catboost-biased").files);
});

it("takes a graph that keeps the contract as it is", () => {
  const { answering } = packaged("catboost");
  if (answering.kind !== "graph") throw new Error("CatBoost is a graph");
  const { description } = models.get("catboost") as ExampleModel;
  const again = packageVariant("mine", { ...description, kind: ModelKind.Onnx }, new Map([["model.onnx", answering.graph]]));
  expect(again).toMatchObject({ kind: "packaged", variant: { answering: { graph: answering.graph } } });
});

it("refuses an archive without the model, one that cannot be read, and a raw export declared as ready", () => {
  const { files } = models.get("catboost") as ExampleModel;
  const onnx = files.get("model.onnx") as Uint8Array;
  expect(faultsOf({}, { "notes.txt": new Uint8Array() })).toEqual([
    "model.tar.gz holds notes.txt; a model of the kind xgboost is called xgboost.ubj or xgboost-model or model.ubj: add it under such a name",
  ]);
  expect(faultsOf({}, { "xgboost-model": Uint8Array.from([0x7b, 0x4c]) })).toEqual([
    "model.tar.gz: xgboost-model cannot be read (it ends after 2 bytes, in the middle of a number); XGBoost's save_model (UBJSON, the default since 2.1) is read: save the model so",
  ]);
  expect(faultsOf({ kind: ModelKind.CatBoost }, { "model.onnx": onnx.subarray(0, 1_000) })).toEqual([
    "model.tar.gz: model.onnx cannot be read (the field at byte 361 ends after the file); an ONNX export is read: save the model so",
  ]);
  expect(faultsOf({ kind: ModelKind.Onnx }, { "model.onnx": onnx })).toEqual([
    "model.tar.gz: model.onnx holds a ZipMap; Triton refuses to load its output, a list of maps: declare the kind catboost, or convert with the option zipmap=False",
    "model.tar.gz: model.onnx takes features FLOAT[N,37]; the contract has input FLOAT[N,37]: rename and cast in the graph",
    "model.tar.gz: model.onnx gives label INT64[N], probabilities sequence[?]; the contract has label INT64[N,1], probabilities FLOAT[N,2]: rename and cast in the graph",
  ]);
});
