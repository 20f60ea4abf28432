/** A rehearsal as a picture: signals, decisions, runs and notices over virtual time, as one SVG. Pure. */
import { type Html, markup } from "./html";

export type Mood = "good" | "warn" | "bad" | "plain";

/** Milliseconds since the epoch. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly mood: Mood;
  readonly says: string;
}

export interface Mark {
  readonly at: number;
  readonly mood: Mood;
  readonly says: string;
}

/** Bars or marks that belong together, under one word at the left. */
export interface Lane {
  readonly name: string;
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
}

export interface Timeline {
  readonly starts: number;
  readonly ends: number;
  readonly lanes: readonly Lane[];
}

const WIDTH = 1_180;
const LEFT = 176;
const RIGHT = 24;
const TOP = 22;
const ROW = 24;
const BAR = 12;
const SMALLEST_BAR = 3;
const DOT = 4.5;

const HOUR = 3_600_000;
/** Hours between two lines of the grid; the first that gives few enough of them. */
const STEPS = [1, 2, 3, 6, 12, 24, 48, 168];
const MOST_LINES = 12;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

export function timeline({ starts, ends, lanes }: Timeline): Html {
  const height = TOP + lanes.length * ROW + 6;
  const x = (instant: number): number => LEFT + ((instant - starts) / Math.max(1, ends - starts)) * (WIDTH - LEFT - RIGHT);
  const said = lanes.map(({ name, bars, marks }) => `${name}: ${[...bars, ...marks].map(({ says }) => says).join("; ") || "nothing"}`);
  return markup`<svg class="timeline" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${said.join(". ")}">
${gridOf(starts, ends).map((instant) => gridLine(instant, x(instant), height))}${lanes.map((lane, row) => drawn(lane, TOP + row * ROW, x))}</svg>`;
}

/** Instants of lines, as closely as there is room for. */
export function gridOf(starts: number, ends: number, most = MOST_LINES): number[] {
  const hours = (ends - starts) / HOUR;
  const step = (STEPS.find((each) => hours / each <= most) ?? hours / most) * HOUR;
  const first = Math.ceil(starts / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((ends - first) / step) + 1) }, (_, index) => first + index * step);
}

export interface GridLabel {
  readonly label: string;
  readonly kind: "day" | "hour";
}

export function gridLabel(instant: number): GridLabel {
  const time = new Date(instant);
  const clock = time.toISOString().slice(11, 16);
  return clock === "00:00" ? { label: `${DAYS[time.getUTCDay()]}`, kind: "day" } : { label: clock, kind: "hour" };
}

function gridLine(instant: number, x: number, height: number): Html {
  const { label, kind } = gridLabel(instant);
  return markup`<line class="${kind}" x1="${round(x)}" y1="${TOP - 6}" x2="${round(x)}" y2="${height - 4}"/><text class="${kind}" x="${round(x)}" y="11" text-anchor="middle">${label}</text>
`;
}

function drawn({ name, bars, marks }: Lane, y: number, x: (instant: number) => number): Html {
  const middle = y + ROW / 2;
  const boxes = bars.map(({ from, to, mood, says }) => {
    const width = Math.max(SMALLEST_BAR, x(to) - x(from));
    return markup`<rect class="${mood}" x="${round(x(from))}" y="${middle - BAR / 2}" width="${round(width)}" height="${BAR}" rx="2"><title>${says}</title></rect>`;
  });
  const dots = marks.map(
    ({ at, mood, says }) => markup`<circle class="${mood}" cx="${round(x(at))}" cy="${middle}" r="${DOT}"><title>${says}</title></circle>`,
  );
  return markup`<line class="row" x1="${LEFT}" y1="${middle}" x2="${WIDTH - RIGHT}" y2="${middle}"/><text class="lane" x="${LEFT - 12}" y="${middle + 4}" text-anchor="end">${name}</text>${boxes}${dots}
`;
}

function round(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
