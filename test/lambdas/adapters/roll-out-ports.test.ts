/** What a roll-out's functions ask of S3, Step Functions, CloudWatch, Prometheus and pods, and what they make of the answers. */
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { ExecutionDoesNotExist, ListExecutionsCommand, SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { cloudWatchStageMetrics } from "../../../lambdas/adapters/cloudwatch-stage-metrics";
import { httpModelPods } from "../../../lambdas/adapters/http-model-pods";
import { prometheusMetrics } from "../../../lambdas/adapters/prometheus";
import { rollBackPorts, rollOutPorts } from "../../../lambdas/adapters/roll-out-ports";
import { s3ReleaseFiles } from "../../../lambdas/adapters/s3-release-files";
import { s3ServedLines } from "../../../lambdas/adapters/s3-served-lines";
import { stepFunctionsRollOuts } from "../../../lambdas/adapters/step-functions-roll-outs";
import { splitText } from "../../../lambdas/domain/split/split";
import { minutesAfter } from "../../../lambdas/domain/time";
import { NOW } from "../domain/examples";
import { ORDER } from "../domain/roll-out/examples";
import { splitOf } from "../support/roll-out-world";

const METADATA = { $metadata: {}, message: "" };
const RELEASE = { model: "log-anomaly", release: "r42" };
const NEVER = () => Promise.reject(new Error("asked for credentials"));

async function serving(answer: (url: URL, body: string, headers: http.IncomingHttpHeaders) => { status?: number; text: string }) {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const url = new URL(request.url ?? "", "http://here");
      asked.push(decodeURIComponent(url.href));
      const { status = 200, text } = answer(url, Buffer.concat(parts).toString(), request.headers);
      response.writeHead(status).end(text);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { asked, port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

const matrix = (values: [number, string][]) =>
  JSON.stringify({ status: "success", data: { result: values.length === 0 ? [] : [{ values }] } });
const at = (minutes: number) => Date.parse(minutesAfter(NOW, minutes)) / 1_000;

test("O2 Prometheus is asked for whole windows, and what it does not know is nothing", async () => {
  const server = await serving((url) => {
    const query = url.searchParams.get("query") ?? "";
    if (query.startsWith("sum(increase"))
      return {
        text: matrix([
          [at(-5), "120"],
          [at(0), "130.5"],
        ]),
      };
    return { text: matrix(query.startsWith("1000 *") ? [[at(0), "NaN"]] : []) };
  });
  const windows = await prometheusMetrics({ url: `http://127.0.0.1:${server.port}/prom/` }, NEVER).windows(RELEASE, {
    minutes: 5,
    count: 2,
    until: NOW,
  });
  server.stop();
  const nothing = { errorRate: NaN, p95Milliseconds: NaN, accuracy: NaN, labels: 0 };
  expect(windows).toEqual([
    { endedAt: minutesAfter(NOW, -5), requests: 120, ...nothing },
    { endedAt: NOW, requests: 130.5, ...nothing },
  ]);
  expect(server.asked[0]).toContain(`/prom/api/v1/query_range?query=sum(increase(ab_test_predictions_total{release="r42"`);
  expect(server.asked[0]).toContain(`&start=${at(-5)}&end=${at(0)}&step=300`);
});

test("O2 a Prometheus that answers otherwise is an error, and not no traffic", async () => {
  const server = await serving(() => ({ status: 503, text: "starting" }));
  await expect(
    prometheusMetrics({ url: `http://127.0.0.1:${server.port}` }, NEVER).windows(RELEASE, { minutes: 5, count: 1, until: NOW }),
  ).rejects.toThrow("Prometheus answers 503: starting");
  server.stop();
});

test("Amazon's Prometheus is asked with a signature, and for each variant once", async () => {
  const seen: http.IncomingHttpHeaders[] = [];
  const server = await serving((url, _body, headers) => {
    seen.push(headers);
    const query = url.searchParams.get("query") ?? "";
    const value = query.startsWith("sum(") ? "1000" : query.startsWith("avg(") ? "0.9" : "200";
    return { text: JSON.stringify({ status: "success", data: { result: [{ value: [at(0), value] }] } }) };
  });
  const credentials = () => Promise.resolve({ accessKeyId: "AKID", secretAccessKey: "secret" });
  const metrics = prometheusMetrics({ url: `http://127.0.0.1:${server.port}/workspaces/ws-1`, signedRegion: "eu-west-1" }, credentials);
  expect(await metrics.variants(RELEASE, ["xgboost"], minutesAfter(NOW, -60), NOW)).toEqual([
    { variant: "xgboost", requests: 1_000, labels: 200, correct: 180 },
  ]);
  server.stop();
  expect(seen[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/aps\/aws4_request/);
});

test("O2 CloudWatch is asked for periods that are complete and lie within the stage", async () => {
  const cloudWatch = mockClient(CloudWatchClient);
  const begin = "2026-03-02T14:05:00.000Z";
  cloudWatch.on(GetMetricDataCommand).resolves({
    MetricDataResults: [
      { Id: "requests", Timestamps: [new Date(begin)], Values: [500] },
      { Id: "errorrate", Timestamps: [new Date(begin)], Values: [0.01] },
    ],
  });
  const windows = await cloudWatchStageMetrics("dev", new CloudWatchClient({})).windows(RELEASE, { minutes: 5, count: 2, until: NOW });
  expect(windows).toEqual([
    { endedAt: "2026-03-02T14:10:00.000Z", requests: 500, errorRate: 0.01, p95Milliseconds: NaN, accuracy: NaN, labels: 0 },
  ]);
  const input = cloudWatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input;
  expect(input?.MetricDataQueries?.[0]?.MetricStat?.Metric).toEqual({
    Namespace: "modelloop/models",
    MetricName: "model_requests",
    Dimensions: [
      { Name: "environment", Value: "dev" },
      { Name: "model", Value: "log-anomaly" },
      { Name: "release", Value: "r42" },
    ],
  });
});

test("O4 CloudWatch is asked for a variant's whole time at once", async () => {
  const cloudWatch = mockClient(CloudWatchClient);
  const begin = minutesAfter(NOW, -60);
  const point = (Id: string, value: number) => ({ Id, Timestamps: [new Date(begin)], Values: [value] });
  cloudWatch
    .on(GetMetricDataCommand)
    .resolves({ MetricDataResults: [point("requests", 1_000), point("accuracy", 0.9), point("labels", 200)] });
  expect(await cloudWatchStageMetrics("dev", new CloudWatchClient({})).variants(RELEASE, ["xgboost"], begin, NOW)).toEqual([
    { variant: "xgboost", requests: 1_000, labels: 200, correct: 180 },
  ]);
});

test("S3 a release's files are known by the checksums that S3 keeps of them", async () => {
  const s3 = mockClient(S3Client);
  const list = s3.on(ListObjectsV2Command);
  list.resolves({
    Contents: [
      { Key: "releases/r42/m/1/model.onnx", Size: 3 },
      { Key: "releases/r42/manifest.json", Size: 9 },
    ],
  });
  s3.on(HeadObjectCommand).resolves({ ChecksumSHA256: Buffer.from("ab".repeat(32), "hex").toString("base64") });
  s3.on(GetObjectCommand).rejects(new NoSuchKey(METADATA));
  const files = s3ReleaseFiles(new S3Client({}));
  expect(await files.checksums("s3://models/releases/", "r42")).toEqual([{ path: "m/1/model.onnx", bytes: 3, sha256: "ab".repeat(32) }]);
  expect(await files.read("s3://models/releases/", "r42", "manifest.json")).toBeUndefined();
  await expect(files.read("models/", "r42", "manifest.json")).rejects.toThrow('"models/" is no place in S3: write s3://bucket/releases/');
});

test("O5 the lines that are served stand in the loop's document of models, which is read once", async () => {
  const s3 = mockClient(S3Client);
  const spec = {
    ...{ model: ORDER.model, line: ORDER.line, rollOut: {}, serving: { ...ORDER.serving, releases: "s3://${RELEASES_BUCKET}/releases/" } },
    data: { database: "d", table: "t", workGroup: "w", labelColumn: "l", features: [{ name: "f" }] },
    variants: [{ model: "anomaly_xgboost", role: "champion", kind: "xgboost" }],
    compute: { instanceType: "ml.m5.large" },
    gates: [{ kind: "at-least", measure: "f1", bound: 0.8 }],
  };
  const text = JSON.stringify({
    schemaVersion: 1,
    models: [spec, { ...spec, model: "trained-only", rollOut: undefined, serving: undefined }],
  });
  s3.on(GetObjectCommand).resolves({ Body: { transformToString: () => Promise.resolve(text) } as never });
  const lines = s3ServedLines({ bucket: "assets", key: "specs", releasesBucket: "models" }, new S3Client({}));
  const { line, model, serving, rollOut } = ORDER;
  expect(await lines.all()).toEqual([{ line, model, serving, rollOut }]);
  await lines.all();
  expect(s3.commandCalls(GetObjectCommand)).toHaveLength(1);
});

// "run-1" is the beginning of "run-12"'s name too.
test("A4 what rolls out for a run is stopped, its redriven attempts too, and nobody else's", async () => {
  const sfn = mockClient(SFNClient);
  const named = (name: string) => ({ name, executionArn: `arn:${name}` }) as never;
  sfn.on(ListExecutionsCommand).resolves({ executions: ["run-1", "run-12", "run-1-r1", "run-1-run-2"].map(named) });
  sfn.on(StopExecutionCommand).rejectsOnce(new ExecutionDoesNotExist(METADATA)).resolves({});
  await stepFunctionsRollOuts("arn:machine", new SFNClient({})).stop("run-1", "accuracy 0.7");
  expect(sfn.commandCalls(StopExecutionCommand).map(({ args }) => args[0].input)).toEqual(
    ["arn:run-1", "arn:run-1-r1"].map((executionArn) => ({ executionArn, error: "RolledBack", cause: "accuracy 0.7" })),
  );
});

test("O1 pods are asked at their own addresses: what split they run, whether a model is ready, what it answers", async () => {
  const outputs = [
    { name: "label", data: [1] },
    { name: "probabilities", data: [0.25, 0.75] },
  ];
  const server = await serving((url, body) => {
    if (url.pathname === "/ab/config") return { text: splitText(splitOf()) };
    if (url.pathname === "/v2/models/m/ready") return { text: "" };
    if (url.pathname === "/v2/models/m/infer") return { text: JSON.stringify({ outputs, got: JSON.parse(body) as unknown }) };
    if (url.pathname === "/v2/models/odd/infer") return { text: "{}" };
    return { status: 400, text: "no such model" };
  });
  const pods = httpModelPods({ router: server.port, server: server.port });
  const rows = { values: Float32Array.from([1, 2]), features: 2, count: 1 };
  expect(await pods.generationOf("127.0.0.1")).toEqual({ kind: "answered", value: 4 });
  expect([await pods.isReady("127.0.0.1", "m"), await pods.isReady("127.0.0.1", "n")]).toEqual([true, false]);
  expect(await pods.infer("127.0.0.1", "m", rows)).toEqual({ kind: "answered", value: { labels: [1], probabilities: [0.25, 0.75] } });
  expect(await pods.infer("127.0.0.1", "n", rows)).toEqual({ kind: "silent", reason: "it answers 400: no such model" });
  expect(await pods.infer("127.0.0.1", "odd", rows)).toEqual({ kind: "silent", reason: "it answers neither label nor probabilities: {}" });
  server.stop();
  expect(await pods.isReady("127.0.0.1", "m")).toBe(false);
  expect(await pods.generationOf("127.0.0.1")).toMatchObject({ kind: "silent" });
});

test("the ports of both functions are made of their environment, and ask nobody", () => {
  const environment = {
    ...{ ENVIRONMENT: "dev", MODELS: [], LEDGER_TABLE: "ledger", NOTICES_QUEUE_URL: "https://sqs/notices", LEASE_HOURS: 6 },
    ...{ MODEL_SPECS_BUCKET: "assets", MODEL_SPECS_KEY: "specs", CLUSTER_NAME: "ml", CLUSTER_REGION: "eu-west-1" },
    ...{ CLUSTER_ENDPOINT: "https://ml.example.com", CLUSTER_CA: "Y2E=" },
  };
  expect(Object.keys(rollOutPorts(environment))).toEqual(
    expect.arrayContaining(["cluster", "pods", "releases", "lines", "metrics", "ledger"]),
  );
  expect(Object.keys(rollOutPorts({ ...environment, PROMETHEUS_URL: "http://prometheus" }))).toContain("metrics");
  expect(Object.keys(rollBackPorts({ ...environment, ROLL_OUT_MACHINE_ARN: "arn:machine" }))).toContain("runs");
});
