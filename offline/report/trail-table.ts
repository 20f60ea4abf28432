/** The audit trail as a table: when, what, why, and the figures folded. Pure. */
import { type Html, markup } from "./html";
import { counted } from "./signs";

export interface TrailRow {
  /** As RFC 3339. */
  readonly time: string;
  readonly event: string;
  readonly model: string;
  /** Whoever did it, in short. */
  readonly user: string;
  readonly reason: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

/** Months of a busy loop are thousands of rows, and nobody reads on after these; all of them are in the file that is named. */
const MOST_ROWS = 80;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

interface Repeated extends TrailRow {
  readonly times: number;
}

/** @param all where the whole trail is told, for what is left out here */
export function trailTable(rows: readonly TrailRow[], all: string): Html {
  const distinct = withoutRepetitions(rows);
  const shown = distinct.slice(0, MOST_ROWS);
  const models = new Set(rows.map(({ model }) => model).filter((model) => model !== ""));
  const more = distinct.length - shown.length;
  return markup`<details class="trail"><summary>${counted(rows.length, "record")} of the audit trail</summary>
<table><thead><tr><th>Time</th><th>Event</th><th>Reason</th></tr></thead><tbody>
${shown.map((row) => drawn(row, models.size > 1))}</tbody></table>
${more === 0 ? undefined : markup`<p class="muted">And ${counted(more, "record")} more, in <code>${all}</code>.</p>`}</details>
`;
}

function withoutRepetitions(rows: readonly TrailRow[]): Repeated[] {
  const distinct: Repeated[] = [];
  for (const row of rows) {
    const last = distinct[distinct.length - 1];
    const again = last !== undefined && last.event === row.event && last.reason === row.reason && last.model === row.model;
    if (again) distinct[distinct.length - 1] = { ...last, times: last.times + 1 };
    else distinct.push({ ...row, times: 1 });
  }
  return distinct;
}

function drawn({ time, event, model, user, reason, values, times }: Repeated, named: boolean): Html {
  const at = new Date(time);
  const clock = `${DAYS[at.getUTCDay()]} ${time.slice(11, 19)}`;
  const pairs = Object.entries(values).map(([name, value]) => markup`<div>${name}: ${value === "" ? '""' : String(value)}</div>`);
  const figures =
    pairs.length === 0
      ? undefined
      : markup`<details><summary>${counted(pairs.length, "value")}</summary><div class="mono">${pairs}</div></details>`;
  const who = user === "" ? undefined : markup` <span class="muted">by ${user}</span>`;
  return markup`<tr><td class="nowrap"><time datetime="${time}">${clock}</time></td><td class="nowrap">${event}${named && model !== "" ? markup`<div class="muted">${model}</div>` : undefined}</td>
<td class="wrap">${reason}${who}${times > 1 ? markup` <span class="chip">${times} times</span>` : undefined}${figures}</td></tr>
`;
}
