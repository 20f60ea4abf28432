import path from "node:path";
import { projectRecorder } from "../engine";
import type { Project } from "../plan/project";
import { type PipelineOutcome, runSteps, type Step, type Work } from "./pipeline";

/** Plans one environment for a command that tells in its own words what it found: nothing is shown on the way, and nothing written. */
export async function runQuietly(
  project: Project,
  environment: string,
  steps: readonly Step[],
): Promise<{ work: Work; outcome: PipelineOutcome }> {
  const work: Work = { project, environment, record: projectRecorder(project), outFolder: path.join(project.root, "out", environment) };
  const outcome = await runSteps(steps, work, { started: () => undefined, finished: () => undefined });
  return { work, outcome };
}
