/** Where releases of models go, and who tries them before. Types only. */
import type { Answers } from "../domain/packages/parity";
import type { ReleaseFile } from "../domain/packages/variant";

export type WriteOutcome = { kind: "written" } | { kind: "exists"; path: string };

export interface ReleaseStore {
  /**
   * Writes a release once, its manifest last, so that half a release is never taken for a whole one. The same release again is no fault where
   * the store can see that it is the same, and ends what an earlier try began; another one under its name is `exists`, and nothing of it is
   * changed, nor added to it.
   */
  write(release: string, files: readonly ReleaseFile[], manifest: ReleaseFile): Promise<WriteOutcome>;

  /** The manifest of a whole release; undefined where there is none, or only half of one. */
  manifestOf(release: string): Promise<Uint8Array | undefined>;
}

export interface GraphInput {
  readonly name: string;
  /** Row after row. */
  readonly values: Float32Array;
  readonly columns: number;
}

/** Something that runs ONNX graphs. */
export interface GraphRunner {
  /** With its version, for the manifest. */
  readonly name: string;
  /** `label` and `probabilities` of the contract. @throws where it cannot load the graph. */
  run(graph: Uint8Array, input: GraphInput): Promise<Answers>;
}

/** SHA-256 as 64 hexadecimal digits. */
export type Hash = (content: Uint8Array) => string;
