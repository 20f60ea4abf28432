import {
  FIT_ANNOTATION,
  fitAnnotation,
  fitFaults,
  fitReport,
  type FitSubject,
  GpuModel,
  LANGUAGE_MODELS,
  LanguageModel,
  TreeBackend,
  TreeLibrary,
} from "../../../../components/serving/fit";

const LLAMA: FitSubject = {
  languageModel: { model: LANGUAGE_MODELS[LanguageModel.Llama2With7BGptq], gpu: GpuModel.T4 },
  pod: { cpu: "3", memory: "11Gi", gpus: 1, images: ["vllm/vllm-openai:v0.24.0"] },
  node: { instanceType: "g4dn.xlarge", diskGiB: 100 },
};

const XGBOOST = {
  ...{ name: "anomaly_xgboost", library: TreeLibrary.XgBoost, libraryVersion: "3.0.5", backend: TreeBackend.Fil },
  ...{ tritonRelease: "26.07", features: 37, contractFeatures: 37 },
};

describe("the fit check", () => {
  it("S2 I3 lets the default model onto the default node", () => {
    expect(fitFaults(LLAMA)).toEqual([]);
    expect(fitReport(LLAMA)).toMatchObject({ fits: true, notes: [], languageModel: { gpu: "T4", sequences: 4, contextTokens: 4_096 } });
  });

  it("S1 lets both tree models onto nodes without a GPU", () => {
    const catboost = { ...XGBOOST, name: "anomaly_catboost", library: TreeLibrary.CatBoost, backend: TreeBackend.OnnxRuntime };
    const pod = { cpu: "2", memory: "4Gi", images: ["nvcr.io/nvidia/tritonserver:26.07-py3"] };
    const subject = { treeModels: [XGBOOST, catboost], pod, node: { instanceType: "m6i.xlarge", diskGiB: 50 } };
    expect(fitReport(subject)).toEqual({ fits: true, faults: [], notes: [] });
  });

  // One fault a deployment means one hour a fault.
  it("tells all that is wrong at once", () => {
    const { languageModel } = LLAMA;
    if (languageModel === undefined) throw new Error("no model");
    const subject: FitSubject = {
      languageModel: { ...languageModel, sequences: 8 },
      treeModels: [{ ...XGBOOST, features: 36 }],
      pod: { cpu: "4", images: ["vllm/vllm-openai:v0.24.0"] },
      node: { instanceType: "g4dn.xlarge", diskGiB: 100 },
    };
    expect(fitFaults(subject)).toEqual([
      "sequences is 8; 8 requests of 4,096 tokens need 32,768, and llama-2-7b-gptq leaves room for 16,720 on a T4: use sequences 4, or contextTokens 2048, or an L40S (g6e.xlarge)",
      "models[0].features is 36; callers send 37 columns, and anomaly_xgboost would read them as something else: train it on these, or change the contract with all callers",
      "cpu is 4; a g4dn.xlarge has 3740m for it once EKS' own pods run: ask for at most that, or use a larger type",
      "gpus is 0; llama-2-7b-gptq is served from a GPU, and on a CPU slot it would not start: ask for 1",
    ]);
  });

  it("says what it did not judge", () => {
    expect(fitReport({ pod: { cpu: "900" }, node: { instanceType: "u7i-12tb.224xlarge" } })).toEqual({
      fits: true,
      faults: [],
      notes: ["u7i-12tb.224xlarge is in no table of the fit check: what a pod gets there was not judged"],
    });
  });

  it("travels with the pods as text, and reads the same there", () => {
    expect(fitFaults(JSON.parse(fitAnnotation(LLAMA)[FIT_ANNOTATION] ?? "") as FitSubject)).toEqual([]);
  });
});
