/** What the server of a language model would refuse, and what it needs of the rest of the file. */
import { AddOn } from "../../components/compute/add-ons/add-ons";
import { vllmServerFaults } from "../../components/serving/vllm-server/vllm-server-faults";
import { languageModelSettings } from "./language-model-settings";
import { type Invariant, type InvariantContext, readsOf, unless } from "./invariant";
import type { LanguageModelConfig } from "./schema";

const BLOCK = "modelloop:serving.languageModel";

export const languageModelRules: Invariant[] = [
  languageModelRule("language-model", ["serving.monitoring"], (model, { serving }) => {
    const shape = {
      ...languageModelSettings(model, serving?.monitoring),
      namespace: "serving",
      weights: { bucketName: "models", prefix: model.weightsPrefix },
    };
    return vllmServerFaults("llm", shape).map((fault) => `${BLOCK}.${fault.replace(/^weights\.prefix/, "weightsPrefix")}`);
  }),
  languageModelRule("language-model-secret", ["data.secrets"], ({ apiKeySecret }, { data: { secrets } }) => {
    const known = secrets.map(({ name }) => name);
    return unless(
      known.includes(apiKeySecret),
      `${BLOCK}.apiKeySecret is ${JSON.stringify(apiKeySecret)}; modelloop:data.secrets has ${known.join(", ") || "none"}: use one of these, or add it there`,
    );
  }),
  languageModelRule("language-model-secret-store", ["compute.addOns"], (_, { compute: { addOns } }) =>
    unless(
      addOns.includes(AddOn.ExternalSecrets),
      `${BLOCK} is set; modelloop:compute.addOns lacks externalSecrets, and its pods would wait for their key for ever: add that, or leave languageModel out`,
    ),
  ),
  languageModelRule("language-model-gpus", ["compute.gpuNodeGroups"], ({ minReplicas, instanceType }, { compute: { gpuNodeGroups } }) =>
    unless(
      gpuNodeGroups.some(({ instanceTypes }) => (instanceTypes as readonly string[]).includes(instanceType)),
      `${BLOCK}.instanceType is ${instanceType}; no group of modelloop:compute.gpuNodeGroups has it, and ${minReplicas === 0 ? "a pod that wakes" : "its pod"} would wait for ever: add such a group, or name a type that there is`,
    ),
  ),
];

/** A rule that is silent in a stack without a language model. */
function languageModelRule(
  id: string,
  keys: string[],
  check: (model: LanguageModelConfig, context: InvariantContext) => string[],
): Invariant {
  return {
    id,
    reads: readsOf("serving.languageModel", ...keys),
    check: (context) => (context.serving?.languageModel === undefined ? [] : check(context.serving.languageModel, context)),
  };
}
