/** What training leaves behind. Types only. */

export type ArchiveRead =
  | { kind: "read"; files: ReadonlyMap<string, Uint8Array> }
  /** A whole sentence. Reading it again gives the same. */
  | { kind: "unreadable"; reason: string };

/** `model.tar.gz` of SageMaker's jobs, at their `s3://` places. */
export interface ModelArchives {
  read(uri: string): Promise<ArchiveRead>;
}
