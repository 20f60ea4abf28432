/** What a stack file may not say about training. */
import { trainingSettings } from "../../../stacks/config/training-settings";
import { type ConfigBlock, refusal, smallest } from "../stack-file";

const DATA = { database: "logs", table: "features", labelColumn: "label", features: ["errors_mean"] };
const GOVERNANCE = { approvers: ["arn:aws:iam::123456789012:role/ml-lead"] };
const GATEWAY = {
  domainName: "dev.ml.internal",
  allowPlainHttp: true,
  routes: [{ host: "mlflow", namespace: "mlflow", serviceName: "mlflow", servicePort: 80, podPort: 5_000, healthPath: "/health" }],
};
const SERVING = { triton: { models: [{ name: "anomaly_xgboost", kind: "xgboost" }] } };

function withTraining(training: object, learning: object = { registry: { route: "mlflow" } }): ConfigBlock {
  return {
    ...smallest(),
    "modelloop:compute": { nodeGroups: [{ name: "serving", instanceTypes: ["m6i.xlarge"] }], gateway: GATEWAY },
    "modelloop:serving": SERVING,
    "modelloop:learning": {
      models: [{ name: "log-anomaly", training: { data: DATA, champion: "anomaly_xgboost", governance: GOVERNANCE, ...training } }],
      channels: { emailAddresses: ["ml@example.com"] },
      ...learning,
    },
  };
}

function refused(...sentences: string[]): string {
  return ["Pulumi.dev.yaml is refused:", ...sentences.map((sentence) => `  - ${sentence}`)].join("\n");
}

test("R2 a model with data, a champion and somebody who approves is accepted", () => {
  expect(refusal(withTraining({}))).toBeUndefined();
});

// Each of them would be found by the first run, at night, after the data were collected.
test("R2 training without a registry, or beside another function that trains, is refused", () => {
  const retrainingFunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:retrain";
  expect(refusal(withTraining({}, { retrainingFunctionArn }))).toBe(
    refused(
      "modelloop:learning.registry is missing; a model with training is registered in MLflow: name its route, registry: { route: mlflow }",
      "modelloop:learning.retrainingFunctionArn is set beside training; a loop trains in one way: leave one of them out",
    ),
  );
});

test("R2 a champion that the server does not serve, and a registry that nobody routes to, are refused", () => {
  expect(refusal(withTraining({ champion: "anomaly_forest" }, { registry: { route: "models" } }))).toBe(
    refused(
      'modelloop:learning.registry.route is "models"; modelloop:compute.gateway has the routes mlflow: use one of them, or add it there',
      'modelloop:learning.models[0].training.champion is "anomaly_forest"; a run trains the models of the server: use one of anomaly_xgboost',
    ),
  );
});

test("D3 bounds of a column that is no feature are refused", () => {
  expect(refusal(withTraining({ data: { ...DATA, ranges: [{ feature: "error_mean", least: 0 }] } }))).toBe(
    refused(
      "modelloop:learning.models[0].training.data.ranges names error_mean; it is no feature, and nothing would be bounded: correct the name, or leave it out",
    ),
  );
});

// It would look like a bad release, every week.
test("O2 a model that acts, and whose releases nobody measures, is refused", () => {
  const acting = withTraining({});
  const learning = acting["modelloop:learning"] as { models: object[] };
  learning.models = learning.models.map((model) => ({ ...model, mode: "act" }));
  const variants = [{ variant: "xgboost", model: "anomaly_xgboost", percent: 100 }];
  const router = { model: "anomaly", expects: "input FP32[n,1]", experiment: { variants } };
  const measured = { ...acting, "modelloop:serving": { ...SERVING, router } };
  expect(refusal(measured)).toBe(
    refused(
      "modelloop:learning.prometheusUrl is missing; a release that nothing is measured of is held for two hours and rolled back: name a Prometheus that has the router's metrics, or write stagesJudgedByCloudWatch: true where you put them into CloudWatch",
    ),
  );
  Object.assign(learning, { stagesJudgedByCloudWatch: true });
  expect(refusal(measured)).toBeUndefined();
});

test("R4 a model whose runs nobody could approve is refused", () => {
  expect(refusal(withTraining({ governance: {} }))).toBe(
    refused(
      "modelloop:learning.models[0].training.governance names no approvers, and automaticApproval is off; each run would wait, and be refused: name the IAM roles that decide, or let candidates of low risk go on",
    ),
  );
});

test("R2 a run begins with the requirement's hyperparameters, as each algorithm calls them, and bounds a feature where the file does", () => {
  const training = { data: { ...DATA, ranges: [{ feature: "errors_mean", least: 0 }] }, champion: "anomaly_catboost" };
  const serving = {
    triton: {
      name: "triton",
      models: [
        { name: "anomaly_xgboost", kind: "xgboost" },
        { name: "anomaly_catboost", kind: "catboost" },
      ],
    },
  };
  const settings = trainingSettings({ name: "log-anomaly", training } as never, serving as never);
  expect(settings?.variants).toEqual([
    { model: "anomaly_xgboost", role: "challenger", kind: "xgboost", hyperparameters: { max_depth: "6", num_round: "100" } },
    { model: "anomaly_catboost", role: "champion", kind: "catboost", hyperparameters: { depth: "6", iterations: "100" } },
  ]);
  expect(settings?.data.features).toEqual([{ name: "errors_mean", least: 0 }]);
  expect(settings?.servedBy).toBeUndefined();
});

// A champion of half a year was deleted under everybody who was served by it: no run could compare its candidate with it any more.
test("O5 R2 a life cycle that deletes what serves, or what people can be sent back to, is refused", () => {
  const config = withTraining({});
  const buckets = { mlflowArtifacts: { deleteAfterDays: 180 }, models: { deleteAfterDays: 400 } };
  expect(refusal({ ...config, "modelloop:data": { buckets } })).toBe(
    refused(
      "modelloop:data.buckets.mlflowArtifacts.deleteAfterDays is 180; S3 counts days since a file was written, and not since its version has ceased to serve: a champion of that age could be compared with no candidate, and every run would fail: leave it out, and write moveToInfrequentAccessAfterDays",
      "modelloop:data.buckets.models.deleteAfterDays is 400; S3 counts days since a file was written, and not since its version has ceased to serve: a pod that starts would find nothing to load, and nobody could be sent back to a version before: leave it out",
    ),
  );
  expect(refusal({ ...smallest(), "modelloop:data": { buckets } })).toBeUndefined();
});
