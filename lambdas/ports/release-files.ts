/** Releases as they lie where slots fetch them from. Types only. */
import type { Checksum } from "../domain/packages/manifest";

export interface ReleaseFiles {
  /** All but the manifest itself. @param releases `s3://bucket/releases/` */
  checksums(releases: string, release: string): Promise<Checksum[]>;
  /** Undefined where there is none. */
  read(releases: string, release: string, path: string): Promise<Uint8Array | undefined>;
}
