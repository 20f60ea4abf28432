import { HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import type { ReleaseFile } from "../domain/packages/variant";
import type { ReleaseStore, WriteOutcome } from "../ports/releases";
import { PATIENCE } from "./http-patience";

export interface ReleasePlace {
  readonly bucket: string;
  /** With a slash at its end. */
  readonly prefix: string;
}

/**
 * Each object is written only where there is none. One that is there counts as written if it has the same checksum: S3 may have kept it although
 * its answer was lost, and a second run of the same packaging must come to the same end.
 */
export function s3Releases({ bucket: Bucket, prefix }: ReleasePlace, client = new S3Client(PATIENCE)): ReleaseStore {
  async function put(release: string, { path, content }: ReleaseFile): Promise<WriteOutcome> {
    const Key = `${prefix}${release}/${path}`;
    const ChecksumSHA256 = createHash("sha256").update(content).digest("base64");
    try {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: content, ChecksumSHA256, IfNoneMatch: "*" }));
      return { kind: "written" };
    } catch (error) {
      // 412: it is there. 409: another writer is at it, and what it leaves is looked at by the next delivery.
      if ((error as Error).name !== "PreconditionFailed") throw error;
      const there = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
      return there.ChecksumSHA256 === ChecksumSHA256 ? { kind: "written" } : { kind: "exists", path: `s3://${Bucket}/${Key}` };
    }
  }
  return {
    async write(release, files, manifest) {
      for (const file of [...files, manifest]) {
        const outcome = await put(release, file);
        if (outcome.kind === "exists") return outcome;
      }
      return { kind: "written" };
    },
  };
}
