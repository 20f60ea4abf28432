/**
 * Packs the Python programs of training/ as SageMaker's script mode takes them: dist/training/sourcedir.tar.gz. The same programs give the same
 * bytes on every machine, so that unchanged programs are an unchanged asset.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import tar from "tar-stream";

const FOLDER = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "training");

export const PROGRAMS = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".py") || file === "catboost.txt")
  .sort();

export async function packPrograms(outdir) {
  const pack = tar.pack();
  for (const name of PROGRAMS) pack.entry({ name, mtime: new Date(0), mode: 0o644 }, readFileSync(path.join(FOLDER, name)));
  pack.finalize();
  const parts = [];
  for await (const part of pack) parts.push(part);
  const packed = gzipSync(Buffer.concat(parts), { level: 9 });
  // The tenth byte of a gzip file names the system that made it.
  packed[9] = 255;
  mkdirSync(outdir, { recursive: true });
  writeFileSync(path.join(outdir, "sourcedir.tar.gz"), packed);
}
