/** What the rehearsals of an environment came to, for a terminal: the loop's story whole, from drift to promotion and from a bad canary back. */
import type { RehearsedPlan, PlayedAct } from "../rehearsal/environment/rehearse-plan";
import { outcomeOf } from "../rehearsal/scenarios/promises";
import { story, storyText } from "../rehearsal/scenarios/story";
import { counted } from "../report/signs";
import type { Palette } from "./terminal";

/** Which is told whole where none is broken, and nothing is rolled out. */
const FIRST_ACT = "slow-drift";
/** From a signal over four stages to the end of the run. */
const MOST_LINES = 18;

export function rehearsalText({ played, left }: RehearsedPlan, paint: Palette): string[] {
  const chosen = chosenOf(played);
  const others = played.filter((act) => !chosen.includes(act));
  return [
    ...chosen.flatMap((act, index) => [`  ${mark(act, paint)} ${paint.bold(act.rehearsal.scenario.title)}`, ...told(act, index > 0)]),
    ...others.map((act) => `  ${mark(act, paint)} ${act.rehearsal.scenario.title} ${paint.dim(`(${factsOf(act)})`)}`),
    ...left.map(({ title, reason }) => paint.dim(`  · ${title}: not played, ${reason}`)),
  ];
}

function mark(act: PlayedAct, paint: Palette): string {
  return isBroken(act) ? paint.red("✗") : paint.green("✓");
}

function isBroken({ rehearsal }: PlayedAct): boolean {
  return rehearsal.faults.length > 0;
}

function chosenOf(played: readonly PlayedAct[]): PlayedAct[] {
  const broken = played.find(isBroken);
  if (broken !== undefined) return [broken];
  const ends = (act: PlayedAct, event: string): boolean => act.rehearsal.audit.some((record) => record.event === event);
  const back = played.find((act) => ends(act, "roll-out.rolled-back"));
  const promoted = played.find((act) => ends(act, "roll-out.promoted") && act !== back);
  const whole = [promoted, back].filter((act) => act !== undefined);
  const first = played.find(({ scenario }) => scenario === FIRST_ACT) ?? played[0];
  return whole.length > 0 ? whole : first === undefined ? [] : [first];
}

/** @param isSecond how a run comes to its roll-out is told already */
function told({ rehearsal }: PlayedAct, isSecond: boolean): string[] {
  const all = story(rehearsal);
  const stage = all.findLastIndex(({ what }) => what.startsWith("stage 1 of "));
  const from = isSecond && stage > 0 ? stage : 0;
  const lines = storyText(all.slice(from));
  const before = from === 0 ? [] : [`… ${counted(from, "line")} before its roll-out, in the report`];
  const more = lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more, in the report`] : [];
  return [...before, ...lines.slice(0, MOST_LINES), ...more].map((line) => `      ${line}`);
}

function factsOf({ rehearsal: { runs, audit }, shortened }: PlayedAct): string {
  const outcomes = runs.map(outcomeOf);
  const kinds = [...new Set(outcomes)].map((kind) => `${outcomes.filter((each) => each === kind).length} ${kind}`);
  const ran = runs.length === 0 ? "no run" : `${counted(runs.length, "run")}: ${kinds.join(", ")}`;
  return [ran, counted(audit.length, "audit record"), ...(shortened === undefined ? [] : [shortened])].join("; ");
}
