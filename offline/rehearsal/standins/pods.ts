/**
 * What a cluster does by itself with the loop's objects: pods of the router and of the slots, which come, read what is there when they begin, get
 * ready, and answer at their own addresses.
 */
import { RELEASE_VARIABLE, PAUSE_ANNOTATION, slotName, SLOTS } from "../../../lambdas/domain/packages/slots";
import { canaryLayer } from "../../../lambdas/domain/split/layers";
import { INTERNAL_PATHS } from "../../../lambdas/domain/split/router-configuration";
import { WHOLE } from "../../../lambdas/domain/split/share";
import { SPLIT_KEYS } from "../../../lambdas/domain/split/split-configuration";
import { readSplit, type Split, splitText } from "../../../lambdas/domain/split/split";
import { jsonReply, NotRehearsedError, type OutsideReply, type OutsideRequest, type OutsideService } from "../outside/exchange";
import type { VirtualTime } from "../virtual-time";
import type { KubernetesObject } from "./field-owners";
import type { Kubernetes } from "./kubernetes";
import type { Traffic } from "./traffic";

export interface ClusterFacts {
  readonly namespace: string;
  readonly router: string;
  readonly server: string;
  readonly routerPods: number;
  readonly slotPods: number;
  /** Virtual milliseconds from a pod's beginning until it is ready. */
  readonly routerStarts: number;
  /** A node may have to be bought first. */
  readonly slotStarts: number;
}

interface Pod {
  readonly name: string;
  readonly ip: string;
  readonly owner: string;
  /** Of the template that it was made from. */
  readonly template: string;
  ready: boolean;
  /** Of a router. */
  split?: Split;
  /** Of a slot. */
  release?: string;
}

/** Answers of a model to rows; undefined where it cannot answer by the contract. */
export type Inference = (
  release: string,
  model: string,
  rows: readonly (readonly number[])[],
) => { labels: number[]; probabilities: number[] } | undefined;

const SLICES = "/apis/discovery.k8s.io/v1/namespaces";

export class Pods {
  private readonly pods: Pod[] = [];
  private readonly rolling = new Set<string>();
  private readonly listed = new Map<string, string[]>();
  private count = 0;
  /** The roll-out of the router stops after so many pods: one image cannot be pulled, one node is full. */
  routerStopsAfter = Infinity;
  /** Pods of slots do not get ready: no node is to be had, or the model does not load. */
  slotsStuck = false;
  inference: Inference = (_, __, rows) => ({ labels: rows.map(() => 0), probabilities: rows.flatMap(() => [0.9, 0.1]) });

  constructor(
    private readonly time: VirtualTime,
    private readonly cluster: Kubernetes,
    private readonly traffic: Traffic,
    private readonly facts: ClusterFacts,
  ) {
    cluster.changed((path) => this.heard(path));
  }

  /** As they stand before the rehearsal begins: all pods run what is there. */
  begin(): void {
    for (const owner of this.owners()) {
      for (let index = 0; index < this.wanted(owner); index++) this.finish(this.open(owner));
      this.publish(owner);
    }
    this.measure();
  }

  get service(): OutsideService {
    return {
      host: "pods.rehearsal",
      answers: (host) => /^10\.\d+\.\d+\.\d+(:\d+)?$/.test(host),
      answer: (request) => this.answer(request),
    };
  }

  /** Whoever stands half-way tries again. */
  goOn(): void {
    this.heard(`/deployments/${this.facts.router}`);
  }

  private owners(): string[] {
    return [this.facts.router, ...SLOTS.map((slot) => slotName(this.facts.server, slot))];
  }

  private heard(path: string): void {
    const owner = path.split("/").pop() ?? "";
    if (!this.owners().includes(owner) || !/\/(deployments|scaledobjects)\//.test(path) || this.rolling.has(owner)) return;
    this.rolling.add(owner);
    this.time.start(async () => {
      await this.roll(owner);
      this.rolling.delete(owner);
    });
  }

  /** One after the other: a new one gets ready before an old one goes. */
  private async roll(owner: string): Promise<void> {
    const isRouter = owner === this.facts.router;
    for (let replaced = 0; ; replaced++) {
      const own = this.pods.filter((pod) => pod.owner === owner);
      const wanted = this.wanted(owner);
      const old = own.find(({ template }) => template !== this.template(owner));
      if (own.length > wanted && (old ?? own[0]) !== undefined) this.close(old ?? own[0]);
      else if (old !== undefined || own.length < wanted) {
        if (isRouter && replaced >= this.routerStopsAfter) return;
        const pod = this.open(owner);
        this.publish(owner);
        await this.time.sleep(isRouter ? this.facts.routerStarts : this.facts.slotStarts);
        while (!isRouter && this.slotsStuck && this.wanted(owner) > 0) await this.time.sleep(this.facts.slotStarts);
        if (isRouter || !this.slotsStuck) this.finish(pod);
        if (old !== undefined) this.close(old);
      } else break;
      this.publish(owner);
      this.measure();
    }
    this.publish(owner);
    this.measure();
  }

  private open(owner: string): Pod {
    const number = ++this.count;
    const pod: Pod = {
      name: `${owner}-${number}`,
      ip: `10.0.${number >> 8}.${(number & 255) + 1}`,
      owner,
      template: this.template(owner),
      ready: false,
    };
    if (owner === this.facts.router) {
      const data = (this.cluster.get(this.at("configmaps", `${owner}-split`)) ?? {})["data"] as Record<string, string> | undefined;
      pod.split = readSplit(data?.[SPLIT_KEYS.state] ?? "");
    } else pod.release = this.releasePrefix(owner);
    this.pods.push(pod);
    return pod;
  }

  private finish(pod: Pod): void {
    pod.ready = true;
  }

  private close(pod: Pod | undefined): void {
    if (pod !== undefined) this.pods.splice(this.pods.indexOf(pod), 1);
  }

  private wanted(owner: string): number {
    if (owner === this.facts.router) return this.facts.routerPods;
    const scaled = this.cluster.get(`/apis/keda.sh/v1alpha1/namespaces/${this.facts.namespace}/scaledobjects/${owner}`);
    const { annotations = {} } = (scaled?.["metadata"] ?? {}) as { annotations?: Record<string, string> };
    const paused = annotations[PAUSE_ANNOTATION];
    return paused === undefined ? this.facts.slotPods : Number(paused);
  }

  private template(owner: string): string {
    const spec = (this.deployment(owner)?.["spec"] ?? {}) as { template?: unknown };
    return JSON.stringify(spec.template ?? {});
  }

  private releasePrefix(owner: string): string {
    const found = new RegExp(`"name":"${RELEASE_VARIABLE}","value":"([^"]*)"`).exec(this.template(owner));
    return found?.[1] ?? "";
  }

  private deployment(owner: string): KubernetesObject | undefined {
    return this.cluster.get(this.at("deployments", owner));
  }

  private at(kind: "configmaps" | "deployments", name: string): string {
    const group = kind === "configmaps" ? "/api/v1" : "/apis/apps/v1";
    return `${group}/namespaces/${this.facts.namespace}/${kind}/${name}`;
  }

  /** Status of the Deployment and its EndpointSlice, as the controllers keep them. */
  private publish(owner: string): void {
    const own = this.pods.filter((pod) => pod.owner === owner);
    const newest = own.filter(({ template }) => template === this.template(owner));
    const ready = own.filter((pod) => pod.ready).length;
    this.cluster.set(this.at("deployments", owner), (object) => ({
      ...object,
      spec: { ...(object["spec"] as object), replicas: this.wanted(owner) },
      status: {
        observedGeneration: (object["metadata"] as { generation?: number }).generation ?? 1,
        ...{ replicas: own.length, updatedReplicas: newest.length, readyReplicas: ready, availableReplicas: ready },
        unavailableReplicas: own.length - ready,
      },
    }));
    this.publishPods(owner);
    const path = `${SLICES}/${this.facts.namespace}/endpointslices/${owner}-slice`;
    const endpoints = own.map(({ name, ip, ready: isReady }) => ({
      addresses: [ip],
      conditions: { ready: isReady, serving: isReady, terminating: false },
      targetRef: { kind: "Pod", name, namespace: this.facts.namespace },
    }));
    const labels = { "kubernetes.io/service-name": owner };
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${owner}-slice`, namespace: this.facts.namespace, labels },
      addressType: "IPv4",
      endpoints,
    };
    if (this.cluster.get(path) === undefined) this.cluster.declare(path, slice, "endpointslice-controller");
    else this.cluster.set(path, (object) => ({ ...slice, metadata: object["metadata"] }));
  }

  /** As they are listed by the selector of their Deployment. */
  private publishPods(owner: string): void {
    const folder = `/api/v1/namespaces/${this.facts.namespace}/pods/`;
    const { selector } = (this.deployment(owner)?.["spec"] ?? {}) as { selector?: { matchLabels?: Record<string, string> } };
    const own = this.pods.filter((pod) => pod.owner === owner);
    for (const gone of this.listed.get(owner) ?? []) if (!own.some(({ name }) => name === gone)) this.cluster.remove(folder + gone);
    this.listed.set(
      owner,
      own.map(({ name }) => name),
    );
    for (const { name, ip, ready } of own) {
      const conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
      const metadata = { name, namespace: this.facts.namespace, labels: selector?.matchLabels ?? {} };
      this.cluster.declare(
        folder + name,
        { apiVersion: "v1", kind: "Pod", metadata, status: { podIP: ip, phase: "Running", conditions } },
        "kubelet",
      );
    }
  }

  /** Users are spread over the router's pods evenly, whatever each of them runs. */
  private measure(): void {
    const routers = this.pods.filter(({ owner, ready }) => owner === this.facts.router && ready);
    const shares: Record<string, number> = {};
    for (const { split } of routers) {
      if (split === undefined) continue;
      for (const { value, hundredths } of canaryLayer(split).parts) {
        const release = [split.stable, split.candidate].find((placed) => placed?.slot === value)?.release ?? "";
        shares[release] = (shares[release] ?? 0) + hundredths / WHOLE / routers.length;
      }
    }
    const splits = new Set(routers.map(({ split }) => split && splitText(split)));
    this.traffic.divided(this.time.now(), shares, splits.size === 1);
  }

  private answer({ method, host, path, body }: OutsideRequest): OutsideReply {
    const pod = this.pods.find(({ ip }) => ip === host.split(":")[0]);
    if (pod === undefined) throw Object.assign(new Error(`connect EHOSTUNREACH ${host}`), { code: "EHOSTUNREACH" });
    if (pod.split !== undefined) {
      if (path === INTERNAL_PATHS.split)
        return { status: 200, headers: { "content-type": "application/json" }, body: splitText(pod.split) };
      throw new NotRehearsedError(`the router's ${method} ${path}`);
    }
    const [, model, act] = /^\/v2\/models\/([^/]+)(?:\/versions\/\d+)?\/(ready|infer)$/.exec(path) ?? [];
    if (path === "/v2/health/ready" || act === "ready") return { status: pod.ready ? 200 : 400, body: "" };
    if (act !== "infer" || model === undefined) throw new NotRehearsedError(`Triton's ${method} ${path}`);
    return this.inferred(pod, model, body);
  }

  private inferred({ release = "" }: Pod, model: string, body: string): OutsideReply {
    const { inputs } = JSON.parse(body) as { inputs: { shape: number[]; data: (number | number[])[] }[] };
    const [{ shape, data } = { shape: [], data: [] }] = inputs;
    const [count = 0, width = 1] = shape;
    const flat = data.flat();
    const rows = Array.from({ length: count }, (_, row) => flat.slice(row * width, (row + 1) * width));
    const answers = this.inference(release, model, rows);
    if (answers === undefined) return jsonReply({ error: `model ${model} failed` }, 500);
    return jsonReply({
      ...{ model_name: model, model_version: "1" },
      outputs: [
        { name: "label", datatype: "INT64", shape: [count], data: answers.labels },
        { name: "probabilities", datatype: "FP32", shape: [count, 2], data: answers.probabilities },
      ],
    });
  }
}
