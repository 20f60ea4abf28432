/**
 * Names that follow from their cause: the same message delivered twice yields the same name, so the second start is refused by the service
 * itself. No clock and no chance in them. What a service allows is in one table.
 */
import { z } from "zod";
import type { RuleName } from "./rules";
import { sha256 } from "./sha256";
import type { Severity } from "./severity";
import type { Instant } from "./time";

/** Short enough that a run's name keeps it whole; lower case because it also becomes a bucket prefix and a Kubernetes label. */
export const LONGEST_MODEL_NAME = 40;

export const modelNameSchema = z.string().regex(new RegExp(`^[a-z](?:[a-z0-9-]{0,${LONGEST_MODEL_NAME - 2}}[a-z0-9])?$`), {
  error: ({ input }) =>
    `model is ${JSON.stringify(input)}; a model's name has 1 to ${LONGEST_MODEL_NAME} characters of a-z, 0-9 and -, begins with a letter and ends with no -: rename it`,
});

/**
 * Characters and lengths, from the services' API models (botocore 1.43.107, 2026): StartExecution name, CreateTrainingJob TrainingJobName,
 * EventBridge Scheduler CreateSchedule Name.
 */
export const NAME_LIMITS = {
  execution: { longest: 80, allowed: /^[A-Za-z0-9_-]+$/ },
  trainingJob: { longest: 63, allowed: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/ },
  schedule: { longest: 64, allowed: /^[0-9a-zA-Z_.-]+$/ },
} as const;

export interface SignalIdentity {
  model: string;
  rule: RuleName;
  severity: Severity;
  firedAt: Instant;
  subject?: string | undefined;
}

/**
 * Equal for every delivery of one signal, on whichever path it came. The path is left out on purpose: an alarm that reaches us through both
 * EventBridge and SNS is one alarm. Begins with the time, so that keys of one rule sort by age.
 */
export function dedupKey({ model, rule, severity, firedAt, subject = "" }: SignalIdentity): string {
  return `${compact(firedAt)}-${digest([model, rule, severity, firedAt, subject], 8)}`;
}

export interface RunCause {
  model: string;
  /** The rule that weighed most. */
  rule: RuleName;
  /** When the oldest of its signals fired. */
  firedAt: Instant;
  /** Dedup keys of all signals that this run answers. */
  signals: readonly string[];
  /** Grows with every run of the model: a run that failed returns its signals, and their second run needs a name of its own. */
  fence: number;
}

/** At most 80 characters (Step Functions keeps a finished execution's name for 90 days): `log-anomaly-data-drift-2026030214-5be1c0de`. */
export function runName({ model, rule, firedAt, signals, fence }: RunCause): string {
  const hour = compact(firedAt).slice(0, 8) + compact(firedAt).slice(9, 11);
  return `${model}-${rule}-${hour}-${digest([model, String(fence), ...[...signals].sort()], 8)}`;
}

export interface TrainingJobCause {
  run: string;
  /** Which of the run's two candidates: `champion`, `challenger`. */
  part: string;
  /** Both from the execution's context object: a redriven or retried step must not reuse a job name, which is taken for ever. */
  redriveCount: number;
  retryCount: number;
}

/** At most 63 characters; what does not fit is cut from the run's readable part, the digest of the whole stays. */
export function trainingJobName({ run, part, redriveCount, retryCount }: TrainingJobCause): string {
  const tail = `-${digest([run, part], 8)}-${part}-${redriveCount}-${retryCount}`;
  const head = run.replace(/[^a-zA-Z0-9]+/g, "-").slice(0, Math.max(1, NAME_LIMITS.trainingJob.longest - tail.length));
  return `${head.replace(/^-+|-+$/g, "") || "run"}${tail}`;
}

/** One a model: the wake-up of its pending retraining. */
export function wakeUpName(model: string): string {
  return `${model}-retraining`;
}

/** `20260302T141500Z`: sorts like the time and holds no character that a name may not. */
function compact(time: Instant): string {
  return time.slice(0, 19).replace(/[-:]/g, "") + "Z";
}

/** As JSON, so that no two lists of parts run together whatever their characters. */
function digest(parts: readonly string[], digits: number): string {
  return sha256(JSON.stringify(parts)).slice(0, digits);
}
