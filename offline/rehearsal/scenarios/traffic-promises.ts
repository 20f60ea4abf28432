/** What a scenario promises of users: on which rungs they were, where they are at the end, and what the registry says of it. */
import { RELEASE_BEFORE, releasesIn } from "../platform/users";
import type { Shares } from "../standins/traffic";
import type { ScenarioPromise } from "./schema";

export interface PlayedTraffic {
  /** Milliseconds since the epoch: of the rehearsal's beginning, and of its end. */
  readonly from: number;
  readonly until: number;
  /** Name of the machine that rolls out. */
  readonly machine: string;
  /** As the pods of the router ran them. */
  readonly shares: readonly Shares[];
  /** Percent of each stage of a roll-out, as the model's spec has them; what is not declared has none. */
  readonly ladder: readonly number[];
  /** Percent of users whom the challenger answers, in the order in which they were written. Absent where nothing was written. */
  readonly challenger?: readonly number[];
  /** Release of the registry's champion, at the end. */
  readonly champion?: string;
}

/** Undefined for what is promised of something else. */
export function brokenTraffic(promise: ScenarioPromise, played: PlayedTraffic): string[] | undefined {
  if ("climbs" in promise) return brokenClimb(promise.climbs, played);
  if ("stands" in promise) return brokenStand(promise.stands, played);
  if ("first user" in promise) return brokenBeginning(promise["first user"], played);
  if ("serves" in promise) return differs("At the end users have", servedAtEnd(played.shares), promise.serves);
  if ("champion" in promise) return differs("The registry's champion is", called(played.champion), promise.champion);
  if ("back within" in promise) return brokenReturn(promise["back within"], played);
  return undefined;
}

/** Percent of users of the newest release, one entry each time that all pods of the router came to agree on another. */
export function climbOf(shares: readonly Shares[]): number[] {
  const newest = releasesIn(shares).pop();
  if (newest === undefined) return [];
  const steps = shares.filter(({ agreed }) => agreed).map(({ of }) => Math.round((of[newest] ?? 0) * 100));
  const moved = steps.filter((step, index) => step !== steps[index - 1]);
  return moved[0] === 0 ? moved.slice(1) : moved;
}

function brokenClimb({ to, then }: Extract<ScenarioPromise, { climbs: unknown }>["climbs"], { shares, ladder }: PlayedTraffic): string[] {
  // On the first day all users are new at once: there is nobody to keep from it.
  const isFirst = shares.every(({ of }) => (of[RELEASE_BEFORE] ?? 0) === 0);
  const rungs = isFirst ? [100] : ladder.slice(0, 1 + ladder.findIndex((percent) => percent >= to));
  const wanted = [...(to === 0 ? [] : rungs), ...(then === "goes back" && to > 0 ? [0] : [])];
  const found = climbOf(shares);
  const shown = (steps: readonly number[]) => (steps.length === 0 ? "none" : steps.join(", "));
  if (shown(found) === shown(wanted)) return [];
  return [`Percent of users of the new release: ${shown(found)}; promised ${shown(wanted)}.`];
}

/** Without a break: a rung that is left and taken again was not held. */
function brokenStand({ at, for: wanted }: Extract<ScenarioPromise, { stands: unknown }>["stands"], { shares, until }: PlayedTraffic) {
  const newest = releasesIn(shares).pop() ?? "";
  let [longest, since] = [0, undefined as number | undefined];
  for (const [index, share] of shares.entries()) {
    const isThere = share.agreed && Math.round((share.of[newest] ?? 0) * 100) === at;
    since = isThere ? (since ?? share.at) : undefined;
    if (since !== undefined) longest = Math.max(longest, (shares[index + 1]?.at ?? until) - since);
  }
  if (longest >= wanted) return [];
  return [`${at} % of users had the new release for ${minutes(longest)} at a stretch; promised ${minutes(wanted)}.`];
}

function brokenBeginning(
  { after, before }: Extract<ScenarioPromise, { "first user": unknown }>["first user"],
  { shares, from }: PlayedTraffic,
): string[] {
  const [oldest = ""] = releasesIn(shares);
  const first = shares.find(({ of }) => (of[oldest] ?? 0) > 0);
  if (first === undefined) return ["No user got a new release."];
  const waited = first.at - from;
  if (waited >= after && waited <= before) return [];
  return [`The first user got a new release after ${minutes(waited)}; promised was between ${minutes(after)} and ${minutes(before)}.`];
}

function servedAtEnd(shares: readonly Shares[]): string {
  const most = Object.entries(shares.at(-1)?.of ?? {}).find(([, share]) => share > 0.999);
  if (most === undefined) return "both";
  return called(most[0]);
}

function called(release: string | undefined): string {
  return release === undefined || release === "" ? "nothing" : release === RELEASE_BEFORE ? "old" : "new";
}

/** From the rung on which it was found out until nobody has the new release any more. */
function brokenReturn(within: number, { shares }: PlayedTraffic): string[] {
  const newest = releasesIn(shares).pop() ?? "";
  const had = shares.filter(({ of }) => (of[newest] ?? 0) > 0);
  const back = shares.find(({ at, of }) => at > (had.at(-1)?.at ?? Infinity) && (of[newest] ?? 0) === 0);
  const fell = had.findLast(({ agreed }) => agreed);
  if (back === undefined || fell === undefined) return ["Users never came back."];
  const took = back.at - fell.at;
  return took <= within ? [] : [`Users were back ${minutes(took)} after the last rung; promised ${minutes(within)}.`];
}

function minutes(milliseconds: number): string {
  return `${(milliseconds / 60_000).toFixed(0)} min`;
}

function differs(what: string, found: string, wanted: string): string[] {
  return found === wanted ? [] : [`${what} ${found}; promised ${wanted}.`];
}
