import { parse } from "yaml";
import { modelCard } from "../../../../lambdas/domain/registry/model-card";
import type { Judgement } from "../../../../lambdas/domain/run/steps";
import { NOW } from "../examples";
import { champion, evaluation, modelSpec, runPlan, scores } from "../run/examples";

const judgement: Judgement = {
  ...{ kind: "passed", needsApproval: [], semanticVersion: "1.5.0", reason: "every gate passed", evaluation: evaluation() },
  gates: [
    { model: "anomaly_xgboost", gate: "f1 > 0.85", value: 0.93, limit: 0.85, outcome: "passed", verifiedLabels: 20_000, reason: "0.93" },
  ],
};

function card(change: Partial<Judgement> = {}, plan = runPlan()): Record<string, unknown> {
  const text = modelCard({ plan, judgement: { ...judgement, ...change }, trigger: "data-drift", startedAt: NOW });
  return parse(text) as Record<string, unknown>;
}

it("R5 a card says all that R5 asks for, and what it replaces", () => {
  const read = card();
  for (const part of ["intended_use", "users", "out_of_scope", "data", "features", "metrics", "bias", "limits", "platform", "policy"]) {
    expect(read).toHaveProperty(part);
  }
  expect(read).toMatchObject({
    ...{ model: "log-anomaly", semantic_version: "1.5.0", replaces: "1.4.0", trigger: "data-drift", trained_at: NOW },
    data: { source: "logs.windows", label: "is_anomaly", pseudo_labels: "none", holdout: { rows: 20_000, verified_labels: 20_000 } },
    features: [{ name: "errors_mean", least: 0 }, { name: "cpu_mean", least: 0, most: 1 }, { name: "lines_slope" }],
    metrics: { candidate: { anomaly_xgboost: { f1: 0.93 } }, what_serves_today: { anomaly_xgboost: { f1: 0.9 } } },
    bias: "not measured: no groups were declared",
    platform: { training: "SageMaker, ml.m5.4xlarge, spot first", serving: "none: registered and packaged only" },
    policy: { approval: "automatic: every gate passed and the risk is low", roll_out: "none" },
  });
});

it("R5 a card says what was not measured, instead of leaving it out", () => {
  const { evaluation: _none, ...unmeasured } = judgement;
  const { champion: _first, ...plan } = runPlan();
  expect(parse(modelCard({ plan, judgement: unmeasured, trigger: "manual", startedAt: NOW }))).toMatchObject({
    ...{ metrics: "not measured", replaces: "nothing: it is the first" },
  });
});

it("R4 R5 a card says how people differ, who decides, and how users get it", () => {
  const grouped = evaluation({ candidates: { anomaly_xgboost: scores({ groupGap: 0.04 }) } });
  const spec = modelSpec();
  const plan = {
    ...runPlan({}, champion()),
    spec: {
      ...modelSpec({ rollOut: {}, serving: { namespace: "triton", server: "anomaly", router: "router", releases: "s3://releases/" } }),
      governance: { ...spec.governance, approvers: ["arn:aws:iam::123456789012:role/ml-lead"] },
    },
  };
  expect(card({ evaluation: grouped, needsApproval: ["accuracy fell by 6 points"] }, plan)).toMatchObject({
    bias: { largest_difference_of_accuracy_between_groups: { anomaly_xgboost: 0.04 } },
    platform: { serving: "Triton server anomaly" },
    policy: {
      approval: {
        ...{ needed: 1, of: ["arn:aws:iam::123456789012:role/ml-lead"], because: ["accuracy fell by 6 points"] },
        ...{ silence_after_hours: 48, silence_means: "refused" },
      },
      roll_out: {
        stages: ["5 % for 6 h", "20 % for 12 h", "50 % for 24 h", "100 % for 24 h"],
        rolled_back: "where 3 of 4 checks, 5 minutes apart, break a limit of their stage",
        old_version_kept_warm_hours: 24,
      },
    },
  });
});
