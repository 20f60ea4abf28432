/** The picture of the platform: bands of boxes and the lines of what needs what, as one SVG. Pure. */
import { type Html, markup, unescaped } from "./html";
import type { Layer } from "./layers";
import { arrange, BOX_HEIGHT, columnLeft, type Edge, essential, type Grid, type Placed, WIDTH } from "./layout";
import { count, type Layered, type Part } from "./parts";
import { counted, type Sign } from "./signs";
import { type Point, type Route, route } from "./routes";

const BAND_PADDING = 10;
const CORNER = 6;
/** Widths of a character, on the broad side: fonts differ from reader to reader. */
const NAME_CHARACTER = 7.7;
const LABEL_CHARACTER = 6.5;

/** @param prefix what every name begins with, such as `prod-`: it says nothing in a picture of one environment. */
export function picture(layers: Layered["layers"], prefix: string): Html {
  const edges = essential(layers.flatMap(({ parts }) => parts.flatMap((part) => part.needs.map((to) => ({ from: part.id, to })))));
  const grid = arrange(layers, edges);
  const { routes, rowTops, height } = route(grid, edges);
  const layerOfPart = new Map(grid.boxes.map(({ part }) => [part.id, part.layer]));
  const bands = grid.bands.map(({ layer, firstRow, lastRow }) => {
    const top = (rowTops[firstRow] ?? 0) - BAND_PADDING;
    return band(
      layer,
      top,
      (rowTops[lastRow] ?? 0) + BOX_HEIGHT + BAND_PADDING - top,
      layers.find((own) => own.layer === layer)?.parts ?? [],
    );
  });
  const layersPointedAt = [...new Set(routes.map(({ to }) => layerOfPart.get(to) ?? "other"))];
  const lines = routes.map((way) => line(way, layerOfPart.get(way.to) ?? "other"));
  const boxes = grid.boxes.map((placed) => box(grid, placed, rowTops[placed.row] ?? 0, prefix));
  return markup`<svg class="picture" viewBox="0 0 ${WIDTH} ${Math.ceil(height)}" role="img" aria-label="${described(layers, edges)}">
<defs>${layersPointedAt.map(arrowHead)}</defs>
${bands}${lines}${boxes}
</svg>`;
}

/** For those who hear the page. */
function described(layers: Layered["layers"], edges: readonly Edge[]): string {
  const names = new Map(layers.flatMap(({ parts }) => parts.map(({ id, name }) => [id, name])));
  const needs = edges.map(({ from, to }) => `${names.get(from) ?? from} needs ${names.get(to) ?? to}`);
  return [...layers.map(({ layer, parts }) => `${layer}: ${parts.map(({ name }) => name).join(", ")}`), ...needs].join(". ");
}

function band(layer: Layer, y: number, height: number, parts: readonly Part[]): Html {
  const { resources } = count(parts.flatMap(({ members }) => members));
  const middle = y + height / 2;
  return markup`<g class="band ${layer}">
<rect x="0.5" y="${y}" width="${WIDTH - 1}" height="${height}" rx="10"/>
<text class="band-name" x="20" y="${middle - 2}">${layer}</text>
<text class="band-count" x="20" y="${middle + 15}">${counted(resources, "resource")}</text>
</g>
`;
}

function box(grid: Grid, { part, column }: Placed, y: number, prefix: string): Html {
  const x = columnLeft(grid, column);
  const all = count(part.members);
  const isOpen = part.members.some(({ exposures }) => exposures.length > 0);
  const signs: Sign[] = [...(all.protected > 0 ? (["lock"] as const) : []), ...(isOpen ? (["globe"] as const) : [])];
  const room = grid.boxWidth - 30;
  const name = part.name.startsWith(prefix) ? part.name.slice(prefix.length) : part.name;
  const says = `${part.name}: ${part.label}, ${counted(all.resources, "resource")}${all.protected > 0 ? `, ${all.protected} protected` : ""}`;
  const right = x + grid.boxWidth;
  return markup`<a href="#${part.id}" class="box ${part.layer}" data-part="${part.id}"><title>${says}</title>
<rect class="face" x="${x}" y="${y}" width="${grid.boxWidth}" height="${BOX_HEIGHT}" rx="7"/>
<path class="stripe" d="M${x + 7} ${y}a7 7 0 0 0 -7 7v${BOX_HEIGHT - 14}a7 7 0 0 0 7 7z"/>
<text class="name" x="${x + 18}" y="${y + 24}">${shortened(name, (room - signs.length * 18) / NAME_CHARACTER)}</text>
<text class="label" x="${x + 18}" y="${y + 42}">${shortened(part.label, (room - 30) / LABEL_CHARACTER)}</text>
<text class="label" x="${right - 11}" y="${y + 42}" text-anchor="end">${part.isComponent ? all.resources : undefined}</text>
${signs.map((sign, index) => markup`<use href="#${sign}" class="${sign}" x="${right - 26 - index * 18}" y="${y + 10}" width="15" height="15"/>`)}
</a>
`;
}

function line({ from, to, points }: Route, layer: Layer): Html {
  return markup`<path class="line ${layer}" data-from="${from}" data-to="${to}" d="${rounded(points)}" marker-end="url(#to-${layer})"/>
`;
}

function arrowHead(layer: Layer): Html {
  const size = `viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"`;
  return markup`<marker id="to-${layer}" class="head ${layer}" ${unescaped(size)}><path d="M0 0.5L8 4L0 7.5z"/></marker>`;
}

/** The corners of the way, rounded as far as the shorter of their two legs allows. */
function rounded(points: readonly Point[]): string {
  const way = points.filter((point, index) => index === 0 || Math.hypot(...between(points[index - 1] ?? point, point)) > 0.01);
  const first = way[0] ?? { x: 0, y: 0 };
  const steps = way.slice(1).map((point, index) => {
    const next = way[index + 2];
    if (next === undefined) return `L${at(point)}`;
    const before = way[index] ?? first;
    const radius = Math.min(CORNER, Math.hypot(...between(before, point)) / 2, Math.hypot(...between(point, next)) / 2);
    return `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, next, radius))}`;
  });
  return `M${at(first)}${steps.join("")}`;
}

function between(from: Point, to: Point): [number, number] {
  return [to.x - from.x, to.y - from.y];
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(...between(from, to));
  return { x: from.x + ((to.x - from.x) / length) * distance, y: from.y + ((to.y - from.y) / length) * distance };
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortened(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.floor(room) - 1)}…`;
}
