/**
 * Whether what is to be served can run where it is to run: asked before anything is created, because each of these faults otherwise shows as a
 * pod that waits, restarts or answers wrongly, an hour and some money later.
 *
 * A component puts together what it knows, throws `fitFaults`, and leaves `fitAnnotation` on its pods, from which the offline plan tells the
 * same as figures. Decided here: what fits. Not decided here: how fast it is.
 */
import { driverFaults, NODE_DRIVER, runtimeImage } from "./drivers";
import { type GpuModel, GPUS } from "./gpus";
import {
  completeRequest,
  type LanguageModelFit,
  languageModelFaults,
  languageModelFit,
  type LanguageModelRequest,
} from "./language-model-fit";
import { nodeRoom, type NodeSlot } from "./nodes";
import { isKnownNode, type PodDemand, podFaults } from "./pod-fit";
import { treeModelFaults, type TreeModelRequest } from "./tree-models";

/** All that is known; what is not is not judged. */
export interface FitSubject {
  languageModel?: LanguageModelRequest;
  treeModels?: TreeModelRequest[];
  pod?: PodDemand;
  node?: NodeSlot;
  /** Of the node: `580.159.03`. @default the driver of the EKS AMI */
  driverVersion?: string;
}

/** Whole sentences of the form `property is value; rule: cure`; none where everything fits. */
export function fitFaults(subject: FitSubject): string[] {
  const { languageModel, treeModels = [], pod, node } = subject;
  return [
    ...(languageModel === undefined ? [] : languageModelFaults(languageModel)),
    ...treeModels.flatMap((model, index) => treeModelFaults(model, `models[${index}].`)),
    ...(pod === undefined || node === undefined ? [] : podFaults(pod, node)),
    ...slotFaults(subject),
    ...imageFaults(subject),
  ];
}

function slotFaults({ languageModel, pod }: FitSubject): string[] {
  if (languageModel === undefined || pod === undefined || (pod.gpus ?? 0) > 0) return [];
  return [`gpus is ${pod.gpus ?? 0}; ${languageModel.model.name} is served from a GPU, and on a CPU slot it would not start: ask for 1`];
}

export interface FitReport {
  readonly fits: boolean;
  readonly faults: string[];
  /** What a person should know though nothing is wrong. */
  readonly notes: string[];
  readonly languageModel?: LanguageModelFigures;
}

export interface LanguageModelFigures extends LanguageModelFit {
  readonly model: string;
  readonly gpu: string;
  readonly contextTokens: number;
  readonly sequences: number;
}

export function fitReport(subject: FitSubject): FitReport {
  const faults = fitFaults(subject);
  const { languageModel, node } = subject;
  const notes =
    node !== undefined && !isKnownNode(node)
      ? [`${node.instanceType} is in no table of the fit check: what a pod gets there was not judged`]
      : [];
  return {
    ...{ fits: faults.length === 0, faults, notes },
    ...(languageModel === undefined || !hasFigures(languageModel) ? {} : { languageModel: figures(languageModel) }),
  };
}

function hasFigures({ gpu }: LanguageModelRequest): boolean {
  return (GPUS as Partial<typeof GPUS>)[gpu] !== undefined;
}

function figures(request: LanguageModelRequest): LanguageModelFigures {
  const { model, gpu, contextTokens, sequences } = completeRequest(request);
  return { model: model.name, gpu: GPUS[gpu].title, contextTokens, sequences, ...languageModelFit(request) };
}

/** On the pods' template. Its text is a `FitSubject` as JSON. */
export const FIT_ANNOTATION = "modelloop/fit";

export function fitAnnotation(subject: FitSubject): Record<string, string> {
  return { [FIT_ANNOTATION]: JSON.stringify(subject) };
}

function imageFaults({ languageModel, pod, node, driverVersion = NODE_DRIVER }: FitSubject): string[] {
  const gpu = languageModel?.gpu ?? gpuOf(node);
  if (gpu === undefined || (pod?.gpus ?? 0) === 0) return [];
  return (pod?.images ?? []).flatMap((image) =>
    runtimeImage(image) === undefined ? [] : driverFaults("image", image, gpu, driverVersion),
  );
}

function gpuOf(node: NodeSlot | undefined): GpuModel | undefined {
  return node === undefined ? undefined : nodeRoom(node)?.gpu;
}
