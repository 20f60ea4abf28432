/** A rehearsal told in lines: one for each thing that was decided or done, in the words of the audit trail. */
import type { Audited, Played } from "./promises";
import { outcomeOf } from "./promises";

export interface Line {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly model: string;
  readonly what: string;
  readonly came: string;
  readonly kind: "run" | "end" | "wait" | "person" | "nothing";
}

type Told = Pick<Line, "kind" | "came">;

/** What is left out is routine: each change of each alarm is in the log. */
const WORDS: Record<string, (record: Audited) => Told> = {
  "retraining.start": () => ({ kind: "run", came: "a retraining starts" }),
  "retraining.schedule": () => ({ kind: "wait", came: "a retraining is put on the calendar" }),
  "retraining.pend": () => ({ kind: "wait", came: "a retraining waits" }),
  "retraining.refuse": () => ({ kind: "nothing", came: "refused" }),
  "retraining.observe-only": () => ({ kind: "nothing", came: "nothing is done in mode observe" }),
  "retraining.ended": ({ reason }) => ({ kind: "end", came: reason.replace(/^.* ended: /, "the run ended: ") }),
  "traffic.roll-back": () => ({ kind: "end", came: "traffic is rolled back" }),
  "traffic.pause": () => ({ kind: "end", came: "the roll-out is paused" }),
  "traffic.page": () => ({ kind: "person", came: "a person is paged" }),
  "loop.stopped": ({ user }) => ({ kind: "person", came: `${shortName(user)} stops all automatic action` }),
  "loop.resumed": ({ user }) => ({ kind: "person", came: `${shortName(user)} lets the loop act again` }),
  "feedback.trigger": () => ({ kind: "wait", came: "a thousand corrections are full" }),
  "data-quality.changed": () => ({ kind: "nothing", came: "the data is judged anew" }),
};

export function story({ audit }: Pick<Played, "audit">): Line[] {
  const lines = audit.flatMap((record): Line[] => {
    const words = WORDS[record.event]?.(record);
    if (words === undefined) return [];
    return [{ at: Date.parse(record.time), model: record.model, what: record.reason, ...words }];
  });
  return lines.filter((line, index) => !repeats(line, lines.slice(0, index)));
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

/** What the rehearsals of one environment came to, for programs. */
export function summaryOf({ scenario, runs, audit }: Played): Record<string, unknown> {
  const ended = runs.map((run) => ({ run: run.name, startedAt: new Date(run.startedAt).toISOString(), outcome: outcomeOf(run) }));
  return { title: scenario.title, starts: scenario.starts, runs: ended, decisions: audit.length };
}

function shortName(user: string): string {
  return user.split("/").pop() ?? user;
}
