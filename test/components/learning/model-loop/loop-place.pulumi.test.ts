/** Where the functions of a loop that trains stand, and what the cluster lets them do. */
import { ModelLoop } from "../../../../components/learning/model-loop/model-loop.pulumi";
import type { ModelLoopArgs } from "../../../../components/learning/model-loop/model-loop-arguments.pulumi";
import { TrainedKind, VariantRole } from "../../../../components/learning/model-loop/training-arguments";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const CLUSTER = {
  ...{ clusterName: "dev", vpcId: "vpc-1", clusterSecurityGroupId: "sg-cluster", endpoint: "https://eks.example" },
  ...{ certificateAuthority: "Y2E=", oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/x", oidcIssuer: "x" },
};

const ARGS: ModelLoopArgs = {
  environment: "dev",
  models: [
    {
      name: "log-anomaly",
      training: {
        data: { database: "logs", table: "features", labelColumn: "label", features: [{ name: "errors_mean" }] },
        variants: [{ model: "anomaly_xgboost", role: VariantRole.Champion, kind: TrainedKind.Xgboost }],
        governance: { approvers: ["arn:aws:iam::111122223333:role/ml-lead"] },
        servedBy: { namespace: "serving", server: "triton", splitMap: "ab-router-split" },
      },
    },
  ],
  channels: { emailAddresses: ["ml@example.com"] },
  assetsBucketName: "assets",
  place: {
    vpc: { vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: [], privateSubnetIds: ["subnet-1", "subnet-2"], intraSubnetIds: [] },
    ...{ dataBucketName: "data", artifactsBucketName: "artifacts", releasesBucketName: "releases" },
    ...{ dataKmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1", registryUrl: "https://mlflow.dev.ml.internal" },
    ...{ gatewayClientSecurityGroupId: "sg-gateway", cluster: CLUSTER },
  },
};

let plan: Plan;
beforeAll(async () => {
  plan = await planOf(() => new ModelLoop("loop", ARGS));
});

test("R2 the template is told where its functions stand, and whom they ask", () => {
  const { parameters } = plan.inputs("loop-stack") as { parameters: Record<string, string> };
  expect(parameters).toMatchObject({
    ...{ ArtifactsBucket: "artifacts", DataBucket: "data", ReleasesBucket: "releases", FunctionSubnetIds: "subnet-1,subnet-2" },
    ...{
      RegistryUrl: "https://mlflow.dev.ml.internal",
      ClusterName: "dev",
      ClusterEndpoint: "https://eks.example",
      ClusterAuthority: "Y2E=",
    },
  });
  expect(parameters["FunctionSecurityGroupIds"]).toMatch(/^[^,]+,sg-gateway$/);
});

// A port too many is a way from the loop into every pod.
test("I13 the functions reach the cluster's API, the routers' own word and the model servers, and AWS; nothing reaches them", () => {
  const rules = (type: string) =>
    plan.resources.filter((each) => each.type.endsWith(`:${type}`)).map(({ inputs }) => [inputs["fromPort"], inputs["toPort"]]);
  expect(rules("SecurityGroupIngressRule")).toEqual([
    [443, 443],
    [8_081, 8_081],
    [8_000, 8_000],
  ]);
  const admitted = plan.resources.filter(({ type }) => type.endsWith(":SecurityGroupIngressRule"));
  expect(new Set(admitted.map(({ inputs }) => inputs["securityGroupId"]))).toEqual(new Set(["sg-cluster"]));
  expect(rules("SecurityGroupEgressRule").length).toBe(4);
});

test("O1 both roles that write traffic are members of the two groups of writers, and of no other", () => {
  const entries = plan.resources.filter(({ type }) => type === "aws:eks/accessEntry:AccessEntry");
  expect(entries.map(({ name, inputs }) => [name, inputs["kubernetesGroups"]])).toEqual([
    ["loop-roll-out-access", ["ab-weight-writers", "release-writers"]],
    ["loop-roll-back-access", ["ab-weight-writers", "release-writers"]],
  ]);
});

test("the document of the models is uploaded, with the ladder and the gates in it", () => {
  const documents = plan.resources.filter(({ inputs }) => JSON.stringify(inputs["source"] ?? "").includes("anomaly_xgboost"));
  expect(documents.length).toBe(1);
  expect(JSON.stringify(documents[0]?.inputs["source"])).toContain("log-anomaly");
});

test("a place that no model is trained for makes nothing", async () => {
  const untrained = await planOf(() => new ModelLoop("loop", { ...ARGS, models: [{ name: "log-anomaly" }] }));
  expect(untrained.list.filter((line) => !/asset|stack|ModelLoop/.test(line))).toEqual([]);
});

// A release that was trained, judged and approved would be refused by its roll-out: there is no such file.
test("O1 releases are packaged where their server looks for them, or the loop is refused", () => {
  const models = ARGS.models.map((model) => {
    const { training } = model;
    return training?.servedBy
      ? { ...model, training: { ...training, servedBy: { ...training.servedBy, releasesPrefix: "line/" } } }
      : model;
  });
  expect(refusalOf(() => new ModelLoop("loop", { ...ARGS, models }))).toBe(
    'ModelLoop "loop" cannot be built:\n' +
      '  - models[0].training.servedBy.releasesPrefix is "line/"; the loop packages releases below "releases/", and its roll-outs would not find them: leave it out, here and at the server',
  );
});

test("every fault is told at once, before anything is made", () => {
  const { place: _place, ...rest } = ARGS;
  const retrainingFunctionArn = "arn:aws:lambda:us-east-1:111122223333:function:train";
  expect(refusalOf(() => new ModelLoop("loop", { ...rest, retrainingFunctionArn }))).toBe(
    [
      'ModelLoop "loop" cannot be built:',
      "  - place is missing; models with training are trained nowhere: say where, or leave training out",
      "  - retrainingFunctionArn is given beside training; a loop trains in one way: leave one of them out",
    ].join("\n"),
  );
});
