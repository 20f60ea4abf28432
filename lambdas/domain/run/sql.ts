/**
 * What Athena is asked for a run: two flat copies of a window, and one line of figures about it.
 *
 * SageMaker's XGBoost takes the first column for the label and forgets all names, so the order of the columns is the contract. The day is left
 * out: a prefix such as `dt=2026-03-01/` would add a column of text to every row, and so would a boolean turn all of them into objects. Hence
 * no `partitioned_by`, and every column as REAL (sagemaker-xgboost-container 3.0-5, data_utils.py; tried with pyarrow).
 */
import type { DataSpec } from "./model-spec";

/** Label of a row that nobody has labelled, where such rows are wanted. */
export const UNLABELLED = -1;

export interface UnloadQuestion {
  data: DataSpec;
  /** Days, both included. */
  from: string;
  until: string;
  /** Folder that is empty, with the slash. */
  to: string;
  /** Whether rows without a label come too, as `UNLABELLED`. */
  unlabelled: boolean;
}

export function unloadSql({ data, from, until, to, unlabelled }: UnloadQuestion): string {
  const { database, table, dayColumn, labelColumn, features } = data;
  const label = `CAST(${identifier(labelColumn)} AS REAL)`;
  const columns = [
    `${unlabelled ? `COALESCE(${label}, REAL '${UNLABELLED}')` : label} AS ${identifier(labelColumn)}`,
    ...features.map(({ name }) => `${finite(name)} AS ${identifier(name)}`),
  ];
  const labelled = unlabelled ? [] : [`${identifier(labelColumn)} IS NOT NULL`];
  const rows = [`${identifier(dayColumn)} BETWEEN ${literal(from)} AND ${literal(until)}`, ...labelled].join(" AND ");
  const select = `SELECT ${columns.join(", ")} FROM ${identifier(database)}.${identifier(table)} WHERE ${rows}`;
  return `UNLOAD (${select}) TO ${literal(to)} WITH (format = 'PARQUET', compression = 'SNAPPY')`;
}

export interface ProfileQuestion {
  data: DataSpec;
  trainFrom: string;
  trainUntil: string;
  holdoutUntil: string;
}

/** Names of the profile's figures, each a column of its one row. */
export const PROFILE_COLUMNS = {
  trainRows: "train_rows",
  trainLabels: "train_labels",
  trainPositives: "train_positives",
  holdoutLabels: "holdout_labels",
  holdoutPositives: "holdout_positives",
  oddLabels: "odd_labels",
  /** Rows without the key column of that place in the list; and of a feature with it, its least, its most. */
  keyNulls: (index: number) => `k${index}`,
  present: (index: number) => `n${index}`,
  least: (index: number) => `l${index}`,
  most: (index: number) => `m${index}`,
} as const;

/** One pass over both windows. Ranges only of features that declare one: a query has 262,144 bytes (Athena, StartQueryExecution). */
export function profileSql({ data, trainFrom, trainUntil, holdoutUntil }: ProfileQuestion): string {
  const { database, table, dayColumn, labelColumn, keyColumns, features } = data;
  const columns = PROFILE_COLUMNS;
  const [day, label] = [identifier(dayColumn), `CAST(${identifier(labelColumn)} AS REAL)`];
  const [training, holdout] = [`${day} <= ${literal(trainUntil)}`, `${day} > ${literal(trainUntil)}`];
  const counted: [string, string][] = [
    [columns.trainRows, training],
    [columns.trainLabels, `${training} AND ${label} IS NOT NULL`],
    [columns.trainPositives, `${training} AND ${label} = REAL '1'`],
    [columns.holdoutLabels, `${holdout} AND ${label} IS NOT NULL`],
    [columns.holdoutPositives, `${holdout} AND ${label} = REAL '1'`],
    [columns.oddLabels, `${label} NOT IN (REAL '0', REAL '1')`],
    ...keyColumns.map((name, index): [string, string] => [columns.keyNulls(index), `${training} AND ${identifier(name)} IS NULL`]),
  ];
  const figures = features.flatMap(({ name, least, most }, index) => [
    `count(${identifier(name)}) AS ${identifier(columns.present(index))}`,
    ...(least === undefined ? [] : [`min(${finite(name)}) FILTER (WHERE ${training}) AS ${identifier(columns.least(index))}`]),
    ...(most === undefined ? [] : [`max(${finite(name)}) FILTER (WHERE ${training}) AS ${identifier(columns.most(index))}`]),
  ]);
  const all = [...counted.map(([name, condition]) => `count_if(${condition}) AS ${identifier(name)}`), ...figures].join(", ");
  const rows = `${day} BETWEEN ${literal(trainFrom)} AND ${literal(holdoutUntil)}`;
  return `SELECT ${all} FROM ${identifier(database)}.${identifier(table)} WHERE ${rows}`;
}

/** XGBoost takes a missing value for missing, and refuses an infinite one; a double beyond a REAL becomes infinite. */
function finite(name: string): string {
  const value = `CAST(${identifier(name)} AS REAL)`;
  return `IF(is_finite(${value}), ${value})`;
}

/** Athena's queries quote names so, also those that are words of SQL. */
function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
