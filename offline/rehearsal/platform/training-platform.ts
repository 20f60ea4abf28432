/** What a retraining finds around it: data in Athena, jobs of SageMaker, and what they come to, as a scenario tells it. */
import fs from "node:fs";
import { readModelArchive } from "../../../lambdas/adapters/packages/model-archive";
import type { ModelSpec, VariantSpec } from "../../../lambdas/domain/run/model-spec";
import { PROFILE_COLUMNS } from "../../../lambdas/domain/run/sql";
import type { Evaluation, RunPlan, Scores } from "../../../lambdas/domain/run/steps";
import type { QueryOutcome } from "../standins/athena";
import type { JobOutcome, TrainingJob } from "../standins/sagemaker";
import { tarOf } from "../standins/tar";
import type { World } from "../world";

export interface TrainingStory {
  /** Virtual milliseconds of a query, and of a job. */
  readonly queryTakes: number;
  readonly jobTakes: number;
  /** On the holdout. @default - GOOD_SCORES */
  readonly scores?: Partial<Scores>;
  /** Of what serves, where something does. */
  readonly servingScores?: Partial<Scores>;
  readonly verifiedLabels: number;
  /** Jobs whose spot capacity is taken away, before one comes through. @default 0 */
  readonly interruptions?: number;
  /** Jobs that fail, by the part of their name: `champion`, `evaluation`. */
  readonly failing?: Readonly<Record<string, string>>;
  /** Rows of the training window. @default 400000 */
  readonly rows?: number;
  /** The evaluation leaves none of its figures. @default false */
  readonly metricsMissing?: boolean;
  /** The models' own answers are not those of what can be served of them. @default false */
  readonly answersDiffer?: boolean;
}

export const GOOD_SCORES: Scores = {
  f1: 0.93,
  precision: 0.94,
  recall: 0.92,
  accuracy: 0.96,
  auc: 0.98,
  p95Milliseconds: 3,
  lossGap: 0.02,
};

type Files = ReadonlyMap<string, Uint8Array>;

/** @param archives a trained model of each kind, as a job leaves it */
export async function bringTraining(
  world: World,
  spec: ModelSpec,
  story: TrainingStory,
  archives: Readonly<Partial<Record<VariantSpec["kind"], string>>>,
): Promise<void> {
  const trained = new Map<string, Files>();
  for (const { model, kind } of spec.variants) {
    const archive = archives[kind];
    if (archive === undefined) throw new Error(`no example of a model of the kind ${kind} is at hand`);
    const files = calledLike(model, await readModelArchive(fs.readFileSync(archive)));
    trained.set(model, story.answersDiffer === true ? answeringOtherwise(files, spec) : files);
  }
  let interruptions = story.interruptions ?? 0;
  world.athena.answering = (sql) => answer(sql, spec, story);
  world.sageMaker.training = (job): JobOutcome => {
    const part = partOf(job.name);
    const fails = story.failing?.[part];
    if (fails !== undefined) return { takes: story.jobTakes, fails };
    if (job.onSpot && interruptions > 0) {
      interruptions--;
      return { takes: story.jobTakes / 2, interrupted: true };
    }
    const isEvaluation = part === "evaluation";
    const files = isEvaluation ? evaluated(world, spec, story, job, trained) : {};
    return { takes: story.jobTakes, model: tarOf(files) };
  };
}

/** An example under another name. */
function calledLike(name: string, files: Files): Files {
  const about = JSON.parse(Buffer.from(files.get(DESCRIPTION) ?? "{}").toString()) as object;
  return new Map([...files, [DESCRIPTION, Buffer.from(JSON.stringify({ ...about, name }))]]);
}

const DESCRIPTION = "model.json";
const PARITY = "parity.f32";

/** As if it had been exported before its last rounds of training: each recorded answer is another than the model's. */
function answeringOtherwise(files: Files, { data }: ModelSpec): Files {
  const rows = Float32Array.from(new Float32Array(Uint8Array.from(files.get(PARITY) ?? []).buffer));
  for (let answer = data.features.length; answer < rows.length; answer += data.features.length + 1) rows[answer] = 1 - (rows[answer] ?? 0);
  return new Map([...files, [PARITY, new Uint8Array(rows.buffer)]]);
}

/** `…-champion-0-1`: what it is for, the redrive and the try. */
function partOf(name: string): string {
  return /-([a-z]+)-\d+-\d+$/.exec(name)?.[1] ?? "";
}

function answer(sql: string, { data }: ModelSpec, { queryTakes, rows = 400_000 }: TrainingStory): QueryOutcome {
  const names = [...sql.matchAll(/ AS "?(\w+)"?/g)].map(([, name]) => name ?? "").filter((name) => name !== "");
  if (!names.includes(PROFILE_COLUMNS.trainRows)) return { takes: queryTakes };
  const { trainRows, trainLabels, trainPositives, holdoutLabels, holdoutPositives } = PROFILE_COLUMNS;
  const known: Record<string, number> = {
    ...{ [trainRows]: rows, [trainLabels]: rows, [trainPositives]: rows / 10, [holdoutLabels]: rows / 20, [holdoutPositives]: rows / 200 },
    ...Object.fromEntries(
      data.features.flatMap(({ least = 0, most = 1 }, index) => [
        [PROFILE_COLUMNS.present(index), rows],
        [PROFILE_COLUMNS.least(index), least],
        [PROFILE_COLUMNS.most(index), most],
      ]),
    ),
  };
  const asked = names.filter((name) => name !== "REAL" && name !== "double");
  return { takes: queryTakes, rows: [asked, asked.map((name) => known[name] ?? 0)] };
}

function evaluated(
  world: World,
  { variants }: ModelSpec,
  { scores, servingScores, verifiedLabels, metricsMissing = false }: TrainingStory,
  { given }: TrainingJob,
  trained: ReadonlyMap<string, Files>,
): Record<string, Uint8Array | string> {
  const channels = given["InputDataConfig"] as { ChannelName: string; DataSource: { S3DataSource: { S3Uri: string } } }[];
  const place = channels.find(({ ChannelName }) => ChannelName === "plan")?.DataSource.S3DataSource.S3Uri ?? "";
  const plan = JSON.parse(Buffer.from(world.s3.get(place)?.bytes ?? "{}").toString()) as RunPlan;
  const of = (more: Partial<Scores> | undefined) => Object.fromEntries(variants.map(({ model }) => [model, { ...GOOD_SCORES, ...more }]));
  const evaluation: Evaluation = {
    schemaVersion: 1,
    holdout: { rows: 20_000, verifiedLabels, from: plan.window.holdoutFrom, until: plan.window.holdoutUntil },
    candidates: of(scores),
    ...(plan.champion !== undefined && { champion: of(servingScores) }),
  };
  const models = [...trained].flatMap(([model, files]) => [...files].map(([file, content]) => [`${model}/${file}`, content] as const));
  return { ...(metricsMissing ? {} : { "evaluation.json": JSON.stringify(evaluation) }), ...Object.fromEntries(models) };
}
