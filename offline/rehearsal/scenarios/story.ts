/** A rehearsal told in lines: one for each thing that was decided or done, in the words of the audit trail. */
import { type Audited, outcomeOf, type Played } from "./promises";
import { releasesIn } from "./release-words";
import { type LineKind, WORDS } from "./story-words";

export interface Line {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly model: string;
  readonly what: string;
  readonly came: string;
  /** A word or two, for pictures. */
  readonly short: string;
  readonly kind: LineKind;
}

export function story({ audit }: Pick<Played, "audit">): Line[] {
  const releases = releasesIn(audit);
  const ofModel = new Map<string, Audited[]>();
  const lines = audit.flatMap((record): Line[] => {
    const before = ofModel.get(record.model) ?? [];
    ofModel.set(record.model, before);
    if (isRetold(record, before)) return [];
    const words = WORDS[record.event]?.(record, releases, before);
    before.push(record);
    if (words === undefined) return [];
    return [{ at: Date.parse(record.time), model: record.model, what: releases.spoken(record.reason), ...words }];
  });
  return lines.filter((line, index) => !repeats(line, lines.slice(0, index)));
}

/** A way back is gone until it is gone whole: each further try raises its fence, and says so. */
function isRetold({ event, values, reason }: Audited, before: readonly Audited[]): boolean {
  if (event !== "traffic.roll-back" && event !== "roll-out.rolled-back") return false;
  const { run, from, to } = values;
  const isSame = (other: Audited): boolean =>
    other.event === event && other.reason === reason && other.values["from"] === from && other.values["to"] === to;
  return run === undefined && event === "traffic.roll-back" ? false : before.some((other) => isSame(other) && other.values["run"] === run);
}

/** What waits is found waiting every hour; once is enough until something else happens to the model. */
function repeats(line: Line, before: readonly Line[]): boolean {
  const last = before.findLast(({ model }) => model === line.model);
  return line.kind !== "run" && last !== undefined && last.came === line.came;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const WHAT_WIDTH = 78;

/** `Mon 14:15  psi is 0.34 …  → a retraining starts`. */
export function storyText(lines: readonly Line[]): string[] {
  const models = new Set(lines.map(({ model }) => model).filter((model) => model !== ""));
  return lines.map(({ at, model, what, came }) => {
    const time = new Date(at);
    const clock = `${DAYS[time.getUTCDay()]} ${time.toISOString().slice(11, 16)}`;
    const about = models.size > 1 && model !== "" ? `${model}: ${what}` : what;
    const cut = about.length > WHAT_WIDTH ? `${about.slice(0, WHAT_WIDTH - 1)}…` : about.padEnd(WHAT_WIDTH);
    return `${clock}  ${cut} → ${came}`;
  });
}

/** Line by line, for programs. */
export function storyDocument(played: Pick<Played, "audit">): Record<string, unknown>[] {
  return story(played).map(({ at, ...line }) => ({ at: new Date(at).toISOString(), ...line }));
}

/** What the rehearsals of one environment came to, for programs. */
export function summaryOf({ scenario, runs, audit }: Played): Record<string, unknown> {
  const ended = runs.map((run) => ({ run: run.name, startedAt: new Date(run.startedAt).toISOString(), outcome: outcomeOf(run) }));
  return { title: scenario.title, starts: scenario.starts, runs: ended, decisions: audit.length };
}
