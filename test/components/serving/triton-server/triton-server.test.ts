import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { repositoryFlag, tritonFlags } from "../../../../components/serving/triton-server/flags";
import { waitingQuery } from "../../../../components/serving/triton-server/scaling";
import { Accelerator, ModelKind, type TritonServerShape } from "../../../../components/serving/triton-server/triton-server";
import { tritonServerFaults } from "../../../../components/serving/triton-server/triton-server-faults";

const good: TritonServerShape<string> = {
  ...{ namespace: "serving", bucketName: "models", stsCidrs: ["10.0.0.0/16"] },
  models: [{ name: "anomaly_xgboost", kind: ModelKind.XGBoost }],
};
const faultsOf = (departure: Partial<TritonServerShape<string>>, name = "anomalies") => tritonServerFaults(name, { ...good, ...departure });

it("finds no fault with the smallest arguments, on CPU and on GPU", () => {
  expect(faultsOf({})).toEqual([]);
  expect(faultsOf({ accelerator: Accelerator.Gpu })).toEqual([]);
});

// A tag may be moved by whoever owns it; a digest may not. Both together say what it is, too, and the checks go on reading the release.
it("S1 takes an image by its digest, with a tag or without", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  expect(faultsOf({ image: `mirror/tritonserver:26.07-py3@${digest}` })).toEqual([]);
  expect(faultsOf({ image: `mirror/tritonserver@${digest}` })).toEqual([]);
  expect(faultsOf({ image: `mirror/tritonserver:26.01-py3@${digest}` })).toHaveLength(1);
});

it.each<[string, Partial<TritonServerShape<string>>, string]>([
  [
    "a name that is no host's",
    { serverName: "Anomalies" },
    'serverName is "Anomalies"; with -a and -b it becomes host names: up to 61 lower-case letters, digits and hyphens, the first a letter: choose such a name',
  ],
  [
    "a namespace that is none",
    { namespace: "Serving" },
    'namespace is "Serving"; Kubernetes takes up to 63 lower-case letters, digits and hyphens: choose such a name',
  ],
  [
    "a prefix without an end",
    { releasesPrefix: "releases" },
    'releasesPrefix is "releases"; it is a folder of the bucket: lower-case letters, digits, dots, hyphens, and a slash at the end: write it like releases/',
  ],
  ["no models", { models: [] }, "models is empty; a server without models never gets ready: name one"],
  [
    "a model that Triton cannot name",
    { models: [{ name: "anomaly-xgboost", kind: ModelKind.XGBoost }] },
    'models[0].name is "anomaly-xgboost"; Triton serves up to 40 characters of a-z, 0-9 and _, the first a letter: write one such as anomaly_xgboost',
  ],
  [
    "two models of one name",
    {
      models: [
        { name: "anomaly", kind: ModelKind.XGBoost },
        { name: "anomaly_fil", kind: ModelKind.CatBoost },
      ],
    },
    "models names anomaly_fil more than once; each counts once: name it once",
  ],
  ["more pods at least than at most", { minReplicas: 11 }, "minReplicas is 11; maxReplicas is 10: lower the one, or raise the other"],
  [
    "more memory than is allowed",
    { memoryRequest: "8Gi" },
    "memoryRequest is 8Gi; it must not exceed memoryLimit, which is 4Gi: lower the one, or raise the other",
  ],
  [
    "no way to AWS",
    { stsCidrs: [] },
    "stsCidrs is empty; without AWS STS the pods get no credentials, and read no model: name the VPC's range where it has an endpoint for STS",
  ],
  [
    "everybody as STS, unsaid",
    { stsCidrs: ["0.0.0.0/0"] },
    "stsCidrs[0] is 0.0.0.0/0; the pods could send anything anywhere: name narrower ranges, or set allowStsAnywhere to true",
  ],
  [
    "everybody as the loop",
    { readerCidrs: ["0.0.0.0/0"] },
    "readerCidrs[0] is 0.0.0.0/0; everybody in the network could ask past the split and the rate limit: name the ranges of the loop's functions",
  ],
  [
    "no callers",
    { callers: [] },
    "callers is empty; nobody could ask for a prediction: name the labels of a pod that does, or leave it out",
  ],
  [
    "every pod as a caller, unsaid",
    { callers: [{ podLabels: {} }] },
    "callers[0].podLabels is empty; to Kubernetes that is every pod of the namespace: name the labels of those that call",
  ],
  // Before 26.06 the newest XGBoost that a package may hold cannot be read: every pod of the slot would fail.
  [
    "an image that reads less than packages hold",
    { image: "mirror/tritonserver:26.01-py3" },
    'image is "mirror/tritonserver:26.01-py3"; packages may hold files of XGBoost 3.2, which it cannot read: use 26.07 or newer',
  ],
  [
    "more than its nodes have",
    { cpu: "4" },
    "cpu is 4; a m6i.xlarge has 3740m for it once EKS' own pods run: ask for at most that, or use a larger type",
  ],
])("refuses %s", (_title, departure, fault) => {
  expect(faultsOf(departure)).toEqual([fault]);
});

it("says everything that is wrong at once", () => {
  expect(faultsOf({ targetCpuPercent: 0, startMinutes: 1, cpu: "two" }, "1")).toEqual([
    'serverName is "1"; with -a and -b it becomes host names: up to 61 lower-case letters, digits and hyphens, the first a letter: choose such a name, or give a serverName',
    "targetCpuPercent is 0; it is the share of the CPUs that the pods ask for: use a whole number from 1 to 100",
    "startMinutes is 1; an image of 10 GB and the models take minutes: use a whole number from 2 to 60",
    'cpu is "two"; an amount is written like 500m, 2, 512Mi or 64Gi: write it so',
  ]);
});

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

// A mean over fewer than one call a second was divided by one: a call every fifteen seconds that waited a second passed for 67 milliseconds.
(hasPromtool ? describe : describe.skip)("S1 the time that calls wait, by Prometheus itself (promtool on PATH)", () => {
  const counted = (metric: string, step: number, more = "") => ({
    series: `nv_inference_${metric}{service="anomalies-b",model="anomaly_fil"${more}}`,
    values: `0+${step}x20`,
  });
  const answered = (step: number) => counted("request_success", step);
  const waited = (step: number) => counted("queue_duration_us", step);
  const rejected = (step: number) => counted("request_failure", step, ',reason="REJECTED"');

  it.each([
    ["is none where there is no server", [], 0],
    ["is none where there are no calls", [waited(0), answered(0), rejected(0)], 0],
    ["is that of the one call that there is", [waited(1_000_000), answered(1)], 1_000_000],
    ["is an average", [waited(10_000), answered(4)], 2_500],
    ["grows by calls that waited too long", [waited(1_000), answered(10), rejected(10)], 100_050],
    ["is longest where no call is answered any more", [waited(0), answered(0), rejected(10)], 200_000],
  ])("%s", (_, input_series, value) => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "waiting-")), "test.yaml");
    const expr = `round(${waitingQuery("anomalies-b", ["anomaly_fil", "anomaly_catboost"])})`;
    const promql_expr_test = [{ expr, eval_time: "5m", exp_samples: [{ labels: "{}", value }] }];
    fs.writeFileSync(file, JSON.stringify({ tests: [{ interval: "15s", input_series, promql_expr_test }] }));
    const { status, stdout } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    fs.rmSync(path.dirname(file), { recursive: true });
    expect([stdout.replace(/^Unit Testing.*\n/, "").trim(), status]).toEqual(["SUCCESS", 0]);
  });
});

describe("S1 Triton's flags", () => {
  const flags = tritonFlags(repositoryFlag("models"), ["anomaly", "anomaly_fil"], true);

  // Poll unloads every model when S3 does not answer once.
  it("load models by name from the slot's release, and never poll", () => {
    expect(flags.slice(0, 4)).toEqual([
      "--model-repository=s3://models/$(RELEASE_PREFIX)",
      "--model-control-mode=explicit",
      "--load-model=anomaly",
      "--load-model=anomaly_fil",
    ]);
    expect(flags.join()).not.toContain("poll");
  });

  // Whoever may load a model may run its code.
  it("close all that is not for callers, on both protocols, by a value that nobody is told", () => {
    const closed = "model-repository,shared-memory,model-config,statistics,trace,logging:x-modelloop-closed=$(POD_UID)";
    expect(flags).toEqual(expect.arrayContaining([`--http-restricted-api=${closed}`, `--grpc-restricted-protocol=${closed}`]));
    expect(flags).toEqual(
      expect.arrayContaining([
        "--allow-sagemaker=false",
        "--allow-vertex-ai=false",
        "--disable-auto-complete-config",
        "--exit-on-error=true",
      ]),
    );
  });
});
