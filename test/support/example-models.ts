/** The trained models of examples/models, and the rows that their data is made of. */
import fs from "node:fs";
import path from "node:path";
import { readModelArchive } from "../../lambdas/adapters/packages/model-archive";
import { type ModelDescription, readDescription } from "../../lambdas/domain/packages/description";

const FOLDER = path.resolve(__dirname, "../../examples/models");

export const EXAMPLES = ["xgboost", "catboost", "catboost-biased"] as const;
export type Example = (typeof EXAMPLES)[number];

export interface ExampleModel {
  files: Map<string, Uint8Array>;
  description: ModelDescription;
  /** Of the rows that `exampleRows(MANY_SEED, MANY)` makes. */
  manyAnswers: Float32Array;
}

export const MANY = 10_000;
/** `MANY` of examples/models/train.py. */
export const MANY_SEED = 4;

export async function exampleModel(name: Example): Promise<ExampleModel> {
  const files = await readModelArchive(fs.readFileSync(archiveOf(name)));
  const described = readDescription("model.json", Buffer.from(files.get("model.json") ?? []).toString());
  if (described.kind === "refused") throw new Error(described.faults.join("\n"));
  const answers = fs.readFileSync(path.join(FOLDER, name, "answers-10000.f32"));
  return {
    files,
    description: described.description,
    manyAnswers: Float32Array.from({ length: MANY }, (_, row) => answers.readFloatLE(4 * row)),
  };
}

export function archiveOf(name: Example): string {
  return path.join(FOLDER, name, "model.tar.gz");
}

const COLUMNS = 37;
const STATISTICS = 4;
const MEASURES = 9;
const DRAWS = 8;
const WIDTH = (COLUMNS + 1) * DRAWS;

/** The features of examples/models/data.py, to the last bit. */
export function exampleRows(seed: number, rows: number): Float32Array {
  const table = new Float32Array(rows * COLUMNS);
  for (let row = 0; row < rows; row++) {
    const draw = (column: number, index: number) => noise(seed * 16777259 + row * WIDTH + column * DRAWS + index);
    const anomalous = draw(COLUMNS, 0) < 0.18;
    const kind = Math.floor(draw(COLUMNS, 1) * MEASURES);
    const strength = draw(COLUMNS, 2) * 2.5 + 0.25;
    for (let column = 0; column < COLUMNS; column++) {
      const measure = Math.floor(column / STATISTICS);
      const touched = anomalous && (measure === kind || measure === (kind + 2) % MEASURES);
      const bell = draw(column, 0) + draw(column, 1) + draw(column, 2) + draw(column, 3) - 2;
      table[row * COLUMNS + column] = draw(column, 4) < 0.03 ? Number.NaN : (bell + (touched ? strength : 0)) * (column + 1);
    }
  }
  return table;
}

function noise(counter: number): number {
  let x = counter >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return ((x ^ (x >>> 15)) >>> 0) / 4294967296;
}
