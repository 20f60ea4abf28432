/** The whole plan of a run. All names and places follow from the run alone: made again, it is the same to the byte. */
import { featureOrderHash } from "../packages/description";
import { releaseNameFaults } from "../release-name";
import { sha256 } from "../sha256";
import type { RunOrder } from "../run-order";
import type { Instant } from "../time";
import type { DataSpec, ModelSpec } from "./model-spec";
import { semanticVersionFaults } from "./semantic-version";
import { profileSql, unloadSql } from "./sql";
import { ATTEMPT_PLACEHOLDER, type Champion, type PrepareAnswer, type RunPlan } from "./steps";
import { dataWindow } from "./window";

export interface PlanQuestion {
  order: RunOrder;
  startedAt: Instant;
  spec: ModelSpec;
  champion: Champion | undefined;
  /** Folder of all runs, with the slash: `s3://bucket/prefix/`. */
  artifacts: string;
}

/**
 * A state hands on 262,144 bytes at most (Step Functions, "Service quotas", 2026), and the plan travels with judgement, scores and token beside
 * it. About 700 features of short names fit.
 */
export const LONGEST_PLAN = 200_000;

/** The router's configuration and S3 take 63 characters of it. */
const LONGEST_RELEASE = 63;

export function planRun({ order, startedAt, spec, champion, artifacts }: PlanQuestion): PrepareAnswer {
  const { run, askedBy, windowDays, demand } = order;
  const { data } = spec;
  const window = dataWindow(startedAt, windowDays, data.holdoutDays);
  const folder = `${artifacts}runs/${run}/`;
  const dataset = { version: run, train: `${folder}train/`, holdout: `${folder}holdout/`, results: `${folder}athena/` };
  const attempt = `${ATTEMPT_PLACEHOLDER}/`;
  const [train, holdout] = [
    { data, from: window.trainFrom, until: window.trainUntil, to: dataset.train + attempt, unlabelled: data.pseudoLabels !== undefined },
    { data, from: window.holdoutFrom, until: window.holdoutUntil, to: dataset.holdout + attempt, unlabelled: false },
  ];
  const plan: RunPlan = {
    ...{ run, spec, askedBy, rules: demand.reasons.map(({ rule }) => rule), window, dataset },
    sql: { train: unloadSql(train), holdout: unloadSql(holdout), profile: profileSql({ data, ...window }) },
    artifacts: folder,
    release: releaseOf(run),
    ...(champion && { champion }),
  };
  const faults = [
    ...specFaults(spec),
    ...championFaults(champion, data),
    ...releaseNameFaults("the name of the release", plan.release),
    ...sizeFaults(plan),
  ];
  return faults.length > 0 ? { kind: "refused", reason: faults.join("; ") } : { kind: "planned", plan };
}

/** A run's name has up to 80 characters; what does not fit is cut from its readable part. */
export function releaseOf(run: string): string {
  const name = run.toLowerCase().replace(/[^a-z0-9-]+/g, "-");
  if (name === run && name.length <= LONGEST_RELEASE) return name;
  return `${name.slice(0, LONGEST_RELEASE - 9)}-${sha256(run).slice(0, 8)}`;
}

/** What a schema of fields alone cannot see. Also for whoever writes specs, before anything is deployed. */
export function specFaults({ model, data, variants }: ModelSpec): string[] {
  const { labelColumn, dayColumn, features } = data;
  const names = features.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  const models = variants.map((each) => each.model);
  const champions = variants.filter(({ role }) => role === "champion").length;
  return [
    ...twice.map((name) => `${model}: features name ${name} twice; each column is read once: name it once`),
    ...(names.includes(labelColumn)
      ? [`${model}: ${labelColumn} is the label and a feature; a model that is told the answer learns nothing: remove it from the features`]
      : []),
    ...(names.includes(dayColumn)
      ? [`${model}: ${dayColumn} is the day and a feature; it is text, and no later day was ever seen: remove it from the features`]
      : []),
    ...(champions === 1
      ? []
      : [`${model}: variants have ${champions} champions; the challenger is compared with one: make exactly one the champion`]),
    ...(new Set(models).size === models.length
      ? []
      : [`${model}: two variants are called ${models[0]}; the router and Triton tell them apart by name: rename one`]),
    ...features.flatMap(({ name, least, most }) =>
      least !== undefined && most !== undefined && least > most
        ? [`${model}: ${name} ranges from ${least} to ${most}; nothing lies between: correct the range`]
        : [],
    ),
  ];
}

/** Asked before anything is paid for, although needed only after. */
function championFaults(champion: Champion | undefined, { features }: DataSpec): string[] {
  if (champion === undefined) return [];
  const { version, semanticVersion, featureOrderSha256 } = champion;
  const names = features.map(({ name }) => name);
  return [
    ...semanticVersionFaults(`the semantic version of version ${version}, which serves,`, semanticVersion),
    ...(featureOrderSha256 === undefined || featureOrderSha256 === featureOrderHash(names)
      ? []
      : [
          `the ${names.length} features are other ones, or in another order, than those of version ${version}, which serves; callers send one order to both: declare a model of another name and line`,
        ]),
  ];
}

function sizeFaults(plan: RunPlan): string[] {
  const bytes = new TextEncoder().encode(JSON.stringify(plan)).length;
  if (bytes <= LONGEST_PLAN) return [];
  const cure = "shorten their names, or let a view compute what few of them carry";
  return [
    `the plan with its SQL has ${bytes} bytes for ${plan.spec.data.features.length} features; ${LONGEST_PLAN} go through the workflow: ${cure}`,
  ];
}
