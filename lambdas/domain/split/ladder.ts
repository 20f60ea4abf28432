/** The rungs that a candidate's share climbs (O1): 5, 20, 50, 100 or 10, 30, 50, 100. */
import { hundredths, percentFaults, percentOf, WHOLE } from "./share";

/** Percent of users, smallest first. */
export type Ladder = readonly number[];

export function ladderFaults(property: string, ladder: Ladder): string[] {
  const shares = ladder.flatMap((percent, index) => percentFaults(`${property}[${index}]`, percent));
  if (shares.length > 0) return shares;
  const faults = ladder.flatMap((percent, index) => {
    const before = index === 0 ? 0 : (ladder[index - 1] ?? 0);
    if (percent > before) return [];
    const rule =
      index === 0 ? "a stage that nobody is in shows nothing" : `the stage before it has ${before}, and users would be thrown out`;
    return [`${property}[${index}] is ${percent}; ${rule}: let each stage be larger than the one before`];
  });
  const last = ladder.at(-1);
  if (last !== 100) faults.push(`${property} ends with ${last ?? "nothing"}; a release that is promoted has all users: end with 100`);
  return faults;
}

/** In hundredths; all users where there is no higher rung. */
export function rungAbove(ladder: Ladder, share: number): number {
  const above = ladder.map(hundredths).filter((rung) => rung > share);
  return above.length === 0 ? WHOLE : Math.min(...above);
}

export function ladderText(ladder: Ladder): string {
  return ladder.map((percent) => percentOf(hundredths(percent))).join(", ");
}
