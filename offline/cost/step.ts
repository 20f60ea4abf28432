/** A step for the table of steps: what would it bill a month? Writes `cost.json`. */
import type { Step, Work } from "../commands/pipeline";
import type { RecordedResource } from "../engine";
import { jsonFile } from "../plan/stable-json";
import { ceilingFaults, costDocument, usd } from "./cost-text";
import { type Estimate, estimate } from "./estimate";
import type { Usage } from "./usage";

export const COST_STEP: Step = {
  name: "cost",
  says: "prices what would be created, and holds it against the environment's budget",
  run(work) {
    const found = estimateOf(work);
    if (found === undefined) return { summary: ["no Region is configured: nothing to price"] };
    work.cost = found;
    const { totalUsd, fixedUsd, usageUsd, complete } = found;
    return {
      summary: [`${usd(totalUsd)} USD a month${complete ? "" : " and more"}: ${usd(fixedUsd)} fixed, ${usd(usageUsd)} by assumed usage`],
      refusals: ceilingFaults(found, budgetOf(work.planned?.raw.apply.resources ?? [])),
      files: { "cost.json": jsonFile(costDocument(found)) },
    };
  },
};

export function estimateOf({ environment, planned, stack }: Work, usage?: Usage): Estimate | undefined {
  if (planned === undefined) throw new Error("the step plan must run before this one");
  const region = stack?.config["aws:region"];
  if (region === undefined) return undefined;
  return estimate({ environment, region, resources: planned.raw.apply.resources, ...(usage !== undefined && { usage }) });
}

/** USD a month, where the program makes a budget that counts months. */
export function budgetOf(resources: readonly RecordedResource[]): number | undefined {
  const limits = resources
    .filter(({ type, inputs }) => type === "aws:budgets/budget:Budget" && inputs["timeUnit"] === "MONTHLY")
    .flatMap(({ inputs }) => (inputs["limitAmount"] === undefined ? [] : [Number(inputs["limitAmount"])]));
  return limits.length === 0 ? undefined : Math.min(...limits);
}
