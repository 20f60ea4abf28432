/**
 * The ways of the lines: out of a box into the gutter beside its row, along it, down a gutter between columns, and into the box that is
 * needed. All lines into one box share their lanes, like the branches of a tree, so that many users of one key stay legible. Pure.
 */
import { BOX_HEIGHT, columnLeft, type Edge, type Grid, gutterMiddle, type Placed } from "./layout";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Route extends Edge {
  readonly points: readonly Point[];
}

export interface Routed {
  readonly routes: readonly Route[];
  /** Upper edge of each row of boxes. */
  readonly rowTops: readonly number[];
  readonly height: number;
}

/** Distance between lanes in a gutter between rows; the gutter grows with them. */
const LANE = 9;
const PADDING = 20;
/** Distance between lanes in a gutter between columns, which cannot grow; shrinks where there are many. */
const COLUMN_LANE = 8;
const COLUMN_ROOM = 30;
/** Between the ends of two lines on one lane between rows, so that they do not read as one. */
const CLEARANCE = 6;
/** Distance between the points where lines leave or enter one side of a box. */
const PORT = 16;

/** All lines into one side of one box. */
interface Net {
  readonly id: string;
  readonly target: Placed;
  readonly side: "top" | "bottom";
  readonly sources: readonly Placed[];
}

/** A stretch along a gutter that only one net may use at a time. */
interface Stretch {
  readonly net: string;
  readonly gutter: number;
  readonly from: number;
  readonly to: number;
}

export function route(grid: Grid, edges: readonly Edge[]): Routed {
  const boxes = new Map(grid.boxes.map((box) => [box.part.id, box]));
  const nets = netsOf(boxes, edges);
  const ports = portsOf(nets, grid);
  const plans = nets.map((net) => planOf(net, ports, grid));
  const across = lanes(
    plans.flatMap(({ across }) => across),
    CLEARANCE,
  );
  const rows = rowPositions(grid, across);
  const down = lanes(
    plans.flatMap(({ down }) => down),
    0,
  );

  const y = (net: string, gutter: number) => (rows.gutterTops[gutter] ?? 0) + PADDING + (across.lane(net, gutter) + 0.5) * LANE;
  const x = (net: string, gutter: number) => {
    const count = down.count(gutter);
    const step = Math.min(COLUMN_LANE, COLUMN_ROOM / Math.max(count - 1, 1));
    return gutterMiddle(grid, gutter) + (down.lane(net, gutter) - (count - 1) / 2) * step;
  };
  const edgeOf = (box: Placed, side: "top" | "bottom") => (rows.tops[box.row] ?? 0) + (side === "top" ? 0 : BOX_HEIGHT);

  const routes = plans.flatMap(({ net, column, entry }) =>
    net.sources.map((source): Route => {
      const exit = ports.exit(net, source);
      const first = firstGutter(net, source);
      const last = lastGutter(net);
      const start = { x: exit.x, y: edgeOf(source, exit.side) };
      const bend =
        first === last
          ? []
          : [
              { x: x(net.id, column), y: y(net.id, first) },
              { x: x(net.id, column), y: y(net.id, last) },
            ];
      const end = { x: entry, y: edgeOf(net.target, net.side) };
      return {
        from: source.part.id,
        to: net.target.part.id,
        points: [start, { x: start.x, y: y(net.id, first) }, ...bend, { x: end.x, y: y(net.id, last) }, end],
      };
    }),
  );
  return { routes, rowTops: rows.tops, height: rows.height };
}

function netsOf(boxes: ReadonlyMap<string, Placed>, edges: readonly Edge[]): Net[] {
  const sources = new Map<string, Placed[]>();
  for (const { from, to } of edges) {
    const [source, target] = [boxes.get(from), boxes.get(to)];
    if (source === undefined || target === undefined) continue;
    const id = `${to} ${source.row > target.row ? "bottom" : "top"}`;
    sources.set(id, [...(sources.get(id) ?? []), source]);
  }
  return [...sources].flatMap(([id, found]): Net[] => {
    const [to = "", side] = id.split(" ");
    const target = boxes.get(to);
    return target === undefined ? [] : [{ id, target, side: side === "bottom" ? "bottom" : "top", sources: found }];
  });
}

/** Gutter n runs above row n. */
function lastGutter({ target, side }: Net): number {
  return side === "top" ? target.row : target.row + 1;
}

function firstGutter(net: Net, source: Placed): number {
  if (source.row === net.target.row) return lastGutter(net);
  return net.side === "top" ? source.row + 1 : source.row;
}

interface Ports {
  exit(net: Net, source: Placed): { x: number; side: "top" | "bottom" };
  entry(net: Net): number;
}

/** Upper ports stand between lower ones, so that a line that leaves one row and a line that enters the next never lie on each other. */
function portsOf(nets: readonly Net[], grid: Grid): Ports {
  const users = new Map<string, { key: string; towards: number }[]>();
  const use = (box: Placed, side: string, key: string, towards: number) => {
    const at = `${box.part.id} ${side}`;
    users.set(at, [...(users.get(at) ?? []), { key, towards }]);
  };
  const exitSide = (net: Net, source: Placed): "top" | "bottom" => (net.side === "top" && source.row < net.target.row ? "bottom" : "top");
  for (const net of nets) {
    const columns = net.sources.map(({ column }) => column);
    use(net.target, net.side, net.id, columns.reduce((sum, column) => sum + column, 0) / columns.length);
    for (const source of net.sources) use(source, exitSide(net, source), net.id, net.target.column);
  }
  const xs = new Map<string, number>();
  for (const box of grid.boxes) {
    for (const side of ["top", "bottom"]) {
      const found = (users.get(`${box.part.id} ${side}`) ?? []).sort((left, right) => left.towards - right.towards);
      const step = Math.min(PORT, (grid.boxWidth - 24) / Math.max(found.length, 1));
      const middle = columnLeft(grid, box.column) + grid.boxWidth / 2 + (side === "top" ? step / 4 : -step / 4);
      found.forEach(({ key }, index) =>
        xs.set(`${box.part.id} ${side} ${key}`, middle + (index - Math.floor((found.length - 1) / 2)) * step),
      );
    }
  }
  return {
    exit: (net, source) => ({ side: exitSide(net, source), x: xs.get(`${source.part.id} ${exitSide(net, source)} ${net.id}`) ?? 0 }),
    entry: (net) => xs.get(`${net.target.part.id} ${net.side} ${net.id}`) ?? 0,
  };
}

/** Which gutters a net uses and how far, before anybody knows on which lane. */
function planOf(net: Net, ports: Ports, grid: Grid): { net: Net; column: number; entry: number; across: Stretch[]; down: Stretch[] } {
  const entry = ports.entry(net);
  const exits = net.sources.map((source) => ({ x: ports.exit(net, source).x, gutter: firstGutter(net, source) }));
  const last = lastGutter(net);
  const far = exits.filter(({ gutter }) => gutter !== last);
  const column = nearestColumn(grid, [entry, ...far.map(({ x }) => x)]);
  const middle = gutterMiddle(grid, column);
  const across = [...new Set([last, ...exits.map(({ gutter }) => gutter)])].map((gutter) => {
    const xs = exits.filter((exit) => exit.gutter === gutter).map(({ x }) => x);
    const all = [
      ...xs,
      ...(gutter === last ? [entry] : []),
      ...(far.length > 0 ? [middle - COLUMN_ROOM / 2, middle + COLUMN_ROOM / 2] : []),
    ];
    return { net: net.id, gutter, from: Math.min(...all), to: Math.max(...all) };
  });
  const rows = [last, ...far.map(({ gutter }) => gutter)];
  const down = far.length === 0 ? [] : [{ net: net.id, gutter: column, from: Math.min(...rows), to: Math.max(...rows) }];
  return { net, column, entry, across, down };
}

function nearestColumn(grid: Grid, xs: readonly number[]): number {
  const way = (column: number) => xs.reduce((sum, x) => sum + Math.abs(x - gutterMiddle(grid, column)), 0);
  return Array.from({ length: grid.columns + 1 }, (_, column) => column).reduce((best, column) =>
    way(column) < way(best) ? column : best,
  );
}

interface Lanes {
  lane(net: string, gutter: number): number;
  count(gutter: number): number;
}

/** The first lane that is free over the whole stretch and `clearance` beyond its ends. */
function lanes(stretches: readonly Stretch[], clearance: number): Lanes {
  const taken = new Map<number, Stretch[][]>();
  const chosen = new Map<string, number>();
  const inOrder = [...stretches].sort((left, right) => left.gutter - right.gutter || left.from - right.from || left.to - right.to);
  for (const stretch of inOrder) {
    const gutter = taken.get(stretch.gutter) ?? [];
    taken.set(stretch.gutter, gutter);
    const isFree = (lane: Stretch[]) => lane.every(({ from, to }) => to + clearance < stretch.from || stretch.to + clearance < from);
    const free = gutter.findIndex(isFree);
    const lane = free === -1 ? gutter.length : free;
    gutter[lane] = [...(gutter[lane] ?? []), stretch];
    chosen.set(`${stretch.net} ${stretch.gutter}`, lane);
  }
  return { lane: (net, gutter) => chosen.get(`${net} ${gutter}`) ?? 0, count: (gutter) => taken.get(gutter)?.length ?? 0 };
}

function rowPositions(grid: Grid, across: Lanes): { tops: number[]; gutterTops: number[]; height: number } {
  const tops: number[] = [];
  const gutterTops: number[] = [];
  let y = 0;
  for (let row = 0; row <= grid.rows; row++) {
    gutterTops.push(y);
    const outer = row === 0 || row === grid.rows;
    const count = across.count(row);
    y += outer && count === 0 ? PADDING : 2 * PADDING + count * LANE;
    if (row < grid.rows) {
      tops.push(y);
      y += BOX_HEIGHT;
    }
  }
  return { tops, gutterTops, height: y };
}
