/** What lies around the loop, asked by the functions' own adapters: files, registry, measurements, cluster. */
import { S3Client, CopyObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { Readable } from "node:stream";
import { mlflowRegistry } from "../../../../lambdas/adapters/mlflow/mlflow-registry";
import { openAccess } from "../../../../lambdas/adapters/mlflow/mlflow-access";
import { s3ModelArchives } from "../../../../lambdas/adapters/s3-model-archives";
import { s3Artifacts } from "../../../../lambdas/adapters/s3-artifacts";
import { s3Releases } from "../../../../lambdas/adapters/s3-releases";
import { releaseApply, sleepPatch } from "../../../../lambdas/domain/packages/slots";
import { stageQueries } from "../../../../lambdas/domain/split/router-metrics";
import { SPLIT_KEYS } from "../../../../lambdas/domain/split/split-configuration";
import { type Split, splitText } from "../../../../lambdas/domain/split/split";
import { RegistryAwayError } from "../../../../lambdas/ports/registry";
import type { Json } from "../../../../offline/engine/recording";
import type { OutsideRequest, OutsideService } from "../../../../offline/rehearsal/outside/exchange";
import { Pods } from "../../../../offline/rehearsal/standins/pods";
import { tarOf } from "../../../../offline/rehearsal/standins/tar";
import { Ending } from "../../../../offline/rehearsal/states/ending";
import { type StatesError } from "../../../../offline/rehearsal/states/failures";
import { World } from "../../../../offline/rehearsal/world";

const STARTS = Date.parse("2026-03-02T08:00:00Z");
const HOUR = 3_600_000;
const text = (value: string) => new TextEncoder().encode(value);

function world(): World {
  return new World({ starts: STARTS, seed: 3 });
}

/** The SDK's client with the stand-in behind its HTTP handler. */
function clientOf({ s3 }: World, more: object = {}): S3Client {
  const handle = async ({ method, hostname, path, query, headers, body }: SdkRequest) => {
    const search = new URLSearchParams(query).toString();
    const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const asked = {
      method,
      host: hostname,
      path: search === "" ? path : `${path}?${search}`,
      headers: lower,
      body: bytes.toString("utf8"),
      bytes,
    };
    const reply = await s3.service.answer(asked);
    const answer = {
      statusCode: reply.status,
      headers: { ...reply.headers },
      body: Readable.from([Buffer.from(reply.bytes ?? reply.body)]),
    };
    return { response: answer };
  };
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  return new S3Client({ region: "us-east-1", credentials, maxAttempts: 1, requestHandler: { handle } as never, ...more });
}

interface SdkRequest {
  method: string;
  hostname: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

describe("S3", () => {
  it.each([
    ["virtual hosts", {}],
    ["paths", { forcePathStyle: true }],
  ])("keeps, finds and misses files, asked by %s", async (_, more) => {
    const made = world();
    const artifacts = s3Artifacts(clientOf(made, more));
    await artifacts.write("s3://bucket/a folder/ü.txt", "Grüße");
    expect(await artifacts.read("s3://bucket/a folder/ü.txt")).toBe("Grüße");
    expect(await artifacts.exists("s3://bucket/a folder/")).toBe(true);
    expect([
      await artifacts.exists("s3://bucket/b/"),
      await artifacts.exists("s3://bucket/b"),
      await artifacts.read("s3://bucket/b"),
    ]).toEqual([false, false, undefined]);
  });

  // Two runs of one packaging must come to one release, and another release under its name to none.
  it("lets the first of two writers win, by If-None-Match", async () => {
    const made = world();
    const releases = s3Releases({ bucket: "releases", prefix: "m/" }, clientOf(made));
    const file = { path: "m/1/model.onnx", content: text("model") };
    const manifest = { path: "manifest.json", content: text("{}") };
    expect(await releases.write("r1", [file], manifest)).toEqual({ kind: "written" });
    expect(await releases.write("r1", [file], manifest)).toEqual({ kind: "written" });
    expect(await releases.write("r1", [{ ...file, content: text("other") }], manifest)).toMatchObject({ kind: "exists" });
    expect(made.s3.list("s3://releases/m/")).toEqual(["s3://releases/m/r1/m/1/model.onnx", "s3://releases/m/r1/manifest.json"]);
  });

  it("copies, answers a range, and packs archives that the functions read", async () => {
    const made = world();
    const client = clientOf(made);
    made.s3.put("s3://b/model.tar.gz", tarOf({ "evaluation.json": "{}", "m/xgboost-model": "binary" }));
    await client.send(new CopyObjectCommand({ Bucket: "b", Key: "copy.tar.gz", CopySource: "b/model.tar.gz" }));
    const read = await s3ModelArchives(client).read("s3://b/copy.tar.gz");
    expect(read.kind === "read" ? [...read.files.keys()] : read).toEqual(["evaluation.json", "m/xgboost-model"]);
    made.s3.put("s3://b/text", "0123456789");
    const part = await client.send(new GetObjectCommand({ Bucket: "b", Key: "text", Range: "bytes=2-4" }));
    expect(await part.Body?.transformToString()).toBe("234");
  });
});

describe("MLflow", () => {
  afterEach(() => jest.restoreAllMocks());

  function registryOf(made: World) {
    jest.spyOn(globalThis, "fetch").mockImplementation(async (input, init = {}) => {
      const { host, pathname, search } = new URL(input);
      const body = typeof init.body === "string" ? init.body : "";
      const reply = await made.mlflow.service.answer({ method: init.method ?? "GET", host, path: pathname + search, headers: {}, body });
      return new Response(reply.body, { status: reply.status });
    });
    return mlflowRegistry({ url: "http://mlflow.rehearsal", access: openAccess }, s3Artifacts(clientOf(made)));
  }

  it("knows aliases, tags and who serves, and answers nothing while it is away", async () => {
    const made = world();
    const registry = registryOf(made);
    expect(await registry.champion("m")).toBeUndefined();
    made.mlflow.setAway(true);
    await expect(registry.champion("m")).rejects.toThrow(RegistryAwayError);
    made.mlflow.setAway(false);
    made.mlflow.declareVersion("m", "s3://a/1/", {}, "champion");
    await expect(registry.champion("m")).rejects.toThrow("the champion of m is version 1, which no loop has registered");
  });
});

/** What a task came to, in the world's time. */
async function asked(
  made: World,
  task: string,
  given: { [key: string]: Json },
  stop?: number,
): Promise<{ value?: Json; error?: StatesError; at?: number }> {
  const told: { value?: Json; error?: StatesError; at?: number } = {};
  const ending = new Ending();
  made.time.start(async () => {
    try {
      told.value =
        (await made.tasks[task]?.(given, { ending, left: new Ending(), beat: () => undefined, endure: () => undefined })) ?? null;
    } catch (error) {
      told.error = error as StatesError;
    }
    told.at = (made.time.now() - STARTS) / 60_000;
  });
  if (stop !== undefined) made.time.startAt(STARTS + stop, () => Promise.resolve(ending.end()));
  await made.runUntil(STARTS + 24 * HOUR);
  return told;
}

describe("SageMaker", () => {
  const JOB = {
    TrainingJobName: "run-1-champion-0-0",
    OutputDataConfig: { S3OutputPath: "s3://a/jobs/" },
    StoppingCondition: { MaxRuntimeInSeconds: 3_600, MaxWaitTimeInSeconds: 5_400 },
    EnableManagedSpotTraining: true,
  };
  const train = (made: World, more: { [key: string]: Json } = {}, stop?: number) =>
    asked(made, "sagemaker:createTrainingJob.sync", { ...JOB, ...more }, stop);

  it("takes its time, leaves a model and says what it measured", async () => {
    const made = world();
    made.sageMaker.training = () => ({ takes: 20 * 60_000, model: text("packed"), metrics: { "validation:auc": 0.9 } });
    expect(await train(made)).toMatchObject({
      at: 20,
      value: {
        ModelArtifacts: { S3ModelArtifacts: "s3://a/jobs/run-1-champion-0-0/output/model.tar.gz" },
        FinalMetricDataList: [{ MetricName: "validation:auc", Value: 0.9 }],
      },
    });
    expect(made.s3.get("s3://a/jobs/run-1-champion-0-0/output/model.tar.gz")?.bytes).toEqual(Buffer.from("packed"));
  });

  it.each<[string, object, { [key: string]: Json }, string, number]>([
    ["fails", { takes: 60_000, fails: "AlgorithmError: no rows" }, {}, '"FailureReason":"AlgorithmError: no rows"', 1],
    ["is interrupted on spot", { takes: 60_000, interrupted: true }, {}, '"SecondaryStatus":"Interrupted"', 1],
    ["runs into its limit", { takes: 2 * HOUR }, {}, '"SecondaryStatus":"MaxRuntimeExceeded"', 60],
  ])("%s, and its state with States.TaskFailed", async (_, outcome, more, cause, at) => {
    const made = world();
    made.sageMaker.training = () => outcome as { takes: number };
    const told = await train(made, more);
    expect([told.error?.error, told.error?.cause.includes(cause), told.at]).toEqual(["States.TaskFailed", true, at]);
  });

  it.each<[string, string[], Record<string, string>, string | undefined]>([
    ["a plan", ["train", "plan"], {}, "ClientError: Extraneous channel found: plan"],
    ["no data", ["validation"], {}, "ClientError: Missing required channel: train"],
    ["its data", ["train", "validation", "code"], {}, undefined],
    ["a plan for a program", ["train", "plan"], { sagemaker_program: "train.py" }, undefined],
  ])("given %s, its own XGBoost looks at its channels first", async (_, names, parameters, reason) => {
    const told = await train(world(), {
      AlgorithmSpecification: { TrainingImage: "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5" },
      InputDataConfig: names.map((ChannelName) => ({ ChannelName })),
      HyperParameters: parameters,
    });
    const { FailureReason } = JSON.parse(told.error?.cause ?? "{}") as { FailureReason?: string };
    expect(FailureReason).toBe(reason);
  });

  it("is stopped with the state that waits for it", async () => {
    const made = world();
    made.sageMaker.training = () => ({ takes: HOUR / 2 });
    expect((await train(made, {}, 60_000)).at).toBe(1);
  });

  it.each<[string, { [key: string]: Json }]>([
    ["a name with an underscore", { TrainingJobName: "run_1" }],
    ["spot without a time to wait", { StoppingCondition: { MaxRuntimeInSeconds: 60 } }],
    ["a hyperparameter that is no text", { HyperParameters: { max_depth: 6 } }],
  ])("refuses %s", async (_, more) => {
    expect((await train(world(), more)).error?.error).toBe("SageMaker.AmazonSageMakerException");
  });

  it("takes a job's name once", async () => {
    const made = world();
    await train(made);
    expect((await train(made)).error?.cause).toContain("must be unique");
  });
});

describe("Athena", () => {
  const query = (made: World) =>
    asked(made, "athena:startQueryExecution.sync", { QueryString: "SELECT 1", ResultConfiguration: { OutputLocation: "s3://a/results/" } });

  it("answers when the query has ended, with its rows as CSV beside it", async () => {
    const made = world();
    made.athena.answering = () => ({
      takes: 120_000,
      rows: [
        ["n", "k"],
        [5, null],
      ],
    });
    expect(await query(made)).toMatchObject({
      at: 2,
      value: { QueryExecution: { Status: { State: "SUCCEEDED" }, QueryExecutionId: "query-1" } },
    });
    expect(Buffer.from(made.s3.get("s3://a/results/query-1.csv")?.bytes ?? []).toString()).toBe('"n","k"\n"5",');
    const rows = await made.tasks["athena:getQueryResults"]?.({ QueryExecutionId: "query-1" }, undefined as never);
    expect(rows).toMatchObject({
      ResultSet: { Rows: [{ Data: [{ VarCharValue: "n" }, { VarCharValue: "k" }] }, { Data: [{ VarCharValue: "5" }, {}] }] },
    });
  });

  it("fails with the reason of the query", async () => {
    const made = world();
    made.athena.answering = () => ({ takes: 1_000, fails: "TABLE_NOT_FOUND: no such table" });
    expect((await query(made)).error).toMatchObject({
      error: "States.TaskFailed",
      cause: expect.stringContaining("TABLE_NOT_FOUND") as string,
    });
  });
});

describe("Prometheus", () => {
  const ask = async ({ prometheus }: World, query: string, at: number): Promise<number | undefined> => {
    const path = `/api/v1/query?${new URLSearchParams({ query, time: String(at / 1_000) }).toString()}`;
    const reply = await prometheus.service.answer({ method: "GET", host: "prometheus.rehearsal", path, headers: {}, body: "" });
    const { data } = JSON.parse(reply.body) as { data: { result: { value: [number, string] }[] } };
    return data.result[0] === undefined ? undefined : Number(data.result[0].value[1]);
  };

  it("answers a stage's questions from the traffic, with the noise of counting and always the same", async () => {
    const made = world();
    made.traffic.divided(STARTS, { r1: 0.95, r2: 0.05 });
    made.traffic.facts = {
      requestsPerMinute: 10_000,
      quality: (release) => ({ errorRate: release === "r2" ? 0.1 : 0.01, p95Milliseconds: 40 }),
    };
    const { requests, errorRate, p95Milliseconds } = stageQueries({ release: "r2" }, 5);
    const at = STARTS + HOUR;
    const [count = 0, errors = 0, p95 = 0] = [
      await ask(made, requests, at),
      await ask(made, errorRate, at),
      await ask(made, p95Milliseconds, at),
    ];
    expect(Math.abs(count - 2_500)).toBeLessThan(250);
    expect(Math.abs(errors - 0.1)).toBeLessThan(0.03);
    expect(Math.abs(p95 - 40)).toBeLessThan(4);
    expect(await ask(made, errorRate, at)).toBe(errors);
    expect(await ask(made, stageQueries({ release: "r3" }, 5).errorRate, at)).toBeUndefined();
  });

  it("is not asked anything else", async () => {
    await expect(ask(world(), "up", STARTS)).rejects.toThrow("The rehearsal has no stand-in for the question up");
  });
});

describe("a cluster", () => {
  const SPLIT: Split = {
    ...{ schemaVersion: 1, generation: 1, fence: 1, stable: { release: "r1", slot: "a" } },
    experiment: { name: "models", arms: [{ variant: "champion", model: "m", hundredths: 10_000 }] },
  };
  const MAP = "/api/v1/namespaces/models/configmaps/router-split";
  const ROUTER = "/apis/apps/v1/namespaces/models/deployments/router";
  const SLOT = "/apis/apps/v1/namespaces/models/deployments/triton-b";
  const SCALED = "/apis/keda.sh/v1alpha1/namespaces/models/scaledobjects/triton-b";

  function clusterOf(made: World): Pods {
    const { cluster } = made;
    cluster.declare(
      MAP,
      { kind: "ConfigMap", metadata: { name: "router-split" }, data: { [SPLIT_KEYS.state]: splitText(SPLIT) } },
      "modelloop-loop",
    );
    cluster.declare(ROUTER, {
      kind: "Deployment",
      metadata: { name: "router" },
      spec: { template: { metadata: { annotations: { splitHash: "1" } } } },
    });
    for (const slot of ["a", "b"]) {
      const spec = { template: { spec: { containers: [{ name: "triton", image: "triton", env: [{ name: "OMP", value: "2" }] }] } } };
      cluster.declare(SLOT.replace(/b$/, slot), { kind: "Deployment", metadata: { name: `triton-${slot}` }, spec });
    }
    cluster.declare(SCALED, { metadata: { name: "triton-b", annotations: { "autoscaling.keda.sh/paused-replicas": "0" } } });
    const facts = {
      namespace: "models",
      router: "router",
      server: "triton",
      routerPods: 2,
      slotPods: 1,
      routerStarts: 60_000,
      slotStarts: 300_000,
    };
    const pods = new Pods(made.time, cluster, made.traffic, facts);
    pods.begin();
    return pods;
  }

  const call = async (
    service: OutsideService,
    method: string,
    path: string,
    body: object = {},
    type = "application/apply-patch+yaml",
    host = "x",
  ) => {
    const headers = { authorization: "Bearer k8s-aws-v1.abc", "content-type": type };
    const request: OutsideRequest = { method, host, path, headers, body: method === "GET" ? "" : JSON.stringify(body) };
    const reply = await service.answer(request);
    return { status: reply.status, body: JSON.parse(reply.body === "" ? "{}" : reply.body) as { [key: string]: never } };
  };
  const APPLY = "?fieldManager=modelloop-loop";

  it("gives a field to whoever applies it, and refuses to take another's in passing", async () => {
    const made = world();
    clusterOf(made);
    const { service } = made.cluster;
    const filled = await call(service, "PATCH", `${SLOT}${APPLY}`, releaseApply("triton", "b", "models", "s3://r/r2/"));
    expect(JSON.stringify(filled.body)).toContain('"env":[{"name":"OMP","value":"2"},{"name":"RELEASE_PREFIX","value":"s3://r/r2/"}]');
    const greedy = { spec: { template: { spec: { containers: [{ name: "triton", image: "other" }] } } } };
    expect(await call(service, "PATCH", `${SLOT}${APPLY}`, greedy)).toMatchObject({
      status: 409,
      body: { message: 'Apply failed with 1 conflict: conflict with "pulumi": .spec.template.spec.containers[triton].image' },
    });
  });

  // One lands a roll-back between a traffic function's read and its patch: the version that was read must be worth nothing then.
  it("refuses a patch of what somebody has written since, also in the last instant", async () => {
    const made = world();
    clusterOf(made);
    const { service } = made.cluster;
    const { resourceVersion } = made.cluster.get(MAP)?.["metadata"] as { resourceVersion: string };
    made.cluster.beforePatch = () => made.cluster.set(MAP, (object) => ({ ...object, data: { other: "hand" } }));
    expect(await call(service, "PATCH", `${MAP}${APPLY}`, { metadata: { resourceVersion }, data: { a: "b" } })).toMatchObject({
      status: 409,
      body: { reason: "Conflict" },
    });
  });

  it("has pods that read the split when they begin, one after the other, and may stop half-way", async () => {
    const made = world();
    const pods = clusterOf(made);
    const { service } = made.cluster;
    const next: Split = { ...SPLIT, generation: 2, candidate: { release: "r2", slot: "b", hundredths: 5_000 } };
    pods.routerStopsAfter = 1;
    await call(service, "PATCH", `${MAP}${APPLY}`, { data: { [SPLIT_KEYS.state]: splitText(next) } });
    made.time.startAt(STARTS + 1_000, async () => {
      await call(service, "PATCH", `${ROUTER}?fieldManager=modelloop-loop&force=true`, {
        spec: { template: { metadata: { annotations: { splitHash: "2" } } } },
      });
    });
    await made.runUntil(STARTS + HOUR);
    const slices = await call(
      service,
      "GET",
      "/apis/discovery.k8s.io/v1/namespaces/models/endpointslices?labelSelector=kubernetes.io/service-name=router",
    );
    const [{ endpoints }] = slices.body["items"] as unknown as [{ endpoints: { addresses: [string] }[] }];
    const generations = await Promise.all(
      endpoints.map(
        async ({ addresses: [ip] }) => (await call(pods.service, "GET", "/ab/config", {}, "", `${ip}:8081`)).body["generation"],
      ),
    );
    expect(generations).toEqual([1, 2]);
    expect(made.traffic.splits[made.traffic.splits.length - 1]).toEqual({ at: STARTS + 61_000, of: { r1: 0.75, r2: 0.25 }, agreed: false });
    expect(made.cluster.get(ROUTER)?.["status"]).toMatchObject({ updatedReplicas: 1, replicas: 2 });
  });

  it("wakes a slot whose pods get ready after a while, and answer for their models", async () => {
    const made = world();
    const pods = clusterOf(made);
    const { service } = made.cluster;
    made.time.startAt(STARTS, async () => {
      await call(service, "PATCH", `${SLOT}${APPLY}`, releaseApply("triton", "b", "models", "s3://r/r2/"));
      const { resourceVersion } = made.cluster.get(SCALED)?.["metadata"] as { resourceVersion: string };
      await call(service, "PATCH", `${SCALED}${APPLY}`, sleepPatch(false, resourceVersion), "application/merge-patch+json");
    });
    await made.runUntil(STARTS + 60_000);
    expect(made.cluster.get(SLOT)?.["status"]).toMatchObject({ readyReplicas: 0 });
    await made.runUntil(STARTS + HOUR);
    expect(made.cluster.get(SLOT)?.["status"]).toMatchObject({ readyReplicas: 1 });
    const slices = made.cluster.get("/apis/discovery.k8s.io/v1/namespaces/models/endpointslices/triton-b-slice") as unknown as {
      endpoints: [{ addresses: [string] }];
    };
    const [ip] = slices.endpoints[0].addresses;
    const rows = { inputs: [{ name: "features", shape: [2, 3], datatype: "FP32", data: [1, 2, 3, 4, 5, 6] }] };
    const answered = await call(pods.service, "POST", "/v2/models/m/infer", rows, "application/json", `${ip}:8000`);
    expect(answered.body["outputs"]).toMatchObject([
      { name: "label", data: [0, 0] },
      { name: "probabilities", shape: [2, 2] },
    ]);
  });

  it("knows nobody without a token, and refuses by its own sentence", async () => {
    const made = world();
    clusterOf(made);
    const { service } = made.cluster;
    expect((await service.answer({ method: "GET", host: "x", path: MAP, headers: {}, body: "" })).status).toBe(401);
    made.cluster.forbidden = (verb) => (verb === "patch" ? 'configmaps "router-split" is forbidden' : undefined);
    expect(await call(service, "PATCH", `${MAP}${APPLY}`, {})).toMatchObject({ status: 403, body: { reason: "Forbidden" } });
  });
});
