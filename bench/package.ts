/**
 * Seconds to package a model of 10 MB and of 100 MB: from the unpacked file to the release in a folder, parity over the examples' 161 rows
 * included. Models are the examples' trees many times over, with recorded answers of their own. The ratio is to SHA-256 over the same file, measured
 * in the same run.
 *
 *     npx tsx bench/package.ts
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readModelArchive } from "../lambdas/adapters/packages/model-archive";
import { packageRelease, PARITY_FILE } from "../lambdas/application/packages/package-release";
import { readDescription } from "../lambdas/domain/packages/description";
import {
  attributeText,
  floatsAttribute,
  integersAttribute,
  ML_DOMAIN,
  node,
  numbersOf,
  type OnnxNode,
  readOnnx,
  table,
  writeOnnx,
} from "../lambdas/domain/packages/onnx";
import { packageVariant } from "../lambdas/domain/packages/variant";
import { xgboostAnswer } from "../lambdas/domain/packages/xgboost";
import { folderRelease, sha256Of } from "../offline/packages/folder-releases";
import { onnxRunner } from "../offline/packages/onnx-runner";

const MEGABYTE = 1e6;
const FEATURES = 37;
const EXAMPLES = path.resolve(__dirname, "../examples/models");

async function main(): Promise<void> {
  const runner = onnxRunner();
  for (const [kind, file, grown] of [
    ["xgboost", "xgboost-model", manyXgboostTrees],
    ["catboost", "model.onnx", manyCatBoostTrees],
  ] as const) {
    const files = await readModelArchive(fs.readFileSync(path.join(EXAMPLES, kind, "model.tar.gz")));
    for (const megabytes of [1, 10, 100]) {
      const model = grown(files.get(file) ?? new Uint8Array(), megabytes * MEGABYTE);
      const source = { origin: kind, files: new Map([...files, [file, model]]) };
      await ownAnswers(source.files, runner);
      const folder = path.join(os.tmpdir(), `bench-package-${process.pid}-${kind}-${megabytes}`);
      const began = performance.now();
      const outcome = await packageRelease(
        { release: "bench", sources: [source] },
        { runner, store: folderRelease(folder), hash: sha256Of },
      );
      const seconds = (performance.now() - began) / 1_000;
      fs.rmSync(folder, { recursive: true, force: true });
      if (outcome.kind === "refused") throw new Error(outcome.faults.join("\n"));
      const hashing = measured(() => sha256Of(model));
      const packaging = measured(() => packageVariant(kind, descriptionOf(source.files), source.files));
      // The first run loads the runtime.
      if (megabytes === 1) continue;
      console.log(
        `${kind} ${(model.length / MEGABYTE).toFixed(0)} MB: ${seconds.toFixed(2)} s in all, of which reading, checking and rewriting ${packaging.toFixed(2)} s ` +
          `(${(packaging / hashing).toFixed(1)} times SHA-256 over the file); largest memory so far ${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MiB`,
      );
    }
  }
}

function measured(work: () => unknown): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1_000;
}

function descriptionOf(files: ReadonlyMap<string, Uint8Array>) {
  const described = readDescription("model.json", Buffer.from(files.get("model.json") ?? []).toString());
  if (described.kind === "refused") throw new Error(described.faults.join("\n"));
  return described.description;
}

/** Replaces the recorded answers by those of the grown model. */
async function ownAnswers(files: Map<string, Uint8Array>, runner: ReturnType<typeof onnxRunner>): Promise<void> {
  const packaged = packageVariant("bench", descriptionOf(files), files);
  if (packaged.kind === "refused") throw new Error(packaged.faults.join("\n"));
  const { answering } = packaged.variant;
  const recorded = files.get(PARITY_FILE) ?? new Uint8Array();
  const parity = new Float32Array(recorded.slice().buffer);
  const count = parity.length / (FEATURES + 1);
  const values = Float32Array.from(
    { length: count * FEATURES },
    (_, index) => parity[Math.floor(index / FEATURES) * (FEATURES + 1) + (index % FEATURES)] ?? 0,
  );
  const given = answering.kind === "graph" ? await runner.run(answering.graph, { name: "input", values, columns: FEATURES }) : undefined;
  for (let row = 0; row < count; row++) {
    const positive =
      answering.kind === "trees"
        ? xgboostAnswer(answering.trees, values.subarray(row * FEATURES, (row + 1) * FEATURES))
        : given?.probabilities[2 * row + 1];
    parity[row * (FEATURES + 1) + FEATURES] = positive ?? Number.NaN;
  }
  files.set(PARITY_FILE, new Uint8Array(parity.buffer));
}

/** The list of trees is the last of its group, and each tree stands for itself: so the list is repeated, and its length written anew. */
function manyXgboostTrees(model: Uint8Array, bytes: number): Uint8Array {
  const buffer = Buffer.from(model);
  const key = buffer.indexOf("trees[#L");
  const countAt = key + "trees[#L".length;
  const end = buffer.indexOf(Buffer.from("}L\0\0\0\0\0\0\0\u0004nameS", "latin1"), countAt);
  const trees = buffer.subarray(countAt + 8, end);
  const times = Math.max(1, Math.round((bytes - model.length) / trees.length) + 1);
  const count = Buffer.alloc(8);
  count.writeBigInt64BE(buffer.readBigInt64BE(countAt) * BigInt(times));
  return Buffer.concat([buffer.subarray(0, countAt), count, ...Array.from({ length: times }, () => trees), buffer.subarray(end)]);
}

/** The same for an export of CatBoost, with new numbers for the trees. */
function manyCatBoostTrees(model: Uint8Array, bytes: number): Uint8Array {
  const [ensemble] = readOnnx(model).nodes as [OnnxNode];
  const times = Math.max(1, Math.round(bytes / model.length));
  const treeCount = Math.max(...numbersOf(ensemble, "nodes_treeids")) + 1;
  const repeated = (name: string, shift = 0) => {
    const numbers = numbersOf(ensemble, name);
    const all: number[] = [];
    for (let time = 0; time < times; time++) for (const number of numbers) all.push(number + time * shift);
    return all;
  };
  const floats = ["nodes_values", "nodes_hitrates", "class_weights"];
  const integers = [
    "nodes_falsenodeids",
    "nodes_truenodeids",
    "nodes_featureids",
    "nodes_nodeids",
    "nodes_missing_value_tracks_true",
    "class_ids",
    "class_nodeids",
  ];
  const kept = ["post_transform", "classlabels_int64s"].map((name) => ensemble.attributes.get(name) ?? new Uint8Array());
  if (attributeText(ensemble, "post_transform") === "") throw new Error("no export of CatBoost");
  return writeOnnx({
    name: "grown",
    nodes: [
      node({
        operator: "TreeEnsembleClassifier",
        domain: ML_DOMAIN,
        inputs: ["features"],
        outputs: ["label", "probability_tensor"],
        attributes: [
          ...kept,
          ...floats.map((name) => floatsAttribute(name, repeated(name))),
          ...integers.map((name) => integersAttribute(name, repeated(name))),
          ...["nodes_treeids", "class_treeids"].map((name) => integersAttribute(name, repeated(name, treeCount))),
          modesOf(ensemble, times),
        ],
      }),
    ],
    inputs: [table("features", 1, FEATURES)],
    outputs: [],
    opsets: { [ML_DOMAIN]: 2 },
  });
}

/** Texts: between the attribute's name and its type, repeated byte by byte. */
function modesOf({ attributes }: OnnxNode, times: number): Uint8Array {
  const bytes = Buffer.from(attributes.get("nodes_modes") ?? []);
  const [first, last] = [bytes.indexOf(0x4a), bytes.lastIndexOf(Buffer.from([0xa0, 0x01]))];
  return Buffer.concat([
    bytes.subarray(0, first),
    ...Array.from({ length: times }, () => bytes.subarray(first, last)),
    bytes.subarray(last),
  ]);
}

void main();
