/** Prometheus' HTTP API: the questions of a stage's check, answered from the traffic. Any other question is refused by name. */
import { MODEL_METRICS } from "../../../lambdas/domain/model-metrics";
import { stageQueries } from "../../../lambdas/domain/split/router-metrics";
import { jsonReply, NotRehearsedError, type OutsideReply, type OutsideRequest, type OutsideService } from "../outside/exchange";
import type { VirtualTime } from "../virtual-time";
import type { Measured, Traffic } from "./traffic";

const MINUTE = 60_000;

export class Prometheus {
  private isAway = false;
  /** Of a release's users, those of a variant; 1 where it is not known. */
  variantShare: (variant: string) => number = () => 1;

  constructor(
    private readonly time: VirtualTime,
    private readonly traffic: Traffic,
    private readonly host = "prometheus.rehearsal",
  ) {}

  get service(): OutsideService {
    return { host: this.host, answer: (request) => this.answer(request) };
  }

  setAway(isAway: boolean): void {
    this.isAway = isAway;
  }

  private answer({ method, path, body }: OutsideRequest): OutsideReply {
    if (this.isAway) return { status: 503, body: "Service Unavailable" };
    const [place = "", search = ""] = path.split("?");
    const asked = new URLSearchParams(method === "POST" ? body : search);
    const query = asked.get("query") ?? "";
    if (place.endsWith("/api/v1/query")) {
      const at = this.instant(asked.get("time"));
      const value = this.value(query, at);
      const result = value === undefined ? [] : [{ metric: {}, value: [at / 1_000, shown(value)] }];
      return success({ resultType: "vector", result });
    }
    if (place.endsWith("/api/v1/query_range")) {
      const [from, until, step] = [this.instant(asked.get("start")), this.instant(asked.get("end")), Number(asked.get("step")) * 1_000];
      if (!(step > 0)) throw new NotRehearsedError(`Prometheus' step ${asked.get("step")}`);
      const values: [number, string][] = [];
      for (let at = from; at <= until; at += step) {
        const value = this.value(query, at);
        if (value !== undefined) values.push([at / 1_000, shown(value)]);
      }
      return success({ resultType: "matrix", result: values.length === 0 ? [] : [{ metric: {}, values }] });
    }
    throw new NotRehearsedError(`Prometheus ${method} ${place}`);
  }

  /** Undefined where there is no series. */
  private value(query: string, at: number): number | undefined {
    const [, release = ""] = /release="([^"]+)"/.exec(query) ?? [];
    const known = this.labelled(query, release, at);
    if (known !== undefined) return known.value;
    const [, variant] = /variant="([^"]+)"/.exec(query) ?? [];
    const minutes = Number(/\[(\d+)m\]/.exec(query)?.[1]);
    const asked = stageQueries({ release, ...(variant !== undefined && { variant }) }, minutes);
    const measured = (): Measured =>
      this.traffic.measure(release, at - minutes * MINUTE, at, variant === undefined ? 1 : this.variantShare(variant));
    if (query === asked.requests) return positive(measured().requests);
    if (query === asked.errorRate) return positive(measured().requests) === undefined ? undefined : measured().errorRate;
    if (query === asked.p95Milliseconds) return positive(measured().requests) === undefined ? undefined : measured().p95Milliseconds;
    throw new NotRehearsedError(`the question ${query}`);
  }

  /** Gauges of whoever joins labels with predictions. */
  private labelled(query: string, release: string, at: number): { value: number | undefined } | undefined {
    const [, metric] = /^(?:avg|max)\((?:avg|max)_over_time\((\w+)\{[^}]*\}\[\d+m\]\)\)$/.exec(query) ?? [];
    if (metric !== MODEL_METRICS.accuracy && metric !== MODEL_METRICS.labels) return undefined;
    const [, variant] = /variant="([^"]+)"/.exec(query) ?? [];
    const found = this.traffic.facts.labelled?.(release, at, variant);
    return { value: metric === MODEL_METRICS.accuracy ? found?.accuracy : found?.labels };
  }

  /** As RFC 3339, or as seconds. */
  private instant(given: string | null): number {
    if (given === null) return this.time.now();
    return /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1_000 : Date.parse(given);
  }
}

function success(data: object): OutsideReply {
  return { ...jsonReply({ status: "success", data }), headers: { "content-type": "application/json" } };
}

function positive(value: number): number | undefined {
  return value > 0 ? value : undefined;
}

function shown(value: number): string {
  return Number.isNaN(value) ? "NaN" : String(value);
}
