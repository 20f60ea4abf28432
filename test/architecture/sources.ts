import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

export const ROOT = path.resolve(__dirname, "../..");

const NOT_OURS = ["node_modules", "dist", "out", ".cache", ".git", "coverage"];

/** What is committed or about to be; in an archive without git, everything that is neither installed nor built. */
export function trackedFiles(): string[] {
  const git = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" });
  const files = git.status === 0 ? git.stdout.split("\0").filter(Boolean) : filesBelow("");
  return files.filter((file) => fs.existsSync(path.join(ROOT, file))).sort();
}

function filesBelow(folder: string): string[] {
  return fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : filesBelow(file);
    return [file];
  });
}

export function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), "utf8");
}

/**
 * What a file imports, also by `require` and by types: packages as they are named (`@pulumi/aws/s3`), files of ours as paths from the root
 * (`components/index.ts`).
 */
export function importsOf(file: string, source: string, exists: (file: string) => boolean): string[] {
  const { importedFiles } = ts.preProcessFile(source, true, true);
  return importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith(".")) return fileName;
    const wanted = path.posix.join(path.posix.dirname(file), fileName);
    return [wanted, `${wanted}.ts`, `${wanted}/index.ts`].find(exists) ?? wanted;
  });
}
