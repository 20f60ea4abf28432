/**
 * What can go wrong with the loop itself, as one table: alarms are made from it, their names and runbooks too. Signals about models are
 * `drift-alarms`; these here are about the machinery that would carry such a signal.
 */
import type { Severity } from "../../../lambdas/domain/severity";

export interface HealthAlarm {
  /** Together with the severity the end of the name, `dev-loop-intake-dead-letters-above-0-critical`; its runbook is `docs/runbooks/<subject>.md`. */
  subject: string;
  condition: string;
  severity: Extract<Severity, "warning" | "critical">;
  /** What has happened, for who is woken by it. */
  says: string;
  worseWhen: "above" | "below";
  bound: number;
  minutes: number;
  /** Of the last `of` periods, so many. */
  datapoints: number;
  of: number;
  /** Whether no datapoint at all is bad news as well. */
  silenceIsBad: boolean;
}

const ONCE = { worseWhen: "above", bound: 0, minutes: 5, datapoints: 1, of: 1, silenceIsBad: false } as const;

export const HEALTH_ALARMS = {
  deadLetters: {
    ...ONCE,
    ...{ subject: "intake-dead-letters", condition: "above-0", severity: "critical" },
    says: "Messages were tried five times and given up: signals wait unanswered in the dead-letter queue.",
  },
  quarantine: {
    ...ONCE,
    ...{ subject: "intake-quarantine", condition: "above-0", severity: "warning" },
    says: "A message that nobody could read lies in quarantine: whatever it reported was not acted on.",
  },
  // A quarter of an hour is what a first and a second delivery may take; beyond it nobody is reading.
  backlog: {
    ...ONCE,
    ...{ subject: "intake-backlog", condition: "older-than-900-s", severity: "critical", bound: 900 },
    says: "Messages wait in the intake's queue for more than 15 minutes: its function does not run, or does not keep up.",
  },
  undeliveredRunEnds: {
    ...ONCE,
    ...{ subject: "run-ends-undelivered", condition: "above-0", severity: "warning" },
    says: "That a run has ended could not be told to the loop: its lock holds until its lease ends or the hourly sweep finds it.",
  },
  undeliveredNotices: {
    ...ONCE,
    ...{ subject: "notices-undelivered", condition: "above-0", severity: "critical" },
    says: "Notices were given up: somebody was to be told of something and was not.",
  },
  undeliverableNotices: {
    ...ONCE,
    ...{ subject: "notices-undeliverable", condition: "above-0", severity: "critical" },
    says: "A channel refuses notices, or there is none: somebody was to be told of something and was not.",
  },
  workflowFailures: {
    ...ONCE,
    ...{ subject: "workflow-failures", condition: "above-0", severity: "warning" },
    says: "A retraining failed, was aborted or ran out of time: what it was to answer is pending again.",
  },
  rolledBack: {
    ...ONCE,
    ...{ subject: "roll-outs-rolled-back", condition: "above-0", severity: "warning" },
    says: "A roll-out was given up: everybody is back on the old release.",
  },
  // The machine fails only where the way back was not found either; all other ends are told as its result.
  rollBackFailed: {
    ...ONCE,
    ...{ subject: "roll-back-failed", condition: "above-0", severity: "critical" },
    says: "A roll-out failed and could not be taken back: users may be on a release that nobody watches.",
  },
  undeliveredRollBacks: {
    ...ONCE,
    ...{ subject: "roll-back-orders-undelivered", condition: "above-0", severity: "critical" },
    says: "An order to roll back was tried for an hour and a half and given up: users are still on the release that was to be left.",
  },
  // The sweep runs hourly; two hours without one that came to its end are one missed and one late. Started ones do not count: a sweep that
  // fails every hour looks at nothing either.
  sweepMissing: {
    ...{ subject: "sweep-missing", condition: "for-2-h", severity: "critical" },
    ...{ worseWhen: "below", bound: 1, minutes: 60, datapoints: 2, of: 2, silenceIsBad: true },
    says: "No hourly sweep has come to its end for two hours: what is pending, and what was lost on the way, is looked at by nobody.",
  },
  recoveredSignals: {
    ...ONCE,
    ...{ subject: "signals-recovered", condition: "above-0", severity: "warning" },
    says: "The sweep found a signal that no message had told of: it was acted on, late, and its way to the intake is broken.",
  },
  unexplainedRuns: {
    ...ONCE,
    ...{ subject: "runs-unexplained", condition: "above-0", severity: "warning" },
    says: "A run has ended without saying what came of it: it counts as failed.",
  },
  // Its function answers them itself, so no failed call of a function tells of them.
  operatorErrors: {
    ...ONCE,
    ...{ subject: "operator-errors", condition: "above-0", severity: "warning" },
    says: "A person or CI asked the loop and was answered with a fault of the loop: perhaps the stop switch was not thrown.",
  },
} as const satisfies Record<string, HealthAlarm>;

/** Called by a clock once an hour or a day: three bad 5 minutes in a row never come, and each failed call is a whole turn lost. */
const SCHEDULED: readonly string[] = ["sweep", "daily-summary"];

/** Else one failed call is tried again by whoever made it; a function that fails for a quarter of an hour does not get well by that. */
export function functionErrors(handler: string): HealthAlarm {
  const scheduled = SCHEDULED.includes(handler);
  return {
    ...{ subject: "function-errors", condition: `of-${handler}`, severity: "warning", worseWhen: "above", bound: 0, silenceIsBad: false },
    ...(scheduled ? { minutes: 60, datapoints: 1, of: 1 } : { minutes: 5, datapoints: 3, of: 3 }),
    says: `The function ${handler} has failed ${scheduled ? "within the last hour" : "in each of the last three 5 minutes"}.`,
  };
}

/** No model is called like the loop, or their alarms could not be told apart: `modelLoopFaults` sees to it. */
export function healthAlarmName(environment: string, loop: string, { subject, condition, severity }: HealthAlarm): string {
  return `${environment}-${loop}-${subject}-${condition}-${severity}`;
}

/** Where a person finds what to do, as every alarm's description ends. `base` is where the docs are published, if anywhere. */
export function runbookOf(subject: string, base: string | undefined): string {
  return `Runbook: ${base === undefined ? "" : `${base.replace(/\/$/, "")}/`}docs/runbooks/${subject}.md`;
}
