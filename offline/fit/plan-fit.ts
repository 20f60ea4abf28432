/** Holds every pod of a plan against the nodes that the plan makes. Pure. */
import { fitReport, type FitSubject, GPUS, type LanguageModelFigures, nodeRoom, type NodeSlot } from "../../components/serving/fit";
import type { RecordedResource } from "../engine";
import { makesCluster, nodeKinds, type NodeKind } from "./node-groups";
import { mayRunOn, type Workload, workloads } from "./workloads";

export interface WorkloadFit {
  readonly workload: string;
  /** Nodes that it may run on: `dev-llm (g4dn.xlarge)`. */
  readonly nodes: readonly string[];
  readonly fits: boolean;
  readonly faults: readonly string[];
  readonly notes: readonly string[];
  readonly languageModel?: LanguageModelFigures;
}

export function planFit(resources: readonly RecordedResource[]): WorkloadFit[] {
  const kinds = nodeKinds(resources);
  const isWhole = makesCluster(resources);
  return workloads(resources).map((workload) => workloadFit(workload, kinds, isWhole));
}

function workloadFit(workload: Workload, kinds: readonly NodeKind[], isWhole: boolean): WorkloadFit {
  const { title, pod } = workload;
  const known = { workload: title };
  const subject = subjectOf(workload);
  const broken = subject === "unreadable" ? ["its annotation modelloop/fit cannot be read, and was left out"] : [];
  const told = subject === "unreadable" ? {} : subject;
  const possible = kinds.filter((kind) => mayRunOn(workload, kind));
  const nodes = [...new Set(possible.map(({ group, instanceType }) => `${group} (${instanceType})`))];
  if (possible.length === 0) {
    const report = fitReport({ ...told, pod });
    const nowhere = isWhole && kinds.length > 0 ? [nowhereFault(workload)] : [];
    const elsewhere = isWhole ? [] : ["its nodes are made elsewhere: what they have was not judged"];
    const faults = [...report.faults, ...nowhere];
    return { ...known, nodes, ...figuresOf(report), fits: faults.length === 0, faults, notes: [...broken, ...report.notes, ...elsewhere] };
  }
  // One kind of node that takes it is enough: a scheduler finds it, and an autoscaler buys it.
  const judged = possible.map((kind) => judgedOn(kind, told, workload));
  const [best] = [...judged].sort((one, other) => one.faults.length - other.faults.length);
  if (best === undefined) throw new Error("a workload with nodes and no verdict");
  return { ...known, nodes, ...figuresOf(best), fits: best.faults.length === 0, faults: best.faults, notes: [...broken, ...best.notes] };
}

interface Judged {
  readonly faults: readonly string[];
  readonly notes: readonly string[];
  readonly languageModel?: LanguageModelFigures;
}

/** The nodes of the plan in place of those that the component was told of. */
function judgedOn(kind: NodeKind, told: FitSubject, { pod }: Workload): Judged {
  const node: NodeSlot = { instanceType: kind.instanceType, ...(kind.diskGiB === undefined ? {} : { diskGiB: kind.diskGiB }) };
  const { faults, notes, languageModel } = fitReport({ ...told, pod, node });
  return { faults: [...faults, ...otherGpu(told, node)], notes, ...(languageModel === undefined ? {} : { languageModel }) };
}

function otherGpu({ languageModel }: FitSubject, node: NodeSlot): string[] {
  const gpu = nodeRoom(node)?.gpu;
  if (languageModel === undefined || gpu === undefined || gpu === languageModel.gpu) return [];
  return [
    `gpu is ${languageModel.gpu}; the nodes that take it are ${node.instanceType} with a ${GPUS[gpu].title}: name that GPU, or other nodes`,
  ];
}

function figuresOf({ languageModel }: { readonly languageModel?: LanguageModelFigures }) {
  return languageModel === undefined ? {} : { languageModel };
}

function nowhereFault({ nodeSelector }: Workload): string {
  const asked = Object.entries(nodeSelector).map(([label, value]) => `${label}=${value}`);
  const what =
    asked.length === 0
      ? "every group has a taint that it does not tolerate"
      : `no group of nodes has ${asked.join(", ")} and taints that it tolerates`;
  return `nodeSelector is ${asked.length === 0 ? "not set" : asked.join(", ")}; ${what}, and the pod would wait for ever: add such nodes, or change where it may run`;
}

function subjectOf({ annotation }: Workload): FitSubject | "unreadable" {
  if (annotation === undefined) return {};
  try {
    const subject = JSON.parse(annotation) as FitSubject;
    // Somebody else's, or another version's: what cannot be judged must not stop the plan.
    fitReport(subject);
    return {
      ...(subject.languageModel && { languageModel: subject.languageModel }),
      ...(subject.treeModels && { treeModels: subject.treeModels }),
    };
  } catch {
    return "unreadable";
  }
}
