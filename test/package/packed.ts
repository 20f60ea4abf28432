import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export const ROOT = path.resolve(__dirname, "../..");

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function node(args: string[], cwd: string): Finished {
  // A stranger's shell is no Jest; some libraries behave otherwise where these are set.
  const { JEST_WORKER_ID: _worker, NODE_ENV: _environment, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return { code: status, stdout, stderr };
}

/**
 * A folder as a stranger has it after `npm install modelloop`: the package as npm packs it, and beside it the dependencies, linked to ours.
 * That a dependency is declared, links cannot show; a test of its own compares the imports with the manifest.
 */
export function installPacked(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "stranger-")));
  const npm = path.join(path.dirname(process.execPath), process.platform === "win32" ? "npm.cmd" : "npm");
  const packed = spawnSync(fs.existsSync(npm) ? npm : "npm", ["pack", "--offline", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const tarball = fs.readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (packed.status !== 0 || tarball === undefined) throw new Error(`npm pack failed:\n${packed.stderr}`);

  const modules = path.join(folder, "node_modules");
  fs.mkdirSync(modules);
  for (const dependency of fs.readdirSync(path.join(ROOT, "node_modules")).filter((name) => !name.startsWith("."))) {
    fs.symlinkSync(path.join(ROOT, "node_modules", dependency), path.join(modules, dependency), "junction");
  }
  spawnSync("tar", ["-xzf", path.join(folder, tarball), "-C", modules]);
  fs.renameSync(path.join(modules, "package"), path.join(modules, "modelloop"));
  return folder;
}

export function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => fs.statSync(path.join(folder, file)).isFile())
    .sort();
}
