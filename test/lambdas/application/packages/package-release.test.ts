import { createHash } from "node:crypto";
import { type ModelSource, packageRelease } from "../../../../lambdas/application/packages/package-release";
import type { GraphRunner, ReleaseStore } from "../../../../lambdas/ports/releases";
import { exampleModel } from "../../../support/example-models";
import { outerOnnxRunner } from "../../../support/onnx-runtime";

const runner = outerOnnxRunner();
const hash = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
let xgboost: ModelSource;
let catboost: ModelSource;

beforeAll(async () => {
  xgboost = { origin: "xgboost.tar.gz", files: (await exampleModel("xgboost")).files };
  catboost = { origin: "catboost.tar.gz", files: (await exampleModel("catboost")).files };
});

function memory() {
  const written = new Map<string, Uint8Array>();
  const store: ReleaseStore = {
    write: (release, files, manifest) => {
      if (written.size > 0) return Promise.resolve({ kind: "exists", path: release });
      for (const { path, content } of [...files, manifest]) written.set(path, content);
      return Promise.resolve({ kind: "written" });
    },
  };
  return { written, store };
}

function withFile({ origin, files }: ModelSource, name: string, content: Uint8Array | undefined): ModelSource {
  const changed = new Map([...files].filter(([each]) => each !== name));
  return { origin, files: content === undefined ? changed : changed.set(name, content) };
}

function describedAs(source: ModelSource, changes: object): ModelSource {
  const description = JSON.parse(Buffer.from(source.files.get("model.json") ?? []).toString()) as object;
  return withFile(source, "model.json", Buffer.from(JSON.stringify({ ...description, ...changes })));
}

async function refusal(
  sources: ModelSource[],
  order: { release?: string; featureOrderSha256?: string } = {},
  tools: { runner?: GraphRunner } = {},
) {
  const { written, store } = memory();
  const outcome = await packageRelease({ release: "r1", sources, ...order }, { runner, hash, store, ...tools });
  // Nothing half-written: a slot would take the half for the whole.
  expect(written.size).toBe(0);
  return outcome.kind === "refused" ? outcome.faults : [];
}

it("S1 writes both variants of a line and, last, a manifest with their checksums and parity", async () => {
  const { written, store } = memory();
  const outcome = await packageRelease({ release: "r1", sources: [xgboost, catboost] }, { runner, hash, store });
  expect(outcome.kind).toBe("released");
  expect([...written.keys()].at(-1)).toBe("manifest.json");
  const manifest = JSON.parse(Buffer.from(written.get("manifest.json") ?? []).toString()) as {
    files: { path: string; sha256: string }[];
    variants: object[];
  };
  expect(manifest.files.map(({ path }) => path)).toEqual([...written.keys()].filter((path) => path !== "manifest.json").sort());
  for (const { path, sha256 } of manifest.files) expect(hash(written.get(path) ?? new Uint8Array())).toBe(sha256);
  expect(manifest.variants).toMatchObject([
    {
      name: "anomaly_xgboost",
      parity: { rows: 161, comparedBy: "modelloop's reading of the trees, label by onnxruntime-web 1.30.0; FIL itself was not run" },
    },
    { name: "anomaly_catboost", parity: { rows: 161, comparedBy: "onnxruntime-web 1.30.0" } },
  ]);
});

it("writes a release once", async () => {
  const { store } = memory();
  await packageRelease({ release: "r1", sources: [catboost] }, { runner, hash, store });
  expect(await packageRelease({ release: "r1", sources: [catboost] }, { runner, hash, store })).toEqual({
    kind: "refused",
    faults: ["r1 is there already, with other content; a release is written once: choose another name"],
  });
});

it("S1 refuses a model whose recorded answers are another's", async () => {
  const parity = (await exampleModel("catboost-biased")).files.get("parity.f32");
  const [fault, ...others] = await refusal([withFile(catboost, "parity.f32", parity)]);
  expect(others).toEqual([]);
  expect(fault).toMatch(
    /^anomaly_catboost gives row \d+ of 161 the probability [\d.]+; the trained model gave [\d.]+, and 0.00001 is the most that they may differ: export the model anew from the trainer that recorded them$/,
  );
});

it("S1 refuses another order of features: than the callers', than the other variant's", async () => {
  const other = "0".repeat(64);
  const expected = (name: string, hashes: string) =>
    `${name}: the order of its 37 features has the hash ${hashes} is expected, and every value would be read as another feature's: train on the expected columns in their order`;
  expect(await refusal([catboost], { featureOrderSha256: other })).toEqual([expected("anomaly_catboost", "33903e64481e; 000000000000")]);
  const features = (await exampleModel("catboost")).description.features;
  const turned = describedAs(catboost, { features: [...features].reverse() });
  expect(await refusal([xgboost, turned])).toEqual([expected("anomaly_catboost", "1afafcf1f2d3; 33903e64481e")]);
});

it("says everything that is wrong at once", async () => {
  expect(
    await refusal([withFile(xgboost, "model.json", undefined), withFile(catboost, "parity.f32", new Uint8Array(7))], { release: "R 1" }),
  ).toEqual([
    "xgboost.tar.gz holds no model.json; name, kind and order of the features are not in the model itself: add one",
    "catboost.tar.gz holds no parity.f32 that can be read; without rows and the model's own answers nothing shows that the package answers alike: write rows of 38 single-precision numbers",
    'release is "R 1"; it becomes a prefix: up to 64 of a-z, 0-9, hyphens and dots, the first and last no hyphen or dot: rename it',
  ]);
  expect(await refusal([])).toEqual(["no model is named; a release has at least one: name one"]);
  expect(await refusal([catboost, catboost])).toEqual([
    "two models are called anomaly_catboost; Triton serves one of each name: rename one",
  ]);
});

it("refuses a graph that does not load", async () => {
  const broken: GraphRunner = { name: "a runtime", run: () => Promise.reject(new Error("no such operator")) };
  expect(await refusal([catboost], {}, { runner: broken })).toEqual([
    "catboost.tar.gz is not loaded by a runtime (no such operator); Triton would not load it either: export it anew",
  ]);
});
