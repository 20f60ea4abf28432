/** D3: whether a window is fit to be learnt from, by the figures that Athena gave of it. */
import { checkDataQuality, type ColumnExpectation, type ColumnProfile } from "../data-quality";
import type { DataSpec } from "./model-spec";
import { PROFILE_COLUMNS } from "./sql";
import type { DataVerdict } from "./steps";

export interface WindowProfile {
  /** Of the figures that the query asks for, by their columns' names; null where there was no value at all. */
  figures: Readonly<Record<string, number | null>>;
}

/** Athena's result of one row: two lines of CSV, each value in quotes, a null without. */
export function readProfile(csv: string): WindowProfile | undefined {
  const [header, row, more] = csv.trim().split(/\r?\n/);
  if (header === undefined || row === undefined || more !== undefined) return undefined;
  const [names, values] = [cells(header), cells(row)];
  if (names.length !== values.length) return undefined;
  const figures = names.map((name, index) => {
    const text = values[index] ?? "";
    return [name, text === "" ? null : Number(text)] as const;
  });
  if (figures.some(([, value]) => Number.isNaN(value))) return undefined;
  return { figures: Object.fromEntries(figures) };
}

/** Every name and number is without commas and quotes of its own. */
function cells(line: string): string[] {
  return line.split(",").map((cell) => cell.replace(/^"|"$/g, ""));
}

export function judgeProfile(data: DataSpec, profile: WindowProfile): DataVerdict {
  const missing = missingFigures(data, profile);
  if (missing.length > 0) {
    return {
      kind: "broken",
      faults: [`the profile has no ${missing.join(", ")}; without it nothing is known of the data: look at the query`],
    };
  }
  const faults = [...qualityFaults(data, profile), ...labelFaults(data, profile), ...emptyFeatures(data, profile)];
  return faults.length > 0 ? { kind: "broken", faults } : { kind: "sound", rows: count(profile, PROFILE_COLUMNS.trainRows) };
}

function missingFigures({ keyColumns, features }: DataSpec, { figures }: WindowProfile): string[] {
  const { trainRows, trainLabels, trainPositives, holdoutLabels, holdoutPositives, oddLabels } = PROFILE_COLUMNS;
  const wanted = [
    ...[trainRows, trainLabels, trainPositives, holdoutLabels, holdoutPositives, oddLabels],
    ...keyColumns.map((_, index) => PROFILE_COLUMNS.keyNulls(index)),
    ...features.flatMap(({ least, most }, index) => [
      PROFILE_COLUMNS.present(index),
      ...(least === undefined ? [] : [PROFILE_COLUMNS.least(index)]),
      ...(most === undefined ? [] : [PROFILE_COLUMNS.most(index)]),
    ]),
  ];
  return wanted.filter((name) => !(name in figures));
}

/** Rows, key columns and ranges by the same checks, in the same words, as a monitored window. */
function qualityFaults({ rows: { least, most }, keyColumns, features }: DataSpec, profile: WindowProfile): string[] {
  const keys = keyColumns.map((name, index): [string, ColumnExpectation, ColumnProfile] => [
    name,
    { type: "text", highestMissingRate: 0 },
    { type: "text", missing: count(profile, PROFILE_COLUMNS.keyNulls(index)) },
  ]);
  const ranges = features.map(({ name, least: lowest, most: highest }, index): [string, ColumnExpectation, ColumnProfile] => [
    name,
    { type: "number", highestMissingRate: 1, lowest, highest },
    {
      ...{ type: "number", missing: 0 },
      lowest: profile.figures[PROFILE_COLUMNS.least(index)] ?? undefined,
      highest: profile.figures[PROFILE_COLUMNS.most(index)] ?? undefined,
    },
  ]);
  // A key column may be a feature as well: each is asked by itself.
  const checked = [keys, ranges].flatMap((columns, part) => {
    const quality = checkDataQuality(
      { rows: count(profile, PROFILE_COLUMNS.trainRows), columns: Object.fromEntries(columns.map(([name, , found]) => [name, found])) },
      {
        schemaVersion: 1,
        fewestRows: least,
        mostRows: most,
        columns: Object.fromEntries(columns.map(([name, expected]) => [name, expected])),
      },
    );
    return quality.kind === "sound" ? [] : quality.faults.filter(({ check }) => part === 0 || check !== "volume");
  });
  return checked.map(({ sentence }) => sentence);
}

/** A model cannot be taught, and cannot be judged, by labels of one kind. */
function labelFaults({ labelColumn }: DataSpec, profile: WindowProfile): string[] {
  const parts = [
    { part: "training", labels: PROFILE_COLUMNS.trainLabels, positives: PROFILE_COLUMNS.trainPositives },
    { part: "holdout", labels: PROFILE_COLUMNS.holdoutLabels, positives: PROFILE_COLUMNS.holdoutPositives },
  ];
  const odd = count(profile, PROFILE_COLUMNS.oddLabels);
  const faults = odd === 0 ? [] : [`${labelColumn} is neither 0 nor 1 in ${odd} rows; the models tell two classes apart: look upstream`];
  return [
    ...faults,
    ...parts.flatMap(({ part, labels, positives }) => {
      const [all, ones] = [count(profile, labels), count(profile, positives)];
      if (all > 0 && ones > 0 && ones < all) return [];
      const sentence =
        all === 0 ? `has no row with a ${labelColumn}` : `has ${all} rows with a ${labelColumn}, all of them ${ones === 0 ? 0 : 1}`;
      return [`the ${part} ${sentence}; both classes are needed: look for labels that are late, or choose more days`];
    }),
  ];
}

function emptyFeatures({ features }: DataSpec, profile: WindowProfile): string[] {
  const rows = count(profile, PROFILE_COLUMNS.trainRows);
  const empty = features.filter((_, index) => rows > 0 && count(profile, PROFILE_COLUMNS.present(index)) === 0);
  return empty.map(
    ({ name }) =>
      `${name} has no value in any of ${rows} rows; a model would learn to do without it: look for a join or a source that fails`,
  );
}

function count({ figures }: WindowProfile, name: string): number {
  return figures[name] ?? 0;
}
