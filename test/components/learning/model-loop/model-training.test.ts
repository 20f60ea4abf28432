import { modelSpec, modelTrainingFaults } from "../../../../components/learning/model-loop/model-training";
import {
  GateKind,
  GateMeasure,
  type ModelTrainingArgs,
  TrainedKind,
  VariantRole,
} from "../../../../components/learning/model-loop/training-arguments";
import { modelSpecSchema, RELEASES_BUCKET_PLACEHOLDER } from "../../../../lambdas/domain/run/model-spec";

const XGBOOST = { model: "anomaly_xgboost", role: VariantRole.Champion, kind: TrainedKind.Xgboost };
const TRAINING: ModelTrainingArgs = {
  data: { database: "logs", table: "features", labelColumn: "label", features: [{ name: "f1" }, { name: "f2", least: 0 }] },
  variants: [XGBOOST, { model: "anomaly_catboost", role: VariantRole.Challenger, kind: TrainedKind.Catboost }],
  governance: { approvers: ["arn:aws:iam::123456789012:role/ml-lead"] },
};
const SERVED_BY = { namespace: "serving", server: "triton", splitMap: "router-split" };

const read = (args: ModelTrainingArgs) => modelSpecSchema.parse(modelSpec("log-anomaly", "log-anomaly", args));
const faults = (args: ModelTrainingArgs) => modelTrainingFaults("models[0].training", "log-anomaly", "log-anomaly", args);

// What a program leaves out is decided here once, and not again by each function that reads the document.
test("R3, R11 what a program leaves out is the requirement's own: gates, a machine with spare capacity, D3's bounds", () => {
  const spec = read(TRAINING);
  expect(spec.gates.map(({ kind, measure }) => `${measure} ${kind}`)).toEqual([
    ...["f1 above", "precision above", "accuracy at-least", "p95Milliseconds at-most", "f1 better"],
  ]);
  expect(spec.compute).toEqual({ instanceType: "ml.m5.4xlarge", volumeGb: 100, spot: true, minutes: 60 });
  expect(spec.data.rows).toEqual({ least: 100_000, most: 2_000_000 });
  expect(spec.governance).toMatchObject({ automaticApproval: false, approvalsNeeded: 1, timeoutHours: 48 });
  expect(spec.rollOut).toBeUndefined();
});

// Without, the step that labels could be asked for by nobody.
test("R2 rows that nobody has labelled are left out, or labelled by a forest where a program says so", () => {
  expect(read(TRAINING).data.pseudoLabels).toBeUndefined();
  const data = { ...TRAINING.data, pseudoLabels: { anomalousShare: 0.05 } };
  expect(read({ ...TRAINING, data }).data.pseudoLabels).toEqual({ anomalousShare: 0.05, reviewShare: 0.2 });
});

test("O1 a served model climbs 5, 20, 50 and 100 percent; its releases lie in a bucket that is named while deploying", () => {
  const { rollOut, serving } = read({ ...TRAINING, servedBy: SERVED_BY });
  expect(rollOut?.stages.map(({ percent, hours }) => `${percent}/${hours}`)).toEqual(["5/6", "20/12", "50/24", "100/24"]);
  expect(serving?.releases).toBe(`s3://${RELEASES_BUCKET_PLACEHOLDER}/releases/`);
});

test("O2 a rung that names no limits has those of the requirement's rung in its place, the last one's where there is none", () => {
  const stages = [10, 30, 50, 75, 100].map((percent) => ({ percent, hours: 0.25 }));
  const { rollOut } = read({
    ...TRAINING,
    servedBy: SERVED_BY,
    rollOut: { stages: [{ ...stages[0]!, mostErrorRatio: 3 }, ...stages.slice(1)] },
  });
  const times = rollOut?.stages.map(({ limits }) => ("times" in limits.errorRate ? limits.errorRate.times : undefined));
  expect(times).toEqual([3, 2, 1.5, 1.2, 1.2]);
});

test("R3 a gate may ask for points, or for a share of what serves today", () => {
  const gates = [GateKind.BetterByPoints, GateKind.BetterByShare].map((kind) => ({ measure: GateMeasure.F1, kind, bound: 0.02 }));
  expect(read({ ...TRAINING, gates }).gates).toEqual([
    { kind: "better", measure: "f1", by: 0.02, meant: "points" },
    { kind: "better", measure: "f1", by: 0.02, meant: "relative" },
  ]);
});

test.each<[string, ModelTrainingArgs, string]>([
  [
    "two champions",
    { ...TRAINING, variants: [XGBOOST, { ...XGBOOST, model: "other" }] },
    "models[0].training: variants have 2 champions; the challenger is compared with one: make exactly one the champion",
  ],
  [
    "a ladder that does not end with everybody",
    { ...TRAINING, servedBy: SERVED_BY, rollOut: { stages: [{ percent: 5, hours: 6 }] } },
    "models[0].training.rollOut.stages ends with 5; a release that is promoted has all users: end with 100",
  ],
  [
    "nobody who decides",
    { ...TRAINING, governance: {} },
    "models[0].training.governance names no approvers, and automaticApproval is off; each run would wait, and be refused: name the IAM roles that decide, or let candidates of low risk go on",
  ],
  [
    "fewer people than approvals",
    { ...TRAINING, governance: { approvers: ["arn:aws:iam::123456789012:user/ann"], approvalsNeeded: 2 } },
    "models[0].training.governance.approvalsNeeded is 2; 1 people are named, and each counts once: name more, or ask for fewer",
  ],
])("R4 %s are refused", (_case, args, fault) => {
  expect(faults(args)).toEqual([fault]);
});

// Told once, and by the names that the program uses: two sentences about one gate are read as two gates.
test("R3, D3 what the loop's functions could not read is refused with its value, all at once", () => {
  const wrong = {
    ...TRAINING,
    data: { ...TRAINING.data, leastRows: 0 },
    gates: [
      { measure: "f2" as GateMeasure, kind: GateKind.AtLeast, bound: 0.9 },
      { measure: GateMeasure.F1, kind: GateKind.BetterByPoints, bound: -0.02 },
    ],
    servedBy: { ...SERVED_BY, server: "", releasesPrefix: "line" },
  };
  const [is, cure] = ["models[0].training", "correct it as its description says"];
  const measures = Object.values(GateMeasure).map((measure) => `"${measure}"`);
  expect(faults(wrong)).toEqual([
    `${is}.data.leastRows is 0; expected number to be >=1: ${cure}`,
    `${is}.gates.0.measure is "f2"; expected one of ${measures.join("|")}: ${cure}`,
    `${is}.gates.1.bound is -0.02; expected number to be >=0: ${cure}`,
    `${is}.servedBy.server is ""; expected string to have >=1 characters: ${cure}`,
    `${is}.servedBy.releasesPrefix is "s3://\${RELEASES_BUCKET}/line"; must match pattern /^s3:\\/\\/[^/]+\\/(?:.*\\/)?$/: ${cure}`,
  ]);
});

test("a sound description has no faults, and a model that is not trained has none either", () => {
  expect(faults(TRAINING)).toEqual([]);
  expect(modelTrainingFaults("models[0].training", "m", "m", undefined)).toEqual([]);
});
