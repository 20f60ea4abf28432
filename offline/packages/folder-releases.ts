import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Checksum } from "../../lambdas/domain/packages/manifest";
import { type Manifest, MANIFEST_FILE, manifestSchema, releaseFaults } from "../../lambdas/domain/packages/manifest";
import type { Hash, ReleaseStore } from "../../lambdas/ports/releases";

export const sha256Of: Hash = (content) => createHash("sha256").update(content).digest("hex");

/** A release as a folder of this machine: written beside and moved there in one step, so that it is whole or not there. */
export function folderRelease(folder: string): ReleaseStore {
  return {
    write(_release, files, manifest) {
      if (fs.existsSync(folder)) return Promise.resolve({ kind: "exists", path: folder });
      const beside = `${folder}.partial-${process.pid}`;
      try {
        for (const file of [...files, manifest]) {
          const target = path.join(beside, file.path);
          fs.mkdirSync(path.dirname(target), { recursive: true });
          fs.writeFileSync(target, file.content);
        }
        fs.renameSync(beside, folder);
      } finally {
        fs.rmSync(beside, { recursive: true, force: true });
      }
      return Promise.resolve({ kind: "written" });
    },
    manifestOf() {
      const file = path.join(folder, MANIFEST_FILE);
      return Promise.resolve(fs.existsSync(file) ? fs.readFileSync(file) : undefined);
    },
  };
}

export type ReadRelease = { readonly manifest: Manifest; readonly faults: string[] } | { readonly faults: string[] };

/** Whether the folder still holds what was packaged. */
export function checkFolder(folder: string): ReadRelease {
  const file = path.join(folder, MANIFEST_FILE);
  if (!fs.existsSync(file))
    return { faults: [`${folder} holds no ${MANIFEST_FILE}; it is no release, or only half of one: package the model anew`] };
  const read = manifestSchema.safeParse(jsonOf(fs.readFileSync(file, "utf8")));
  if (!read.success) return { faults: [`${file} is no manifest of a release: package the model anew`] };
  return { manifest: read.data, faults: releaseFaults(read.data, checksumsOf(folder)) };
}

function checksumsOf(folder: string): Checksum[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .filter((file) => file !== MANIFEST_FILE)
    .map((file) => {
      const content = fs.readFileSync(path.join(folder, file));
      return { path: file, bytes: content.length, sha256: sha256Of(content) };
    });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
