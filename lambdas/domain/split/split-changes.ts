/**
 * How a split may change: one step at a time, and never so that a user is thrown to and fro. Whoever writes traffic makes the next split with
 * the functions here, and has it judged against the one that is there, just before it is written.
 */
import { type Ladder, ladderFaults, ladderText, rungAbove } from "./ladder";
import { percentOf, WHOLE } from "./share";
import { type Arm, type PlacedRelease, type Slot, type Split, splitFaults } from "./split";

/** Before the first release: the router knows the experiment, and answers that there is nothing yet. */
export function seedSplit(experiment: string, arms: readonly Arm[]): Split {
  return { schemaVersion: 1, generation: 0, fence: 0, experiment: { name: experiment, arms: [...arms] } };
}

/** Where the next release belongs: the slot that answers nobody. */
export function idleSlot({ stable }: Split): Slot {
  return stable?.slot === "a" ? "b" : "a";
}

/** The first release has nobody to be compared with, and gets everybody at once. */
export function withFirstRelease(split: Split, release: string, fence: number): Split {
  return next(split, fence, { stable: { release, slot: idleSlot(split) } });
}

/** A release begins its climb, or goes on with it. */
export function withCandidate(split: Split, release: string, hundredths: number, fence: number): Split {
  return next(split, fence, { stable: split.stable, candidate: { release, slot: idleSlot(split), hundredths } });
}

/** In one write: between two of them users would fall back to the old release. */
export function promoted(split: Split, fence: number): Split {
  const { stable, candidate } = split;
  return next(split, fence, { stable: candidate && placed(candidate), previous: stable });
}

/** Everybody back: from the candidate to the stable release, or, after a promotion, from the stable release to the one before it. */
export function rolledBack(split: Split, fence: number): Split {
  const { stable, candidate, previous } = split;
  return next(split, fence, candidate === undefined && previous !== undefined ? { stable: previous, previous: stable } : { stable });
}

export function withExperiment(split: Split, experiment: Split["experiment"], fence: number): Split {
  const { stable, candidate, previous } = split;
  return { ...next(split, fence, { stable, candidate, previous }), experiment };
}

interface Placement {
  stable?: Split["stable"];
  candidate?: Split["candidate"];
  previous?: Split["previous"];
}

function next({ schemaVersion, generation, experiment }: Split, fence: number, { stable, candidate, previous }: Placement): Split {
  return {
    ...{ schemaVersion, generation: generation + 1, fence, experiment },
    ...(stable && { stable }),
    ...(candidate && { candidate }),
    ...(previous && { previous }),
  };
}

function placed({ release, slot }: PlacedRelease): PlacedRelease {
  return { release, slot };
}

/** Why `to` may not follow on `from`, as whole sentences and all at once; nothing where it may. */
export function splitChangeFaults(from: Split, to: Split, ladder: Ladder): string[] {
  const shape = [...ladderFaults("ladder", ladder), ...splitFaults(to)];
  if (shape.length > 0) return shape;
  return [...orderFaults(from, to), ...experimentFaults(from, to), ...releaseFaults(from, to, ladder)];
}

function orderFaults(from: Split, to: Split): string[] {
  const faults: string[] = [];
  if (to.generation !== from.generation + 1) {
    const cure = "read what is there, and begin again";
    faults.push(
      `generation is ${to.generation}; the one that is there has ${from.generation}, and somebody else may have written since: ${cure}`,
    );
  }
  if (to.fence < from.fence) {
    faults.push(`fence is ${to.fence}; the traffic was written with ${from.fence}, by a later run or a roll-back: stop`);
  }
  return faults;
}

function experimentFaults(from: Split, to: Split): string[] {
  // Another name deals all users anew; then nothing of the old order is left to be kept.
  if (from.experiment.name !== to.experiment.name) return [];
  const names = ({ experiment }: Split): string => experiment.arms.map(({ variant }) => variant).join(", ");
  if (names(from) !== names(to)) {
    const rule = "another order or other variants under the same name would move users at random";
    return [`experiment.arms are ${names(to)}; they were ${names(from)}, and ${rule}: keep them, or give the experiment a new name`];
  }
  if (neverBack(from.experiment.arms, to.experiment.arms)) return [];
  const text = ({ experiment }: Split): string => experiment.arms.map(({ hundredths }) => percentOf(hundredths)).join(", ");
  const rule = "users of an arm that stands further up would be thrown back";
  return [
    `experiment.arms have ${text(to)} percent after ${text(from)}; ${rule}: let the first arms grow only, or give the experiment a new name`,
  ];
}

/** Whether each user stays, or moves to an arm that stands further up: no sum from the front shrinks. */
function neverBack(from: readonly Arm[], to: readonly Arm[]): boolean {
  let [before, after] = [0, 0];
  return from.every(({ hundredths }, index) => {
    before += hundredths;
    after += to[index]?.hundredths ?? 0;
    return after >= before;
  });
}

function releaseFaults(from: Split, to: Split, ladder: Ladder): string[] {
  const move = releaseMove(from, to);
  switch (move) {
    case "none":
    case "first":
    case "back":
      return [];
    case "climb":
      return climbFaults(from, to, ladder);
    case "promotion":
      return from.candidate?.hundredths === WHOLE
        ? []
        : [
            `stable is ${to.stable?.release}, which has ${percentOf(from.candidate?.hundredths ?? 0)} percent of users; a release is promoted from the last stage: let it climb to 100 first`,
          ];
    case "jump":
      return [
        `stable is ${to.stable?.release ?? "nobody"}; it was ${from.stable?.release ?? "nobody"}, and only the candidate, or the release before the last promotion, may follow: make it the candidate first`,
      ];
  }
}

type ReleaseMove = "none" | "first" | "climb" | "promotion" | "back" | "jump";

function releaseMove(from: Split, to: Split): ReleaseMove {
  if (from.stable === undefined) return to.stable === undefined ? "none" : to.candidate === undefined ? "first" : "climb";
  if (same(from.stable, to.stable)) {
    if (to.candidate === undefined) return from.candidate === undefined ? "none" : "back";
    return "climb";
  }
  if (to.candidate !== undefined) return "jump";
  if (from.candidate !== undefined) return same(from.candidate, to.stable) ? "promotion" : "jump";
  return from.previous !== undefined && same(from.previous, to.stable) ? "back" : "jump";
}

function same(one: PlacedRelease | undefined, other: PlacedRelease | undefined): boolean {
  return one?.release === other?.release && one?.slot === other?.slot;
}

function climbFaults(from: Split, to: Split, ladder: Ladder): string[] {
  if (to.candidate === undefined) return [];
  const { release, hundredths } = to.candidate;
  if (from.stable === undefined) {
    return [
      `candidate is ${release}, and nothing was stable before; the first release has nobody to be compared with: make it stable at once`,
    ];
  }
  if (from.candidate !== undefined && !same(from.candidate, to.candidate)) {
    return [
      `candidate is ${release}; ${from.candidate.release} is still climbing, and its users would be thrown to a third release: roll it back first`,
    ];
  }
  const now = from.candidate?.hundredths ?? 0;
  if (hundredths === now && from.candidate !== undefined) return [];
  if (hundredths < now) {
    const rule = "users would be thrown to and fro";
    return [`candidate.hundredths is ${hundredths} after ${now}; ${rule}: keep the share, or roll back whole by leaving the candidate out`];
  }
  const rung = rungAbove(ladder, now);
  if (hundredths === rung) return [];
  const stages = `the stages are ${ladderText(ladder)} percent`;
  return [`candidate.hundredths is ${hundredths} after ${now}; ${stages}, and each is climbed by itself: use ${rung}`];
}
