/**
 * Whether a chart knows the values that it is given. Helm does not ask: a misspelt path is ignored, and the chart's default holds.
 * The lists are our own extraction from the charts at the versions named in them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface RecordedChart {
  readonly chart: string;
  readonly version: string;
  readonly repository: string;
  /** Dots inside a key are written `\.`; `a.b.*` admits anything below. */
  readonly knownPaths: readonly string[];
}

export function recordedChart(chart: string): RecordedChart {
  return JSON.parse(readFileSync(join(__dirname, `../fixtures/charts/${chart}.json`), "utf8")) as RecordedChart;
}

/** Paths that the chart does not have; none is right. */
export function unknownPaths({ knownPaths }: RecordedChart, values: object): string[] {
  return pathsOf(values).filter((path) => !knownPaths.some((known) => admits(known, path)) && !path.startsWith("global."));
}

function admits(known: string, path: string): boolean {
  if (!known.endsWith(".*")) return known === path || known.startsWith(`${path}.`);
  const open = known.slice(0, -2);
  return path === open || path.startsWith(`${open}.`) || open.startsWith(`${path}.`);
}

function pathsOf(values: object, before = ""): string[] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const path = `${before}${key.replaceAll(".", "\\.")}`;
    const isBranch = typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    return isBranch ? pathsOf(value, `${path}.`) : [path];
  });
}
