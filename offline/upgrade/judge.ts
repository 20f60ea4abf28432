/** One environment held against what stands there: resources and templates, and what of it was accepted. Pure. */
import type { PlanDocument } from "../plan/plan-document";
import { type Acceptance, type Judged, judgedBy } from "./accepted";
import { compareStates } from "./compare";
import type { Comparison } from "./danger";
import { type StandingState, templatesIn } from "./state";
import { templateDangers } from "./templates";

export interface UpgradeJudgement extends Judged {
  readonly unknown: Comparison["unknown"];
}

export function judgeUpgrade(before: StandingState, plan: PlanDocument, accepted: readonly Acceptance[] = []): UpgradeJudgement {
  const { dangers, unknown } = compareStates(before, plan);
  const inTemplates = templateDangers(before.templates, templatesIn(plan.resources));
  return { ...judgedBy(accepted, [...dangers, ...inTemplates]), unknown };
}
