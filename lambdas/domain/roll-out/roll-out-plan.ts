/** Whether a roll-out can be carried out as it is declared, before anything of it has begun. */
import type { RollOutSpec } from "../run/model-spec";
import { ladderFaults } from "../split/ladder";
import { minutesUntilNextCheck } from "./judge-stage";

/** Step Functions ends an execution whose history grows longer (quotas, 2026): in the middle of a stage, with traffic between two versions. */
export const LONGEST_HISTORY = 25_000;

/** The rest is for what is tried again: each retry of a step is three events. */
const PLANNED_SHARE = 0.9;

/** Events that a state of a kind leaves in the history of a Standard execution (Step Functions developer guide, HistoryEvent). */
const EVENTS = { task: 5, choice: 2, wait: 2, pass: 2 } as const;

/** How the machine waits for pods. It asks, looks at the answer, waits, and asks again. */
export const POLLS = {
  ready: { seconds: 60 },
  /** May the loop act, and is the place free? A stop is a matter of hours, and each question costs events. */
  notNow: { seconds: 1_200 },
  /** Three pods that leave one after the other take a minute or two each; afterwards something is wrong with them. */
  inForce: { seconds: 30, minutes: 30 },
  rollBack: { seconds: 30, minutes: 60 },
} as const;

const ROUND = EVENTS.task + EVENTS.choice + EVENTS.wait;

/** Start, fill, try, ask, promote, end, and what stands between them. */
const ONCE = 60;

/** Events of the longest way that the plan allows: each stage held, paused and waited for as long as it may be, then rolled back. */
export function rollOutEvents(spec: RollOutSpec): number {
  const rounds = (hours: number, minutes: number): number => Math.ceil((hours * 60) / minutes) + 1;
  const { stages, holdHours, pauseHours, waitForLabelsHours, readyMinutes, checkMinutes } = spec;
  const checks =
    stages.reduce((sum, { hours }) => sum + rounds(hours, checkMinutes) + rounds(holdHours, checkMinutes), 0) +
    rounds(pauseHours, minutesUntilNextCheck(spec, "paused")) +
    rounds(waitForLabelsHours, checkMinutes);
  const polls =
    rounds(pauseHours, POLLS.notNow.seconds / 60) +
    rounds(readyMinutes / 60, POLLS.ready.seconds / 60) +
    stages.length * rounds(POLLS.inForce.minutes / 60, POLLS.inForce.seconds / 60) +
    rounds(POLLS.rollBack.minutes / 60, POLLS.rollBack.seconds / 60);
  // Each stage is set by a task whose answer is looked at.
  return ONCE + (checks + polls) * ROUND + stages.length * (EVENTS.task + EVENTS.choice + EVENTS.pass);
}

/** Hours of the longest way, with what it may be told "not now" beside what it may be paused: how long a machine may have to live. */
export function longestHours(spec: RollOutSpec): number {
  const { stages, holdHours, pauseHours, waitForLabelsHours, readyMinutes } = spec;
  const waits = stages.reduce((sum, { hours }) => sum + hours + holdHours + POLLS.inForce.minutes / 60, 0);
  return Math.ceil(waits + 2 * pauseHours + waitForLabelsHours + readyMinutes / 60 + POLLS.rollBack.minutes / 60 + 2);
}

/** What is wrong with the plan, in sentences and all at once. @param property how they call it. */
export function rollOutFaults(property: string, spec: RollOutSpec): string[] {
  const { stages, breach } = spec;
  const faults = ladderFaults(
    `${property}.stages`,
    stages.map(({ percent }) => percent),
  );
  if (breach.breaches > breach.of) {
    faults.push(
      `${property}.breach.breaches is ${breach.breaches}; of ${breach.of} windows no more than ${breach.of} can break a limit, so none would ever be broken: use ${breach.of} or less`,
    );
  }
  const [events, most] = [rollOutEvents(spec), LONGEST_HISTORY * PLANNED_SHARE];
  if (events > most) {
    faults.push(
      `${property} takes up to ${events} events of its machine's history; Step Functions ends an execution at ${LONGEST_HISTORY}, and ${LONGEST_HISTORY - most} are kept for what is tried again: check less often (checkMinutes is ${spec.checkMinutes}), or shorten stages, pauseHours or waitForLabelsHours`,
    );
  }
  return faults;
}
