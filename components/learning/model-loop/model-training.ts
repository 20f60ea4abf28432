/** What a run needs to know of its model, as programs write it; the loop's functions read it as `ModelSpec`. */
import { TRAINING_ROWS } from "../../../lambdas/domain/data-quality";
import { DEFAULT_GATES, type Gate } from "../../../lambdas/domain/run/gates";
import { type ModelSpecInput, modelSpecSchema, RELEASES_BUCKET_PLACEHOLDER } from "../../../lambdas/domain/run/model-spec";
import { rollOutFaults } from "../../../lambdas/domain/roll-out/roll-out-plan";
import { specFaults } from "../../../lambdas/domain/run/plan";
import { DEFAULT_STAGES, type Stage } from "../../../lambdas/domain/stages";
import { DEFAULT_RELEASES_PREFIX } from "../../serving/triton-server/triton-server";
import {
  type GateArgs,
  GateKind,
  type ModelTrainingArgs,
  type RollOutArgs,
  type ServedByArgs,
  type StageArgs,
  type TrainingDataArgs,
} from "./training-arguments";

export const DEFAULT_INSTANCE_TYPE = "ml.m5.4xlarge";

export function modelSpec(model: string, line: string, args: ModelTrainingArgs): ModelSpecInput {
  const { data, variants, compute, gates, governance, rollOut, servedBy } = args;
  return {
    ...{ model, line, variants },
    data: dataSpec(data),
    compute: { instanceType: DEFAULT_INSTANCE_TYPE, ...compute },
    gates: gates === undefined ? [...DEFAULT_GATES] : gates.map(gateOf),
    ...(governance && { governance }),
    ...(servedBy && { rollOut: rollOutOf(rollOut), serving: servingOf(servedBy) }),
  };
}

export function dataSpec({ leastRows, mostRows, workGroup = "primary", ...rest }: TrainingDataArgs): ModelSpecInput["data"] {
  const rows = { least: leastRows ?? TRAINING_ROWS.fewestRows, most: mostRows ?? TRAINING_ROWS.mostRows };
  return { ...rest, workGroup, rows };
}

function gateOf({ measure, kind, bound }: GateArgs): Gate {
  if (kind === GateKind.BetterByPoints) return { kind: "better", measure, by: bound, meant: "points" };
  if (kind === GateKind.BetterByShare) return { kind: "better", measure, by: bound, meant: "relative" };
  return { kind, measure, bound };
}

function rollOutOf({ stages, ...rest }: RollOutArgs = {}): ModelSpecInput["rollOut"] {
  return { ...rest, ...(stages && { stages: stages.map(stageOf) }) };
}

/** A longer ladder than O2's takes the limits of its last rung, the strictest. */
function stageOf({ percent, hours, mostErrorRatio, mostLatencyRatio, leastAccuracy }: StageArgs, index: number): Stage {
  const { limits } = (DEFAULT_STAGES[index] ?? DEFAULT_STAGES.at(-1)) as Stage;
  return {
    ...{ percent, hours },
    limits: {
      errorRate: timesOr(mostErrorRatio, limits.errorRate),
      p95Milliseconds: timesOr(mostLatencyRatio, limits.p95Milliseconds),
      accuracy: leastAccuracy === undefined ? limits.accuracy : { kind: "at-least", bound: leastAccuracy },
    },
  };
}

function timesOr(times: number | undefined, limit: Stage["limits"]["errorRate"]): Stage["limits"]["errorRate"] {
  return times !== undefined && limit.kind === "at-most-times" ? { ...limit, times } : limit;
}

function servingOf({ namespace, server, splitMap, releasesPrefix = DEFAULT_RELEASES_PREFIX }: ServedByArgs): ModelSpecInput["serving"] {
  return { namespace, server, router: splitMap, releases: `s3://${RELEASES_BUCKET_PLACEHOLDER}/${releasesPrefix}` };
}

/** Releases are packaged in one place, and looked for where each model's server reads them. */
export function releasesPrefixFaults(
  models: readonly { training?: ModelTrainingArgs | undefined }[],
  packaged: string,
  cure: string,
): string[] {
  return models.flatMap(({ training }, index) => {
    const { releasesPrefix = DEFAULT_RELEASES_PREFIX } = training?.servedBy ?? {};
    if (training?.servedBy === undefined || releasesPrefix === packaged) return [];
    const property = `models[${index}].training.servedBy.releasesPrefix`;
    return [
      `${property} is ${JSON.stringify(releasesPrefix)}; the loop packages releases below ${JSON.stringify(packaged)}, and its roll-outs would not find them: ${cure}`,
    ];
  });
}

/** What programs call otherwise than the loop's functions do. */
const ARGUMENTS: Record<string, string> = {
  "data.rows.least": "data.leastRows",
  "data.rows.most": "data.mostRows",
  "serving.namespace": "servedBy.namespace",
  "serving.server": "servedBy.server",
  "serving.router": "servedBy.splitMap",
  "serving.releases": "servedBy.releasesPrefix",
};

/** Zod's "Too small: expected number to be >=1", without what the value beside it says. */
function ruleOf(message: string): string {
  const rule = message.replace(/^[A-Z][a-z ]+[.:] /, "");
  return `${rule.charAt(0).toLowerCase()}${rule.slice(1)}`;
}

/** What is wrong, as sentences that begin with the property. */
export function modelTrainingFaults(property: string, model: string, line: string, args: ModelTrainingArgs | undefined): string[] {
  if (args === undefined) return [];
  const written = modelSpec(model, line, args);
  const { data: spec, error } = modelSpecSchema.safeParse(written);
  const faults = (error?.issues ?? []).map(({ path, message }) => {
    const name = path.join(".").replace(/^(gates\.\d+)\.by$/, "$1.bound");
    const value: unknown = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], written);
    const shown = value === undefined ? "missing" : JSON.stringify(value);
    return `${property}.${ARGUMENTS[name] ?? name} is ${shown}; ${ruleOf(message)}: correct it as its description says`;
  });
  if (spec !== undefined) {
    faults.push(...specFaults(spec).map((fault) => fault.replace(`${model}: `, `${property}: `)));
    if (spec.rollOut !== undefined) faults.push(...rollOutFaults(`${property}.rollOut`, spec.rollOut));
  }
  const { governance } = args;
  if (governance?.automaticApproval !== true && (governance?.approvers ?? []).length === 0) {
    faults.push(
      `${property}.governance names no approvers, and automaticApproval is off; each run would wait, and be refused: name the IAM roles that decide, or let candidates of low risk go on`,
    );
  }
  const { approvers = [], approvalsNeeded = 1 } = governance ?? {};
  if (approvers.length > 0 && approvers.length < approvalsNeeded && !approvers.some((arn) => arn.includes(":role/"))) {
    faults.push(
      `${property}.governance.approvalsNeeded is ${approvalsNeeded}; ${approvers.length} people are named, and each counts once: name more, or ask for fewer`,
    );
  }
  return faults;
}
