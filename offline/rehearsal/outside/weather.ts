/** What goes wrong on the way, and how long the way is. */
import { Chance } from "../chance";
import type { OutsideRequest } from "./exchange";

/** The function dies around a call; or only the request, or only the answer, is lost. */
export type Fate = "arrives" | "request lost" | "answer lost" | "dies before" | "dies after";

export interface Weather {
  /** Virtual milliseconds from a function to a service and back. */
  latency(): number;
  fate(request: OutsideRequest): Fate;
  /** One entry for each time that a message sent once arrives: the virtual milliseconds that it takes. */
  deliveries(): number[];
  /** Whether a queue forgets that a message was dealt with, and delivers it again. */
  forgets(): boolean;
}

/** Everything arrives once and in order: what scenarios are told in. */
export const CALM: Weather = { latency: () => 5, fate: () => "arrives", deliveries: () => [0], forgets: () => false };

export interface StormOptions {
  /** Of 1: how often each kind of trouble strikes. */
  readonly deaths: number;
  readonly losses: number;
  readonly duplicates: number;
  readonly longestDelaySeconds: number;
}

export const ROUGH: StormOptions = { deaths: 0.02, losses: 0.02, duplicates: 0.15, longestDelaySeconds: 90 };

/**
 * AWS promises "at least once" for events, topics and queues, and no order; SDK calls fail now and then, before or after they took effect; a
 * function may end at any instant. All of that, more often than it happens.
 */
export function storm(seed: number, { deaths, losses, duplicates, longestDelaySeconds }: StormOptions = ROUGH): Weather {
  const chance = new Chance(seed);
  const delay = () => (chance.happens(0.5) ? 0 : chance.below(longestDelaySeconds * 1_000));
  return {
    latency: () => 1 + chance.below(400),
    fate: () => {
      const roll = chance.next();
      if (roll < deaths / 2) return "dies before";
      if (roll < deaths) return "dies after";
      if (roll < deaths + losses / 2) return "request lost";
      return roll < deaths + losses ? "answer lost" : "arrives";
    },
    deliveries: () => (chance.happens(duplicates) ? [delay(), delay()] : [delay()]),
    forgets: () => chance.happens(duplicates / 2),
  };
}

/** Weather that ends: what a storm has broken must mend by itself once it is over. */
export function passing(rough: Weather): { weather: Weather; end(): void } {
  let now = rough;
  return {
    end: () => (now = CALM),
    weather: {
      latency: () => now.latency(),
      fate: (request) => now.fate(request),
      deliveries: () => now.deliveries(),
      forgets: () => now.forgets(),
    },
  };
}
