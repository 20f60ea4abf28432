/** What a stack file may not say about the language model. */
import { type ConfigBlock, refusal, smallest } from "../stack-file";

const GPUS = { gpuNodeGroups: [{ name: "llm", instanceTypes: ["g4dn.xlarge"] }] };
const SECRETS = { secrets: [{ name: "llm-key", description: "Key of the language model" }] };

function withModel(model: object, compute: object = GPUS, data: object = SECRETS): ConfigBlock {
  const languageModel = { weightsPrefix: "llm/llama-2-7b-gptq/v1/", apiKeySecret: "llm-key", ...model };
  return { ...smallest(), "modelloop:data": data, "modelloop:compute": compute, "modelloop:serving": { languageModel } };
}

function refused(...sentences: string[]): string {
  return ["Pulumi.dev.yaml is refused:", ...sentences.map((sentence) => `  - ${sentence}`)].join("\n");
}

test("S2 the smallest language model is accepted", () => {
  expect(refusal(withModel({}))).toBeUndefined();
});

test("S2 what the component would refuse is told with the file's own keys", () => {
  expect(refusal(withModel({ weightsPrefix: "/llm", minReplicas: 0, maxReplicas: 1 }))).toBe(
    refused(
      'modelloop:serving.languageModel.weightsPrefix is "/llm"; it is the folder of one model\'s files: no slash in front, one at the end: write it like llm/llama-2-7b-gptq/v1/',
      "modelloop:serving.languageModel.minReplicas is 0; without a pod vLLM has no metric, and nothing would ever wake it: give a wakeQueue, or use 1",
    ),
  );
});

// Found by a pod that restarts for ever on a GPU that is paid for.
test("S2 a model that does not fit the GPU is refused, with the nearest that does", () => {
  expect(refusal(withModel({ model: "llama-2-7b" }))).toMatch(/languageModel\.model is llama-2-7b; .*: use the model llama-2-7b-gptq/);
});

test("S2 a model without its secret, its secret store or its nodes is refused", () => {
  expect(refusal(withModel({ apiKeySecret: "other" }))).toBe(
    refused(
      'modelloop:serving.languageModel.apiKeySecret is "other"; modelloop:data.secrets has llm-key: use one of these, or add it there',
    ),
  );
  expect(refusal(withModel({}, { ...GPUS, addOns: ["loadBalancerController", "nvidiaDevicePlugin", "nodeAutoscaling"] }))).toBe(
    refused(
      "modelloop:serving.languageModel is set; modelloop:compute.addOns lacks externalSecrets, and its pods would wait for their key for ever: add that, or leave languageModel out",
    ),
  );
  expect(refusal(withModel({ minReplicas: 0 }, {}))).toBe(
    refused(
      "modelloop:serving.languageModel.instanceType is g4dn.xlarge; no group of modelloop:compute.gpuNodeGroups has it, and a pod that wakes would wait for ever: add such a group, or name a type that there is",
    ),
  );
});
