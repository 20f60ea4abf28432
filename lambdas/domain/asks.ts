/**
 * What a severity asks the loop to do. Asking is not getting: whether a run may start is decided in `decide-retraining.ts`, whether
 * traffic may be touched in `decide-at-once.ts`.
 */
export type Ask = AtOnceAsk | RetrainAsk;

/** Needs no lock: it touches no training, and must never wait for one. */
export type AtOnceAsk =
  | { kind: "roll-back" }
  | { kind: "pause" }
  | { kind: "page" }
  | { kind: "record-scaling" }
  | { kind: "observe-more-often" }
  | { kind: "record" };

export interface RetrainAsk {
  kind: "retrain";
  /** Hours from the signal by which the run is to start; 0 means now. */
  withinHours: number;
  /** Days of data, counted back from the start of the run. */
  windowDays: number;
}

/** In the order in which they are carried out: traffic is saved before people are woken, and people before anything is recomputed. */
const ORDER: readonly Ask["kind"][] = ["roll-back", "pause", "page", "record-scaling", "retrain", "observe-more-often", "record"];

/** An ask on the right is settled by any on the left: a canary that is taken back need not be paused, who acts has also recorded. */
const SETTLES: Partial<Record<Ask["kind"], readonly Ask["kind"][]>> = {
  pause: ["roll-back"],
  "observe-more-often": ["retrain"],
  record: ["roll-back", "pause", "page", "record-scaling", "retrain", "observe-more-often"],
};

/** Where several rules ask at once, the strongest action wins; each kind is left at most once, in the order of execution. */
export function strongestAsks(asks: readonly Ask[]): Ask[] {
  const kinds = new Set(asks.map(({ kind }) => kind));
  return ORDER.filter((kind) => kinds.has(kind) && !SETTLES[kind]?.some((stronger) => kinds.has(stronger))).map((kind) =>
    kind === "retrain" ? strongestRetraining(asks) : { kind },
  );
}

function strongestRetraining(asks: readonly Ask[]): RetrainAsk {
  const retrainings = asks.filter((ask) => ask.kind === "retrain");
  return {
    kind: "retrain",
    withinHours: Math.min(...retrainings.map(({ withinHours }) => withinHours)),
    windowDays: Math.max(...retrainings.map(({ windowDays }) => windowDays)),
  };
}
