/**
 * The next step of a roll-back from what the split says now. Steps are taken until there is none left: each is a whole state of traffic, so that
 * whoever comes after a crash goes on from wherever the last one stopped.
 */
import { idleSlot, rolledBack } from "../split/split-changes";
import { NOBODYS, type Slot, type Split } from "../split/split";

export interface RollBackAim {
  /** Releases. */
  from: string;
  to: string;
  fence: number;
}

export type RollBackStep =
  /** Everybody has `to`. */
  | { kind: "done" }
  | { kind: "write"; split: Split; says: string }
  /** Only once the slot holds that release and is ready. `split` then puts everybody on it. */
  | { kind: "switch"; slot: Slot; split: Split; says: string }
  /** It is in neither slot: the idle one is filled first; `split` then says that it holds it. */
  | { kind: "load"; slot: Slot; split: Split; says: string }
  | { kind: "refused"; reason: string };

export function nextRollBackStep(split: Split, { from, to, fence }: RollBackAim): RollBackStep {
  const { stable, candidate, previous } = split;
  // Whatever is climbing goes first, also where another release is meant: three releases at once would be a state that nobody declared.
  if (candidate !== undefined) {
    return { kind: "write", split: rolledBack(split, fence), says: `everybody leaves ${candidate.release} for ${stable?.release}` };
  }
  if ((stable?.release ?? NOBODYS) === to) {
    // Written also where nothing moves: whoever read before the fence was raised, and writes now, is refused by the version alone.
    if (split.fence >= fence) return { kind: "done" };
    return {
      kind: "write",
      split: { ...split, generation: split.generation + 1, fence },
      says: `whoever comes with a fence before ${fence} is shut out`,
    };
  }
  if (to === NOBODYS || stable === undefined) {
    return { kind: "refused", reason: `there is no release before ${from} to return to: roll out another one` };
  }
  if (stable.release !== from) {
    const cure = "look at what serves, and ask again";
    return { kind: "refused", reason: `${from} is to be left for ${to}, but ${stable.release} is what serves: ${cure}` };
  }
  if (previous?.release === to) {
    return { kind: "switch", slot: previous.slot, split: rolledBack(split, fence), says: `everybody leaves ${from} for ${to}` };
  }
  const slot = idleSlot(split);
  const { previous: _gone, ...rest } = split;
  const loaded: Split = { ...rest, generation: split.generation + 1, fence, previous: { release: to, slot } };
  return { kind: "load", slot, split: loaded, says: `${to} is loaded into slot ${slot}` };
}
