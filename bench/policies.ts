/** What the policy pack takes over the three environments, beside the plan that it judges: `npx tsx bench/policies.ts`. */
import path from "node:path";
import { runSteps, type Work } from "../offline/commands/pipeline";
import { RECORD_STEPS } from "../offline/commands/steps";
import { projectRecorder } from "../offline/engine";
import { environmentsOf, readProject } from "../offline/plan/project";
import { policiesStep } from "../offline/policies/step";

const ROUNDS = 5;

async function main(): Promise<void> {
  const project = readProject(path.resolve(__dirname, ".."));
  for (const environment of environmentsOf(project)) {
    const work: Work = { project, environment, record: projectRecorder(project), outFolder: "" };
    const { steps, refusals } = await runSteps(RECORD_STEPS, work, { started: () => undefined, finished: () => undefined });
    if (work.planned === undefined) {
      console.log(`${environment}: ${refusals.join("\n")}`);
      continue;
    }
    const planMs = 1000 * steps.reduce((sum, { seconds }) => sum + seconds, 0);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = performance.now();
      await policiesStep(work);
      times.push(performance.now() - before);
    }
    const [first = 0] = times;
    const best = Math.min(...times);
    const resources = work.planned.raw.preview.resources.length;
    const ratio = (100 * best) / planMs;
    console.log(
      `${environment}: ${resources} resources; policies ${first.toFixed(0)} ms first, ${best.toFixed(0)} ms best; plan ${planMs.toFixed(0)} ms; ${ratio.toFixed(1)} %`,
    );
  }
}

void main();
