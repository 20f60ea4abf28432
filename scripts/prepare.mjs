/**
 * Builds dist/: one JavaScript file per source file, the declarations of what the package exports, and the bundles that Lambda runs.
 * npm runs it after `npm ci`, before `npm pack`, and in an install from git, so it has to be quick, and plain JavaScript.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(path.join(root, "package.json"));
const dist = path.join(root, "dist");
const stamp = path.join(root, ".cache", "dist-built-from");

/** Folders whose files the package ships one by one. What else the handlers are made of goes into their bundles; tests and stacks stay here. */
const SHIPPED = ["components", "lambdas/domain", "lambdas/application/packages", "lambdas/adapters/packages", "policies", "offline"];

/** And single files, which both a function and a command need. */
const SHIPPED_ALONE = ["lambdas/adapters/node-sha256.ts"];

const sources = [...SHIPPED.flatMap(typeScriptIn), ...SHIPPED_ALONE];
const builtFrom = [...new Set([...sources, ...typeScriptIn("lambdas")])];
const tools = { esbuild: located("esbuild"), tsc: located("typescript/bin/tsc") };

if (tools.esbuild === undefined || tools.tsc === undefined) {
  // `npm ci --omit=dev`: failing here would fail the whole install of somebody who only wants to run what is built.
  console.warn("modelloop: dist/ is not built, because esbuild and TypeScript are development dependencies: run npm ci without --omit=dev");
} else if (!upToDate()) {
  await build();
}

async function build() {
  const print = fingerprint();
  // Built beside and swapped in, because a test or a Pulumi program may be reading dist/ at this moment.
  const beside = path.join(root, ".cache", `dist-${process.pid}`);
  const options = {
    absWorkingDir: root,
    outbase: ".",
    outdir: beside,
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "warning",
    loader: { ".json": "copy" },
  };
  const esbuild = await import(pathToFileURL(tools.esbuild).href);
  await esbuild.build({ ...options, entryPoints: sources });
  emitDeclarations(beside);
  const { bundleHandlers } = await import("./bundle-handlers.mjs");
  await bundleHandlers(path.join(beside, "lambdas"));
  const { packPrograms } = await import("./pack-programs.mjs");
  await packPrograms(path.join(beside, "training"));
  for (const command of Object.values(manifest().bin)) chmodSync(path.join(beside, path.relative("dist", command)), 0o755);
  swapIn(beside);
  writeFileSync(stamp, print);
}

/** Two builds may end at the same moment (two test files, say); whichever comes second finds dist/ taken by the same files and yields. */
function swapIn(beside) {
  const retired = `${beside}-old`;
  try {
    if (existsSync(dist)) renameSync(dist, retired);
    renameSync(beside, dist);
  } catch (error) {
    if (!existsSync(dist)) throw error;
    rmSync(beside, { recursive: true, force: true });
  }
  rmSync(retired, { recursive: true, force: true });
}

function emitDeclarations(folder) {
  const run = spawnSync(process.execPath, [tools.tsc, "-p", "tsconfig.build.json", "--outDir", folder], { cwd: root, stdio: "inherit" });
  if (run.status !== 0) throw new Error(`tsc -p tsconfig.build.json ended with ${run.status ?? run.signal}`);
}

function upToDate() {
  return existsSync(dist) && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint();
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const file of [
    ...builtFrom,
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "scripts/prepare.mjs",
    "scripts/bundle-handlers.mjs",
    "scripts/pack-programs.mjs",
    ...readdirSync(path.join(root, "training"))
      .filter((file) => /\.(py|txt)$/.test(file))
      .sort()
      .map((file) => `training/${file}`),
  ]) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function manifest() {
  return JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
}

function typeScriptIn(folder) {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true })
    .map((file) => path.posix.join(folder, file.split(path.sep).join("/")))
    .filter((file) => (file.endsWith(".ts") && !file.endsWith(".d.ts")) || isTable(file))
    .sort();
}

/** Facts that are too many for a source file. */
function isTable(file) {
  return file.startsWith("offline/") && file.endsWith(".json");
}

function located(tool) {
  try {
    return require.resolve(tool);
  } catch {
    return undefined;
  }
}
