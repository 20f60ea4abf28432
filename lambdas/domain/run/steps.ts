/**
 * What the steps of a run hand to each other: the requests and answers of the functions that the workflows call. Whoever changes one changes a
 * contract between two deployments: a run that is under way keeps its machine's version, but meets the newest functions.
 *
 * ```
 * retraining   prepare-run → Athena ×3 → validate-data → train ∥ train → evaluate → judge-run → register → (ask-approval) → package-release
 *              → roll-out (a machine of its own) → register (the end)
 * roll-out     fill → ready? … → try → [ set traffic → in force? … → wait → check … ] × stages → promote;   on every failure: roll back
 * ```
 */
import { z } from "zod";
import { runOrderSchema } from "../run-order";
import { instantSchema } from "../time";
import { governanceSpecSchema, modelSpecSchema, rollOutSpecSchema, servingSpecSchema } from "./model-spec";

const uri = z.string().startsWith("s3://");
const text = z.string().min(1);

/** To `prepare-run`. */
export const prepareRequestSchema = z.strictObject({
  order: runOrderSchema,
  execution: text,
  startedAt: instantSchema,
  redriveCount: z.int().min(0),
});

/** What is known of the release that serves, from the registry; absent on the first day. */
export const championSchema = z.strictObject({
  version: text,
  semanticVersion: text,
  release: text,
  /** Folder of each variant's trained model: of the job that evaluated it, whose archive holds all variants of the release. */
  models: z.record(z.string(), uri),
  /** Of each variant, as it was trained; another kind is another architecture (R5). Absent where the registry does not know. */
  kinds: z.record(z.string(), text).optional(),
  /** Of the features that callers send; a release that reads another order is refused. Absent where the registry does not know. */
  featureOrderSha256: text.optional(),
});

/** From `prepare-run`: the whole plan of a run. All names and places in it follow from the run alone. */
export const runPlanSchema = z.strictObject({
  run: text,
  spec: modelSpecSchema,
  /** Principals who asked for the run by hand. */
  askedBy: z.array(z.string()),
  /** Which rules asked for it. */
  rules: z.array(text),
  /** R10: days, both included, as YYYY-MM-DD. Training ends the day before the holdout begins. */
  window: z.strictObject({ trainFrom: text, trainUntil: text, holdoutFrom: text, holdoutUntil: text }),
  /**
   * Folders. What Athena writes lies below one more, named after the attempt: UNLOAD refuses a folder that is not empty, and a query that
   * was cut off leaves files.
   */
  dataset: z.strictObject({ version: text, train: uri, holdout: uri, results: uri }),
  /** For Athena. The workflow puts the attempt in for `ATTEMPT_PLACEHOLDER`. */
  sql: z.strictObject({ train: text, holdout: text, profile: text }),
  /** Folder. `plan.json` in it is this plan without its SQL, for the programs that train and evaluate. */
  artifacts: uri,
  /** Name of the release, if it comes so far. */
  release: text,
  champion: championSchema.optional(),
});

export type RunPlan = z.infer<typeof runPlanSchema>;
export type Champion = z.infer<typeof championSchema>;

export const ATTEMPT_PLACEHOLDER = "{attempt}";

/** From `prepare-run`. Refused: nothing was read, nothing was trained, and the same again would be refused again. */
export const prepareAnswerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("planned"), plan: runPlanSchema }),
  z.strictObject({ kind: z.literal("refused"), reason: text }),
]);
export type PrepareAnswer = z.infer<typeof prepareAnswerSchema>;

/** To `validate-data`: the profile is the CSV file that Athena wrote. */
export const validateRequestSchema = z.strictObject({ plan: runPlanSchema, profile: uri });

/** From `validate-data` (D3). */
export const dataVerdictSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("sound"), rows: z.int() }),
  z.strictObject({ kind: z.literal("broken"), faults: z.array(text).min(1) }),
]);

export type DataVerdict = z.infer<typeof dataVerdictSchema>;

/** One model on the holdout, as `evaluate.py` writes it into `evaluation.json`. */
export const scoresSchema = z.strictObject({
  f1: z.number(),
  precision: z.number(),
  recall: z.number(),
  accuracy: z.number(),
  auc: z.number(),
  /** Of one row, in the evaluation's process: no promise about the server. */
  p95Milliseconds: z.number(),
  /** Log loss on the holdout minus that on the training data. */
  lossGap: z.number().optional(),
  /** Largest difference of accuracy between declared groups. */
  groupGap: z.number().optional(),
});

export const evaluationSchema = z.strictObject({
  schemaVersion: z.literal(1),
  holdout: z.strictObject({ rows: z.int(), verifiedLabels: z.int(), from: text, until: text }),
  /** By the variant's model name. */
  candidates: z.record(z.string(), scoresSchema),
  champion: z.record(z.string(), scoresSchema).optional(),
  /** R2: of five folds of the training data, each row by a model that has not seen it. To compare with the holdout; no gate reads it. */
  folds: z.record(z.string(), scoresSchema.omit({ p95Milliseconds: true, lossGap: true, groupGap: true })).optional(),
});

export type Evaluation = z.infer<typeof evaluationSchema>;
export type Scores = z.infer<typeof scoresSchema>;

export const gateOutcomeSchema = z.strictObject({
  model: text,
  gate: text,
  value: z.number().optional(),
  limit: z.number().optional(),
  outcome: z.enum(["passed", "failed", "not-applicable", "not-measured"]),
  verifiedLabels: z.int(),
  reason: text,
});
export type GateOutcome = z.infer<typeof gateOutcomeSchema>;

/**
 * To `judge-run`. The archive is the evaluation's `model.tar.gz`: `evaluation.json`, and for each variant a folder with the model, `model.json`
 * and `parity.f32`. What was scored is what is packaged: there is no other copy.
 */
export const judgeRequestSchema = z.strictObject({ plan: runPlanSchema, archive: uri });

/** From `judge-run`. `needsApproval` says why a person decides (R4); empty where nobody has to. */
export const judgementSchema = z.strictObject({
  kind: z.enum(["passed", "failed"]),
  gates: z.array(gateOutcomeSchema),
  needsApproval: z.array(text),
  semanticVersion: text,
  reason: text,
  /** Absent where it could not be read, which fails the run. */
  evaluation: evaluationSchema.optional(),
});
export type Judgement = z.infer<typeof judgementSchema>;

/** To `registry`, before anybody is asked. `archive` as for `judge-run`; its folder is that of each variant's trained model. */
export const registerRequestSchema = z.strictObject({
  do: z.literal("register-candidate"),
  plan: runPlanSchema,
  archive: uri,
  judgement: judgementSchema,
  startedAt: instantSchema,
});

/** From `register`. */
export const registeredSchema = z.strictObject({ version: text, semanticVersion: text, release: text });
export type Registered = z.infer<typeof registeredSchema>;

/** From `ask-approval`, by way of the task token. Nobody's answer ends the task by its time-out. */
export const approvalSchema = z.strictObject({ kind: z.enum(["approved", "refused"]), by: z.array(text), reason: text });
export type Approval = z.infer<typeof approvalSchema>;

/** To `ask-approval`, by the retraining's machine: whether the version is released. */
export const approvalRequestSchema = z.strictObject({
  plan: runPlanSchema,
  judgement: judgementSchema,
  registered: registeredSchema,
  token: text,
});

/** To `package-release`. */
export const packageRequestSchema = z.strictObject({ plan: runPlanSchema, archive: uri });

/** From `package-release`. */
export const packagedSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("released"), release: text, manifest: uri, models: z.array(text).min(1) }),
  z.strictObject({ kind: z.literal("refused"), faults: z.array(text).min(1) }),
]);
export type Packaged = z.infer<typeof packagedSchema>;

/** To the machine of the roll-out. */
export const rollOutOrderSchema = z.strictObject({
  schemaVersion: z.literal(1),
  run: text,
  model: text,
  line: text,
  version: text,
  semanticVersion: text,
  release: text,
  /** Triton's model names, all of which must be ready. */
  models: z.array(text).min(1),
  /** Whom `ask-approval` asks where labels do not come. */
  governance: governanceSpecSchema,
  /** Principals who asked for the run by hand: none of them may answer. */
  askedBy: z.array(z.string()),
  rollOut: rollOutSpecSchema,
  serving: servingSpecSchema,
});
export type RollOutOrder = z.infer<typeof rollOutOrderSchema>;

/** From the machine of the roll-out. `refused`: traffic was never touched. */
export const rollOutReportSchema = z.strictObject({
  outcome: z.enum(["promoted", "rolled-back", "refused"]),
  reason: text,
  /** What people said about promoting it without labels. Absent where nobody was asked. */
  withoutLabels: approvalSchema.optional(),
});
export type RollOutReport = z.infer<typeof rollOutReportSchema>;

/** To `registry`, at a run's end, once a version is registered. `packaged`: it lies ready, and nobody rolls it out. */
export const closeRequestSchema = z.strictObject({
  do: z.literal("close"),
  plan: runPlanSchema,
  registered: registeredSchema,
  outcome: z.enum(["promoted", "rejected", "rolled-back", "packaged"]),
  /** Whether it is released; absent where no person was asked. */
  approval: approvalSchema.optional(),
  /** Whether it is promoted without labels; absent where no person was asked. */
  withoutLabels: approvalSchema.optional(),
  reason: text,
});

/** To `registry`, every hour: the alias of the champion follows what serves. */
export const followRequestSchema = z.strictObject({ do: z.literal("follow-traffic") });
