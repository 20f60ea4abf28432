/** Pods by their own addresses, over plain HTTP inside the network: the router's inner port, and the model server's Open Inference Protocol. */
import { z } from "zod";
import { jsonIn } from "../domain/json";
import { CONTRACT } from "../domain/packages/contract";
import type { Answers } from "../domain/packages/parity";
import { readSplit } from "../domain/split/split";
import { INTERNAL_PATHS } from "../domain/split/router-configuration";
import type { ModelPods } from "../ports/model-pods";
import { callHttp, JSON_HEADERS } from "./http-json";

export interface PodPorts {
  /** Where the router's pods say what they run. */
  router: number;
  /** Where the model server's pods answer. */
  server: number;
}

/** As the platform's router and model server have them. */
export const POD_PORTS: PodPorts = { router: 8_081, server: 8_000 };

const inferSchema = z.object({ outputs: z.array(z.object({ name: z.string(), data: z.array(z.number()) })) });

export function httpModelPods(ports: PodPorts = POD_PORTS): ModelPods {
  return {
    async generationOf(address) {
      const reply = await callHttp(address, `http://${hostOf(address)}:${ports.router}${INTERNAL_PATHS.split}`, {
        method: "GET",
        headers: {},
      }).catch(silent);
      if ("reason" in reply) return { kind: "silent", reason: reply.reason };
      if (!reply.ok) return { kind: "silent", reason: `it answers ${reply.status}: ${reply.text.slice(0, 200)}` };
      try {
        return { kind: "answered", value: readSplit(reply.text).generation };
      } catch (error) {
        return { kind: "silent", reason: `it answers no split (${(error as Error).message.slice(0, 200)})` };
      }
    },

    async isReady(address, model) {
      const reply = await callHttp(address, `${modelUrl(ports, address, model)}/ready`, { method: "GET", headers: {} }).catch(silent);
      return "ok" in reply && reply.ok;
    },

    async infer(address, model, { values, features, count }) {
      const { input } = CONTRACT;
      const inputs = [{ name: input.name, shape: [count, features], datatype: input.type, data: Array.from(values) }];
      const request = { method: "POST" as const, headers: JSON_HEADERS, body: JSON.stringify({ inputs }) };
      const reply = await callHttp(address, `${modelUrl(ports, address, model)}/infer`, request).catch(silent);
      if ("reason" in reply) return { kind: "silent", reason: reply.reason };
      if (!reply.ok) return { kind: "silent", reason: `it answers ${reply.status}: ${reply.text.slice(0, 200)}` };
      const answers = answersIn(reply.text);
      return answers === undefined
        ? {
            kind: "silent",
            reason: `it answers neither ${CONTRACT.label.name} nor ${CONTRACT.probabilities.name}: ${reply.text.slice(0, 200)}`,
          }
        : { kind: "answered", value: answers };
    },
  };
}

function answersIn(text: string): Answers | undefined {
  const { data } = inferSchema.safeParse(jsonIn(text));
  const [labels, probabilities] = [CONTRACT.label, CONTRACT.probabilities].map(
    ({ name }) => data?.outputs.find((output) => output.name === name)?.data,
  );
  return labels === undefined || probabilities === undefined ? undefined : { labels, probabilities };
}

function modelUrl({ server }: PodPorts, address: string, model: string): string {
  return `http://${hostOf(address)}:${server}/v2/models/${model}`;
}

/** IPv6 clusters have addresses with colons in them. */
function hostOf(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

function silent(error: unknown): { reason: string } {
  return { reason: (error as Error).message };
}
