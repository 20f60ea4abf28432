/** A model's plan as a story tells it. What the functions read is changed, and not the template: it is another document. */
import type { ModelSpec, VariantSpec } from "../../../lambdas/domain/run/model-spec";
import type { RunPlace } from "../platform/trained-models";
import type { Scenario } from "./schema";

type Told = NonNullable<Scenario["training"]>;

const HOUR = 3_600_000;

export function withToldPlan(place: RunPlace, { training }: Pick<Scenario, "training">): RunPlace {
  if (training === undefined) return place;
  const { variants, labelsMade, packagedOnly, patience, nobodyToAsk } = training;
  if (variants === undefined && !labelsMade && !packagedOnly && !nobodyToAsk && Object.keys(patience).length === 0) return place;
  const changed = ({ serving, rollOut, ...spec }: ModelSpec): ModelSpec => ({
    ...spec,
    ...(!packagedOnly && { ...(serving && { serving }), ...(rollOut && { rollOut: patient(rollOut, training) }) }),
    ...(variants && { variants: variants.map(variantOf) }),
    ...(labelsMade && { data: { ...spec.data, pseudoLabels: { anomalousShare: 0.1, reviewShare: 0.2 } } }),
    governance: governed(spec.governance, training),
  });
  const document = JSON.parse(place.document.text) as { models: ModelSpec[] };
  const text = JSON.stringify({ ...document, models: document.models.map(changed) });
  return { ...place, specs: place.specs.map(changed), document: { ...place.document, text } };
}

function patient(rollOut: NonNullable<ModelSpec["rollOut"]>, { patience: { labels, pause } }: Told): NonNullable<ModelSpec["rollOut"]> {
  return {
    ...rollOut,
    ...(labels !== undefined && { waitForLabelsHours: labels / HOUR }),
    ...(pause !== undefined && { pauseHours: pause / HOUR }),
  };
}

function governed(governance: ModelSpec["governance"], { patience: { answers }, nobodyToAsk }: Told): ModelSpec["governance"] {
  return { ...governance, ...(answers !== undefined && { timeoutHours: answers / HOUR }), ...(nobodyToAsk && { approvers: [] }) };
}

function variantOf(kind: VariantSpec["kind"], index: number): VariantSpec {
  return { model: `anomaly_${kind}`, role: index === 0 ? "champion" : "challenger", kind, hyperparameters: {} };
}
