/** A run from a person's wish to the last stage, by the functions and machines that are deployed, before a template wires them. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ToldRun } from "../support/play-whole-runs";

const ROOT = path.resolve(__dirname, "../../../..");

jest.setTimeout(120_000);

let told: Record<"promoted" | "rolledBack", ToldRun>;
beforeAll(() => {
  const handlers = fs.mkdtempSync(path.join(os.tmpdir(), "modelloop-handlers-"));
  execFileSync("node", ["scripts/bundle-handlers.mjs", handlers], { cwd: ROOT });
  const player = path.join(__dirname, "../support/play-whole-runs.ts");
  told = JSON.parse(execFileSync("node", ["--import", "tsx", player, handlers], { cwd: ROOT, encoding: "utf8" })) as typeof told;
  fs.rmSync(handlers, { recursive: true });
});

/** Of the two runs: how the retraining ended, and its roll-out. */
const ends = ({ runs }: ToldRun) => runs.map(({ status, outcome }) => `${status} ${outcome}`);
const FIRST_DAY = ["1: 50", "1: 100"];
/** Two pods, one replaced after the other: half of a step stands between two. */
const CLIMB = ["1: 98, 2: 3", "1: 95, 2: 5", "1: 88, 2: 13", "1: 80, 2: 20", "1: 65, 2: 35", "1: 50, 2: 50"];

it("O1 goes from a wish over 5, 20, 50 and 100 percent to the promotion of what it trained", () => {
  const { promoted } = told;
  expect(ends(promoted)).toEqual(Array.from({ length: 4 }, () => "SUCCEEDED promoted"));
  expect(promoted.splits).toEqual([...FIRST_DAY, ...CLIMB, "1: 25, 2: 75", "2: 100"]);
  expect([promoted.aliases["champion"], promoted.caught]).toEqual(["2", []]);
  expect(Math.max(...promoted.runs.map(({ events }) => events))).toBeLessThan(25_000);
});

// Giving up raised its fence at each turn, had the router's pods replaced anew each time, and ended as failed after an hour of it, with everybody
// where they should be.
it("O3 takes users back from a release that fails requests where half of them have it", () => {
  const { rolledBack } = told;
  expect(ends(rolledBack)).toEqual(["SUCCEEDED promoted", "SUCCEEDED promoted", "SUCCEEDED rolled-back", "SUCCEEDED rolled-back"]);
  expect(rolledBack.splits).toEqual([...FIRST_DAY, ...CLIMB, "1: 75, 2: 25", "1: 100"]);
  expect(rolledBack.aliases["champion"]).toBe("1");
});
