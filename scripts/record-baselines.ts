/** `baselines/<env>.json`, by which the next release is judged: recorded when one is made, and then only. */
import fs from "node:fs";
import path from "node:path";
import { runQuietly } from "../offline/commands/quiet-run";
import { RECORD_STEPS } from "../offline/commands/steps";
import { environmentsOf, readProject } from "../offline/plan/project";
import { baselineFile, baselineOf } from "../offline/upgrade/baseline";

const ROOT = path.resolve(__dirname, "..");

async function main(): Promise<void> {
  const project = readProject(ROOT);
  const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  fs.mkdirSync(path.join(ROOT, "baselines"), { recursive: true });
  for (const environment of environmentsOf(project)) {
    const { work, outcome } = await runQuietly(project, environment, RECORD_STEPS);
    if (work.planned === undefined) throw new Error(outcome.refusals.join("\n"));
    fs.writeFileSync(path.join(ROOT, "baselines", `${environment}.json`), baselineFile(baselineOf(work.planned.document, version)));
  }
}

void main();
