/** Reads `model.tar.gz`, as SageMaker and others leave it. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import tar from "tar-stream";

/** The archive is none, or holds what no model needs. Its message is the end of a sentence that begins with the archive's name. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/** Unpacked. A few kilobytes may unpack to any size, and fill the memory of whoever reads them. */
const MOST_BYTES = 1024 ** 3;

/** By their names, without `./`. @throws ArchiveError */
export async function readModelArchive(content: Uint8Array, mostBytes = MOST_BYTES): Promise<Map<string, Uint8Array>> {
  const entries = tar.extract();
  try {
    const [files] = await Promise.all([collected(entries, mostBytes), pipeline(Readable.from([content]), createGunzip(), entries)]);
    return files;
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError(`cannot be unpacked (${(error as Error).message}); it must be a tar file packed by gzip: pack it anew`);
  }
}

async function collected(entries: tar.Extract, mostBytes: number): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  for await (const entry of entries) {
    const path = pathOf(entry.header);
    const parts: Uint8Array[] = [];
    for await (const part of entry as AsyncIterable<Uint8Array>) {
      bytes += part.length;
      if (bytes > mostBytes) {
        throw new ArchiveError(`unpacks to more than ${mostBytes} bytes, the most that is read: pack the model alone`);
      }
      parts.push(part);
    }
    if (path !== undefined) files.set(path, Buffer.concat(parts));
  }
  return files;
}

/** Of a file; a folder is nothing by itself. */
function pathOf({ name, type }: tar.Header): string | undefined {
  if (type === "directory") return undefined;
  if (type !== "file") throw new ArchiveError(`holds ${name}, a ${type}; a model is made of files: pack the file itself`);
  const path = name.replace(/^\.\//, "");
  if (!/^\/|(^|\/)\.\.(\/|$)/.test(path)) return path;
  throw new ArchiveError(`holds ${name}, which lies outside of it: pack it from the model's own folder`);
}
