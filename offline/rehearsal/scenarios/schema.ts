/** A scenario: what happens, and what must be true on the way and at the end. Written to be read aloud. */
import { z } from "zod";
import { RULE_NAMES } from "../../../lambdas/domain/rules";
import { SEVERITIES } from "../../../lambdas/domain/severity";

const UNITS = { s: 1_000, min: 60_000, h: 3_600_000, d: 24 * 3_600_000 } as const;

/** `90 min`, `2h`, `3d 4h`: milliseconds. */
export const durationSchema = z.string().transform((text, context): number => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(min|s|h|d)\b/g)];
  const rest = text.replaceAll(/(\d+(?:\.\d+)?)\s*(min|s|h|d)\b/g, "").trim();
  if (parts.length > 0 && rest === "") {
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
  }
  context.addIssue(`${JSON.stringify(text)} is no length of time; write it as 30 min, 2h or 3d 4h`);
  return z.NEVER;
});

const model = z.string();
const lasting = { for: durationSchema.optional(), every: durationSchema.optional() };

/** Metrics of a model, by the names that its alarms watch; the evidence goes with them. */
export const MEASURES = {
  psi: { metric: "model_drift_psi", evidence: "model_drift_rows", rows: 2_000 },
  dataFaults: { metric: "model_data_faults", evidence: "model_drift_rows", rows: 2_000 },
  accuracyDrop: { metric: "model_accuracy_drop_percent", evidence: "model_labels", rows: 2_000 },
  accuracy: { metric: "model_accuracy", evidence: "model_labels", rows: 2_000 },
  errorRate: { metric: "model_error_rate", evidence: "model_requests", rows: 5_000 },
  latency: { metric: "model_latency_p95_milliseconds", evidence: "model_requests", rows: 5_000 },
} as const;

/** When something happens: so long after the beginning, or after a release has got so many percent of the users. */
const moment = { at: durationSchema.default(0), once: z.strictObject({ percent: z.number().positive().max(100) }).optional() };
const word = { by: z.string(), reason: z.string() };

/** A step that fails as AWS fails it, before it has done anything. */
const failureSchema = z.strictObject({
  step: z.string(),
  /** Whose step, where both machines have one of that name. */
  of: z.enum(["retraining", "roll-out"]).optional(),
  /** Attempts: one more than the step's retries, and it is given up. */
  times: z.int().min(1).default(1),
  error: z.string().default("States.TaskFailed"),
  cause: z.string().default("the scenario says so"),
});

const eventSchema = z.union(
  [
    z.strictObject({ at: durationSchema, measure: z.strictObject({ model, ...lasting, ...measures() }) }),
    z.strictObject({
      at: durationSchema,
      alert: z.strictObject({ model, rule: z.enum(RULE_NAMES), severity: z.enum(SEVERITIES), for: durationSchema }),
    }),
    z.strictObject({ at: durationSchema, storm: z.strictObject({ alarms: z.int().min(1), within: durationSchema }) }),
    z.strictObject({
      at: durationSchema,
      feedback: z.strictObject({ model, corrections: z.int().min(1), batches: z.int().min(1).default(1) }),
    }),
    z.strictObject({ ...moment, stop: z.strictObject(word) }),
    z.strictObject({ ...moment, resume: z.strictObject(word) }),
    z.strictObject({ at: durationSchema, retrain: z.strictObject({ model, by: z.string(), reason: z.string() }) }),
    z.strictObject({ at: durationSchema, "abort run": z.strictObject({ model }) }),
    z.strictObject({ at: durationSchema, "redrive run": z.strictObject({ model }) }),
    z.strictObject({ ...moment, drift: z.strictObject({ model, psi: z.number() }) }),
    z.strictObject({ ...moment, collapse: z.strictObject({ model, accuracy: z.number() }) }),
    z.strictObject({
      ...moment,
      "new release": z.strictObject({
        errorRate: z.number().min(0).max(1).optional(),
        p95Milliseconds: z.number().positive().optional(),
        accuracy: z.number().min(0).max(1).optional(),
        challengerAccuracy: z.number().min(0).max(1).optional(),
        labels: z.int().min(0).optional(),
      }),
    }),
    z.strictObject({ ...moment, "no labels": z.strictObject({ for: durationSchema }) }),
    z.strictObject({ ...moment, "no registry": z.strictObject({ for: durationSchema }) }),
    z.strictObject({ ...moment, "router stuck": z.strictObject({ after: z.int().min(1).default(1), for: durationSchema }) }),
    z.strictObject({ ...moment, "slot stuck": z.strictObject({ for: durationSchema }) }),
    z.strictObject({ ...moment, fails: failureSchema }),
    z.strictObject({ ...moment, "alias moved": z.strictObject({ model }) }),
    z.strictObject({ ...moment, "roll back": z.strictObject({ model, ...word }) }),
    z.strictObject({ ...moment, pause: z.strictObject({ model, ...word }) }),
    z.strictObject({ ...moment, continue: z.strictObject({ model, ...word }) }),
  ],
  {
    error:
      "is nothing that can happen; it has at, and one of measure, alert, storm, feedback, retrain, abort run or redrive run; or at or once, and one of stop, resume, drift, collapse, new release, no labels, no registry, router stuck, slot stuck, fails, alias moved, roll back, pause or continue",
  },
);

const countSchema = z.union([z.int().min(0), z.strictObject({ atLeast: z.int().min(0).optional(), atMost: z.int().min(0).optional() })]);

const promiseSchema = z.union(
  [
    z.strictObject({
      runs: z.strictObject({ model: model.optional(), started: countSchema.optional(), ended: z.record(z.string(), z.int()).optional() }),
    }),
    z.strictObject({
      told: z.strictObject({ channel: z.enum(["slack", "pagerduty", "e-mail"]), about: z.string().optional(), times: countSchema }),
    }),
    z.strictObject({ audit: z.record(z.string(), countSchema) }),
    z.strictObject({
      alarm: z.strictObject({ ends: z.string(), went: z.string(), within: durationSchema, of: durationSchema.optional() }),
    }),
    z.strictObject({ untouched: z.strictObject({ after: durationSchema, before: durationSchema }) }),
    z.strictObject({ traffic: z.strictObject({ orders: countSchema }) }),
    z.strictObject({ "first run": z.strictObject({ model: model.optional(), after: durationSchema, before: durationSchema }) }),
    z.strictObject({ climbs: z.strictObject({ to: z.number().min(0).max(100), then: z.enum(["stays", "goes back"]) }) }),
    z.strictObject({ stands: z.strictObject({ at: z.number().min(0).max(100), for: durationSchema }) }),
    z.strictObject({ "first user": z.strictObject({ after: durationSchema, before: durationSchema }) }),
    z.strictObject({
      looks: z.strictObject({
        say: z.enum(["promote", "keep", "continue", "ask-a-person", "not-comparable"]),
        times: countSchema,
        challengerShare: z.number().min(0).max(100),
      }),
    }),
    z.strictObject({ serves: z.enum(["new", "old", "both", "nothing"]) }),
    z.strictObject({ champion: z.enum(["new", "old", "nothing"]) }),
    z.strictObject({ jobs: z.strictObject({ onSpot: countSchema.optional(), onDemand: countSchema.optional() }) }),
    z.strictObject({ "back within": durationSchema }),
  ],
  {
    error:
      "is nothing that can be promised; it is one of runs, told, audit, untouched, traffic, alarm, first run, climbs, stands, first user, looks, serves, champion, jobs or back within",
  },
);

const score = z.number().optional();
const scoresSchema = z.strictObject({ f1: score, precision: score, recall: score, accuracy: score, auc: score, p95Milliseconds: score });

/** What runs that go their whole way come upon. Times are those of one query and one job. */
const trainingSchema = z.strictObject({
  queries: durationSchema.prefault("2 min"),
  jobs: durationSchema.prefault("20 min"),
  /** Jobs whose spot capacity is taken away, before one comes through. */
  interruptions: z.int().min(0).default(0),
  /** Why a job fails, by what it is for: folds, champion, challenger, evaluation. */
  failing: z.partialRecord(z.enum(["folds", "champion", "challenger", "evaluation"]), z.string()).default({}),
  /** Of what is trained, and of what serves, where they are not good, and a little less good. */
  scores: scoresSchema.default({}),
  servingScores: scoresSchema.default({}),
  verifiedLabels: z.int().min(0).default(5_000),
  rows: z.int().min(0).optional(),
  metricsMissing: z.boolean().optional(),
  /** How the champion is trained, and the challenger; without a second, there is no challenger. */
  variants: z
    .array(z.enum(["xgboost", "catboost"]))
    .min(1)
    .max(2)
    .optional(),
  /** Rows that nobody has labelled are labelled by a job. */
  labelsMade: z.boolean().default(false),
  /** Runs end with a packaged release: the loop rolls nothing out. */
  packagedOnly: z.boolean().default(false),
  /** What serves reads the features in another order than the model that is declared. */
  featuresMoved: z.boolean().default(false),
  /** The trained model's own answers are not those of what can be served of it. */
  answersDiffer: z.boolean().default(false),
  /** Nothing serves yet. */
  firstDay: z.boolean().default(false),
  /** Percent of users whom the challenger answers. */
  challengerShare: z.number().min(0).max(100).default(0),
  /** Days in the model's own plan, for which no story has the time: how long labels are waited for, people, and whoever has stopped or paused it. */
  patience: z
    .strictObject({ labels: durationSchema.optional(), answers: durationSchema.optional(), pause: durationSchema.optional() })
    .default({}),
  /** The model's governance names no approvers. */
  nobodyToAsk: z.boolean().default(false),
});

/** Approvers, each asked as often as a run asks; who is not there says nothing. */
const personSchema = z.strictObject({
  ...{ name: z.string(), says: z.enum(["approve", "reject"]), after: durationSchema, reason: z.string() },
  /** Questions after which they are heard of no more. @default - all */
  times: z.int().min(1).optional(),
});

export const scenarioSchema = z.strictObject({
  title: z.string().min(1),
  because: z.string().min(1),
  starts: z.iso.datetime(),
  lasts: durationSchema,
  models: z.array(z.strictObject({ name: model, line: z.string().optional(), mode: z.enum(["observe", "act"]) })).min(1),
  /** What the retrainings of this scenario come to, one after the other; the last one holds for all further ones. */
  retraining: z
    .array(z.strictObject({ takes: durationSchema, outcome: z.enum(["promoted", "rejected", "rolled-back", "fails"]) }))
    .min(1)
    .optional(),
  /** Instead of `retraining`: runs train, ask, release and roll out themselves. */
  training: trainingSchema.optional(),
  approvers: z.array(personSchema).default([]),
  /** own: also played with the stages of each environment that has the time for them. example: with those of the example alone. */
  stages: z.enum(["own", "example"]).default("example"),
  /** What the scenario cannot do without. training: runs that take their time. function: one function that is the whole of a run. */
  needs: z.enum(["training", "function"]).optional(),
  when: z.array(eventSchema),
  then: z.array(promiseSchema).min(1),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioEvent = Scenario["when"][number];
export type ScenarioPromise = Scenario["then"][number];
export type Count = z.output<typeof countSchema>;

/** Whole sentences for whoever wrote the file. */
export class ScenarioError extends Error {
  override readonly name = "ConfigurationError";
}

/** @throws ScenarioError with every fault of the file. */
export function parseScenario(file: string, document: unknown): Scenario {
  const { success, data, error } = scenarioSchema.safeParse(document);
  if (!success) {
    const faults = error.issues.map(({ path, message }) => `  - ${path.join(".") || "the file"}: ${message}`);
    throw new ScenarioError(`${file} is no scenario:\n${faults.join("\n")}`);
  }
  const faults = [...unknownModels(data), ...trainingFaults(data)].map((fault) => `  - ${fault}`);
  if (faults.length > 0) throw new ScenarioError(`${file} is no scenario:\n${faults.join("\n")}`);
  return data;
}

function trainingFaults({ training, retraining }: Scenario): string[] {
  if ((training === undefined) !== (retraining === undefined)) return [];
  return [
    `it has ${training === undefined ? "neither" : "both"} retraining ${training === undefined ? "nor" : "and"} training; runs go one way: say which`,
  ];
}

function unknownModels({ models, when }: Scenario): string[] {
  const known = models.map(({ name }) => name);
  return when.flatMap((event, index) => {
    const [verb = "", given] = Object.entries(event).find(([key]) => key !== "at" && key !== "once") ?? [];
    const named = (given as { model?: string } | undefined)?.model;
    if (named === undefined || known.includes(named)) return [];
    return [
      `when.${index}.${verb}.model is ${JSON.stringify(named)}; the scenario's models are ${known.join(", ")}: declare it or correct the name`,
    ];
  });
}

function measures() {
  const names = Object.keys(MEASURES) as (keyof typeof MEASURES)[];
  return Object.fromEntries(names.map((name) => [name, z.number().optional()])) as Record<
    keyof typeof MEASURES,
    z.ZodOptional<z.ZodNumber>
  >;
}
