/** What the router measures, by Prometheus' HTTP API: a server of one's own, or Amazon Managed Service for Prometheus, whose requests are signed. */
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentityProvider } from "@smithy/types";
import { z } from "zod";
import { MODEL_METRICS } from "../domain/model-metrics";
import type { MeasuredWindow } from "../domain/roll-out/stage-windows";
import { stageQueries } from "../domain/split/router-metrics";
import { instant, minutesAfter, minutesBetween, type Instant } from "../domain/time";
import type { MeasuredRelease, StageMetrics } from "../ports/stage-metrics";
import { callHttp } from "./http-json";
import { NodeSha256 } from "./node-sha256";

export interface PrometheusPlace {
  /** What `/api/v1/query` is appended to. */
  url: string;
  /** Where it is signed for: Amazon's own. */
  signedRegion?: string | undefined;
}

const seriesSchema = z.object({
  values: z.array(z.tuple([z.number(), z.string()])).default([]),
  value: z.tuple([z.number(), z.string()]).optional(),
});
const answerSchema = z.object({ status: z.literal("success"), data: z.object({ result: z.array(seriesSchema) }) });

export function prometheusMetrics(place: PrometheusPlace, credentials: AwsCredentialIdentityProvider = defaultProvider()): StageMetrics {
  const ask = async (path: string, parameters: Record<string, string>) => {
    const url = new URL(`${place.url.replace(/\/$/, "")}${path}`);
    // A blank as %20: a plus would not be what was signed.
    url.search = Object.entries(parameters)
      .map((pair) => pair.map(encodeURIComponent).join("="))
      .join("&");
    const reply = await callHttp("Prometheus", url.href, { method: "GET", headers: await headersFor(url, parameters, place, credentials) });
    if (!reply.ok) throw new Error(`Prometheus answers ${reply.status}: ${reply.text.slice(0, 200)}`);
    return answerSchema.parse(JSON.parse(reply.text)).data.result;
  };
  const seconds = (time: Instant): number => Date.parse(time) / 1_000;

  /** By the end of its window. */
  const range = async (query: string, minutes: number, count: number, until: Instant): Promise<Map<Instant, number>> => {
    const start = minutesAfter(until, -minutes * (count - 1));
    const [series] = await ask("/api/v1/query_range", {
      ...{ query, start: String(seconds(start)), end: String(seconds(until)), step: String(minutes * 60) },
    });
    return new Map((series?.values ?? []).map(([at, value]) => [instant(Math.round(at * 1_000)), Number(value)]));
  };
  const now = async (query: string, at: Instant): Promise<number> => {
    const [series] = await ask("/api/v1/query", { query, time: String(seconds(at)) });
    return Number(series?.value?.[1] ?? NaN);
  };

  return {
    async windows({ model, release }, { minutes, count, until }) {
      const { requests, errorRate, p95Milliseconds } = stageQueries({ release }, minutes);
      const [accuracy, labels] = labelQueries({ model, release }, "", minutes);
      const wanted = [requests, errorRate, p95Milliseconds, accuracy, labels];
      const [counted, errors, latency, right, known] = await Promise.all(wanted.map((query) => range(query, minutes, count, until)));
      return Array.from({ length: count }, (_, index): MeasuredWindow => {
        const endedAt = minutesAfter(until, -minutes * (count - 1 - index));
        const at = (values: Map<Instant, number> | undefined, missing: number) => values?.get(endedAt) ?? missing;
        return {
          ...{ endedAt, requests: at(counted, 0), errorRate: at(errors, NaN), p95Milliseconds: at(latency, NaN) },
          ...{ accuracy: at(right, NaN), labels: at(known, 0) },
        };
      });
    },

    variants: ({ model, release }, variants, since, until) => {
      const minutes = Math.max(1, Math.round(minutesBetween(since, until)));
      return Promise.all(
        variants.map(async (variant) => {
          const [accuracy, labels] = labelQueries({ model, release }, variant, minutes);
          const queries = [stageQueries({ release, variant }, minutes).requests, accuracy, labels];
          const [requests = NaN, right = NaN, known = NaN] = await Promise.all(queries.map((query) => now(query, until)));
          const of = (value: number): number => (Number.isNaN(value) ? 0 : Math.round(value));
          return { variant, requests: of(requests), labels: of(known), correct: of(right * known) };
        }),
      );
    },
  };
}

/** Of whoever joins labels with predictions: gauges with the model, the release, and the variant where they are about one. */
function labelQueries({ model, release }: MeasuredRelease, variant: string, minutes: number): [string, string] {
  const of = `{model="${model}",release="${release}",variant="${variant}"}[${minutes}m]`;
  return [`avg(avg_over_time(${MODEL_METRICS.accuracy}${of}))`, `max(max_over_time(${MODEL_METRICS.labels}${of}))`];
}

async function headersFor(
  url: URL,
  query: Record<string, string>,
  { signedRegion: region }: PrometheusPlace,
  credentials: AwsCredentialIdentityProvider,
): Promise<Record<string, string>> {
  if (region === undefined) return {};
  const signer = new SignatureV4({ service: "aps", region, credentials, sha256: NodeSha256 });
  const { protocol, hostname, pathname: path, host } = url;
  const signed = await signer.sign({ method: "GET", protocol, hostname, path, query, headers: { host } });
  const { host: _sentByWhoeverSends, ...headers } = signed.headers;
  return headers;
}
