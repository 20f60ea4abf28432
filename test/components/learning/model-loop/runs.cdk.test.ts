/** A loop that trains and rolls out, as a template. */
import { Validations } from "aws-cdk-lib";
import { Key } from "aws-cdk-lib/aws-kms";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { ModelLoop, type ModelLoopProps } from "../../../../components/cdk";
import { TrainedKind, VariantRole } from "../../../../components/learning/model-loop/training-arguments";
import { healthAlarmName, HEALTH_ALARMS } from "../../../../components/learning/shared/health-alarms";
import {
  askApprovalEnvironmentSchema,
  judgeRunEnvironmentSchema,
  operatorEnvironmentSchema,
  packageReleaseEnvironmentSchema,
  prepareRunEnvironmentSchema,
  registryEnvironmentSchema,
  rollBackEnvironmentSchema,
  rollOutEnvironmentSchema,
  validateDataEnvironmentSchema,
} from "../../../../lambdas/runtime/loop-environment";
import { handlersFolder, ofType, statements, type Synthesised, synthesised } from "../shared/synthesis";

const handlers = handlersFolder();

const training = {
  data: { database: "logs", table: "features", labelColumn: "label", features: [{ name: "errors_mean" }] },
  variants: [{ model: "anomaly_xgboost", role: VariantRole.Champion, kind: TrainedKind.Xgboost }],
  governance: { approvers: ["arn:aws:iam::111122223333:role/ml-lead"] },
  servedBy: { namespace: "serving", server: "triton", splitMap: "ab-router-split" },
};

/** Warnings as errors. */
const CONTEXT = { "aws:cdk:enable-path-metadata": false, "@aws-cdk/core:validateAgainstDefaultRules": true };

function loop(props: Partial<ModelLoopProps> = {}, { nag = false, isServed = true } = {}): Synthesised {
  const settings = nag ? { builtinCloudFormationValidation: true, context: CONTEXT } : {};
  return synthesised((stack, app) => {
    if (nag) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const dataKey = Key.fromKeyArn(stack, "DataKey", "arn:aws:kms:us-east-1:111122223333:key/1");
    const bucket = (bucketName: string) => Bucket.fromBucketAttributes(stack, bucketName, { bucketName, encryptionKey: dataKey });
    new ModelLoop(stack, "Loop", {
      ...{ environment: "dev", channels: { emailAddresses: ["ml@example.com"] }, handlersFolder: handlers },
      models: [{ name: "log-anomaly", training }],
      runs: {
        ...{ artifacts: bucket("artifacts"), data: [bucket("data")], releases: bucket("releases"), dataKey },
        registry: {
          url: "https://mlflow.dev.ml.internal",
          secretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:mlflow-AbCdEf",
        },
        network: { subnetIds: ["subnet-0123456789abcdef0"], securityGroupIds: ["sg-0123456789abcdef0"] },
        ...(isServed && { cluster: { clusterName: "dev", endpoint: "https://eks.example", certificateAuthority: "Y2E=" } }),
      },
      ...props,
    });
  }, settings);
}

const trained = loop();

interface FunctionProperties {
  Environment: { Variables: Record<string, unknown> };
  Timeout: number;
  MemorySize: number;
  VpcConfig?: { SubnetIds: string[]; SecurityGroupIds: string[] };
}

function functionOf(part: string): FunctionProperties {
  const found = Object.entries(trained.template.Resources).filter(
    ([id, { Type }]) => Type === "AWS::Lambda::Function" && id.includes(part),
  );
  expect(found.length).toBe(1);
  return found[0]?.[1].Properties as unknown as FunctionProperties;
}

/** What CloudFormation will put there, as the schema wants to see it. */
function filled(variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (typeof value === "string") return [name, value];
      if (name.endsWith("_URL")) return [name, "https://sqs.us-east-1.amazonaws.com/111122223333/queue"];
      return [name, name.endsWith("_ARN") ? "arn:aws:x" : "known-later"];
    }),
  );
}

// A variable that is misspelt on one side is found by the first run, after its data were collected.
test.each([
  ["PrepareRun", prepareRunEnvironmentSchema],
  ["ValidateData", validateDataEnvironmentSchema],
  ["JudgeRun", judgeRunEnvironmentSchema],
  ["StepsRegistry", registryEnvironmentSchema],
  ["AskApproval", askApprovalEnvironmentSchema],
  ["PackageRelease", packageReleaseEnvironmentSchema],
  ["RunsRollOutFunction", rollOutEnvironmentSchema],
  ["RollOutRollBack", rollBackEnvironmentSchema],
  ["FunctionsOperator", operatorEnvironmentSchema],
])("R2 %s is told what its handler's schema asks for, and nothing that it does not know", (part, schema) => {
  const variables = filled(functionOf(part).Environment.Variables);
  expect(schema.safeParse(variables).error).toBeUndefined();
  const known = [...Object.keys(schema.shape), "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"];
  expect(Object.keys(variables).filter((name) => !known.includes(name))).toEqual([]);
});

test("I13 what asks MLflow or the cluster stands in the VPC, and nothing else does", () => {
  const inside = ofType(trained.template, "AWS::Lambda::Function").filter(({ Properties }) => Properties["VpcConfig"] !== undefined);
  const parts = ["PrepareRun", "StepsRegistry", "RunsRollOutFunction", "RollOutRollBack"];
  expect(inside.length).toBe(parts.length);
  for (const part of parts)
    expect(functionOf(part).VpcConfig).toEqual({ SubnetIds: ["subnet-0123456789abcdef0"], SecurityGroupIds: ["sg-0123456789abcdef0"] });
});

test("S1 packaging has the time and the memory that hundred megabytes of trees take", () => {
  expect(functionOf("PackageRelease")).toMatchObject({ Timeout: 900, MemorySize: 3_008 });
});

// Whoever may answer for the approvers is an approver.
test("R4 only the operator's function may answer a run that waits for people", () => {
  const answering = ofType(trained.template, "AWS::IAM::Policy").filter(({ Properties }) =>
    JSON.stringify(Properties["PolicyDocument"]).includes("states:SendTaskSuccess"),
  );
  expect(answering.length).toBe(1);
  expect(JSON.stringify(answering[0]?.Properties["Roles"])).toContain("FunctionsOperator");
});

test("O3 roll-backs are ordered of the loop's own function", () => {
  const url = functionOf("FunctionsIntake").Environment.Variables["TRAFFIC_QUEUE_URL"];
  expect(JSON.stringify(url)).toContain("RunsRollOutOrders");
  expect(functionOf("FunctionsOperator").Environment.Variables["TRAFFIC_QUEUE_URL"]).toEqual(url);
});

test("nobody may delete a file, and files are reached below their prefix alone", () => {
  const actions = statements(trained.template).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => /^s3:Delete|^s3:.*\*/.test(action))).toEqual([]);
  const written = statements(trained.template).filter(({ Action }) => [Action].flat().includes("s3:PutObject"));
  const places = written.map(({ Resource }) =>
    JSON.stringify(Resource)
      .replace(/.*:s3:::/, "")
      .replace(/"\]\]\}$/, ""),
  );
  expect([...new Set(places)].sort()).toEqual(["artifacts/modelloop/*", "artifacts/modelloop/runs/*", "releases/releases/*"]);
});

test("every line of the table of the loop's own alarms is made", () => {
  const alarms = [trained.template, ...trained.nested].flatMap((template) => ofType(template, "AWS::CloudWatch::Alarm"));
  const names = alarms.map(({ Properties }) => Properties["AlarmName"]);
  const wanted = Object.values(HEALTH_ALARMS).map((facts) => healthAlarmName("dev", "loop", facts));
  expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
});

test("R9 every hour the registry follows what serves", () => {
  const inputs = ofType(trained.template, "AWS::Scheduler::Schedule").map(
    ({ Properties }) => (Properties["Target"] as { Input: string }).Input,
  );
  expect(inputs).toContain('{"do":"follow-traffic"}');
  expect(inputs).toContain('{"do":"sleep-old"}');
});

test("without a cluster a run ends with a packaged release, and nobody writes traffic", () => {
  const { template } = loop({}, { isServed: false });
  const [machine, ...others] = ofType(template, "AWS::StepFunctions::StateMachine");
  expect(others).toEqual([]);
  const definition = JSON.stringify(machine?.Properties["DefinitionString"]);
  expect([definition.includes("Package"), definition.includes("Roll out")]).toEqual([true, false]);
});

test.each<[string, Partial<ModelLoopProps>, string]>([
  ["no place to train in", { runs: undefined }, "runs is missing; log-anomaly would be trained nowhere: say where, or leave training out"],
  [
    "a function that trains as well",
    { retraining: {} as never },
    "retraining is given beside training; a loop trains in one way: leave one of them out",
  ],
  [
    "another hand on traffic",
    { trafficQueue: {} as never },
    "trafficQueue is given beside runs.cluster; two would write traffic: leave one of them out",
  ],
  [
    "a server that reads its releases elsewhere",
    { models: [{ name: "log-anomaly", training: { ...training, servedBy: { ...training.servedBy, releasesPrefix: "line/" } } }] },
    'models[0].training.servedBy.releasesPrefix is "line/"; the loop packages releases below "releases/", and its roll-outs would not find them: make it and runs.releasesPrefix one',
  ],
])("%s is refused", (_case, props, fault) => {
  expect(() => loop(props)).toThrow(expect.objectContaining({ message: `ModelLoop "Loop" cannot be built:\n  - ${fault}` }) as Error);
});

// The one test that takes the seconds of CloudFormation's own validation and of cdk-nag's AwsSolutions.
test("AwsSolutions and CloudFormation's schemas find nothing that is not acknowledged with its reason", () => {
  expect(Object.keys(loop({}, { nag: true }).template.Resources).length).toBeGreaterThan(150);
}, 180_000);
