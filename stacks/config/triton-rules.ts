/** What the server of tree models would refuse, and what it needs of the rest of the file. */
import { AddOn } from "../../components/compute/add-ons/add-ons";
import { Accelerator } from "../../components/serving/triton-server/triton-server";
import { tritonServerFaults } from "../../components/serving/triton-server/triton-server-faults";
import { type Invariant, type InvariantContext, readsOf, unless } from "./invariant";
import type { ComputeConfig, TritonConfig } from "./schema";

const TRITON = "modelloop:serving.triton";
const ROUTER = "modelloop:serving.router";

/** Stands for the VPC's own range, which is right in any case. */
const OWN_RANGE = "10.0.0.0/8";

/** Disk of a node that says nothing of it. */
const NODE_DISK_GIB = 50;

export const tritonRules: Invariant[] = [
  tritonRule("triton", ["compute.nodeGroups", "compute.gpuNodeGroups"], (triton, { compute }) => {
    const { name, nodeGroup: _, ...settings } = triton;
    const { group, key } = nodesOf(triton, compute);
    const [instanceType] = group?.instanceTypes ?? [];
    const nodes = { ...(instanceType !== undefined && { instanceType }), ...(group && { nodeDiskGiB: group.diskGiB ?? NODE_DISK_GIB }) };
    const shape = { ...settings, ...nodes, serverName: name, namespace: "serving", bucketName: "models", stsCidrs: [OWN_RANGE] };
    return tritonServerFaults(name, shape).map((fault) =>
      fault.startsWith("nodeDiskGiB") ? fault.replace("nodeDiskGiB", `${key}.diskGiB`) : `${TRITON}.${fault}`,
    );
  }),
  tritonRule("triton-node-group", ["compute.nodeGroups", "compute.gpuNodeGroups"], (triton, { compute }) =>
    unless(
      nodesOf(triton, compute).group !== undefined,
      `${TRITON}.nodeGroup is "${triton.nodeGroup}"; modelloop:compute.${groupsKey(triton)} has no group of that name, and its pods would wait for ever: name one of these, or add it`,
    ),
  ),
  tritonRule("triton-keda", ["compute.addOns"], (_, { compute: { addOns } }) =>
    unless(
      addOns.includes(AddOn.Keda),
      `${TRITON} is set; modelloop:compute.addOns lacks keda, and nobody would put its slots to sleep or wake them: add that, or leave triton out`,
    ),
  ),
  tritonRule("router-and-triton", ["serving.router"], ({ name, models }, { serving }) => {
    const router = serving?.router;
    if (router === undefined) return [];
    const known = models.map((model) => model.name);
    return [
      ...unless(
        router.modelServer === name,
        `${ROUTER}.modelServer is "${router.modelServer}"; ${TRITON}.name is "${name}", and the router would call nobody: write the same`,
      ),
      ...router.experiment.variants.flatMap(({ model }, index) =>
        unless(
          known.includes(model),
          `${ROUTER}.experiment.variants[${index}].model is "${model}"; ${TRITON}.models has ${known.join(", ")}, and every call of the variant would get 404: name one of these, or add it`,
        ),
      ),
    ];
  }),
];

function groupsKey({ accelerator }: TritonConfig): "nodeGroups" | "gpuNodeGroups" {
  return accelerator === Accelerator.Gpu ? "gpuNodeGroups" : "nodeGroups";
}

interface Nodes {
  readonly group?: { readonly instanceTypes?: readonly string[]; readonly diskGiB?: number } | undefined;
  /** Of the group in the file. */
  readonly key: string;
}

function nodesOf(triton: TritonConfig, compute: ComputeConfig): Nodes {
  const groups: readonly (NonNullable<Nodes["group"]> & { name: string })[] = compute[groupsKey(triton)];
  const index = groups.findIndex(({ name }) => name === triton.nodeGroup);
  return { group: groups[index], key: `modelloop:compute.${groupsKey(triton)}[${index}]` };
}

/** A rule that is silent in a stack without the server. */
function tritonRule(id: string, keys: string[], check: (triton: TritonConfig, context: InvariantContext) => string[]): Invariant {
  return {
    id,
    reads: readsOf("serving.triton", ...keys),
    check: (context) => (context.serving?.triton === undefined ? [] : check(context.serving.triton, context)),
  };
}
