/**
 * One roll-out as a picture: how users are divided between two releases over time, its stages, and on the same axis what was signalled, asked and
 * decided. Labels stand in flags to the right of their instant and are laid out from the right, so that no line cuts through another's words. Pure.
 */
import { type Html, markup } from "./html";
import { gridLabel, gridOf, type Lane, type Mark, type Mood } from "./timeline";

export interface LabelledMark extends Mark {
  /** A word or two. */
  readonly label: string;
}

export interface Stage {
  readonly percent: number;
  readonly from: number;
  readonly to: number;
}

/** Where all users come to be with one release: it was promoted, or it was left. */
export interface Turn {
  readonly at: number;
  readonly kind: "promoted" | "rolled back";
}

export interface RollOutPicture {
  readonly starts: number;
  readonly ends: number;
  readonly candidate: string;
  /** Absent where nothing served before. */
  readonly old?: string;
  /** Percent of users with the candidate, from an instant on. */
  readonly steps: readonly { readonly at: number; readonly percent: number }[];
  readonly stages: readonly Stage[];
  readonly turns: readonly Turn[];
  readonly lanes: readonly Lane[];
  readonly decisions: readonly LabelledMark[];
}

/** Narrower than what it is drawn in: on a small screen its words can still be read. */
const WIDTH = 960;
const LEFT = 96;
/** Room for the words of what happens last. */
const RIGHT = 118;
const NAMES = 30;
const TOP = 48;
const AREA = 112;
const ROW = 20;
const BAR = 9;
const LINE = 14;
/** Of a letter, about: what is drawn cannot be measured here. */
const LETTER = 6.3;
/** What happens within so many units shares a flag. */
const TOGETHER = 6;
const MOST_WORDS = 5;
const MOST_LINES = 8;

export function rollOutPicture(picture: RollOutPicture): Html {
  const { starts, ends, lanes, decisions, stages, turns } = picture;
  const x = (instant: number): number =>
    LEFT + ((Math.min(ends, Math.max(starts, instant)) - starts) / Math.max(1, ends - starts)) * (WIDTH - LEFT - RIGHT);
  const lanesAt = TOP + AREA + 12;
  const decisionsAt = lanesAt + lanes.length * ROW + ROW / 2;
  const flags = placed(flagsOf(decisions, x));
  const deepest = Math.max(0, ...flags.map(({ top, words }) => top + words.length * LINE));
  const height = decisionsAt + 16 + deepest + 6;
  return markup`<svg class="roll-out" viewBox="0 0 ${WIDTH} ${round(height)}" role="img" aria-label="${spoken(picture)}">
${gridOf(starts, ends, MOST_LINES).map((instant) => {
  const { label, kind } = gridLabel(instant);
  return markup`<line class="${kind}" x1="${round(x(instant))}" y1="${TOP - 32}" x2="${round(x(instant))}" y2="${decisionsAt}"/><text class="${kind}" x="${round(x(instant))}" y="11" text-anchor="middle">${label}</text>\n`;
})}${area(picture, x)}
${stages.map((stage, index) => stageName(stage, index, x))}${turns.map((turn) => turned(turn, turns, x, ends))}${lanes.map((lane, row) => drawn(lane, lanesAt + row * ROW + ROW / 2, x))}
<text class="lane" x="${LEFT - 10}" y="${decisionsAt + 4}" text-anchor="end">decisions</text><line class="row" x1="${LEFT}" y1="${decisionsAt}" x2="${WIDTH - RIGHT}" y2="${decisionsAt}"/>
${flags.map((flag) => hung(flag, decisionsAt))}</svg>`;
}

function area({ steps, starts, ends, old }: RollOutPicture, x: (instant: number) => number): Html {
  const y = (percent: number): number => TOP + AREA - (percent / 100) * AREA;
  const from = Math.max(starts, steps[0]?.at ?? ends);
  const path = [`M${round(x(from))} ${round(y(0))}`];
  for (const { at, percent } of steps) path.push(`H${round(x(at))}`, `V${round(y(percent))}`);
  path.push(`H${round(x(ends))}`, `V${round(y(0))}`, "Z");
  const marks = [0, 50, 100].map(
    (percent) =>
      markup`<line class="row" x1="${LEFT}" y1="${round(y(percent))}" x2="${WIDTH - RIGHT}" y2="${round(y(percent))}"/><text x="${LEFT - 10}" y="${round(y(percent) + 4)}" text-anchor="end">${percent} %</text>`,
  );
  const behind =
    old === undefined ? undefined : markup`<rect class="old" x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${AREA}"/>`;
  return markup`${behind}<path class="new" d="${path.join("")}"/>${marks}`;
}

function stageName({ percent, from, to }: Stage, index: number, x: (instant: number) => number): Html {
  const [left, width] = [x(from), x(to) - x(from)];
  const names = [`stage ${index + 1} · ${percent} %`, `${percent} %`];
  const name = names.find((each) => each.length * LETTER < width - 6);
  const shown =
    name === undefined
      ? undefined
      : markup`<text class="stage" x="${round(left + width / 2)}" y="${NAMES + 6}" text-anchor="middle">${name}</text>`;
  return markup`<g><title>stage ${index + 1}: ${percent} %</title><rect class="stage" x="${round(left)}" y="${NAMES - 7}" width="${round(Math.max(1.5, width - 1.5))}" height="18" rx="3"/>${shown}</g>\n`;
}

/** Going back is an area of its own: it must be seen before anything is read. */
function turned({ at, kind }: Turn, turns: readonly Turn[], x: (instant: number) => number, ends: number): Html {
  const back = kind === "rolled back";
  const next = turns.find((turn) => turn.at > at)?.at ?? ends;
  const mood: Mood = back ? "bad" : "good";
  const zone = back
    ? markup`<rect class="back" x="${round(x(at))}" y="${TOP}" width="${round(x(next) - x(at))}" height="${AREA}"/>`
    : undefined;
  const words = `${back ? "✗" : "✓"} ${kind}`;
  return markup`${zone}<line class="turn ${mood}" x1="${round(x(at))}" y1="${NAMES - 7}" x2="${round(x(at))}" y2="${TOP + AREA}"/><text class="turn ${mood}" x="${round(x(at) + 6)}" y="${TOP + 16}">${words}</text>
`;
}

function drawn({ name, bars, marks }: Lane, y: number, x: (instant: number) => number): Html {
  const boxes = bars.map(
    ({ from, to, mood, says }) =>
      markup`<rect class="${mood}" x="${round(x(from))}" y="${round(y - BAR / 2)}" width="${round(Math.max(3, x(to) - x(from)))}" height="${BAR}" rx="2"><title>${says}</title></rect>`,
  );
  const dots = marks.map(({ at, mood, says }) => dot(x(at), y, mood, says));
  return markup`<line class="row" x1="${LEFT}" y1="${y}" x2="${WIDTH - RIGHT}" y2="${y}"/><text class="lane" x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${name}</text>${boxes}${dots}\n`;
}

function dot(x: number, y: number, mood: Mood, says: string): Html {
  return markup`<circle class="${mood}" cx="${round(x)}" cy="${round(y)}" r="4.5"><title>${says}</title></circle>`;
}

interface Flag {
  readonly x: number;
  readonly words: readonly string[];
  readonly marks: readonly LabelledMark[];
  readonly width: number;
}

interface PlacedFlag extends Flag {
  /** Below the row of decisions. */
  readonly top: number;
}

function flagsOf(decisions: readonly LabelledMark[], x: (instant: number) => number): Flag[] {
  const groups: { x: number; marks: LabelledMark[] }[] = [];
  for (const mark of decisions) {
    const [at, last] = [x(mark.at), groups[groups.length - 1]];
    if (last !== undefined && at - last.x <= TOGETHER) last.marks.push(mark);
    else groups.push({ x: at, marks: [mark] });
  }
  return groups.map(({ x: at, marks }) => {
    const all = marks.map(({ label }) => label).filter((label, index, labels) => labels.indexOf(label) === index);
    const words = all.length <= MOST_WORDS ? all : [...all.slice(0, MOST_WORDS - 1), `+${all.length - MOST_WORDS + 1} more`];
    return { x: at, words, marks, width: Math.max(...words.map((word) => word.length)) * LETTER + 10 };
  });
}

/** From the right, each as high as it can hang beside those that hang already. */
function placed(flags: readonly Flag[]): PlacedFlag[] {
  const hanging: PlacedFlag[] = [];
  for (const flag of [...flags].reverse()) {
    const height = flag.words.length * LINE + 4;
    const under = hanging.filter(({ x }) => x < flag.x + flag.width);
    const tops = [0, ...under.map(({ top, words }) => top + words.length * LINE + 4)].sort((one, other) => one - other);
    const isFree = (top: number): boolean =>
      under.every((other) => top + height <= other.top || top >= other.top + other.words.length * LINE + 4);
    hanging.push({ ...flag, top: tops.find(isFree) ?? 0 });
  }
  return hanging.reverse();
}

function hung({ x, top, words, marks }: PlacedFlag, y: number): Html {
  const first = y + 16 + top;
  const texts = words.map((word, index) => markup`<text x="${round(x + 5)}" y="${round(first + index * LINE + 8)}">${word}</text>`);
  const dots = marks.map(({ mood, says }) => dot(x, y, mood, says));
  return markup`<line class="flag" x1="${round(x)}" y1="${round(y)}" x2="${round(x)}" y2="${round(first + words.length * LINE - 3)}"/>${texts}${dots}\n`;
}

function spoken({ candidate, old, stages, turns, lanes, decisions }: RollOutPicture): string {
  const climbs = stages.map(({ percent }) => `${percent} %`).join(", ");
  const ends = turns.map(({ kind }) => kind).join(", then ") || "not decided yet";
  const told = lanes.map(({ name, bars, marks }) => `${name}: ${[...bars, ...marks].map(({ says }) => says).join("; ") || "nothing"}.`);
  const instead = old === undefined ? "the first release" : `in place of ${old}`;
  return [
    `${candidate}, ${instead}: ${climbs} of users, ${ends}.`,
    ...told,
    `Decisions: ${decisions.map(({ says }) => says).join("; ")}.`,
  ].join(" ");
}

function round(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
