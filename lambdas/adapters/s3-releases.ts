import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { MANIFEST_FILE } from "../domain/packages/manifest";
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
 * its answer was lost, and a second run of the same packaging must come to the same end. What is there already is looked at before anything is
 * written: file by file, the first few of another release could be new names, and would lie in a release that is whole and named by nobody.
 */
export function s3Releases({ bucket: Bucket, prefix }: ReleasePlace, client = new S3Client(PATIENCE)): ReleaseStore {
  const keyOf = (release: string, path: string) => `${prefix}${release}/${path}`;
  const exists = (Key: string): WriteOutcome => ({ kind: "exists", path: `s3://${Bucket}/${Key}` });

  async function keysOf(release: string): Promise<string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: keyOf(release, ""), ContinuationToken }));
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys;
  }

  async function isSame(Key: string, content: Uint8Array): Promise<boolean> {
    const there = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    return there.ChecksumSHA256 === checksumOf(content);
  }

  async function put(Key: string, content: Uint8Array): Promise<WriteOutcome> {
    try {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: content, ChecksumSHA256: checksumOf(content), IfNoneMatch: "*" }));
      return { kind: "written" };
    } catch (error) {
      // 412: it is there. 409: another writer is at it, and what it leaves is looked at by the next delivery.
      if ((error as Error).name !== "PreconditionFailed") throw error;
      return (await isSame(Key, content)) ? { kind: "written" } : exists(Key);
    }
  }

  /** An object of another release under the same name, whole or half. */
  async function strangerIn(release: string, files: readonly ReleaseFile[]): Promise<string | undefined> {
    const ours = new Map(files.map(({ path, content }) => [keyOf(release, path), content]));
    for (const key of await keysOf(release)) {
      const content = ours.get(key);
      if (content === undefined || !(await isSame(key, content))) return key;
    }
    return undefined;
  }

  return {
    async write(release, files, manifest) {
      const inOrder = [...files, manifest];
      const stranger = await strangerIn(release, inOrder);
      if (stranger !== undefined) return exists(stranger);
      for (const { path, content } of inOrder) {
        const outcome = await put(keyOf(release, path), content);
        if (outcome.kind === "exists") return outcome;
      }
      return { kind: "written" };
    },

    async manifestOf(release) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: keyOf(release, MANIFEST_FILE) }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

function checksumOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}
