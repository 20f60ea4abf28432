/**
 * Where the boxes of the picture stand: a grid of rows, each layer a band of whole rows, the foundation at the bottom because the rest
 * stands on it. Between rows and between columns run gutters, and lines run in gutters only, so that none ever crosses a box. Pure.
 */
import type { Layer } from "./layers";
import type { Layered, Part } from "./parts";

export const WIDTH = 1200;
export const BOX_HEIGHT = 56;
const MOST_COLUMNS = 4;
const WIDEST_BOX = 300;
/** Room for the names of the layers. */
const LEFT = 126;
const RIGHT = 8;
const COLUMN_GUTTER = 44;

export interface Placed {
  readonly part: Part;
  readonly row: number;
  readonly column: number;
}

export interface Band {
  readonly layer: Layer;
  readonly firstRow: number;
  readonly lastRow: number;
}

export interface Grid {
  readonly boxes: readonly Placed[];
  readonly bands: readonly Band[];
  readonly rows: number;
  readonly columns: number;
  readonly boxWidth: number;
}

/** A line from a part to one that it needs. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

export function columnLeft(grid: Grid, column: number): number {
  const used = grid.columns * (grid.boxWidth + COLUMN_GUTTER) + COLUMN_GUTTER;
  return LEFT + (WIDTH - LEFT - RIGHT - used) / 2 + COLUMN_GUTTER + column * (grid.boxWidth + COLUMN_GUTTER);
}

/** Middle of the gutter to the left of the column. */
export function gutterMiddle(grid: Grid, column: number): number {
  return columnLeft(grid, column) - COLUMN_GUTTER / 2;
}

export function arrange(layers: Layered["layers"], edges: readonly Edge[]): Grid {
  const rows: { layer: Layer; parts: Part[] }[] = [];
  for (const { layer, parts } of [...layers].reverse()) {
    for (const row of inRows(parts, edges)) rows.push({ layer, parts: row });
  }
  const columns = Math.max(1, ...rows.map(({ parts }) => parts.length));
  const boxWidth = Math.min(WIDEST_BOX, (WIDTH - LEFT - RIGHT - (columns + 1) * COLUMN_GUTTER) / columns);
  const places = straightened(rows, edges, columns);
  const boxes = rows.flatMap(({ parts }, row) => parts.map((part) => ({ part, row, column: places.get(part.id) ?? 0 })));
  const bands = [...new Set(rows.map(({ layer }) => layer))].map((layer) => {
    const own = rows.flatMap((row, index) => (row.layer === layer ? [index] : []));
    return { layer, firstRow: own[0] ?? 0, lastRow: own.at(-1) ?? 0 };
  });
  return { boxes, bands, rows: rows.length, columns, boxWidth };
}

/** What others of the layer need goes to its lower rows, so that lines run downwards. */
function inRows(parts: readonly Part[], edges: readonly Edge[]): Part[][] {
  const height = heights(parts, edges);
  const fromTheTop = [...parts].sort((left, right) => (height.get(right.id) ?? 0) - (height.get(left.id) ?? 0));
  const rows = Math.ceil(parts.length / MOST_COLUMNS);
  // Rows of nearly equal length look calmer than full ones and a rest.
  const length = Math.ceil(parts.length / rows);
  return Array.from({ length: rows }, (_, row) => fromTheTop.slice(row * length, (row + 1) * length));
}

/** The longest chain of needs below a part, within its layer. Rings end where they meet themselves. */
function heights(parts: readonly Part[], edges: readonly Edge[]): Map<string, number> {
  const own = new Set(parts.map(({ id }) => id));
  const known = new Map<string, number>();
  const height = (id: string, above: readonly string[]): number => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const below = edges.filter(({ from, to }) => from === id && own.has(to) && !above.includes(to));
    const result = below.length === 0 ? 0 : 1 + Math.max(...below.map(({ to }) => height(to, [...above, id])));
    known.set(id, result);
    return result;
  };
  for (const { id } of parts) height(id, [id]);
  return known;
}

/** Each box moves towards the mean column of its neighbours, a few sweeps down and up: fewer lines cross, and they are shorter. */
function straightened(rows: readonly { parts: Part[] }[], edges: readonly Edge[], columns: number): Map<string, number> {
  const column = new Map<string, number>();
  const place = (parts: readonly Part[]) => {
    const start = Math.floor((columns - parts.length) / 2);
    parts.forEach(({ id }, index) => column.set(id, start + index));
  };
  rows.forEach(({ parts }) => place(parts));
  const wish = (id: string): number => {
    const near = edges.flatMap(({ from, to }) => (from === id ? [column.get(to) ?? 0] : to === id ? [column.get(from) ?? 0] : []));
    return near.length === 0 ? (column.get(id) ?? 0) : near.reduce((sum, place) => sum + place, 0) / near.length;
  };
  for (const sweep of [rows, [...rows].reverse(), rows, [...rows].reverse()]) {
    for (const { parts } of sweep) {
      parts.sort((left, right) => wish(left.id) - wish(right.id) || (column.get(left.id) ?? 0) - (column.get(right.id) ?? 0));
      place(parts);
    }
  }
  return column;
}

/** Leaves out a line where a longer way says the same; whatever could be reached before can be reached still. */
export function essential(edges: readonly Edge[]): Edge[] {
  let kept = [...edges];
  for (const edge of edges) {
    const others = kept.filter((other) => other !== edge);
    if (reaches(edge.from, edge.to, others)) kept = others;
  }
  return kept;
}

function reaches(from: string, to: string, edges: readonly Edge[]): boolean {
  const seen = new Set([from]);
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true;
    for (const edge of edges) {
      if (edge.from !== at || seen.has(edge.to)) continue;
      seen.add(edge.to);
      open.push(edge.to);
    }
  }
  return false;
}
