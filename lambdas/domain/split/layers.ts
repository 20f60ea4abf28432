/** The two layers of a split, as both the router's configuration and `assign` understand them. */
import { WHOLE } from "./share";
import type { Slot, Split } from "./split";

export interface Layer<Value extends string> {
  /** Hashed after the user and a |, which no name has in it. */
  salt: string;
  /** In the order in which shares add up. Without those of 0: NGINX refuses `0%`, and would go on with the old split. */
  parts: readonly Part<Value>[];
}

export interface Part<Value extends string> {
  value: Value;
  hundredths: number;
}

export function experimentLayer({ experiment }: Split): Layer<string> {
  return {
    salt: experiment.name,
    parts: present(experiment.arms.map(({ variant, hundredths }) => ({ value: variant, hundredths }))),
  };
}

/** Empty while there is no release. */
export function canaryLayer({ stable, candidate }: Split): Layer<Slot> {
  if (stable === undefined) return { salt: "", parts: [] };
  const canary = candidate === undefined ? [] : [{ value: candidate.slot, hundredths: candidate.hundredths }];
  const parts: Part<Slot>[] = [...canary, { value: stable.slot, hundredths: WHOLE - (candidate?.hundredths ?? 0) }];
  return { salt: candidate?.release ?? stable.release, parts: present(parts) };
}

/** Which release a slot holds. */
export function releaseIn({ stable, candidate }: Split, slot: Slot): string | undefined {
  return [stable, candidate].find((placed) => placed?.slot === slot)?.release;
}

function present<Value extends string>(parts: readonly Part<Value>[]): Part<Value>[] {
  return parts.filter(({ hundredths }) => hundredths > 0);
}
