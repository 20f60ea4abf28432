/** What rehearsals came to, for people and for programs. */
import type { LeftAct } from "../rehearsal/environment/playbill";
import { together } from "../rehearsal/scenarios/coverage";
import { story, storyDocument, storyText, summaryOf } from "../rehearsal/scenarios/story";
import { counted } from "../report/signs";
import type { Act } from "./rehearse";
import { type Palette, palette } from "./terminal";

/** A line, with all that did not come true. */
export function actText(act: Act, colour: boolean, environment?: string): string {
  const { name, rehearsal, rough, seconds, shortened } = act;
  const { scenario, faults, seed } = rehearsal;
  const paint = palette(colour);
  const mark = faults.length === 0 ? paint.green("ok    ") : paint.red("broken");
  const facts = [name, weatherOf(act), `${seconds.toFixed(1)} s`, ...(shortened === undefined ? [] : [shortened])];
  const where = environment === undefined ? "" : ` --environment ${environment}`;
  const again = rough && faults.length > 0 ? [`      again: modelloop rehearse scenarios/${name}.yaml${where} --seed ${seed}`] : [];
  const lines = [
    `  ${mark} ${scenario.title} ${paint.dim(`(${facts.join(", ")})`)}`,
    ...faults.map((fault) => paint.red(`      ${fault}`)),
    ...again,
  ];
  return `${lines.join("\n")}\n`;
}

/** @param all whether every scenario was to be played: only then is what none came by worth a list */
export function actsText(acts: readonly Act[], left: readonly LeftAct[], colour: boolean, all: boolean): string {
  const paint = palette(colour);
  const days = acts.reduce((sum, { rehearsal }) => sum + rehearsal.virtualDays, 0);
  return [
    ...left.map(({ title, reason }) => paint.dim(`  · ${title}: not played, ${reason}`)),
    "",
    `  ${counted(acts.length, "rehearsal")} · ${days.toFixed(1)} virtual days`,
    ...covered(acts, paint, all),
    "",
    ...tale(acts, paint),
    "",
  ].join("\n");
}

/** One is told whole: that which broke, or else the first. */
function tale(acts: readonly Act[], paint: Palette): string[] {
  const [chosen] = [...acts.filter(({ rehearsal }) => rehearsal.faults.length > 0), ...acts];
  if (chosen === undefined) return [];
  const { scenario } = chosen.rehearsal;
  return [`${paint.bold("The loop,")} ${scenario.title}:`, ...storyText(story(chosen.rehearsal)).map((line) => `  ${line}`)];
}

function covered(acts: readonly Act[], paint: Palette, all: boolean): string[] {
  const { visited, missed } = together(acts.map(({ rehearsal }) => rehearsal.coverage));
  const kinds = [
    ["states", (part: string) => !part.startsWith("decision: ") && !part.includes(" → ")],
    ["catches", (part: string) => part.includes(" → ")],
    ["kinds of decisions", (part: string) => part.startsWith("decision: ")],
  ] as const;
  const sums = kinds.map(([name, isOne]) => {
    const [seen, left] = [visited.filter(isOne).length, missed.filter(isOne).length];
    return `${seen} of ${seen + left} ${name}`;
  });
  const list = all ? missed.map((part) => paint.dim(`      not visited: ${part}`)) : [];
  return [`  visited: ${sums.join(", ")}`, ...list];
}

export function weatherOf({ rough, rehearsal }: Act): string {
  return rough ? `storm ${rehearsal.seed}` : "calm";
}

export function actDocument({ name, rehearsal, rough, shortened }: Act): object {
  return {
    ...{ scenario: name, weather: rough ? "storm" : "calm", seed: rehearsal.seed, ...(shortened !== undefined && { shortened }) },
    ...summaryOf(rehearsal),
    faults: rehearsal.faults,
    story: storyDocument(rehearsal),
    coverage: rehearsal.coverage,
  };
}
