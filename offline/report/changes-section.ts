/** What changed since another plan. Pure. */
import type { Json } from "../engine";
import { type ChangedResource, isEmptyDiff, type PropertyChange, type ResourceRef } from "../plan/diff";
import type { ChangedLogicalResource, Changes, LogicalResource, TemplateDiff } from "../templates/template-diff";
import { markup, type Html } from "./html";
import { shortType } from "./parts";
import { counted } from "./signs";

export function changesSection({ against, diff, templates }: Changes): Html {
  const rows = [
    ...diff.created.map((resource) => row("created", resource)),
    ...diff.deleted.map((resource) => row("deleted", resource)),
    ...diff.changed.map((resource) => row("changed", resource, resource)),
    ...diff.moved.map((resource) => row("moved", resource, resource)),
    ...(diff.outputs.length === 0
      ? []
      : [
          markup`<tr><td class="kind changed"><b>changed</b></td><td class="wrap"><b>stack outputs</b>${changed(diff.outputs)}</td><td></td></tr>\n`,
        ]),
  ];
  const secrets = counted(diff.secretsNotCompared, "secret value");
  return markup`<h2>Changes since ${against}</h2>
<div class="card">${isEmptyDiff(diff) ? markup`<p class="muted">None.</p>` : markup`<table><tbody>${rows}</tbody></table>`}
<p class="muted">${diff.unchanged} unchanged. Whether a changed resource is updated in place or replaced only its provider knows:
<code>pulumi preview</code> tells.${diff.secretsNotCompared > 0 ? ` Not compared: ${secrets}, which no plan holds.` : ""}</p></div>
${templates.map(templateSection)}`;
}

const REPLACED: Record<ChangedLogicalResource["replaced"], string> = {
  ...{ no: "", yes: "replaced: ", perhaps: "perhaps replaced: ", unknown: "" },
};

function templateSection({ template, status, added, removed, changed, unchanged }: TemplateDiff): Html {
  const rows = [
    ...added.map((resource) => templateRow("created", resource)),
    ...removed.map((resource) => templateRow("deleted", resource)),
    ...changed.map((resource) => templateRow("changed", resource, resource)),
  ];
  // What is new as a whole is a list of everything, and says nothing: it folds.
  const table = markup`<table><tbody>${rows}</tbody></table>`;
  const shown = status === "kept" ? table : markup`<details><summary>${counted(rows.length, "resource")}</summary>${table}</details>`;
  return markup`<h3>Template ${template}${status === "kept" ? "" : `, ${status}`}</h3>
<div class="card">${shown}${status === "kept" ? markup`<p class="muted">${unchanged} unchanged.</p>` : undefined}</div>
`;
}

function templateRow(kind: "created" | "deleted" | "changed", { id, type }: LogicalResource, change?: ChangedLogicalResource): Html {
  const word = change?.replaced === "yes" || change?.replaced === "perhaps" ? "deleted" : kind;
  const properties = change === undefined ? [] : changed(change.properties);
  const head = markup`${REPLACED[change?.replaced ?? "no"]}<b>${id}</b>`;
  return markup`<tr><td class="kind ${word}"><b>${kind}</b></td><td class="wrap">${head}${properties}</td><td class="muted nowrap">${type}</td></tr>
`;
}

function row(kind: "created" | "deleted" | "changed" | "moved", resource: ResourceRef, change?: ChangedResource): Html {
  const properties = (change?.properties ?? []).map(
    ({ path, before, after }) => markup`<div class="mono">${path}: ${value(before)} → ${value(after)}</div>`,
  );
  const moved = change?.movedFrom === undefined ? undefined : markup`<div class="mono muted">was ${change.movedFrom}</div>`;
  return markup`<tr><td class="kind ${kind}"><b>${kind}</b></td><td class="wrap"><b>${resource.name}</b>${moved}${properties}</td>
<td class="muted nowrap">${shortType(resource.type)}</td></tr>
`;
}

function changed(properties: readonly PropertyChange[]): Html[] {
  return properties.map(({ path, before, after }) => markup`<div class="mono">${path}: ${value(before)} → ${value(after)}</div>`);
}

function value(json: Json | undefined): string {
  return json === undefined ? "nothing" : JSON.stringify(json);
}
