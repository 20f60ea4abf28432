/**
 * The router and the slots of a model server, as the loop may see and change them. Types only.
 *
 * What the cluster will not have is an outcome with a sentence; thrown is only what trying again may help. Each write names the version that was
 * read beside it, and is a conflict where somebody has written since.
 */
import type { SlotTraits } from "../domain/packages/slot-fit";
import type { Slot, Split } from "../domain/split/split";

export interface RouterPlace {
  namespace: string;
  router: string;
}

export interface SlotPlace {
  namespace: string;
  server: string;
  slot: Slot;
}

/** Not allowed, or not there: only a person can change it. */
export interface Refusal {
  kind: "refused";
  reason: string;
}

export type WriteOutcome = { kind: "written" } | { kind: "conflict"; reason: string } | Refusal;

export interface StoredSplit {
  kind: "found";
  split: Split;
  resourceVersion: string;
}

/** Pods of a Deployment that are not on their way out. */
export interface PodsState {
  kind: "found";
  /** Whether all of them are of the newest template, and available. */
  settled: boolean;
  addresses: string[];
}

export interface SlotState extends PodsState {
  /** Where its release lies in the server's bucket: `releases/r42`. Absent before the first. */
  releasePrefix?: string | undefined;
  asleep: boolean;
  traits: SlotTraits;
  /** Of what holds the release. */
  resourceVersion: string;
  /** Of what puts it to sleep. */
  sleepVersion: string;
}

export interface Cluster {
  split(place: RouterPlace): Promise<StoredSplit | Refusal>;
  writeSplit(place: RouterPlace, split: Split, resourceVersion: string): Promise<WriteOutcome>;
  /** Has the router's pods replaced one by one, where they were not told of this split yet. The same again changes nothing. */
  announceSplit(place: RouterPlace, split: Split): Promise<WriteOutcome>;
  routerPods(place: RouterPlace): Promise<PodsState | Refusal>;
  slot(place: SlotPlace): Promise<SlotState | Refusal>;
  fillSlot(place: SlotPlace, releasePrefix: string, resourceVersion: string): Promise<WriteOutcome>;
  setSleep(place: SlotPlace, asleep: boolean, sleepVersion: string): Promise<WriteOutcome>;
}
