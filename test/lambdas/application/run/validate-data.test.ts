import { validateData } from "../../../../lambdas/application/run/validate-data";
import { PROFILE_COLUMNS } from "../../../../lambdas/domain/run/sql";
import { RUN, runPlan } from "../../domain/run/examples";
import { StepWorld } from "./step-world";

const PROFILE = `s3://artifacts/runs/${RUN}/athena/q.csv`;
const figures: Record<string, number> = {
  ...{
    train_rows: 700_000,
    train_labels: 700_000,
    train_positives: 90_000,
    holdout_labels: 20_000,
    holdout_positives: 2_600,
    odd_labels: 0,
  },
  ...{ k0: 0, n0: 9, l0: 0, n1: 9, l1: 0.01, m1: 0.99, n2: 12 },
};
const csv = (change: Record<string, number> = {}) => {
  const all = { ...figures, ...change };
  return `${Object.keys(all)
    .map((name) => `"${name}"`)
    .join()}\n${Object.values(all)
    .map((value) => `"${value}"`)
    .join()}\n`;
};
const request = { plan: runPlan(), profile: PROFILE };

test("D3 sound data go on, and the trail has their number of rows", async () => {
  const world = await StepWorld.make();
  world.files.set(PROFILE, csv());
  expect(await validateData(request, world.loop)).toEqual({ kind: "sound", rows: 700_000 });
  expect(await world.told()).toEqual([
    { event: "run.data-checked", reason: "700000 rows pass all checks", values: { run: RUN, verdict: "sound", rows: 700_000 } },
  ]);
});

test("D3 broken data are told with every fault", async () => {
  const world = await StepWorld.make();
  world.files.set(PROFILE, csv({ [PROFILE_COLUMNS.trainRows]: 9, [PROFILE_COLUMNS.keyNulls(0)]: 9 }));
  const faults = [
    "rows is 9; at least 100000 are expected: look for a source that stopped",
    "window_id is missing in 100 % of 9 rows; at most 0 % are expected: look for a join or a source that fails",
  ];
  expect(await validateData(request, world.loop)).toEqual({ kind: "broken", faults });
  expect((await world.told())[0]?.reason).toBe(`the data of ${RUN} are broken: ${faults.join("; ")}`);
});

test.each([undefined, ""])("D3 a profile that is %j passes nothing", async (text) => {
  const world = await StepWorld.make();
  if (text !== undefined) world.files.set(PROFILE, text);
  expect(await validateData(request, world.loop)).toEqual({
    kind: "broken",
    faults: [`${PROFILE} is no profile of one row; nothing is known of the data: look at the query`],
  });
});
