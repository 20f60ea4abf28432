/** R5: what people must know of a version before they rely on it, made of what the run knows: nothing in it is written by hand for one version. */
import type { Evaluation, Judgement, RunPlan, Scores } from "../run/steps";
import type { Instant } from "../time";
import { yamlOf, type YamlValue } from "../yaml";

export interface CardFacts {
  plan: RunPlan;
  judgement: Judgement;
  trigger: string;
  startedAt: Instant;
}

export const MODEL_CARD_FILE = "model-card.yaml";

export function modelCard({ plan, judgement, trigger, startedAt }: CardFacts): string {
  const { spec, window, dataset, release, run, champion } = plan;
  const { data, card, variants, compute } = spec;
  const { evaluation } = judgement;
  return yamlOf({
    schema_version: 1,
    model: spec.model,
    semantic_version: judgement.semanticVersion,
    ...{ run, release, trigger },
    trained_at: startedAt,
    replaces: champion?.semanticVersion ?? "nothing: it is the first",
    intended_use: card.intendedUse,
    users: card.users,
    out_of_scope: card.outOfScope,
    data: {
      source: `${data.database}.${data.table}`,
      dataset_version: dataset.version,
      training: { from: window.trainFrom, until: window.trainUntil },
      holdout: { from: window.holdoutFrom, until: window.holdoutUntil, ...holdoutOf(evaluation) },
      label: data.labelColumn,
      pseudo_labels: data.pseudoLabels === undefined ? "none" : pseudoLabelText(data.pseudoLabels.anomalousShare),
    },
    features: data.features.map(({ name, least, most }) => ({ name, least, most })),
    variants: variants.map(({ model, role, kind, hyperparameters }) => ({ model, role, kind, hyperparameters })),
    metrics: metricsOf(evaluation),
    gates: judgement.gates.map(({ model, gate, value, limit, outcome, reason }) => ({ model, gate, value, limit, outcome, reason })),
    bias: biasOf(evaluation),
    limits: card.limits,
    platform: {
      training: `SageMaker, ${compute.instanceType}${compute.spot ? ", spot first" : ""}`,
      serving: spec.serving === undefined ? "none: registered and packaged only" : `Triton server ${spec.serving.server}`,
    },
    policy: policyOf(plan, judgement),
  });
}

function holdoutOf(evaluation: Evaluation | undefined): Record<string, YamlValue> {
  if (evaluation === undefined) return {};
  const { rows, verifiedLabels } = evaluation.holdout;
  return { rows, verified_labels: verifiedLabels };
}

function pseudoLabelText(share: number): string {
  return `by an isolation forest that takes a share of ${share} for anomalous; in training alone, never in the holdout`;
}

function metricsOf(evaluation: Evaluation | undefined): YamlValue {
  if (evaluation === undefined) return "not measured";
  const { candidates, champion, folds } = evaluation;
  return {
    candidate: candidates as Record<string, YamlValue>,
    ...(champion && { what_serves_today: champion as Record<string, YamlValue> }),
    ...(folds && { five_folds_of_the_training_data: folds as Record<string, YamlValue> }),
  };
}

/** What nobody measured is said so: a card without the line would read as if there were none. */
function biasOf(evaluation: Evaluation | undefined): YamlValue {
  const gaps = Object.entries(evaluation?.candidates ?? {}).flatMap(([model, { groupGap }]: [string, Scores]) =>
    groupGap === undefined ? [] : [[model, groupGap] as const],
  );
  if (gaps.length === 0) return "not measured: no groups were declared";
  return { largest_difference_of_accuracy_between_groups: Object.fromEntries(gaps) };
}

function policyOf({ spec }: RunPlan, { needsApproval }: Judgement): YamlValue {
  const { governance, rollOut } = spec;
  const { approvers, approvalsNeeded, timeoutHours } = governance;
  const person = needsApproval.length > 0;
  return {
    approval: person
      ? { needed: approvalsNeeded, of: approvers, because: needsApproval, silence_after_hours: timeoutHours, silence_means: "refused" }
      : "automatic: every gate passed and the risk is low",
    roll_out:
      rollOut === undefined
        ? "none"
        : {
            stages: rollOut.stages.map(({ percent, hours }) => `${percent} % for ${hours} h`),
            rolled_back: `where ${rollOut.breach.breaches} of ${rollOut.breach.of} checks, ${rollOut.checkMinutes} minutes apart, break a limit of their stage`,
            old_version_kept_warm_hours: rollOut.oldSlotKeptHours,
          },
  };
}
