/**
 * Requests of users, as the router measures them: so many a minute, divided by the splits that its pods really ran, each release as good as the
 * scenario says, with the noise that counting has anyway. The same question is answered the same way twice.
 */
import { createHash } from "node:crypto";
import { Chance } from "../chance";

export interface Quality {
  /** 0 to 1. */
  readonly errorRate: number;
  readonly p95Milliseconds: number;
}

export interface TrafficFacts {
  readonly requestsPerMinute: number;
  /** Of a release, at an instant. */
  readonly quality: (release: string, at: number) => Quality;
  /** What is known of a release's answers by then; absent where no labels have come. */
  readonly labelled?: (release: string, at: number, variant?: string) => Labelled | undefined;
}

export interface Labelled {
  readonly accuracy: number;
  readonly labels: number;
}

/** Share of all users by release, 0 to 1, from an instant on. */
export interface Shares {
  readonly at: number;
  readonly of: Readonly<Record<string, number>>;
  /** Whether all pods of the router run the same split; between two splits, some run the one and some the other. */
  readonly agreed: boolean;
}

export interface Measured extends Quality {
  readonly requests: number;
}

const MINUTE = 60_000;

export class Traffic {
  private readonly history: Shares[] = [];
  private readonly listeners: ((shares: Shares) => void)[] = [];
  facts: TrafficFacts = { requestsPerMinute: 1_000, quality: () => ({ errorRate: 0.001, p95Milliseconds: 40 }) };

  constructor(private readonly seed: number) {}

  /** The router's pods run another split from now on. */
  divided(at: number, of: Readonly<Record<string, number>>, agreed = true): void {
    const shares = { at, of, agreed };
    this.history.push(shares);
    for (const hear of this.listeners) hear(shares);
  }

  /** Hears of each split that begins from now on. */
  heard(hear: (shares: Shares) => void): void {
    this.listeners.push(hear);
  }

  /** Shares over time, for the story and for promises. */
  get splits(): readonly Shares[] {
    return this.history;
  }

  /** @param share of the release's users, where one variant of several is asked for */
  measure(release: string, from: number, until: number, share = 1): Measured {
    const chance = new Chance(createHash("sha256").update([this.seed, release, from, until, share].join()).digest().readUInt32BE(0));
    let [requests, errors, slowness, weight] = [0, 0, 0, 0];
    for (let at = from; at < until; at += MINUTE) {
      const expected = this.shareAt(release, at) * share * this.facts.requestsPerMinute * Math.min(1, (until - at) / MINUTE);
      if (expected === 0) continue;
      const { errorRate, p95Milliseconds } = this.facts.quality(release, at);
      const came = counted(expected, chance);
      requests += came;
      errors += Math.min(came, counted(came * errorRate, chance));
      slowness += p95Milliseconds * expected;
      weight += expected;
    }
    // The 95th percentile of n requests is known to about 2.2 standard errors of its rank; a few percent where there are a few hundred.
    const noise = 1 + normal(chance) * Math.min(0.3, 0.6 / Math.sqrt(Math.max(1, requests)));
    return {
      requests,
      errorRate: requests === 0 ? NaN : errors / requests,
      p95Milliseconds: weight === 0 ? NaN : (slowness / weight) * noise,
    };
  }

  private shareAt(release: string, at: number): number {
    let current: Shares | undefined;
    for (const shares of this.history) {
      if (shares.at > at) break;
      current = shares;
    }
    return current?.of[release] ?? 0;
  }
}

/** Poisson; by the normal distribution where it makes no difference. */
function counted(expected: number, chance: Chance): number {
  if (expected > 30) return Math.max(0, Math.round(expected + Math.sqrt(expected) * normal(chance)));
  let count = -1;
  for (let product = 1, least = Math.exp(-expected); product > least; count++) product *= chance.next();
  return Math.max(0, count);
}

/** Box–Muller. */
function normal(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
}
