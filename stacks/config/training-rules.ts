/** What models with training need of the rest of the file. */
import { LoopMode } from "../../components/learning/model-loop/model-loop";
import { modelTrainingFaults } from "../../components/learning/model-loop/model-training";
import { trainingSettings } from "./training-settings";
import { type Invariant, readsOf, unless } from "./invariant";

const LEARNING = "modelloop:learning";

export const trainingRules: Invariant[] = [
  {
    id: "learning-training",
    reads: readsOf(
      "learning.models",
      "learning.registry",
      "learning.retrainingFunctionArn",
      "learning.prometheusUrl",
      "learning.stagesJudgedByCloudWatch",
      "serving.triton",
      "compute.gateway",
    ),
    check: ({ learning, serving, compute }) => {
      const trained = (learning?.models ?? []).flatMap((model, index) => (model.training === undefined ? [] : [{ model, index }]));
      if (learning === undefined || trained.length === 0) return [];
      const { registry, retrainingFunctionArn } = learning;
      const isServed = serving?.triton !== undefined && serving.router !== undefined;
      const isRolledOut = ({ model: { mode } }: (typeof trained)[number]): boolean => isServed && mode === LoopMode.Act;
      const variants = (serving?.triton?.models ?? []).map(({ name }) => name);
      const routes = (compute.gateway?.routes ?? []).map(({ host }) => host);
      const cure = variants.length === 0 ? "describe the server in modelloop:serving.triton" : `use one of ${variants.join(", ")}`;
      return [
        ...unless(
          registry !== undefined,
          `${LEARNING}.registry is missing; a model with training is registered in MLflow: name its route, registry: { route: mlflow }`,
        ),
        ...unless(
          registry === undefined || routes.includes(registry.route),
          `${LEARNING}.registry.route is ${JSON.stringify(registry?.route)}; modelloop:compute.gateway has the routes ${routes.join(", ") || "of nobody"}: use one of them, or add it there`,
        ),
        ...unless(
          retrainingFunctionArn === undefined,
          `${LEARNING}.retrainingFunctionArn is set beside training; a loop trains in one way: leave one of them out`,
        ),
        ...unless(
          learning.prometheusUrl !== undefined || learning.stagesJudgedByCloudWatch || !trained.some(isRolledOut),
          `${LEARNING}.prometheusUrl is missing; a release that nothing is measured of is held for two hours and rolled back: name a Prometheus that has the router's metrics, or write stagesJudgedByCloudWatch: true where you put them into CloudWatch`,
        ),
        ...trained.flatMap(({ model, index }) => {
          const property = `${LEARNING}.models[${index}].training`;
          const champion = model.training?.champion ?? "";
          if (!variants.includes(champion)) {
            return [`${property}.champion is ${JSON.stringify(champion)}; a run trains the models of the server: ${cure}`];
          }
          const { features = [], ranges = [] } = model.training?.data ?? {};
          const strangers = ranges.filter(({ feature }) => !features.includes(feature));
          if (strangers.length > 0) {
            return strangers.map(
              ({ feature }) =>
                `${property}.data.ranges names ${feature}; it is no feature, and nothing would be bounded: correct the name, or leave it out`,
            );
          }
          return modelTrainingFaults(property, model.name, model.line ?? model.name, trainingSettings(model, serving));
        }),
      ];
    },
  },
];
