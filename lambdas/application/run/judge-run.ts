/** R3, R4, R5: whether what was trained may become a candidate, who must be asked, and which version it is. */
import { readEvaluation } from "../../domain/run/evaluation";
import { gatesFailed, judgeGates } from "../../domain/run/gates";
import { reasonsForApproval, versionChange } from "../../domain/run/risk";
import { nextSemanticVersion } from "../../domain/run/semantic-version";
import { type Evaluation, type Judgement, judgeRequestSchema, type RunPlan } from "../../domain/run/steps";
import type { Values } from "../../domain/values";
import type { ModelArchives } from "../../ports/model-archives";
import { tell, type TellingLoop } from "./tell";

export const EVALUATION_FILE = "evaluation.json";

export interface JudgingLoop extends TellingLoop {
  archives: ModelArchives;
}

export async function judgeRun(request: unknown, loop: JudgingLoop): Promise<Judgement> {
  const { plan, archive } = judgeRequestSchema.parse(request);
  const judgement = await judged(plan, archive, loop);
  const { kind, gates, semanticVersion, reason } = judgement;
  const figures: Values = Object.fromEntries(gates.map(({ model, gate, outcome, value }) => [`${model}: ${gate}`, value ?? outcome]));
  const labels = judgement.evaluation?.holdout.verifiedLabels ?? 0;
  const values = {
    kind,
    semanticVersion,
    verifiedLabels: labels,
    approval: judgement.needsApproval.join("; ") || "not needed",
    ...figures,
  };
  await tell({ event: "run.judged", model: plan.spec.model, run: plan.run, reason, values }, loop);
  return judgement;
}

async function judged(plan: RunPlan, archive: string, { archives }: JudgingLoop): Promise<Judgement> {
  const { spec, champion, rules, run } = plan;
  const models = spec.variants.map(({ model }) => model);
  const semanticVersion = nextSemanticVersion(champion?.semanticVersion, versionChange(spec.variants, champion, rules));
  const failed = (faults: readonly string[]): Judgement => {
    return { kind: "failed", gates: [], needsApproval: [], semanticVersion, reason: `${run} cannot be judged: ${faults.join("; ")}` };
  };
  const files = await archives.read(archive);
  if (files.kind === "unreadable") return failed([files.reason]);
  const content = files.files.get(EVALUATION_FILE);
  const text = content === undefined ? undefined : new TextDecoder().decode(content);
  const read = readEvaluation(`${archive}: ${EVALUATION_FILE}`, text, models);
  if (read.kind === "unreadable") return failed(read.faults);
  const { evaluation } = read;
  const faults = windowFaults(plan, evaluation);
  if (faults.length > 0) return failed(faults);

  const gates = judgeGates(spec.gates, models, evaluation, champion === undefined);
  const missed = gatesFailed(gates);
  const common = { gates, semanticVersion, evaluation };
  if (missed.length > 0) {
    return { ...common, kind: "failed", needsApproval: [], reason: `${run} is rejected: ${missed.map(({ reason }) => reason).join("; ")}` };
  }
  const needsApproval = reasonsForApproval({ governance: spec.governance, variants: spec.variants, champion, evaluation });
  const decides = needsApproval.length === 0 ? "no person needs to be asked" : `a person decides, because ${needsApproval.join("; ")}`;
  return { ...common, kind: "passed", needsApproval, reason: `${run} passes every gate as ${semanticVersion}; ${decides}` };
}

/** An evaluation on other days may be one of an older run: good figures of another model. */
function windowFaults({ window }: RunPlan, { holdout }: Evaluation): string[] {
  const { holdoutFrom, holdoutUntil } = window;
  if (holdout.from === holdoutFrom && holdout.until === holdoutUntil) return [];
  return [
    `the evaluation is of ${holdout.from} to ${holdout.until}; the run's holdout is ${holdoutFrom} to ${holdoutUntil}: look at the job that evaluates`,
  ];
}
