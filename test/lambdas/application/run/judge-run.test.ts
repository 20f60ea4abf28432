import { judgeRun } from "../../../../lambdas/application/run/judge-run";
import type { Evaluation } from "../../../../lambdas/domain/run/steps";
import { evaluation, RUN, runPlan, scores } from "../../domain/run/examples";
import { StepWorld } from "./step-world";

const ARCHIVE = `s3://artifacts/runs/${RUN}/jobs/evaluation/output/model.tar.gz`;

async function judged(written: Evaluation | string | undefined, plan = runPlan()) {
  const world = await StepWorld.make();
  const text = typeof written === "string" ? written : JSON.stringify(written);
  if (written !== undefined) world.packed.set(ARCHIVE, new Map([["evaluation.json", Buffer.from(text)]]));
  return { judgement: await judgeRun({ plan, archive: ARCHIVE }, world.loop), told: await world.told() };
}

test("R3, R4, R5 a good candidate of low risk passes as the next minor version, and nobody is asked", async () => {
  const { judgement, told } = await judged(evaluation());
  expect(judgement).toMatchObject({ kind: "passed", needsApproval: [], semanticVersion: "1.5.0" });
  expect(judgement.reason).toBe(`${RUN} passes every gate as 1.5.0; no person needs to be asked`);
  expect(told).toEqual([
    {
      event: "run.judged",
      reason: judgement.reason,
      values: expect.objectContaining({ run: RUN, verifiedLabels: 20_000, "anomaly_catboost: f1 > 0.85": 0.93 }) as object,
    },
  ]);
});

test("R3 one variant that fails one gate fails the run whole, with the figure and the limit", async () => {
  const candidates = { anomaly_xgboost: scores(), anomaly_catboost: scores({ precision: 0.9 }) };
  const { judgement } = await judged(evaluation({ candidates }));
  expect(judgement).toMatchObject({ kind: "failed", reason: `${RUN} is rejected: precision of anomaly_catboost is 0.9; > 0.9 is asked` });
});

test("R3, R4 the first day has absolute gates alone, begins at 1.0.0, and a person decides", async () => {
  const plan = runPlan();
  delete plan.champion;
  const { judgement } = await judged(evaluation({ champion: undefined }), plan);
  expect(judgement).toMatchObject({
    ...{ kind: "passed", semanticVersion: "1.0.0" },
    needsApproval: ["it is the model's first day: nothing has served that it could be compared with"],
  });
});

// Each of these is a candidate of which nothing is known; none may pass for one that was found good.
test.each<[string, Evaluation | string | undefined, string]>([
  ["is not there", undefined, `${ARCHIVE} is not there: look at the job that was to write it`],
  [
    "is of other days",
    evaluation({ holdout: { rows: 1, verifiedLabels: 1, from: "2026-01-01", until: "2026-01-02" } }),
    "the evaluation is of 2026-01-01 to 2026-01-02; the run's holdout is 2026-02-28 to 2026-03-01: look at the job that evaluates",
  ],
  [
    "forgets the challenger",
    evaluation({ candidates: { anomaly_xgboost: scores() } }),
    `${ARCHIVE}: evaluation.json has no candidate anomaly_catboost; every model of a release is judged: look at the job that evaluates`,
  ],
])("R3 an evaluation that %s fails the run, in a whole sentence, and that is told", async (_what, written, fault) => {
  const { judgement, told } = await judged(written);
  expect(judgement).toEqual({
    ...{ kind: "failed", gates: [], needsApproval: [], semanticVersion: "1.5.0" },
    reason: `${RUN} cannot be judged: ${fault}`,
  });
  expect(told.map(({ reason }) => reason)).toEqual([judgement.reason]);
});
