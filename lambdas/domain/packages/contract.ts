/** What every released tree model takes and gives, whatever library trained it (S1). */

export const CONTRACT = {
  input: { name: "input", type: "FP32" },
  label: { name: "label", type: "INT64", columns: 1 },
  probabilities: { name: "probabilities", type: "FP32", columns: 2 },
} as const;

/** A packaged model's probability lies nearer than this to the trained model's own: both sum single-precision leaves, in different orders. */
export const PARITY_TOLERANCE = 1e-5;

/**
 * Rows that parity is judged by, at least. Where n rows agree, fewer than 3/n of all rows like them differ, with 95 % confidence (the rule of
 * three; Hanley and Lippman-Hand, JAMA 1983): 3 % with a hundred. One row, which any wrong export may happen to get right, shows nothing.
 */
export const LEAST_PARITY_ROWS = 100;

/** From this probability on (not including it) the answer is 1. */
export const DEFAULT_THRESHOLD = 0.5;

/** Of features of one row: above it a description is a mistake. */
export const MOST_FEATURES = 4_096;

/** What the pinned Triton release reads. A file from a newer trainer fails to load on every pod, so it is refused where it is packaged. */
export interface TritonLimits {
  /** Release of the container. */
  readonly triton: string;
  readonly onnxRuntime: string;
  readonly treelite: string;
  /** Newest XGBoost whose files are known to be read. */
  readonly xgboost: readonly [major: number, minor: number];
}

/**
 * Containers 26.07 (server docs/introduction/release_notes.md and compatibility.md, 2026-08-19) and FIL's Treelite (fil_backend,
 * cmake/thirdparty/get_treelite.cmake, 2026-06-12), whose own tests run XGBoost 3.2.
 */
export const TRITON_READS: TritonLimits = { triton: "26.07", onnxRuntime: "1.27.0", treelite: "4.7.0", xgboost: [3, 2] };
