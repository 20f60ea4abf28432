/** Every part with its resources, and each resource with what it is given. Pure. */
import { type Content, markup, type Html } from "./html";
import { count, type Layered, type Member, type Part, shortType } from "./parts";
import { chip, counted, place } from "./signs";

export function partsSection(layers: Layered["layers"]): Html {
  const parts = new Map(layers.flatMap((layer) => layer.parts.map((part) => [part.id, part])));
  const names = new Map([...parts.values()].flatMap(({ members }) => members.map(({ resource }) => [resource.urn, resource.name])));
  const users = new Map<string, Part[]>();
  for (const part of parts.values()) for (const id of part.needs) users.set(id, [...(users.get(id) ?? []), part]);
  const details = (part: Part) => partDetails(part, linked(part.needs, parts), users.get(part.id) ?? [], names);
  return markup`<h2>Layer by layer</h2>
<div class="tools">
<input id="filter" type="search" placeholder="Filter by name, type, file …" aria-label="Filter resources">
<button id="unfold" type="button">Unfold or fold all</button> <span id="found" class="muted"></span>
</div>
${layers.map(
  (layer) => markup`<section class="${layer.layer}"><h3>${layer.layer}</h3>
${layer.parts.map(details)}</section>
`,
)}`;
}

function linked(ids: readonly string[], parts: ReadonlyMap<string, Part>): Part[] {
  return ids.flatMap((id) => parts.get(id) ?? []);
}

function partDetails(part: Part, needs: readonly Part[], users: readonly Part[], names: ReadonlyMap<string, string>): Html {
  const counts = count(part.members);
  const open = part.members.filter(({ exposures }) => exposures.length > 0).length;
  const inner = counts.components > 1 ? `, ${counted(counts.components - 1, "inner component")}` : "";
  return markup`<details class="part" id="${part.id}">
<summary><b>${part.name}</b><span class="muted">${part.isComponent ? part.label : ""}</span>
${counts.protected > 0 ? chip(`${counts.protected} protected`, "lock") : undefined}${open > 0 ? chip(`${open} open`, "globe") : undefined}
<span class="end">${counted(counts.resources, "resource")}${inner}</span></summary>
${needs.length > 0 ? markup`<p class="muted">Needs ${links(needs)}.</p>` : undefined}
${users.length > 0 ? markup`<p class="muted">Needed by ${links(users)}.</p>` : undefined}
<table><thead><tr><th>Type</th><th>Name, with what it is given</th><th>Depends on</th><th>Written in</th></tr></thead>
<tbody>
${part.members.map((member) => row(member, names))}</tbody></table>
</details>
`;
}

function links(parts: readonly Part[]): Content {
  return parts.map((part, index) => markup`${index > 0 ? ", " : ""}<a href="#${part.id}">${part.name}</a>`);
}

function row({ resource, depth, exposures, unknowns }: Member, names: ReadonlyMap<string, string>): Html {
  const { type, name, options, source, kind, modelled } = resource;
  const chips = [
    ...(options.protect === true && kind === "custom" ? [chip("protected", "lock")] : []),
    ...(options.retainOnDelete === true && kind === "custom" ? [chip("kept on destroy")] : []),
    ...(modelled ? [chip("made by the provider")] : []),
    ...(kind === "read" ? [chip("looked up")] : []),
    ...exposures.map((exposure) => chip(exposure, "globe")),
  ];
  const needed = resource.dependencies.flatMap((urn) => names.get(urn) ?? []).filter((other) => other !== name);
  const text = [type, name, source ?? "", ...exposures].join(" ").toLowerCase();
  return markup`<tr data-text="${text}"><td class="wrap" title="${type}" style="padding-left:${depth * 16}px">${shortType(type)}</td>
<td class="wrap">${inputs(resource.inputs, name, unknowns)}${chips}</td>
<td class="wrap">${dependencies(needed)}</td><td class="mono wrap">${place(source)}</td></tr>
`;
}

/** A long list would make one row as tall as a page. */
function dependencies(names: readonly string[]): Content {
  const unique = [...new Set(names)].sort();
  const few = unique.slice(0, 3).join(", ");
  return unique.length <= 3 ? few : markup`<span title="${unique.join(", ")}">${few} and ${unique.length - 3} more</span>`;
}

function inputs(properties: object, name: string, unknowns: number): Html {
  if (Object.keys(properties).length === 0) return markup`${name}`;
  const later = unknowns > 0 ? markup`<span class="muted"> · ${unknowns} known later</span>` : undefined;
  return markup`<details class="inputs"><summary>${name}${later}</summary><pre>${JSON.stringify(properties, null, 2)}</pre></details>`;
}
