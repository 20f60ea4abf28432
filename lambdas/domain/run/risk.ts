/** R4: why a person decides. Where no reason is left, the loop goes on by itself. */
import { figure } from "../values";
import type { GovernanceSpec, VariantSpec } from "./model-spec";
import type { VersionChange } from "./semantic-version";
import type { Champion, Evaluation } from "./steps";

/** R4: "accuracy drop > 5 points". */
export const HIGHEST_ACCURACY_DROP = 0.05;

export interface RiskQuestion {
  governance: GovernanceSpec;
  variants: readonly VariantSpec[];
  champion: Champion | undefined;
  evaluation: Evaluation;
}

export function reasonsForApproval({ governance, variants, champion, evaluation }: RiskQuestion): string[] {
  const { verifiedLabels } = evaluation.holdout;
  const { automaticApproval, fewestVerifiedLabels } = governance;
  return [
    ...(automaticApproval ? [] : ["automatic approval is off for this model"]),
    ...(champion === undefined ? ["it is the model's first day: nothing has served that it could be compared with"] : []),
    ...architectureChanges(variants, champion),
    ...variants.flatMap(({ model }) => accuracyDrop(model, evaluation)),
    ...(verifiedLabels < fewestVerifiedLabels
      ? [`the holdout has ${verifiedLabels} verified labels; a decision without a person takes ${fewestVerifiedLabels}`]
      : []),
  ];
}

/** R5. A demand that only a code push has raised is the same training by corrected code. */
export function versionChange(variants: readonly VariantSpec[], champion: Champion | undefined, rules: readonly string[]): VersionChange {
  if (architectureChanges(variants, champion).length > 0) return "architecture";
  return rules.length > 0 && rules.every((rule) => rule === "code-push") ? "fix" : "retraining";
}

function architectureChanges(variants: readonly VariantSpec[], champion: Champion | undefined): string[] {
  if (champion === undefined) return [];
  const [before, now] = [Object.keys(champion.models).sort(), variants.map(({ model }) => model).sort()];
  if (before.join() !== now.join()) return [`the architecture is new: ${now.join(", ")} instead of ${before.join(", ")}`];
  return variants.flatMap(({ model, kind }) => {
    const old = champion.kinds?.[model];
    return old === undefined || old === kind ? [] : [`the architecture is new: ${model} is ${kind}, and was ${old}`];
  });
}

function accuracyDrop(model: string, { candidates, champion }: Evaluation): string[] {
  const [old, now] = [champion?.[model]?.accuracy, candidates[model]?.accuracy];
  if (old === undefined || now === undefined) return [];
  const drop = Number((old - now).toPrecision(12));
  if (drop <= HIGHEST_ACCURACY_DROP) return [];
  const points = figure(drop * 100);
  return [
    `the accuracy of ${model} drops by ${points} points, from ${figure(old)} to ${figure(now)}; more than ${HIGHEST_ACCURACY_DROP * 100} is a person's decision`,
  ];
}
