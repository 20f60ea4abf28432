/**
 * Size of each function's bundle, and the time to load it: the part of a cold start that is ours. The ratio compares loading the slowest with
 * starting Node on nothing, both measured here. Budget: 2 MB and 200 ms each.
 *
 *     npx tsx bench/handlers.ts
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(__dirname, "..");
const RUNS = 7;

/** Milliseconds that a fresh process says it took; the median, because the machine does other things as well. */
function median(script: string): number {
  const times = Array.from({ length: RUNS }, () =>
    Number(execFileSync(process.execPath, ["-e", script], { env: {}, stdio: ["ignore", "pipe", "ignore"] })),
  );
  return times.sort((one, other) => one - other)[Math.floor(RUNS / 2)] ?? NaN;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bundles-"));
execFileSync(process.execPath, [path.join(root, "scripts/bundle-handlers.mjs"), folder]);
const rows = fs.readdirSync(folder).map((handler) => {
  const file = path.join(folder, handler, "index.js");
  const milliseconds = median(`const began = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - began)`);
  return { handler, bytes: fs.statSync(file).size, milliseconds };
});
fs.rmSync(folder, { recursive: true, force: true });

for (const { handler, bytes, milliseconds } of rows) {
  console.log(`${handler.padEnd(15)} ${(bytes / 1e6).toFixed(2)} MB  ${milliseconds.toFixed(0).padStart(4)} ms to load`);
}
const slowest = Math.max(...rows.map(({ milliseconds }) => milliseconds));
const nothing = median("console.log(performance.now())");
console.log(
  `the slowest: ${slowest.toFixed(0)} ms, ${(slowest / nothing).toFixed(1)} times the ${nothing.toFixed(0)} ms in which Node itself starts`,
);
