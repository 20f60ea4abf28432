/**
 * Which users get which model: the state that the loop keeps in the cluster, and the only thing that the router's configuration is made from.
 *
 * Two layers. The *experiment* splits users between variants (models that compete for weeks); the *canary* splits them between releases (an
 * old and a new set of files of all variants). Each hashes the user with a salt of its own, so that who gets the new release has nothing to
 * do with who gets which variant. In each list the side that grows stands first: NGINX adds shares up in the order of the file, so a growing
 * first share takes users in and never lets one go.
 */
import { z } from "zod";
import { jsonIn } from "../json";
import { sumFaults, WHOLE } from "./share";

/** Slots of a model server. */
export const SLOTS = ["a", "b"] as const;
export type Slot = (typeof SLOTS)[number];

/** Stands in the router's configuration, in headers and in labels as it is, so nothing that means something there may be in it. */
export const SPLIT_NAME = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/;
export const SPLIT_NAME_RULE = "up to 63 lower-case letters, digits, dots, underscores and hyphens, a letter or digit at both ends";

/** An experiment of more arms needs more users than anybody has; and the whole split must fit into 4 KB, NGINX's longest word. */
export const MOST_ARMS = 6;

/** Words that stand for "none of them" in logs and metrics. */
export const NOBODYS = "none";

const name = z
  .string()
  .regex(SPLIT_NAME, { error: ({ input }) => `is ${JSON.stringify(input)}; a name has ${SPLIT_NAME_RULE}: rename it` });
const share = z
  .int({
    error: ({ input }) => `is ${JSON.stringify(input)}; shares are whole hundredths of a percent: use a whole number from 0 to ${WHOLE}`,
  })
  .min(0, { error: ({ input }) => `is ${String(input)}; nobody has a negative share of users: use 0 or more` })
  .max(WHOLE, { error: ({ input }) => `is ${String(input)}; ${WHOLE} hundredths of a percent are all users: use ${WHOLE} or less` });
const count = z.int({ error: ({ input }) => `is ${JSON.stringify(input)}; it is counted: use a whole number` }).min(0, {
  error: ({ input }) => `is ${String(input)}; it is counted from 0: use 0 or more`,
});
const slot = z.enum(SLOTS, { error: ({ input }) => `is ${JSON.stringify(input)}; a model server has the slots a and b: use one of them` });

const armSchema = z.strictObject({
  variant: name,
  /** What the model server calls it. */
  model: name,
  hundredths: share,
});

const placedReleaseSchema = z.strictObject({ release: name, slot });

export const splitSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    /** Grows by one with each write: by it a pod is known to run the newest. */
    generation: count,
    /** Of whoever wrote it. Who comes with an older one is refused. */
    fence: count,
    experiment: z.strictObject({
      /** Also the layer's salt: with another name all users are dealt anew. */
      name,
      arms: z.array(armSchema).min(1).max(MOST_ARMS),
    }),
    /** What users get; absent until the first release. */
    stable: placedReleaseSchema.optional(),
    /** What some of them get, to see whether it is as good. Its name is the canary layer's salt. */
    candidate: placedReleaseSchema.extend({ hundredths: share }).optional(),
    /** What the other slot still holds after a promotion: there is a way back without loading anything. */
    previous: placedReleaseSchema.optional(),
  })
  .superRefine((split, context) => {
    for (const fault of relationFaults(split)) context.addIssue({ code: "custom", message: fault });
  });

export type Split = z.infer<typeof splitSchema>;
export type Arm = Split["experiment"]["arms"][number];
export type PlacedRelease = z.infer<typeof placedReleaseSchema>;

/** What is wrong with it, as whole sentences and all at once; nothing where it can be rendered. */
export function splitFaults(split: unknown): string[] {
  const { error } = splitSchema.safeParse(split);
  return (error?.issues ?? []).map(sentence);
}

/** @throws RangeError with all faults where the text is no split. */
export function readSplit(text: string): Split {
  const faults = splitFaults(jsonIn(text, text));
  if (faults.length > 0) throw new RangeError(faults.join("\n"));
  return splitSchema.parse(jsonIn(text, text));
}

/** In one line, because it is also what the router answers when it is asked what it runs. Absent keys are left out, the others keep this order. */
export function splitText({ schemaVersion, generation, fence, experiment, stable, candidate, previous }: Split): string {
  const arms = experiment.arms.map(({ variant, model, hundredths }) => ({ variant, model, hundredths }));
  return JSON.stringify({ schemaVersion, generation, fence, experiment: { name: experiment.name, arms }, stable, candidate, previous });
}

function sentence({ code, path, message, ...issue }: z.core.$ZodIssue): string {
  if (code === "custom") return message;
  const property = path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}${text && "."}${String(step)}`),
    "",
  );
  if (code === "unrecognized_keys") {
    const keys = (issue as unknown as { keys: string[] }).keys.join(", ");
    return `${property === "" ? "split" : property} has ${keys}; nothing reads it: leave it out`;
  }
  if (message.startsWith("is ")) return `${property} ${message}`;
  return `${property === "" ? "split" : property} has the wrong form (${message}); a split is written by the loop: write it as splitText does`;
}

function relationFaults({ experiment, stable, candidate, previous }: Split): string[] {
  const variants = experiment.arms.map(({ variant }) => variant);
  const twice = variants.filter((variant, index) => variants.indexOf(variant) !== index);
  const faults = [
    ...sumFaults(
      "experiment.arms",
      experiment.arms.map(({ hundredths }) => hundredths),
    ),
    ...[...new Set(twice)].map((variant) => `experiment.arms names ${variant} more than once; each variant has one share: name it once`),
    ...[...variants, stable?.release, candidate?.release, previous?.release]
      .filter((each) => each === NOBODYS)
      .map(() => `"${NOBODYS}" is the name of a variant or release; metrics call so what went to nobody: rename it`),
  ];
  if (stable === undefined && candidate !== undefined) {
    faults.push("candidate is set without stable; there is nothing to compare it with: make the first release stable at once");
  }
  if (stable === undefined && previous !== undefined) {
    faults.push("previous is set without stable; nothing came after it: make it stable, or leave it out");
  }
  if (candidate !== undefined && previous !== undefined) {
    faults.push("candidate and previous are both set; the other slot holds one release: leave previous out once the slot is filled anew");
  }
  for (const [property, other] of Object.entries({ candidate, previous })) {
    if (other === undefined || stable === undefined) continue;
    if (other.slot === stable.slot) {
      faults.push(`${property}.slot is ${other.slot}; the stable release is in that one: use the other`);
    }
    if (other.release === stable.release) {
      faults.push(`${property}.release is ${other.release}; that is the stable one: name another, or leave ${property} out`);
    }
  }
  if (candidate !== undefined && candidate.release === experiment.name) {
    faults.push(
      `candidate.release is ${candidate.release}, like the experiment; both salt a hash, and with the same salt both layers would pick the same users: rename one`,
    );
  }
  return faults;
}
