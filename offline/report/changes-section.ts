/** What changed since another plan. Pure. */
import type { Json } from "../engine";
import { type ChangedResource, isEmptyDiff, type PlanDiff, type PropertyChange, type ResourceRef } from "../plan/diff";
import { markup, type Html } from "./html";
import { shortType } from "./parts";
import { counted } from "./signs";

export function changesSection(against: string, diff: PlanDiff): Html {
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
<code>pulumi preview</code> tells.${diff.secretsNotCompared > 0 ? ` Not compared: ${secrets}, which no plan holds.` : ""}</p></div>`;
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
