/**
 * The part of the router's NGINX configuration that a split decides: who goes where, and the split itself, to be read back from each pod. The
 * loop writes this text, Pulumi writes only the first one, and nobody else renders it.
 */
import { canaryLayer, experimentLayer, type Layer, releaseIn } from "./layers";
import { sha256 } from "../sha256";
import { percentText } from "./share";
import { SLOTS, type Split, splitFaults, splitText } from "./split";

/** Keys of the ConfigMap that the loop owns, and so the names of the files in the router's pods. */
export const SPLIT_KEYS = { state: "split.json", configuration: "split.conf" } as const;

/** What the rest of the configuration uses. All are empty where there is none. */
export const SPLIT_VARIABLES = {
  variant: "$variant",
  /** Name of the variant's model on the model server. */
  model: "$model",
  slot: "$slot",
  release: "$release",
  /** The split as JSON, as this very process read it. */
  document: "$split_document",
} as const;

/** Where the user stands; the rest of the configuration sets it. */
export const USER_VARIABLE = "user_id";

/** @throws RangeError with all faults where the split is none: NGINX would refuse some of them, and misunderstand the others. */
export function splitConfiguration(split: Split): string {
  const faults = splitFaults(split);
  if (faults.length > 0) throw new RangeError(faults.join("\n"));
  const { variant, model, slot, release, document } = SPLIT_VARIABLES;
  return [
    `# Generation ${split.generation}. Written as a whole by the loop: what is changed by hand is lost with the next one.`,
    ...splitClients(variant, experimentLayer(split)),
    ...splitClients(slot, canaryLayer(split)),
    ...map(
      variant,
      model,
      split.experiment.arms.map((arm) => [arm.variant, arm.model]),
    ),
    ...map(
      slot,
      release,
      SLOTS.flatMap((each) => {
        const held = releaseIn(split, each);
        return held === undefined ? [] : [[each, held]];
      }),
    ),
    `map "" ${document} { default '${splitText(split)}'; }`,
    "",
  ].join("\n");
}

/** The last part is always `*`: with `100%` a user whose hash is the very highest would go nowhere. */
function splitClients(variable: string, { salt, parts }: Layer<string>): string[] {
  const lines = parts.map(({ value, hundredths }, index) => `    ${index < parts.length - 1 ? percentText(hundredths) : "*"} "${value}";`);
  return [`split_clients "\${${USER_VARIABLE}}|${salt}" ${variable} {`, ...(lines.length === 0 ? [`    * "";`] : lines), "}"];
}

function map(from: string, to: string, rows: readonly (readonly string[])[]): string[] {
  return [`map ${from} ${to} {`, `    default "";`, ...rows.map(([value, meaning]) => `    "${value}" "${meaning}";`), "}"];
}

/** Where the loop says which split the pods are to run: a change of it replaces them one by one. */
export const SPLIT_ANNOTATION = "splitHash";

/** Of the text that the pods read, so that a pod with another one is known from outside. */
export function splitHash(split: Split): string {
  return sha256(splitConfiguration(split)).slice(0, 16);
}
