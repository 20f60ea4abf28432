import { type ModelTrainingArgs, TrainedKind, VariantRole } from "../../components/learning/model-loop/training-arguments";
import { DEFAULT_SERVICE_NAME } from "../../components/serving/model-router/model-router";
import { splitMapName } from "../../components/serving/model-router/router-workload";
import { PlatformNamespace } from "../../components/compute/namespaces/namespaces";
import type { LearningConfig, ServingConfig } from "./schema";

type Training = NonNullable<LearningConfig["models"][number]["training"]>;

/** Hyperparameters that R2 begins with, as the two algorithms call them. */
const BEGINNING: Record<TrainedKind, Record<string, string>> = {
  [TrainedKind.Xgboost]: { max_depth: "6", num_round: "100" },
  [TrainedKind.Catboost]: { depth: "6", iterations: "100" },
};

/** As the component's arguments name it: what is trained is what the server serves. */
export function trainingSettings(
  { training }: LearningConfig["models"][number],
  serving: ServingConfig | undefined,
): ModelTrainingArgs | undefined {
  if (training === undefined) return undefined;
  const { champion, data, ...settings } = training;
  const { features, ranges = [], ...place } = data;
  const { triton, router } = serving ?? {};
  return {
    ...settings,
    data: { ...place, features: features.map((name) => ({ name, ...boundsOf(name, ranges) })) },
    variants: (triton?.models ?? []).map(({ name, kind }) => {
      const trained = String(kind) === String(TrainedKind.Catboost) ? TrainedKind.Catboost : TrainedKind.Xgboost;
      const role = name === champion ? VariantRole.Champion : VariantRole.Challenger;
      return { model: name, role, kind: trained, hyperparameters: BEGINNING[trained] };
    }),
    ...(triton &&
      router && {
        servedBy: { namespace: PlatformNamespace.Serving, server: triton.name, splitMap: splitMapName(DEFAULT_SERVICE_NAME) },
      }),
  };
}

function boundsOf(name: string, ranges: NonNullable<Training["data"]["ranges"]>): { least?: number; most?: number } {
  const { feature: _feature, ...bounds } = ranges.find(({ feature }) => feature === name) ?? { feature: name };
  return bounds;
}
