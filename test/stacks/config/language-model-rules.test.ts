/** What a stack file may not say about the language model. */
import { spawnSync } from "node:child_process";
import { LanguageModel } from "../../../components/serving/fit";
import { CHAT_TEMPLATES } from "../../../stacks/config/chat-templates";
import { languageModelSettings } from "../../../stacks/config/language-model-settings";
import { committed, type ConfigBlock, ENVIRONMENTS, parsed, refusal, smallest } from "../stack-file";

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

const settingsOf = (config: ConfigBlock, environment = "dev") => {
  const { serving } = parsed(config, environment);
  if (serving?.languageModel === undefined) throw new Error("no language model");
  return languageModelSettings(serving.languageModel, serving.monitoring);
};

// Half of what its proxy lets through answers 400 to everybody: Llama 2 has no template of its own, and vLLM 0.33 has none to fall back to.
test.each(ENVIRONMENTS)("S2 %s answers /v1/chat/completions: its Llama 2 has a chat template", (environment) => {
  expect(settingsOf(committed(environment), environment).chatTemplate).toBe(CHAT_TEMPLATES[LanguageModel.Llama2With7BGptq]);
});

test("S2 a chat template in the file counts, and a model that has its own is left alone", () => {
  expect(settingsOf(withModel({ chatTemplate: "{{ messages }}" })).chatTemplate).toBe("{{ messages }}");
  expect(settingsOf(withModel({ model: "qwen2.5-7b-instruct-gptq" }))).not.toHaveProperty("chatTemplate");
});

const JINJA = `
import json, sys
from jinja2.sandbox import ImmutableSandboxedEnvironment
given = json.load(sys.stdin)
environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
print(environment.from_string(given.pop("template")).render(**given), end="")
`;
const hasJinja = spawnSync("python3", ["-c", "import jinja2"]).status === 0;

// As Transformers reads templates: it drops the line end after a tag.
(hasJinja ? test : test.skip)(
  "S2 the template of Llama 2 writes a conversation as a dialogue, by Jinja itself (python3 with jinja2)",
  () => {
    const messages = [
      { role: "system", content: " Explain log anomalies.\n" },
      { role: "user", content: "Why {{ 7 }}?" },
      { role: "assistant", content: "Because." },
      { role: "user", content: "And?" },
    ];
    const given = { template: CHAT_TEMPLATES[LanguageModel.Llama2With7BGptq], messages, bos_token: "<s>", add_generation_prompt: true };
    const { stdout } = spawnSync("python3", ["-c", JINJA], { input: JSON.stringify(given), encoding: "utf8" });
    expect(stdout).toBe("<s>Explain log anomalies.\n\nUser: Why {{ 7 }}?\nAssistant: Because.\nUser: And?\nAssistant:");
  },
);

describe("S2 monitoring", () => {
  const watched = (model: object, monitoring: object): ConfigBlock => {
    const config = withModel(model);
    Object.assign(config["modelloop:serving"] as object, { monitoring });
    return config;
  };
  const prometheusUrl = "http://prometheus-operated.monitoring.svc:9090";

  test("reaches the language model where the cluster has the operator's kinds, and only there", () => {
    expect(settingsOf(watched({}, { prometheusUrl })).monitoring).toEqual({ prometheusUrl });
    expect(settingsOf(watched({}, { prometheusUrl, serviceMonitors: false }))).not.toHaveProperty("monitoring");
    expect(settingsOf(withModel({}))).not.toHaveProperty("monitoring");
  });

  // Turned on in dev it would be refused: a metric of its own cannot wake what has no pod.
  test("leaves a model asleep that sleeps without a queue, and scales one that does not", () => {
    expect(refusal(watched({ minReplicas: 0 }, { prometheusUrl }))).toBeUndefined();
    expect(settingsOf(watched({ minReplicas: 0 }, { prometheusUrl })).maxReplicas).toBe(0);
    expect(refusal(watched({ minReplicas: 1, maxReplicas: 2 }, { prometheusUrl }))).toBeUndefined();
  });

  test("is refused at an address that is none", () => {
    expect(refusal(watched({}, { prometheusUrl: "prometheus:9090" }))).toBe(
      refused(
        'modelloop:serving.monitoring.prometheusUrl is "prometheus:9090"; it takes an address inside the cluster: write for example "http://prometheus-operated.monitoring.svc:9090"',
      ),
    );
  });
});
