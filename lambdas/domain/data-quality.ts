/**
 * Are these data fit to be judged, or to be learnt from? Asked before drift is: most large drift figures are broken pipelines, and a model
 * retrained on what a broken pipeline delivered is worse than a stale one. The same checks stand before training (D3).
 */
import { z } from "zod";
import { figure, type Values } from "./values";

const columnExpectationSchema = z.strictObject({
  type: z.enum(["number", "integer", "text", "boolean", "time"]),
  /** Share of rows, 0 to 1; 0 for a key column. */
  highestMissingRate: z.number().min(0).max(1),
  lowest: z.number().optional(),
  highest: z.number().optional(),
});

/** Kept beside the baseline; written when a model is trained. */
export const dataExpectationSchema = z.strictObject({
  schemaVersion: z.literal(1),
  fewestRows: z.int().min(0),
  mostRows: z.int().min(0),
  columns: z.record(z.string(), columnExpectationSchema),
});

export type ColumnExpectation = z.infer<typeof columnExpectationSchema>;
export type ColumnType = ColumnExpectation["type"];
export type DataExpectation = z.infer<typeof dataExpectationSchema>;

/** What a pass over the data found. */
export interface DataProfile {
  rows: number;
  columns: Readonly<Record<string, ColumnProfile>>;
}

export interface ColumnProfile {
  type: ColumnType;
  /** Rows in which it has no value; NaN counts as none. */
  missing: number;
  lowest?: number | undefined;
  highest?: number | undefined;
}

export interface DataFault {
  check: "volume" | "schema" | "missing" | "range";
  /** The column, or "rows". */
  subject: string;
  sentence: string;
}

export type DataQuality =
  { kind: "sound"; reason: string; values: Values } | { kind: "broken"; faults: readonly DataFault[]; reason: string; values: Values };

/** D3: fewer rows train no model worth testing, more do not fit the training instance. */
export const TRAINING_ROWS = { fewestRows: 100_000, mostRows: 2_000_000 };

/**
 * How far a window may lie from the baseline before it is a fault rather than drift. Half the rows: a source has stopped. Three times: a
 * source delivers twice, or a window was read twice. Five points more of missing values: a join or a sensor is gone.
 */
export const WINDOW_LIMITS = { lowestVolumeRatio: 0.5, highestVolumeRatio: 3, missingRateRise: 0.05 };

/** What a monitored window should look like, from one of the baseline that is as long. */
export function windowExpectation(baseline: DataProfile, limits = WINDOW_LIMITS): DataExpectation {
  const columns = Object.entries(baseline.columns).map(([name, { type, missing }]) => {
    const rate = baseline.rows === 0 ? 0 : missing / baseline.rows;
    return [name, { type, highestMissingRate: Math.min(1, rate + limits.missingRateRise) }] as const;
  });
  return {
    schemaVersion: 1,
    fewestRows: Math.ceil(baseline.rows * limits.lowestVolumeRatio),
    mostRows: Math.floor(baseline.rows * limits.highestVolumeRatio),
    columns: Object.fromEntries(columns),
  };
}

/** A column that nobody expects is no fault: columns are read by name. */
export function checkDataQuality(profile: DataProfile, expected: DataExpectation): DataQuality {
  const faults = [
    ...volumeFaults(profile, expected),
    ...Object.entries(expected.columns).flatMap(([name, column]) => columnFaults(name, profile, column)),
  ];
  const values = { rows: profile.rows, columns: Object.keys(expected.columns).length, faults: faults.length };
  const [first] = faults;
  if (first === undefined) return { kind: "sound", reason: `${profile.rows} rows pass all checks`, values };
  const others = faults.length === 1 ? "" : `; and ${faults.length - 1} more`;
  return { kind: "broken", faults, reason: first.sentence + others, values: { ...values, check: first.check, subject: first.subject } };
}

function volumeFaults({ rows }: DataProfile, { fewestRows, mostRows }: DataExpectation): DataFault[] {
  const fault = (sentence: string): DataFault[] => [{ check: "volume", subject: "rows", sentence }];
  if (rows < fewestRows) return fault(`rows is ${rows}; at least ${fewestRows} are expected: look for a source that stopped`);
  if (rows > mostRows) return fault(`rows is ${rows}; at most ${mostRows} are expected: look for data delivered twice`);
  return [];
}

function columnFaults(name: string, { rows, columns }: DataProfile, expected: ColumnExpectation): DataFault[] {
  const found = columns[name];
  if (found === undefined) {
    return [{ check: "schema", subject: name, sentence: `${name} is absent; a ${expected.type} column is expected: look upstream` }];
  }
  if (found.type !== expected.type) {
    const sentence = `${name} is of type ${found.type}; ${expected.type} is expected: look upstream for a changed schema`;
    return [{ check: "schema", subject: name, sentence }];
  }
  return [...missingFaults(name, rows, found, expected), ...rangeFaults(name, found, expected)];
}

function missingFaults(name: string, rows: number, { missing }: ColumnProfile, { highestMissingRate }: ColumnExpectation): DataFault[] {
  if (missing <= highestMissingRate * rows) return [];
  const [rate, most] = [figure((missing / rows) * 100), figure(highestMissingRate * 100)];
  const sentence = `${name} is missing in ${rate} % of ${rows} rows; at most ${most} % are expected: look for a join or a source that fails`;
  return [{ check: "missing", subject: name, sentence }];
}

function rangeFaults(name: string, found: ColumnProfile, { lowest, highest }: ColumnExpectation): DataFault[] {
  const outside = [
    ...(lowest !== undefined && found.lowest !== undefined && found.lowest < lowest ? [`${found.lowest}; at least ${lowest}`] : []),
    ...(highest !== undefined && found.highest !== undefined && found.highest > highest ? [`${found.highest}; at most ${highest}`] : []),
  ];
  return outside.map((text) => ({
    check: "range" as const,
    subject: name,
    sentence: `${name} reaches ${text} is expected: look for a changed unit`,
  }));
}
