/** The pods that a plan asks for: what each of them needs, and where it may run. Pure. */
import { FIT_ANNOTATION, type PodDemand } from "../../components/serving/fit";
import { readQuantity } from "../../components/shared/quantity";
import type { Json, RecordedResource } from "../engine";
import { isMapping } from "../plan/mapping";
import type { NodeKind, Taint } from "./node-groups";

type Mapping = Readonly<Record<string, Json>>;

export interface Workload {
  /** `Deployment serving/llm` */
  readonly title: string;
  readonly pod: PodDemand;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Mapping[];
  /** What its component knows beyond this, as it left it on the pods. */
  readonly annotation?: string;
}

/** Kinds that make pods, and where in them a pod is described. A DaemonSet's are counted with the node. */
const POD_TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  Pod: [],
};

const GPU = "nvidia.com/gpu";

export function workloads(resources: readonly RecordedResource[]): Workload[] {
  return resources.flatMap(({ type, kind, name, inputs }) => {
    const sort = text(inputs["kind"], "");
    const steps = kind === "custom" && type.startsWith("kubernetes:") ? POD_TEMPLATES[sort] : undefined;
    if (steps === undefined) return [];
    const template = steps.reduce<Mapping>((at, step) => mapping(at[step]), inputs);
    const { metadata, spec } = { metadata: mapping(template["metadata"]), spec: mapping(template["spec"]) };
    const own = mapping(inputs["metadata"]);
    const annotation = mapping(metadata["annotations"])[FIT_ANNOTATION];
    return [
      {
        title: `${sort} ${text(own["namespace"], "default")}/${text(own["name"], name)}`,
        pod: podDemand(spec),
        nodeSelector: Object.fromEntries(Object.entries(mapping(spec["nodeSelector"])).map(([label, value]) => [label, text(value, "")])),
        tolerations: list(spec["tolerations"]).map(mapping),
        ...(typeof annotation === "string" ? { annotation } : {}),
      },
    ];
  });
}

/** Containers that run together add up; those that run before them, one after the other, only count where they ask for more. */
function podDemand(spec: Mapping): PodDemand {
  const initial = list(spec["initContainers"]).map(mapping);
  const containers = list(spec["containers"]).map(mapping);
  const together = [...containers, ...initial.filter(({ restartPolicy }) => restartPolicy === "Always")];
  const before = initial.filter(({ restartPolicy }) => restartPolicy !== "Always");
  const sum = (resource: string) => together.reduce((total, container) => total + requested(container, resource), 0);
  const most = (resource: string) => Math.max(sum(resource), ...before.map((container) => requested(container, resource)));
  const [cpu, memory, gpus] = [most("cpu"), most("memory"), most(GPU)];
  const ephemeral = Math.max(most("ephemeral-storage"), volumesOnDisk(spec));
  return {
    ...(cpu > 0 ? { cpu: `${Math.round(cpu * 1_000)}m` } : {}),
    ...(memory > 0 ? { memory: `${Math.ceil(memory / 2 ** 20)}Mi` } : {}),
    ...(ephemeral > 0 ? { ephemeralStorage: `${Math.ceil(ephemeral / 2 ** 20)}Mi` } : {}),
    ...{ gpus, images: [...containers, ...initial].flatMap(({ image }) => (typeof image === "string" ? [image] : [])) },
  };
}

/** What its own volumes may grow to. No scheduler counts them unless containers ask for them, and the disk fills all the same. */
function volumesOnDisk(spec: Mapping): number {
  return list(spec["volumes"]).reduce<number>((total, volume) => {
    const { medium, sizeLimit } = mapping(mapping(volume)["emptyDir"]);
    return total + (medium === "Memory" ? 0 : (readQuantity(text(sizeLimit, "")) ?? 0));
  }, 0);
}

/** Kubernetes takes the limit where nothing is requested. */
function requested(container: Mapping, resource: string): number {
  const { requests, limits } = mapping(container["resources"]);
  const amount = mapping(requests)[resource] ?? mapping(limits)[resource];
  return readQuantity(typeof amount === "number" ? String(amount) : text(amount, "")) ?? 0;
}

/** Whether a scheduler may put it there: labels and taints, as the pod says. Affinities are not looked at. */
export function mayRunOn({ nodeSelector, tolerations }: Workload, { labels, taints }: NodeKind): boolean {
  const isChosen = Object.entries(nodeSelector).every(([label, value]) => labels[label] === value);
  return isChosen && taints.every((taint) => !keepsAway(taint) || tolerations.some((toleration) => tolerates(toleration, taint)));
}

function keepsAway({ effect }: Taint): boolean {
  return !/^prefer/i.test(effect);
}

/** EKS writes NO_SCHEDULE where Kubernetes writes NoSchedule. */
function tolerates({ key, operator, value, effect }: Mapping, taint: Taint): boolean {
  const same = (one: string, other: string) => one.replaceAll("_", "").toLowerCase() === other.replaceAll("_", "").toLowerCase();
  if (typeof effect === "string" && effect !== "" && !same(effect, taint.effect)) return false;
  if (operator === "Exists") return key === undefined || key === "" || key === taint.key;
  return key === taint.key && text(value, "") === taint.value;
}

function mapping(value: Json | undefined): Mapping {
  return isMapping(value) ? value : {};
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Json | undefined, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
