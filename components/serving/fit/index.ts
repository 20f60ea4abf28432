/** What components, the command and strangers use of the fit check. */
export { AttentionBackend, AttentionFeature, ModelDtype } from "./capabilities";
export { driverFaults, NODE_DRIVER, runtimeImage } from "./drivers";
export { FIT_ANNOTATION, fitAnnotation, fitFaults, fitReport, type FitReport, type FitSubject, type LanguageModelFigures } from "./fit";
export { GpuModel, GPUS } from "./gpus";
export { type LanguageModelFit, languageModelFaults, languageModelFit, type LanguageModelRequest } from "./language-model-fit";
export { KvCacheDtype } from "./language-model-memory";
export { LanguageModel, LANGUAGE_MODELS, type LanguageModelShape, Quantization } from "./language-models";
export { nodeRoom, type NodeSlot } from "./nodes";
export { type PodDemand, podFaults } from "./pod-fit";
export { TreeBackend, TreeLibrary, treeModelFaults, type TreeModelRequest } from "./tree-models";
