import fc from "fast-check";
import { releaseNameFaults } from "../../../../lambdas/domain/release-name";
import { LONGEST_PLAN, planRun, releaseOf, specFaults } from "../../../../lambdas/domain/run/plan";
import { prepareAnswerSchema } from "../../../../lambdas/domain/run/steps";
import { NOW } from "../examples";
import { champion, modelSpec, order, RUN, runPlan } from "./examples";

const features = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `feature_${index}` }));
const planned = (change = {}, serving = champion()) =>
  planRun({ order: order(), startedAt: NOW, spec: modelSpec(change), champion: serving, artifacts: "s3://artifacts/" });

test("R10 every place of a run bears its name, and the days stand in the plan", () => {
  const { spec: _spec, sql: _sql, champion: _champion, ...places } = runPlan();
  expect(places).toEqual({
    ...{ run: RUN, release: RUN, askedBy: [], rules: ["data-drift"], artifacts: `s3://artifacts/runs/${RUN}/` },
    window: { trainFrom: "2026-02-14", trainUntil: "2026-02-27", holdoutFrom: "2026-02-28", holdoutUntil: "2026-03-01" },
    dataset: {
      version: RUN,
      train: `s3://artifacts/runs/${RUN}/train/`,
      holdout: `s3://artifacts/runs/${RUN}/holdout/`,
      results: `s3://artifacts/runs/${RUN}/athena/`,
    },
  });
});

test("R10 a plan made again is the same, and the workflow can read it", () => {
  expect(planned()).toEqual(planned());
  expect(prepareAnswerSchema.parse(planned())).toEqual(planned());
});

// A state that hands on more than 256 KB ends the run after its training was paid for, with an error that names no cause.
test("R10 700 features fit through the workflow; 2,000 are refused before anything is paid for", () => {
  expect(planned({ data: { ...modelSpec().data, features: features(700) } }).kind).toBe("planned");
  const refused = planned({ data: { ...modelSpec().data, features: features(2_000) } });
  expect(refused).toEqual({
    kind: "refused",
    reason: expect.stringMatching(
      new RegExp(`^the plan with its SQL has \\d+ bytes for 2000 features; ${LONGEST_PLAN} go through the workflow: shorten`),
    ) as string,
  });
});

test("R5 a champion whose version cannot be counted on from is told before anything is paid for", () => {
  expect(planned({}, champion({ semanticVersion: "latest" }))).toEqual({
    kind: "refused",
    reason:
      'the semantic version of version 7, which serves, is "latest"; a version is three whole numbers such as 1.4.0, and the next one counts on from it: correct its tag',
  });
});

// A canary is sent what its old version is sent: another order of the same columns is another feature in every one of them.
test("R5 a run for other features than those that callers send is refused before anything is paid for", () => {
  expect(planned({}, champion({ featureOrderSha256: "0".repeat(64) }))).toEqual({
    kind: "refused",
    reason:
      "the 3 features are other ones, or in another order, than those of version 7, which serves; callers send one order to both: declare a model of another name and line",
  });
});

test("R10 what a spec gets wrong beyond its fields is told all at once", () => {
  const { data } = modelSpec();
  const wrong = modelSpec({
    data: { ...data, features: [{ name: "a" }, { name: "a" }, { name: "is_anomaly" }, { name: "dt" }, { name: "b", least: 1, most: 0 }] },
    variants: [
      { model: "m", role: "champion", kind: "xgboost" },
      { model: "m", role: "champion", kind: "catboost" },
    ],
  });
  expect(specFaults(wrong)).toEqual([
    "log-anomaly: features name a twice; each column is read once: name it once",
    "log-anomaly: is_anomaly is the label and a feature; a model that is told the answer learns nothing: remove it from the features",
    "log-anomaly: dt is the day and a feature; it is text, and no later day was ever seen: remove it from the features",
    "log-anomaly: variants have 2 champions; the challenger is compared with one: make exactly one the champion",
    "log-anomaly: two variants are called m; the router and Triton tell them apart by name: rename one",
    "log-anomaly: b ranges from 1 to 0; nothing lies between: correct the range",
  ]);
  expect(specFaults(modelSpec())).toEqual([]);
});

test("R9 every name that a run can have gives a release that can be rolled out, each its own", () => {
  const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,78}[a-zA-Z0-9]$/);
  fc.assert(fc.property(name, (run) => expect(releaseNameFaults("release", releaseOf(run))).toEqual([])));
  fc.assert(fc.property(name, name, (one, other) => expect(releaseOf(one) === releaseOf(other)).toBe(one === other)));
});
