/**
 * The router and the slots as objects of a cluster: the router's ConfigMap and Deployment, and of each slot a Deployment and a ScaledObject.
 *
 * Pods are found by the selector of their Deployment, so that no name of a label is known here, and the right to list pods is enough.
 */
import { z } from "zod";
import { Accelerator } from "../../domain/packages/model-kind";
import {
  FIELD_MANAGER,
  PAUSE_ANNOTATION,
  RELEASE_VARIABLE,
  releaseApply,
  SERVER_CONTAINER,
  sleepPatch,
  slotName,
} from "../../domain/packages/slots";
import { readSplit, splitText } from "../../domain/split/split";
import { SPLIT_ANNOTATION, SPLIT_KEYS, splitConfiguration, splitHash } from "../../domain/split/split-configuration";
import type { Cluster, PodsState, Refusal, RouterPlace, SlotPlace, WriteOutcome } from "../../ports/cluster";
import { type CallApi, messageOf } from "./api-server";

const APPLY = "application/apply-patch+yaml";
const MERGE = "application/merge-patch+json";
const LOADED = "--load-model=";

const metadata = z.object({
  resourceVersion: z.string(),
  generation: z.number().default(0),
  annotations: z.record(z.string(), z.string()).default({}),
});
const configMapSchema = z.object({ metadata, data: z.record(z.string(), z.string()).default({}) });
const containerSchema = z.object({
  name: z.string(),
  args: z.array(z.string()).default([]),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
  resources: z.object({ limits: z.record(z.string(), z.union([z.string(), z.number()])).default({}) }).prefault({}),
});
const deploymentSchema = z.object({
  metadata,
  spec: z.object({
    replicas: z.number().default(1),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }),
    template: z.object({
      metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }).prefault({}),
      spec: z.object({ containers: z.array(containerSchema) }),
    }),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      ...{ replicas: z.number().default(0), updatedReplicas: z.number().default(0), availableReplicas: z.number().default(0) },
    })
    .prefault({}),
});
const podListSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ deletionTimestamp: z.string().optional() }),
      status: z.object({ podIP: z.string().optional(), phase: z.string().optional() }).prefault({}),
    }),
  ),
});
const scaledObjectSchema = z.object({ metadata });

type Deployment = z.output<typeof deploymentSchema>;

export function kubernetesCluster(call: CallApi): Cluster {
  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T | Refusal> => {
    const { status, body } = await call({ method: "GET", path });
    return status === 200 ? schema.parse(body) : refusal("GET", path, status, body);
  };
  const patch = async (path: string, contentType: string, body: object): Promise<WriteOutcome> => {
    const { status, body: answer } = await call({ method: "PATCH", path, contentType, body });
    if (status === 200 || status === 201) return { kind: "written" };
    if (status === 409) return { kind: "conflict", reason: messageOf(answer) };
    return refusal("PATCH", path, status, answer);
  };
  // Forced: what somebody has changed by hand is taken back into one hand. That others were quicker is seen by the version, not by the owner.
  const apply = (path: string, body: object): Promise<WriteOutcome> =>
    patch(`${path}?fieldManager=${FIELD_MANAGER}&force=true`, APPLY, body);

  const podsOf = async (namespace: string, deployment: Deployment): Promise<PodsState | Refusal> => {
    const selector = Object.entries(deployment.spec.selector.matchLabels).map(([name, value]) => `${name}=${value}`);
    const list = await get(`${core(namespace)}/pods?labelSelector=${encodeURIComponent(selector.join(","))}`, podListSchema);
    if (isRefusal(list)) return list;
    const staying = list.items.filter(
      ({ metadata: { deletionTimestamp }, status: { phase } }) => deletionTimestamp === undefined && phase !== "Failed",
    );
    return { kind: "found", settled: isSettled(deployment), addresses: staying.flatMap(({ status: { podIP } }) => podIP ?? []) };
  };

  return {
    async split({ namespace, router }) {
      const map = await get(splitPath({ namespace, router }), configMapSchema);
      if (isRefusal(map)) return map;
      try {
        const split = readSplit(map.data[SPLIT_KEYS.state] ?? "");
        return { kind: "found", split, resourceVersion: map.metadata.resourceVersion };
      } catch (error) {
        const reason = `the split in ${namespace}/${router}-split cannot be read (${(error as Error).message}): put the last good one back by hand`;
        return { kind: "refused", reason };
      }
    },

    writeSplit: ({ namespace, router }, split, resourceVersion) =>
      apply(splitPath({ namespace, router }), {
        ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${router}-split`, namespace, resourceVersion } },
        data: { [SPLIT_KEYS.state]: splitText(split), [SPLIT_KEYS.configuration]: splitConfiguration(split) },
      }),

    async announceSplit({ namespace, router }, split) {
      const path = deploymentPath(namespace, router);
      const deployment = await get(path, deploymentSchema);
      if (isRefusal(deployment)) return deployment;
      const annotations = { [SPLIT_ANNOTATION]: splitHash(split) };
      if (deployment.spec.template.metadata.annotations[SPLIT_ANNOTATION] === annotations[SPLIT_ANNOTATION]) return { kind: "written" };
      return apply(path, {
        ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: router, namespace } },
        spec: { template: { metadata: { annotations } } },
      });
    },

    async routerPods({ namespace, router }) {
      const deployment = await get(deploymentPath(namespace, router), deploymentSchema);
      return isRefusal(deployment) ? deployment : podsOf(namespace, deployment);
    },

    async slot(place) {
      const { namespace } = place;
      const deployment = await get(deploymentPath(namespace, nameOf(place)), deploymentSchema);
      if (isRefusal(deployment)) return deployment;
      const scaling = await get(scalingPath(place), scaledObjectSchema);
      if (isRefusal(scaling)) return scaling;
      const pods = await podsOf(namespace, deployment);
      if (isRefusal(pods)) return pods;
      const container = deployment.spec.template.spec.containers.find(({ name }) => name === SERVER_CONTAINER);
      const limits = container?.resources.limits ?? {};
      return {
        ...pods,
        releasePrefix: container?.env.find(({ name }) => name === RELEASE_VARIABLE)?.value,
        asleep: scaling.metadata.annotations[PAUSE_ANNOTATION] === "0",
        traits: {
          accelerator: limits["nvidia.com/gpu"] === undefined ? Accelerator.Cpu : Accelerator.Gpu,
          cpus: cpusOf(limits["cpu"]),
          models: (container?.args ?? []).filter((flag) => flag.startsWith(LOADED)).map((flag) => flag.slice(LOADED.length)),
        },
        resourceVersion: deployment.metadata.resourceVersion,
        sleepVersion: scaling.metadata.resourceVersion,
      };
    },

    fillSlot(place, prefix, resourceVersion) {
      const wanted = releaseApply(place.server, place.slot, place.namespace, prefix);
      return apply(deploymentPath(place.namespace, nameOf(place)), { ...wanted, metadata: { ...wanted.metadata, resourceVersion } });
    },

    setSleep: (place, asleep, sleepVersion) => patch(scalingPath(place), MERGE, sleepPatch(asleep, sleepVersion)),
  };
}

function isSettled({ metadata: { generation }, spec: { replicas }, status }: Deployment): boolean {
  const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
  return status.observedGeneration >= generation && replicas > 0 && counts.every((count) => count === replicas);
}

function isRefusal(found: object): found is Refusal {
  return "kind" in found && found.kind === "refused";
}

function refusal(method: string, path: string, status: number, body: unknown): Refusal {
  const [place] = path.split("?");
  if (status === 403) {
    const cure = "bind the group of the loop's access entry to the Role that the router and the model server bring along";
    return { kind: "refused", reason: `the loop may not ${method} ${place} (${messageOf(body)}): ${cure}` };
  }
  if (status === 401) {
    return { kind: "refused", reason: `the cluster does not know the loop's role (${messageOf(body)}): give it an access entry` };
  }
  if (status === 404) return { kind: "refused", reason: `${place} is not in the cluster (${messageOf(body)}): deploy it, or name another` };
  return { kind: "refused", reason: `the cluster answers ${status} to ${method} ${place}: ${messageOf(body)}` };
}

/** `2`, `500m`. */
function cpusOf(quantity: string | number | undefined): number {
  const text = String(quantity ?? "");
  if (text === "") return Infinity;
  return text.endsWith("m") ? Number(text.slice(0, -1)) / 1_000 : Number(text);
}

function nameOf({ server, slot }: SlotPlace): string {
  return slotName(server, slot);
}

function core(namespace: string): string {
  return `/api/v1/namespaces/${namespace}`;
}

function splitPath({ namespace, router }: RouterPlace): string {
  return `${core(namespace)}/configmaps/${router}-split`;
}

function deploymentPath(namespace: string, name: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
}

function scalingPath(place: SlotPlace): string {
  return `/apis/keda.sh/v1alpha1/namespaces/${place.namespace}/scaledobjects/${nameOf(place)}`;
}
