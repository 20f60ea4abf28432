import fs from "node:fs";
import path from "node:path";
import { LONGEST_RUN_HOURS, REPORTED_OUTCOMES } from "../../../../components/learning/retraining-workflow/retraining-workflow";
import { RUN_RECORD } from "../../../../components/learning/run-ledger/run-ledger";
import { ledgerKeys } from "../../../../lambdas/domain/ledger-records";
import { runReportSchema } from "../../../../lambdas/domain/run-order";
import { retrainingEnvironmentSchema } from "../../../../lambdas/runtime/loop-environment";

// What the workflow calls an outcome and the loop does not know ends as "failed", and the same data is trained again.
test("R6 every outcome that the workflow lets pass is one that the loop reads, and all that the loop reads pass", () => {
  expect([...REPORTED_OUTCOMES].sort()).toEqual([...runReportSchema.shape.outcome.options].sort());
});

// A run that outlives its lease is taken for dead, and a second one begins beside it.
test("R7 a run ends before its lease does", () => {
  expect(LONGEST_RUN_HOURS).toBeLessThan(retrainingEnvironmentSchema.shape.LEASE_HOURS.parse(undefined));
});

// The sweep looks where the workflow wrote; elsewhere it would find nothing, and a run whose event was lost would be trained twice.
test("R6 the loop reads a run's record under the key that the workflow writes it to", () => {
  const { partition, sort } = RUN_RECORD;
  expect(ledgerKeys.run("run-1")).toEqual({ pk: `${partition}run-1`, sk: sort });
});

// The container installs `. -r requirements.txt` in one command, and pip refuses the folder as soon as one line has a hash: no program ran at all.
test("R2 the programs bring no requirements.txt, and what CatBoost needs is pinned by hash beside them", () => {
  const folder = path.resolve(__dirname, "../../../../training");
  expect(fs.readdirSync(folder)).not.toContain("requirements.txt");
  const pinned = fs.readFileSync(path.join(folder, "catboost.txt"), "utf8").split("\n");
  const lines = pinned.filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines.filter((line) => !/^[a-z]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}$/.test(line))).toEqual([]);
  expect(lines[0]).toMatch(/^catboost==/);
});
