/** What a roll-out finds around it: the router and the slots of a model server in a cluster, before anything of it has begun. */
import { slotName, SLOTS, SERVER_CONTAINER, PAUSE_ANNOTATION } from "../../../lambdas/domain/packages/slots";
import type { Manifest } from "../../../lambdas/domain/packages/manifest";
import { readParity } from "../../../lambdas/domain/packages/parity";
import type { ModelSpec } from "../../../lambdas/domain/run/model-spec";
import { SPLIT_ANNOTATION, SPLIT_KEYS, splitConfiguration, splitHash } from "../../../lambdas/domain/split/split-configuration";
import { type Split, splitText } from "../../../lambdas/domain/split/split";
import { type ClusterFacts, Pods } from "../standins/pods";
import type { World } from "../world";

export interface ServingStory {
  /** What users get at the beginning. Absent: the first day. */
  readonly serves?: string;
  /** Percent of users for the challenger, in an experiment between the variants. @default 0 */
  readonly challengerShare?: number;
  /** @default 2 */
  readonly routerPods?: number;
  /** Virtual milliseconds until a router's pod is ready. @default 20 seconds */
  readonly routerStarts?: number;
  /** Virtual milliseconds until a slot's pod is ready. @default 4 minutes */
  readonly slotStarts?: number;
}

/** @returns the pods, to be broken by what happens */
export function bringServing(
  world: World,
  { serving, variants }: ModelSpec,
  { serves, challengerShare = 0, routerPods = 2, routerStarts = 20_000, slotStarts = 240_000 }: ServingStory,
): Pods {
  if (serving === undefined) throw new Error("a model that nothing serves has no cluster");
  const { namespace, router, server } = serving;
  // The side that grows stands first.
  const ordered = challengerShare === 0 ? variants : [...variants].reverse();
  const hundredths = (role: string) => Math.round((role === "challenger" ? challengerShare : 100 - challengerShare) * 100);
  const arms = ordered.map(({ role, model }) => ({ variant: role, model, hundredths: hundredths(role) }));
  const split: Split = {
    ...{ schemaVersion: 1, generation: 1, fence: 0, experiment: { name: "models", arms } },
    ...(serves !== undefined && { stable: { release: serves, slot: "a" } }),
  };
  const { cluster } = world;
  const apps = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  cluster.declare(
    `/api/v1/namespaces/${namespace}/configmaps/${router}-split`,
    {
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${router}-split`, namespace } },
      data: { [SPLIT_KEYS.state]: splitText(split), [SPLIT_KEYS.configuration]: splitConfiguration(split) },
    },
    "modelloop-loop",
  );
  const deployment = (name: string, annotations: object, container: object) => ({
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } },
    spec: {
      selector: { matchLabels: { "app.kubernetes.io/instance": name } },
      template: { metadata: { annotations }, spec: { containers: [container] } },
    },
  });
  cluster.declare(`${apps}/${router}`, deployment(router, { [SPLIT_ANNOTATION]: splitHash(split) }, { name: "nginx" }));
  for (const slot of SLOTS) {
    const name = slotName(server, slot);
    const isServing = serves !== undefined && slot === "a";
    const env = isServing ? [{ name: "RELEASE_PREFIX", value: `${serving.releases.replace(/^s3:\/\/[^/]+\//, "")}${serves}` }] : [];
    const container = {
      name: SERVER_CONTAINER,
      args: variants.map(({ model }) => `--load-model=${model}`),
      env,
      resources: { limits: { cpu: "4" } },
    };
    cluster.declare(`${apps}/${name}`, deployment(name, {}, container));
    const annotations: Record<string, string> = isServing ? {} : { [PAUSE_ANNOTATION]: "0" };
    cluster.declare(`/apis/keda.sh/v1alpha1/namespaces/${namespace}/scaledobjects/${name}`, { metadata: { name, namespace, annotations } });
  }
  const facts: ClusterFacts = { namespace, router, server, routerPods, slotPods: 1, routerStarts, slotStarts };
  const pods = new Pods(world.time, cluster, world.traffic, facts);
  // A slot knows the place within the bucket; which bucket, its arguments say.
  const bucket = /^s3:\/\/[^/]+\//.exec(serving.releases)?.[0] ?? "";
  pods.inference = (prefix, model, rows) => trained(world, bucket + prefix, model, rows);
  pods.begin();
  world.outside.add(pods.service);
  return pods;
}

/** As the trained model answered the rows that lie beside its release; anything to others. */
function trained(
  world: World,
  prefix: string,
  model: string,
  rows: readonly (readonly number[])[],
): { labels: number[]; probabilities: number[] } {
  const folder = prefix.replace(/\/?$/, "/");
  const bytes = world.s3.get(`${folder}parity-${model}.f32`)?.bytes;
  const parity = bytes === undefined ? undefined : readParity(bytes, rows[0]?.length ?? 0);
  if (parity === undefined || parity.count !== rows.length) {
    return { labels: rows.map(() => 0), probabilities: rows.flatMap(() => [0.9, 0.1]) };
  }
  const manifest = JSON.parse(Buffer.from(world.s3.get(`${folder}manifest.json`)?.bytes ?? "{}").toString()) as Partial<Manifest>;
  const threshold = manifest.variants?.find(({ name }) => name === model)?.threshold ?? 0.5;
  const answers = Array.from(parity.answers);
  return {
    labels: answers.map((answer) => (answer >= threshold ? 1 : 0)),
    probabilities: answers.flatMap((answer) => [1 - answer, answer]),
  };
}
