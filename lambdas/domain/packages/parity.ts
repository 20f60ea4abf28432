/** Rows, each with the probability that the trained model itself gave: `parity.f32`, single-precision numbers, little-endian, row after row. */
import { LEAST_PARITY_ROWS, PARITY_TOLERANCE } from "./contract";

export interface ParityRows {
  readonly features: number;
  readonly count: number;
  /** Row after row. */
  readonly values: Float32Array;
  readonly answers: Float32Array;
}

const BYTES = 4;

export function readParity(bytes: Uint8Array, features: number): ParityRows | undefined {
  const width = (features + 1) * BYTES;
  if (bytes.length === 0 || bytes.length % width !== 0) return undefined;
  const count = bytes.length / width;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (row: number, column: number) => view.getFloat32(row * width + column * BYTES, true);
  const values = Float32Array.from({ length: count * features }, (_, index) => at(Math.floor(index / features), index % features));
  return { features, count, values, answers: Float32Array.from({ length: count }, (_, row) => at(row, features)) };
}

/**
 * Where a release keeps rows of a variant: beside the manifest, at its root. Triton takes folders alone for models there: it polls
 * `GetDirectorySubdirs` of a repository, which leaves files out (triton core 73aad7c, 2026-06-09, `model_repository_manager.cc` and
 * `filesystem/implementations/s3.h`).
 */
export function releasedParityFile(variant: string): string {
  return `parity-${variant}.f32`;
}

/**
 * The first rows, as `readParity` reads them, for the slot to be tried with in one request. Only rows that JSON can carry, which has no word for a
 * missing value; undefined where there is none.
 * @param most that the model takes at once
 */
export function releasedParity({ values, answers, features, count }: ParityRows, most: number): Uint8Array | undefined {
  const whole: number[][] = [];
  for (let row = 0; row < count && whole.length < Math.min(LEAST_PARITY_ROWS, most); row++) {
    const numbers = [...values.subarray(row * features, (row + 1) * features), answers[row] ?? Number.NaN];
    if (numbers.every(Number.isFinite)) whole.push(numbers);
  }
  if (whole.length === 0) return undefined;
  const bytes = new Uint8Array(whole.length * (features + 1) * BYTES);
  const view = new DataView(bytes.buffer);
  whole.flat().forEach((value, index) => view.setFloat32(index * BYTES, value, true));
  return bytes;
}

/** @param file how the fault calls it. */
export function parityRowFaults(file: string, { count }: ParityRows): string[] {
  if (count >= LEAST_PARITY_ROWS) return [];
  const rule = "so few agree with a wrong export by chance";
  return [`${file} holds ${count} ${count === 1 ? "row" : "rows"}; ${rule}: record ${LEAST_PARITY_ROWS} or more`];
}

/** What a packaged model answered. */
export interface Answers {
  readonly probabilities: ArrayLike<number>;
  readonly labels: readonly number[];
}

export interface ParityOutcome {
  readonly rows: number;
  readonly largestDifference: number;
  readonly faults: string[];
}

export function judgeParity(model: string, { count, answers }: ParityRows, given: Answers, threshold: number): ParityOutcome {
  let largest = 0;
  let worst = 0;
  const mislabelled: number[] = [];
  for (let row = 0; row < count; row++) {
    const [negative = Number.NaN, positive = Number.NaN] = [given.probabilities[2 * row], given.probabilities[2 * row + 1]];
    const difference = Math.max(Math.abs(positive - (answers[row] ?? Number.NaN)), Math.abs(negative + positive - 1));
    // NaN is larger than nothing: it must not pass as no difference.
    if (!(difference <= largest)) [largest, worst] = [Number.isNaN(difference) ? Infinity : difference, row];
    if (given.labels[row] !== (positive > Math.fround(threshold) ? 1 : 0)) mislabelled.push(row);
  }
  const faults: string[] = [];
  if (!(largest < PARITY_TOLERANCE)) {
    const gave = given.probabilities[2 * worst + 1];
    faults.push(
      `${model} gives row ${worst + 1} of ${count} the probability ${gave}; the trained model gave ${answers[worst]}, and they must differ by less than ${PARITY_TOLERANCE}: export the model anew from the trainer that recorded them`,
    );
  }
  if (mislabelled.length > 0) {
    faults.push(
      `${model} labels row ${(mislabelled[0] ?? 0) + 1} of ${count} ${given.labels[mislabelled[0] ?? 0]}, against its own probability and the threshold ${threshold}: report it with the model`,
    );
  }
  return { rows: count, largestDifference: largest, faults };
}
