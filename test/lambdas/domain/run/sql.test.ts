import { profileSql, unloadSql } from "../../../../lambdas/domain/run/sql";
import { modelSpec } from "./examples";

const { data } = modelSpec();
const question = { data, from: "2026-02-20", until: "2026-02-26", to: "s3://artifacts/runs/r/train/{attempt}/", unlabelled: false };

// With the day in the files' path every row has a column of text more; with a boolean all of them are objects; without a list, columns move.
test("R10 a window is one flat copy: the label first, then the features in their order, all of one type, and no day", () => {
  expect(unloadSql(question)).toBe(
    `UNLOAD (SELECT CAST("is_anomaly" AS REAL) AS "is_anomaly", ` +
      `IF(is_finite(CAST("errors_mean" AS REAL)), CAST("errors_mean" AS REAL)) AS "errors_mean", ` +
      `IF(is_finite(CAST("cpu_mean" AS REAL)), CAST("cpu_mean" AS REAL)) AS "cpu_mean", ` +
      `IF(is_finite(CAST("lines_slope" AS REAL)), CAST("lines_slope" AS REAL)) AS "lines_slope" ` +
      `FROM "logs"."windows" WHERE "dt" BETWEEN '2026-02-20' AND '2026-02-26' AND "is_anomaly" IS NOT NULL) ` +
      `TO 's3://artifacts/runs/r/train/{attempt}/' WITH (format = 'PARQUET', compression = 'SNAPPY')`,
  );
});

test("R2 where an isolation forest labels the rest, rows without a label come too, and are marked", () => {
  const sql = unloadSql({ ...question, unlabelled: true });
  expect(sql).toContain(`SELECT COALESCE(CAST("is_anomaly" AS REAL), REAL '-1') AS "is_anomaly", `);
  expect(sql).toContain(`BETWEEN '2026-02-20' AND '2026-02-26') TO`);
});

test("D3 the profile is one row: rows, labels, key columns, what is there of each feature, and the ranges that are declared", () => {
  const window = { trainFrom: "2026-02-20", trainUntil: "2026-02-26", holdoutUntil: "2026-02-28" };
  const sql = profileSql({ data, ...window });
  expect(sql.startsWith(`SELECT count_if("dt" <= '2026-02-26') AS "train_rows", `)).toBe(true);
  expect(sql.endsWith(` FROM "logs"."windows" WHERE "dt" BETWEEN '2026-02-20' AND '2026-02-28'`)).toBe(true);
  expect([...sql.matchAll(/ AS "([a-z0-9_]+)"/g)].map(([, name]) => name)).toEqual([
    ...["train_rows", "train_labels", "train_positives", "holdout_labels", "holdout_positives", "odd_labels"],
    ...["k0", "n0", "l0", "n1", "l1", "m1", "n2"],
  ]);
});
