/**
 * What a loop knows of a model that it may retrain: what it is trained on and with, what it must pass, who decides, and how it reaches users.
 * One document for each loop, uploaded under the hash of its content. A run reads its model's part once, at its beginning, and hands it on: a
 * change of the document never changes a run that is under way.
 */
import { z } from "zod";
import { TRAINING_ROWS } from "../data-quality";
import { modelNameSchema } from "../names";
import { DEFAULT_STAGES } from "../stages";
import { DEFAULT_BREACH_RULE } from "../windows";
import { gateSchema } from "./gates";

/** Names of a Glue table and its columns, as Athena takes them unquoted. */
const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,127}$/);

export const featureSpecSchema = z.strictObject({
  name: identifier,
  /** Values outside are faults of the data (D3). */
  least: z.number().optional(),
  most: z.number().optional(),
});

export const dataSpecSchema = z.strictObject({
  database: identifier,
  table: identifier,
  workGroup: z.string().min(1),
  /** Partition column, a day as YYYY-MM-DD. */
  dayColumn: identifier.default("dt"),
  /** 0 or 1, as people or time have verified it; null where nobody knows. */
  labelColumn: identifier,
  /** Never null in sound data. */
  keyColumns: z.array(identifier).default([]),
  features: z.array(featureSpecSchema).min(1).max(2_000),
  /** D3. */
  rows: z
    .strictObject({ least: z.int().min(1), most: z.int().min(1) })
    .default({ least: TRAINING_ROWS.fewestRows, most: TRAINING_ROWS.mostRows }),
  /** The newest days are kept from training, so that a model is judged by what came after all that it has seen. */
  holdoutDays: z.int().min(1).max(60).default(2),
  /** Rows without a verified label are labelled by an isolation forest, for training alone; absent, they are left out. */
  pseudoLabels: z
    .strictObject({
      /** Share of such rows that is taken for anomalous. */
      anomalousShare: z.number().gt(0).lt(0.5).default(0.1),
      /** Share of the rows called anomalous that is offered for a person's review (R2). */
      reviewShare: z.number().min(0).max(1).default(0.2),
    })
    .optional(),
});

export const VARIANT_ROLES = ["champion", "challenger"] as const;

export const variantSpecSchema = z.strictObject({
  /** As the router's experiment and Triton call it: `anomaly_xgboost`. */
  model: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  role: z.enum(VARIANT_ROLES),
  /** xgboost: SageMaker's built-in algorithm. catboost: our program in script mode. */
  kind: z.enum(["xgboost", "catboost"]),
  hyperparameters: z.record(z.string(), z.string()).default({}),
});

/** R11. */
export const computeSpecSchema = z.strictObject({
  instanceType: z.string().regex(/^ml\.[a-z0-9]+\.[a-z0-9]+$/),
  volumeGb: z.int().min(1).max(16_384).default(100),
  spot: z.boolean().default(true),
  /** Of one training job. */
  minutes: z.int().min(1).max(240).default(60),
});

/** R4. */
export const governanceSpecSchema = z.strictObject({
  automaticApproval: z.boolean().default(false),
  /** ARNs of IAM roles or users; of a role, whoever has assumed it. */
  approvers: z.array(z.string().startsWith("arn:")).default([]),
  approvalsNeeded: z.int().min(1).max(5).default(1),
  /** Of the holdout; with fewer a person decides. An accuracy of 0.90 is known to ± 1.9 points from a thousand, to ± 5.9 from a hundred. */
  fewestVerifiedLabels: z.int().min(1).default(1_000),
  remindAfterHours: z.number().positive().default(4),
  /** Nobody's answer is a refusal. */
  timeoutHours: z
    .number()
    .positive()
    .max(14 * 24)
    .default(48),
});

const limitSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("at-most-times"), times: z.number().positive(), floor: z.number().min(0) }),
  z.strictObject({ kind: z.literal("at-most"), bound: z.number() }),
  z.strictObject({ kind: z.literal("at-least"), bound: z.number() }),
]);

export const rollOutSpecSchema = z.strictObject({
  stages: z
    .array(
      z.strictObject({
        percent: z.number().positive().max(100),
        hours: z.number().positive(),
        limits: z.strictObject({ errorRate: limitSchema, p95Milliseconds: limitSchema, accuracy: limitSchema }),
      }),
    )
    .min(1)
    .default(() => structuredClone(DEFAULT_STAGES) as never),
  breach: z
    .strictObject({ breaches: z.int().min(1), of: z.int().min(1), fewestEvidence: z.int().min(1) })
    .default({ ...DEFAULT_BREACH_RULE }),
  checkMinutes: z.int().min(5).max(60).default(5),
  /** Below it, accuracy is not observed. */
  fewestLabels: z.int().min(1).default(200),
  /** After the last stage, for labels that come late; then a person is asked. */
  waitForLabelsHours: z
    .number()
    .min(0)
    .max(7 * 24)
    .default(48),
  /** A stage without measurements is held so long, then rolled back. */
  holdHours: z.number().positive().max(48).default(2),
  pauseHours: z
    .number()
    .positive()
    .max(14 * 24)
    .default(72),
  /** O7. */
  oldSlotKeptHours: z
    .number()
    .min(1)
    .max(30 * 24)
    .default(24),
  /** Until a slot's pods are ready; a node may have to be bought. */
  readyMinutes: z.int().min(1).max(240).default(45),
});

/** Stands in a loop's document for the bucket of its releases, where that is known only while deploying; `prepare-run` puts the name in. */
export const RELEASES_BUCKET_PLACEHOLDER = "${RELEASES_BUCKET}";

export const servingSpecSchema = z.strictObject({
  /** Kubernetes names of the Triton server and of the router's ConfigMap, and where they are. */
  namespace: z.string().min(1),
  server: z.string().min(1),
  router: z.string().min(1),
  /** Of the releases: `s3://bucket/prefix/`, with the slash. */
  releases: z.string().regex(/^s3:\/\/[^/]+\/(?:.*\/)?$/),
});

export const modelSpecSchema = z.strictObject({
  model: modelNameSchema,
  line: modelNameSchema,
  /** R5, for the model card: what it is for, who uses it, what it is not for. */
  card: z
    .strictObject({
      intendedUse: z.string().default("not stated"),
      users: z.string().default("not stated"),
      outOfScope: z.string().default("not stated"),
      limits: z.string().default("not stated"),
    })
    .prefault({}),
  data: dataSpecSchema,
  variants: z.array(variantSpecSchema).min(1).max(2),
  compute: computeSpecSchema,
  gates: z.array(gateSchema).min(1),
  governance: governanceSpecSchema.prefault({}),
  /** Absent where the loop trains and registers only. */
  rollOut: rollOutSpecSchema.optional(),
  serving: servingSpecSchema.optional(),
});

export const modelSpecsSchema = z.strictObject({ schemaVersion: z.literal(1), models: z.array(modelSpecSchema) });

export type ModelSpec = z.output<typeof modelSpecSchema>;
/** As people write it. */
export type ModelSpecInput = z.input<typeof modelSpecSchema>;
export type DataSpec = ModelSpec["data"];
export type VariantSpec = ModelSpec["variants"][number];
export type GovernanceSpec = ModelSpec["governance"];
export type RollOutSpec = z.output<typeof rollOutSpecSchema>;
export type ServingSpec = z.output<typeof servingSpecSchema>;
