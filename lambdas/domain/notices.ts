/**
 * What people are told, and through which channels (A9). Decided here: who hears of what. Not decided here: whether they read it; a page that
 * nobody answers is escalated by PagerDuty's own policy, and stands in the daily summary until what blocks the model is gone.
 */
import { z } from "zod";
import type { AtOnceDecision, RetrainingDecision } from "./decisions";
import type { ExecutionEnded } from "./messages/execution-ended";
import { dedupKey, modelNameSchema } from "./names";
import type { RunOutcome } from "./pending";
import { compareSeverities, severitySchema, type Severity } from "./severity";
import type { Signal } from "./signals";
import { instantSchema, type Instant } from "./time";

export const CHANNELS = ["pager-duty", "slack", "e-mail"] as const;

export type Channel = (typeof CHANNELS)[number];

export const noticeSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Equal whenever the same thing is told again, because whoever told it died before writing down that it was told. */
  key: z.string().min(1).max(250),
  /** Absent where the whole loop is meant. */
  model: modelNameSchema.optional(),
  severity: severitySchema,
  /** Whether somebody must be woken. */
  page: z.boolean(),
  /** Pages of one group are one incident until somebody has closed it. */
  group: z.string().min(1).max(200),
  /** Said again at every examination: for the pager, which joins it to the incident; twice an hour in a chat it would not be read. */
  repeated: z.boolean(),
  title: z.string().min(1).max(250),
  lines: z.array(z.string().min(1).max(1_500)).max(250),
  at: instantSchema,
});

export type Notice = z.infer<typeof noticeSchema>;

/** On its way to one of its channels: each is tried by itself, so that a chat that is down does not page twice. */
export const addressedNoticeSchema = z.strictObject({ channel: z.enum(CHANNELS), notice: noticeSchema });

export type AddressedNotice = z.infer<typeof addressedNoticeSchema>;

const BY_SEVERITY: Record<Severity, readonly Channel[]> = {
  critical: ["slack", "e-mail"],
  warning: ["slack", "e-mail"],
  info: ["slack"],
  monitor: [],
  ok: [],
};

export function channelsOf({ severity, page, repeated }: Pick<Notice, "severity" | "page" | "repeated">): Channel[] {
  const told = BY_SEVERITY[severity];
  return CHANNELS.filter((channel) => (channel === "pager-duty" ? page : !repeated && told.includes(channel)));
}

/** Whoever reads must be able to; a pager wakes, so it comes last, and for nothing that is less than a warning. */
const STAND_INS: readonly Channel[] = ["slack", "e-mail", "pager-duty"];

/**
 * Which of the given channels takes a notice that is on its way to `channel`; none where that channel is not set up and another tells it. Where
 * none of its channels is set up, the first one's copy goes to whichever there is, but for what was told before and for news that would wake.
 */
export function takerOf({ channel, notice }: AddressedNotice, given: readonly Channel[]): Channel | undefined {
  if (given.includes(channel)) return channel;
  const meant = channelsOf(notice);
  if (notice.repeated || channel !== meant[0] || meant.some((each) => given.includes(each))) return undefined;
  const wakes = compareSeverities(notice.severity, "warning") >= 0;
  return STAND_INS.find((each) => given.includes(each) && (wakes || each !== "pager-duty"));
}

/** Undefined where there is nothing that a person needs to hear. */
export function noticeOfRetraining(decision: RetrainingDecision, signal: Signal | undefined, now: Instant): Notice | undefined {
  const { model, kind, reason } = decision;
  const said = { model, group: `${model}/${kind}`, repeated: false, page: false, at: now };
  const cause = signal === undefined ? `${model}/${kind}` : `${dedupKey(signal)}/${kind}`;
  switch (decision.kind) {
    case "start":
      return notice({
        ...{ ...said, key: decision.run, severity: atLeast("info", decision.severity) },
        ...{ title: `${model}: run ${decision.run} starts`, lines: [reason, `${decision.windowDays} days of data`] },
      });
    case "schedule":
      if (signal === undefined) return undefined;
      return notice({ ...said, key: cause, severity: signal.severity, title: `${model}: retraining by ${decision.at}`, lines: [reason] });
    case "pend": {
      if (signal === undefined && !decision.page) return undefined;
      const { blockedBy, page } = decision;
      return notice({
        ...{ ...said, key: `${cause}/${blockedBy}`, group: `${model}/${blockedBy}`, page, repeated: signal === undefined },
        ...{ severity: page ? "critical" : (signal?.severity ?? "warning"), title: `${model}: retraining waits (${blockedBy})` },
        lines: [reason],
      });
    }
    case "refuse":
    case "observe-only":
      if (signal === undefined) return undefined;
      return notice({ ...said, key: cause, severity: signal.severity, title: TITLES[decision.kind](model), lines: [reason] });
    case "ignore":
      return undefined;
  }
}

const TITLES = {
  refuse: (model: string) => `${model}: retraining refused`,
  "observe-only": (model: string) => `${model}: nothing is done in mode observe`,
};

const DONE: Record<AtOnceDecision["kind"], string> = {
  "roll-back": "rolling back",
  pause: "roll-out paused",
  page: "a person is needed",
  "record-scaling": "KEDA is to scale",
  "observe-more-often": "to be looked at more often",
  record: "recorded",
  withhold: "withheld",
};

export function noticeOfAtOnce(decisions: readonly AtOnceDecision[], signal: Signal, now: Instant): Notice | undefined {
  const { model, rule, severity, subject } = signal;
  const about = subject === undefined ? "" : ` (${subject})`;
  return notice({
    ...{ model, key: `${dedupKey(signal)}/at-once`, group: `${model}/${rule}`, severity, at: now, repeated: false },
    page: decisions.some(({ kind }) => kind === "page"),
    title: `${model}: ${rule}${about} is ${severity}`,
    lines: decisions.map((decision) => `${DONE[decision.kind]}: ${decision.reason}`),
  });
}

const SEVERITY_OF_END: Record<RunOutcome, Severity> = {
  promoted: "info",
  packaged: "info",
  rejected: "warning",
  "rolled-back": "critical",
  failed: "warning",
  aborted: "warning",
  "timed-out": "warning",
};

export function noticeOfRunEnd(model: string, { run, outcome, reason }: ExecutionEnded, now: Instant): Notice | undefined {
  const severity = SEVERITY_OF_END[outcome];
  const title = `${model}: run ${run} ended: ${outcome}`;
  return notice({
    model,
    key: `${run}/ended`,
    group: `${model}/run-ended`,
    severity,
    page: false,
    repeated: false,
    title,
    lines: [reason],
    at: now,
  });
}

export function noticeOfSwitch(stopped: boolean, user: string, reason: string, now: Instant): Notice | undefined {
  const title = stopped ? "All automatic action of the loop is stopped" : "The loop acts by itself again";
  const common = { key: `loop/${stopped ? "stopped" : "resumed"}/${now}`, group: "loop/switch", severity: "warning" as const };
  return notice({ ...common, page: false, repeated: false, title, lines: [`by ${user}: ${reason}`], at: now });
}

/** Cut to what every channel takes; nothing where no channel is meant to hear of it. */
export function notice(parts: Omit<Notice, "schemaVersion">): Notice | undefined {
  if (channelsOf(parts).length === 0) return undefined;
  const lines = parts.lines.filter((line) => line !== "").slice(0, 250);
  return {
    ...{ ...parts, schemaVersion: 1, key: parts.key.slice(0, 250), title: parts.title.slice(0, 250) },
    lines: lines.map((line) => line.slice(0, 1_500)),
  };
}

function atLeast(least: Severity, severity: Severity): Severity {
  return compareSeverities(severity, least) < 0 ? least : severity;
}
