import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { MANIFEST_FILE, type Checksum } from "../domain/packages/manifest";
import type { ReleaseFiles } from "../ports/release-files";
import { PATIENCE } from "./http-patience";

/** Asked for so many at once: a release has some ten files. */
const AT_ONCE = 8;

export function s3ReleaseFiles(client = new S3Client(PATIENCE)): ReleaseFiles {
  async function objects(Bucket: string, Prefix: string): Promise<{ key: string; bytes: number }[]> {
    const found: { key: string; bytes: number }[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
      found.push(...(page.Contents ?? []).flatMap(({ Key, Size = 0 }) => (Key === undefined ? [] : [{ key: Key, bytes: Size }])));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return found;
  }

  return {
    async checksums(releases, release) {
      const { bucket, prefix } = placeOf(releases, release);
      const files = (await objects(bucket, prefix)).filter(({ key }) => key !== `${prefix}${MANIFEST_FILE}`);
      const sums: Checksum[] = [];
      for (let at = 0; at < files.length; at += AT_ONCE) {
        const some = files.slice(at, at + AT_ONCE).map(async ({ key, bytes }) => {
          const { ChecksumSHA256 = "" } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: "ENABLED" }));
          return { path: key.slice(prefix.length), bytes, sha256: Buffer.from(ChecksumSHA256, "base64").toString("hex") };
        });
        sums.push(...(await Promise.all(some)));
      }
      return sums;
    },

    async read(releases, release, path) {
      const { bucket, prefix } = placeOf(releases, release);
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${path}` }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if ((error as Error).name === "NoSuchKey") return undefined;
        throw error;
      }
    },
  };
}

function placeOf(releases: string, release: string): { bucket: string; prefix: string } {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(releases) ?? [];
  if (bucket === "") throw new Error(`${JSON.stringify(releases)} is no place in S3: write s3://bucket/releases/`);
  return { bucket, prefix: `${prefix}${release}/` };
}
