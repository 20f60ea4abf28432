import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Artifacts } from "../ports/registry";
import { PATIENCE } from "./http-patience";

const URI = /^s3:\/\/([^/]+)\/(.*)$/s;

/** Files that stand beside a version. A folder exists where anything lies in it. */
export function s3Artifacts(client = new S3Client(PATIENCE)): Artifacts {
  return {
    async exists(uri) {
      const { Bucket, Key } = placeOf(uri);
      if (!uri.endsWith("/")) return (await unlessAbsent(client.send(new HeadObjectCommand({ Bucket, Key })))) !== undefined;
      const { KeyCount = 0 } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }));
      return KeyCount > 0;
    },

    async write(uri, text) {
      await client.send(new PutObjectCommand({ ...placeOf(uri), Body: text, ContentType: "text/plain; charset=utf-8" }));
    },

    async read(uri) {
      const found = await unlessAbsent(client.send(new GetObjectCommand(placeOf(uri))));
      return found?.Body?.transformToString("utf-8");
    },
  };
}

function placeOf(uri: string): { Bucket: string; Key: string } {
  const [, Bucket, Key] = URI.exec(uri) ?? [];
  if (Bucket === undefined || Key === undefined) throw new Error(`${JSON.stringify(uri)} is no place in S3: write s3://bucket/key`);
  return { Bucket, Key };
}

/** Whoever may not list the bucket is told 403 of what is not there; that is a fault of permissions, and thrown. */
async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (["NotFound", "NoSuchKey"].includes((error as Error).name)) return undefined;
    throw error;
  });
}
