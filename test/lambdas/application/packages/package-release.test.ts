import { createHash } from "node:crypto";
import { type ModelSource, packageRelease } from "../../../../lambdas/application/packages/package-release";
import { readParity } from "../../../../lambdas/domain/packages/parity";
import type { GraphRunner } from "../../../../lambdas/ports/releases";
import { exampleModel } from "../../../support/example-models";
import { outerOnnxRunner } from "../../../support/onnx-runtime";
import { memoryReleases, promisesOfAReleaseStore } from "../../../support/release-stores";

const runner = outerOnnxRunner();
const hash = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
let xgboost: ModelSource;
let catboost: ModelSource;

beforeAll(async () => {
  xgboost = { origin: "xgboost.tar.gz", files: (await exampleModel("xgboost")).files };
  catboost = { origin: "catboost.tar.gz", files: (await exampleModel("catboost")).files };
});

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
  const { written, store } = memoryReleases();
  const outcome = await packageRelease({ release: "r1", sources, ...order }, { runner, hash, store, ...tools });
  // Nothing half-written: a slot would take the half for the whole.
  expect(written.size).toBe(0);
  return outcome.kind === "refused" ? outcome.faults : [];
}

it("S1 writes both variants of a line and, last, a manifest with their checksums and parity", async () => {
  const { written, store } = memoryReleases();
  const outcome = await packageRelease({ release: "r1", sources: [xgboost, catboost] }, { runner, hash, store });
  expect(outcome.kind).toBe("released");
  expect([...written.keys()].at(-1)).toBe("r1/manifest.json");
  const manifest = JSON.parse(Buffer.from(written.get("r1/manifest.json") ?? []).toString()) as {
    files: { path: string; sha256: string }[];
    variants: object[];
  };
  expect(manifest.files.map(({ path }) => path)).toEqual(
    [...written.keys()]
      .filter((path) => path !== "r1/manifest.json")
      .map((path) => path.slice(3))
      .sort(),
  );
  for (const { path, sha256 } of manifest.files) expect(hash(written.get(`r1/${path}`) ?? new Uint8Array())).toBe(sha256);
  // Nothing else shows, once the release is in its slot, that Triton answers as the trained model did.
  const rows = ["anomaly_xgboost", "anomaly_catboost"].map((name) =>
    readParity(written.get(`r1/parity-${name}.f32`) ?? new Uint8Array(), 37),
  );
  expect(rows.every((each) => each?.values.every(Number.isFinite))).toBe(true);
  expect(rows.map((each) => each?.count)).toEqual([99, 95]);
  expect(manifest.variants).toMatchObject([
    {
      name: "anomaly_xgboost",
      parity: { rows: 161, comparedBy: "modelloop's reading of the trees, label by onnxruntime-web 1.30.0; FIL itself was not run" },
    },
    { name: "anomaly_catboost", parity: { rows: 161, comparedBy: "onnxruntime-web 1.30.0" } },
  ]);
});

it("writes a release once: the same again is no fault, and another one of its name is refused", async () => {
  const { store } = memoryReleases();
  const write = (sources: ModelSource[]) => packageRelease({ release: "r1", sources }, { runner, hash, store });
  expect((await write([catboost])).kind).toBe("released");
  expect((await write([catboost])).kind).toBe("released");
  expect(await write([xgboost, catboost])).toEqual({
    kind: "refused",
    faults: ["r1/manifest.json is there already, with other content; a release is written once: choose another name"],
  });
});

describe("the stand-in for stores of releases", () => {
  promisesOfAReleaseStore(() => {
    const { written, store } = memoryReleases();
    const paths = (release: string) => [...written.keys()].map((path) => path.slice(release.length + 1)).sort();
    return { store, paths };
  });
});

it("S1 refuses a model whose recorded answers are another's", async () => {
  const parity = (await exampleModel("catboost-biased")).files.get("parity.f32");
  const [fault, ...others] = await refusal([withFile(catboost, "parity.f32", parity)]);
  expect(others).toEqual([]);
  expect(fault).toMatch(
    /^anomaly_catboost gives row \d+ of 161 the probability [\d.]+; the trained model gave [\d.]+, and they must differ by less than 0.00001: export the model anew from the trainer that recorded them$/,
  );
});

// One row that happens to be right would let any export pass.
it("S1 refuses parity by fewer rows than show anything", async () => {
  const parity = catboost.files.get("parity.f32") ?? new Uint8Array();
  const rows = (count: number) => withFile(catboost, "parity.f32", parity.slice(0, count * 38 * 4));
  expect(await refusal([rows(1)])).toEqual([
    "catboost.tar.gz: parity.f32 holds 1 row; so few agree with a wrong export by chance: record 100 or more",
  ]);
  expect(await refusal([rows(99)])).toHaveLength(1);
  const { store } = memoryReleases();
  expect((await packageRelease({ release: "r1", sources: [rows(100)] }, { runner, hash, store })).kind).toBe("released");
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
    'release is "R 1"; a name has up to 63 lower-case letters, digits, dots, underscores and hyphens, a letter or digit at both ends: rename it',
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
