import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ArchiveRead, ModelArchives } from "../ports/model-archives";
import { PATIENCE } from "./http-patience";
import { ArchiveError, readModelArchive } from "./packages/model-archive";

/** A gigabyte at Lambda's 75 MB a second is more than the five seconds that everything else may take. */
const UNHURRIED = { ...PATIENCE, requestHandler: { ...PATIENCE.requestHandler, requestTimeout: 30_000 } };

export function s3ModelArchives(client = new S3Client(UNHURRIED)): ModelArchives {
  return {
    async read(uri): Promise<ArchiveRead> {
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
      if (Bucket === undefined || Key === undefined) return unreadable(`${uri} is no object in S3: name it as s3://bucket/key`);
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return { kind: "read", files: await readModelArchive((await Body?.transformToByteArray()) ?? new Uint8Array()) };
      } catch (error) {
        if (error instanceof ArchiveError) return unreadable(`${uri} ${error.message}`);
        // Whoever may not list the bucket is told 403 of what is not there; that is a fault of permissions, and thrown.
        if ((error as Error).name === "NoSuchKey") return unreadable(`${uri} is not there: look at the job that was to write it`);
        throw error;
      }
    },
  };
}

function unreadable(reason: string): ArchiveRead {
  return { kind: "unreadable", reason };
}
