/** What the rehearsals of an environment came to, for a terminal: one act whole, the others a line each. */
import type { RehearsedPlan, PlayedAct } from "../rehearsal/environment/rehearse-plan";
import { outcomeOf } from "../rehearsal/scenarios/promises";
import { story, storyText } from "../rehearsal/scenarios/story";
import { counted } from "../report/signs";
import type { Palette } from "./terminal";

/** Which is told whole where none is broken. */
const FIRST_ACT = "slow-drift";
const MOST_LINES = 8;

export function rehearsalText({ played, left }: RehearsedPlan, paint: Palette): string[] {
  const chosen = played.find(isBroken) ?? played.find(({ scenario }) => scenario === FIRST_ACT) ?? played[0];
  const others = played.filter((act) => act !== chosen);
  return [
    ...(chosen === undefined ? [] : [`  ${mark(chosen, paint)} ${paint.bold(chosen.rehearsal.scenario.title)}`, ...told(chosen)]),
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

function told({ rehearsal }: PlayedAct): string[] {
  const lines = storyText(story(rehearsal));
  const more = lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more, in the report`] : [];
  return [...lines.slice(0, MOST_LINES), ...more].map((line) => `      ${line}`);
}

function factsOf({ rehearsal: { runs, audit }, shortened }: PlayedAct): string {
  const outcomes = runs.map(outcomeOf);
  const kinds = [...new Set(outcomes)].map((kind) => `${outcomes.filter((each) => each === kind).length} ${kind}`);
  const ran = runs.length === 0 ? "no run" : `${counted(runs.length, "run")}: ${kinds.join(", ")}`;
  return [ran, counted(audit.length, "audit record"), ...(shortened === undefined ? [] : [shortened])].join("; ");
}
