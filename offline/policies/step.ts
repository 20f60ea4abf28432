/** A step for the table of steps: does the environment keep the rules of the policy pack? Writes `policies.json`. */
import { initialConfig, policiesFor } from "../../policies/rules";
import type { Step, StepReport, Work } from "../commands/pipeline";
import { estimateOf } from "../cost/step";
import { jsonFile } from "../plan/stable-json";
import { counted } from "../report/signs";
import { awsRules } from "./aws-rules";
import { type PolicyConfiguration, reconcile } from "./configuration";
import { type Judgement, judgePlan } from "./judge-plan";
import { policiesDocument, violationText } from "./policies-text";

export const POLICIES_STEP: Step = {
  name: "policies",
  says: "holds what would be created against the policy pack",
  // The step that prices the plan tells of the budget, with what is dearest: said twice, it would read like two faults.
  run: async (work) => {
    const { summary, refusals = [], notes = [], ...report } = await policiesStep(work);
    const elsewhere = (line: string) => line.endsWith(`(${CEILING})`);
    const isOver = [...refusals, ...notes].some(elsewhere);
    const rest = (lines: readonly string[]) => lines.filter((line) => !elsewhere(line));
    const told = isOver ? [...summary, `the ceiling of costs is broken: see cost (${CEILING})`] : summary;
    return { ...report, summary: told, refusals: rest(refusals), notes: rest(notes) };
  },
};

/** The rule that holds an estimate against the budget. */
const CEILING = "budgets-limit-monthly-cost";

export async function policiesStep(work: Work, given: PolicyConfiguration = {}): Promise<StepReport> {
  if (work.planned === undefined) throw new Error("the step plan must run before this one");
  const { preview, apply } = work.planned.raw;
  const policies = policiesFor(work.environment);
  const configured = reconcile(policies, initialConfig(work.environment), estimated(work), given);
  if (configured.faults.length > 0) return { summary: ["the configuration of the policies is refused"], refusals: configured.faults };
  const own = await judgePlan(policies, { preview: preview.resources, apply: apply.resources }, configured);
  const aws = awsRules(work.environment, apply.resources);
  const judgement = aws === undefined ? own : { ...own, findings: [...own.findings, ...aws.findings], aws };
  work.policies = judgement;
  const of = (level: string) => judgement.findings.filter((finding) => finding.kind === "violation" && finding.level === level);
  const [mandatory, advisory] = [of("mandatory"), of("advisory")];
  return {
    summary: [summary(judgement, mandatory.length, advisory.length)],
    refusals: mandatory.map(violationText),
    notes: advisory.map(violationText),
    files: { "policies.json": jsonFile(policiesDocument(work.environment, judgement)) },
  };
}

/** The rules may not import the prices: the figure reaches the ceiling's rule as a setting. */
function estimated(work: Work): PolicyConfiguration {
  const found = estimateOf(work);
  return found === undefined ? {} : { [CEILING]: { estimatedMonthlyUsd: Math.ceil(found.totalUsd) } };
}

function summary({ rules, findings }: Judgement, mandatory: number, advisory: number): string {
  const unknown = findings.filter(({ kind }) => kind === "unknown").length;
  const held =
    mandatory + advisory === 0 ? `${counted(rules, "rule")} kept` : `${counted(rules, "rule")}, ${mandatory} broken, ${advisory} advised`;
  return unknown === 0 ? held : `${held}; ${unknown} × not known before deployment`;
}
