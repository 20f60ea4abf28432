/** A model's plan as a story tells it. What the functions read is changed, and not the template: it is another document. */
import type { ModelSpec, VariantSpec } from "../../../lambdas/domain/run/model-spec";
import type { RunPlace } from "../platform/trained-models";
import type { Scenario } from "./schema";

export function withToldPlan(place: RunPlace, { training }: Pick<Scenario, "training">): RunPlace {
  const { variants, labelsMade = false, packagedOnly = false } = training ?? {};
  if (variants === undefined && !labelsMade && !packagedOnly) return place;
  const changed = ({ serving, rollOut, ...spec }: ModelSpec): ModelSpec => ({
    ...spec,
    ...(!packagedOnly && { ...(serving && { serving }), ...(rollOut && { rollOut }) }),
    ...(variants && { variants: variants.map(variantOf) }),
    ...(labelsMade && { data: { ...spec.data, pseudoLabels: { anomalousShare: 0.1, reviewShare: 0.2 } } }),
  });
  const document = JSON.parse(place.document.text) as { models: ModelSpec[] };
  const text = JSON.stringify({ ...document, models: document.models.map(changed) });
  return { ...place, specs: place.specs.map(changed), document: { ...place.document, text } };
}

function variantOf(kind: VariantSpec["kind"], index: number): VariantSpec {
  return { model: `anomaly_${kind}`, role: index === 0 ? "champion" : "challenger", kind, hyperparameters: {} };
}
