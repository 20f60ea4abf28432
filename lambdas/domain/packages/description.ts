/** What a trainer says of a model, in `model.json` beside it: what the file itself does not tell. */
import { z } from "zod";
import { sha256 } from "../sha256";
import { DEFAULT_THRESHOLD, MOST_FEATURES } from "./contract";
import { DEFAULT_SERVING, type Serving } from "./model-config";
import { Accelerator, MODEL_KINDS, ModelKind } from "./model-kind";

export interface ModelDescription {
  /** Name under which Triton serves it, and the router calls it. */
  readonly name: string;
  readonly kind: ModelKind;
  /** Names, in the order of the columns. */
  readonly features: readonly string[];
  readonly threshold: number;
  /** Library and version: `xgboost 3.0.5`. */
  readonly trainer: string;
  /** The run that trained it. */
  readonly createdBy: string;
  readonly serving: Serving;
}

export type Described =
  { readonly kind: "described"; readonly description: ModelDescription } | { readonly kind: "refused"; readonly faults: string[] };

/** A folder of Triton's repository and a part of a path; `_fil` and `_label` are added to it. */
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

type Rule = { error: (issue: { input?: unknown }) => string };

/** One sentence for whatever is wrong with a property. */
function says(property: string, rule: string): Rule {
  return {
    error: ({ input }) =>
      `${property} is ${input === undefined ? "missing" : (JSON.stringify(input) ?? typeof input).slice(0, 100)}; ${rule}`,
  };
}

function text(property: string, rule: string) {
  return z.string(says(property, rule)).min(1, says(property, rule));
}

function whole(property: string, rule: string, least: number, most: number) {
  const fault = says(property, `${rule}: use a whole number from ${least} to ${most.toLocaleString("en-US")}`);
  return z.number(fault).int(fault).min(least, fault).max(most, fault);
}

function between0And1(property: string, rule: string) {
  const fault = says(property, `${rule}: write one between 0 and 1`);
  return z.number(fault).gt(0, fault).lt(1, fault);
}

const NAME_RULE = "Triton serves up to 40 characters of a-z, 0-9 and _, the first a letter: write one such as anomaly_xgboost";
const FEATURES_RULE = `a model has 1 to ${MOST_FEATURES.toLocaleString("en-US")} named features: list them in the order of the columns`;

const servingSchema = z.strictObject({
  accelerator: z
    .enum(Accelerator, says("serving.accelerator", "it must be one of cpu, gpu: use one of these"))
    .default(DEFAULT_SERVING.accelerator),
  maxBatchSize: whole("serving.maxBatchSize", "it counts rows", 1, 65_536).default(DEFAULT_SERVING.maxBatchSize),
  batchDelayMicroseconds: whole("serving.batchDelayMicroseconds", "a call waits up to a second for others", 0, 1_000_000).default(
    DEFAULT_SERVING.batchDelayMicroseconds,
  ),
  maxQueueSize: whole("serving.maxQueueSize", "a queue has an end", 1, 100_000).default(DEFAULT_SERVING.maxQueueSize),
  queueTimeoutMicroseconds: whole("serving.queueTimeoutMicroseconds", "a call waits up to a minute", 1, 60_000_000).default(
    DEFAULT_SERVING.queueTimeoutMicroseconds,
  ),
  threads: whole("serving.threads", "they are the CPUs of a pod", 1, 256).default(DEFAULT_SERVING.threads),
});

const descriptionSchema = z.strictObject(
  {
    schemaVersion: z.literal(1, says("schemaVersion", "1 is the version that is read: write 1")),
    name: z.string(says("name", NAME_RULE)).regex(NAME, says("name", NAME_RULE)),
    kind: z.enum(ModelKind, says("kind", `it must be one of ${MODEL_KINDS.join(", ")}: use one of these`)),
    features: z
      .array(text("features", FEATURES_RULE), says("features", FEATURES_RULE))
      .min(1, says("features", FEATURES_RULE))
      .max(MOST_FEATURES, says("features", FEATURES_RULE)),
    featureOrderSha256: text("featureOrderSha256", "it is the trainer's: copy it whole, or leave it out").optional(),
    threshold: between0And1("threshold", "it is the probability above which a row is labelled 1").default(DEFAULT_THRESHOLD),
    trainer: text("trainer", "it names library and version: write it like xgboost 3.0.5"),
    createdBy: text("createdBy", "it names the run that trained the model: name it"),
    serving: servingSchema.prefault({}),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")} is unknown; the keys are schemaVersion, name, kind, features, featureOrderSha256, threshold, trainer, createdBy and serving: correct or remove it`
        : "it is no object: write one with schemaVersion, name, kind, features, trainer and createdBy",
  },
);

/** `file` is how the faults call it. */
export function readDescription(file: string, text: string): Described {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused([`${file} is no JSON (${(error as Error).message}): write it anew`]);
  }
  const { data, error } = descriptionSchema.safeParse(value);
  if (error !== undefined) return refused([...new Set(error.issues.map(({ message }) => `${file}: ${message}`))]);
  const { schemaVersion: _, featureOrderSha256, ...description } = data;
  const faults = [...repeatedFeatures(file, description.features), ...orderFaults(file, description.features, featureOrderSha256)];
  return faults.length > 0 ? refused(faults) : { kind: "described", description };
}

function refused(faults: string[]): Described {
  return { kind: "refused", faults };
}

function repeatedFeatures(file: string, features: readonly string[]): string[] {
  const repeated = new Set(features.filter((name, index) => features.indexOf(name) !== index));
  return [...repeated].map((name) => `${file}: features name ${name} more than once; each column has a name of its own: name it once`);
}

/** The order of the columns as one text. Two orders of the same names are two models: every value would be read as another's. */
export function featureOrderHash(features: readonly string[]): string {
  return sha256(JSON.stringify(features));
}

export function orderFaults(file: string, features: readonly string[], expected: string | undefined): string[] {
  const found = featureOrderHash(features);
  if (expected === undefined || found === expected) return [];
  const rule = `${short(expected)} is expected, and every value would be read as another feature's`;
  return [
    `${file}: the order of its ${features.length} features has the hash ${short(found)}; ${rule}: train on the expected columns in their order`,
  ];
}

function short(hash: string): string {
  return hash.slice(0, 12);
}
