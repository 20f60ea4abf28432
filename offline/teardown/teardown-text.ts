/** `destroy.txt`: in which order everything goes, what may go wrong, and what is left. Pure. */
import type { RecordedResource } from "../engine";
import { counted } from "../report/signs";
import type { Fate, Remainder } from "./remains";

const HEADINGS: Readonly<Record<Fate, string>> = {
  stops: "What destroy stops at, until you give it up",
  kept: "What stays because the program says so",
  waits: "What goes by itself, later",
  left: "What AWS makes or keeps, and you delete",
};

export interface Teardown {
  readonly environment: string;
  readonly waves: readonly (readonly RecordedResource[])[];
  readonly faults: readonly string[];
  readonly remainders: readonly Remainder[];
}

export function teardownText({ environment, waves, faults, remainders }: Teardown): string {
  const order = waves.map((wave, index) => `  ${String(index + 1).padStart(2)}  ${names(wave).join(", ")}`);
  const fates = (Object.keys(HEADINGS) as Fate[]).flatMap((fate) => {
    const found = remainders.filter((remainder) => remainder.fate === fate);
    return found.length === 0 ? [] : ["", HEADINGS[fate], ...found.map(({ what, says }) => `  ${what} ${says}`)];
  });
  return [
    `Destroying ${environment}: what pulumi destroy would do, from the plan. Not tried on AWS.`,
    ...fates,
    "",
    faults.length === 0 ? "Nothing is found to go in the wrong order" : "What may go in the wrong order",
    ...faults.map((fault) => `  ${fault}`),
    "",
    `The order: ${counted(waves.length, "wave")}, each begins when the one before has ended`,
    ...order,
    "",
  ].join("\n");
}

/** A wave has no order of its own: by name it reads best, and is the same every time. */
function names(wave: readonly RecordedResource[]): string[] {
  return wave.map(({ type, name }) => `${type.slice(type.lastIndexOf(":") + 1)} ${name}`).sort();
}
