/** A step for the table of steps: does everything that is to run fit where it is to run? Writes `fit.json`. */
import type { Step } from "../commands/pipeline";
import { jsonFile } from "../plan/stable-json";
import { counted } from "../report/signs";
import { planFit, type WorkloadFit } from "./plan-fit";

export const FIT_STEP: Step = {
  name: "fit",
  says: "holds models against GPUs, and pods against the nodes that the plan makes",
  run(work) {
    if (work.planned === undefined) throw new Error("the step plan must run before this one");
    const fits = planFit(work.planned.apply.resources);
    return {
      summary: fitSummary(fits),
      refusals: fits.flatMap(({ workload, faults }) =>
        faults.length === 0 ? [] : [`${workload} does not fit:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`],
      ),
      notes: fits.flatMap(({ workload, notes }) => notes.map((note) => `${workload}: ${note}`)),
      files: { "fit.json": jsonFile({ environment: work.environment, workloads: fits }) },
    };
  },
};

export function fitSummary(fits: readonly WorkloadFit[]): string[] {
  if (fits.length === 0) return ["no pods in this plan"];
  const short = fits.filter((each) => !each.fits).length;
  const models = fits.flatMap(({ languageModel }) => (languageModel === undefined || !languageModel.fits ? [] : [languageModel]));
  const spare = models.map(({ model, gpu, spareTokens }) => `${model} on a ${gpu}: ${spareTokens.toLocaleString("en-US")} tokens to spare`);
  return [
    short === 0
      ? `${counted(fits.length, "workload")} fit${fits.length === 1 ? "s" : ""}`
      : `${short} of ${counted(fits.length, "workload")} refused`,
    ...spare,
  ];
}
