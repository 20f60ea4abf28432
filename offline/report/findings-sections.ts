/** What a careful reader looks for: what is open, what is protected, what the stack tells others, what is not known yet. Pure. */
import { type Json, pathText, type Properties } from "../engine";
import { isUnknown, pathsWhere, UNKNOWN_TEXT } from "../plan/redaction";
import { byText } from "../plan/stable-json";
import { type Html, markup } from "./html";
import { type Member, shortType } from "./parts";
import { counted, place, sign } from "./signs";

export interface Finding {
  readonly type: string;
  readonly name: string;
  readonly source?: string;
  /** A predicate: "faces the internet". */
  readonly says: string;
}

export function findings(members: readonly Member[]): Finding[] {
  return members.flatMap(({ resource: { type, name, source }, exposures }) =>
    exposures.map((says) => ({ type, name, says, ...(source === undefined ? {} : { source }) })),
  );
}

export function findingsSection(found: readonly Finding[], notes: readonly string[]): Html {
  const rows = found.map(({ type, name, says, source }) => tableRow(markup`${sign("globe")} <b>${name}</b> ${says}`, type, source));
  return section("Open to the world, and other findings", rows, "Nothing was found that opens itself to the world.", [], notes);
}

export function protectedSection(members: readonly Member[]): Html {
  const custom = members.filter(({ resource }) => resource.kind === "custom");
  const held = custom.filter(({ resource }) => resource.options.protect === true);
  const others = custom.filter(({ resource: { options } }) => options.retainOnDelete === true && options.protect !== true).length;
  const rows = held.map(({ resource: { name, type, options, source } }) =>
    tableRow(
      markup`${sign("lock")} <b>${name}</b>${options.retainOnDelete === true ? ", which stays in the account even when it leaves the stack" : ""}`,
      type,
      source,
    ),
  );
  const more = others === 0 ? [] : [`${others} more ${others === 1 ? "stays" : "stay"} in the account when the stack is destroyed.`];
  return section(
    "Protected",
    rows,
    "Nothing is protected: pulumi destroy would delete all of it.",
    ["Pulumi refuses to delete these."],
    more,
  );
}

export function outputsSection(outputs: Properties): Html {
  const rows = Object.entries(outputs)
    .sort(([left], [right]) => byText(left, right))
    .map(([name, value]) => markup`<tr><td class="nowrap"><b>${name}</b></td><td class="mono wrap">${shown(value)}</td></tr>\n`);
  return section("Stack outputs", rows, "The stack has no outputs.");
}

export function unknownsSection(members: readonly Member[]): Html {
  const rows = members
    .filter(({ unknowns }) => unknowns > 0)
    .map(({ resource: { name, type, inputs } }) => {
      const paths = pathsWhere(inputs, isUnknown).map(pathText).join(", ");
      return markup`<tr><td class="wrap"><b>${name}</b></td><td class="muted nowrap">${shortType(type)}</td><td class="mono wrap">${paths}</td></tr>\n`;
    });
  const lead = "What a preview cannot show, and what rules that look at a preview cannot judge, because the cloud gives it.";
  const list =
    rows.length === 0
      ? []
      : [markup`<details><summary>${counted(rows.length, "resource")}</summary><table><tbody>${rows}</tbody></table></details>`];
  return markup`<h2>Known only after deployment</h2>
<div class="card"><p class="muted">${rows.length === 0 ? "Everything is known before." : lead}</p>${list}</div>`;
}

function section(title: string, rows: readonly Html[], none: string, before: readonly string[] = [], after: readonly string[] = []): Html {
  const table = markup`${before.map(muted)}<table><tbody>
${rows}</tbody></table>`;
  return markup`<h2>${title}</h2>
<div class="card">${rows.length === 0 ? muted(none) : table}${after.map(muted)}</div>`;
}

function tableRow(what: Html, type: string, source: string | undefined): Html {
  return markup`<tr><td class="wrap">${what}</td><td class="muted nowrap">${shortType(type)}</td><td class="mono wrap">${place(source)}</td></tr>
`;
}

function muted(sentence: string): Html {
  return markup`<p class="muted">${sentence}</p>`;
}

function shown(value: Json): Html | string {
  const later = markup`<span class="muted">known after deployment</span>`;
  const leaves = pathsWhere(value, (leaf) => typeof leaf !== "object" || leaf === null);
  const unknown = pathsWhere(value, isUnknown);
  if (unknown.length === 0) return typeof value === "string" ? value : JSON.stringify(value);
  if (unknown.length < leaves.length) return JSON.stringify(value).replaceAll(`"${UNKNOWN_TEXT}"`, "known after deployment");
  return unknown.some(({ length }) => length > 0)
    ? markup`${later} <span class="muted">(${unknown.map(pathText).join(", ")})</span>`
    : later;
}
