/** What vLLM is started with, and what is refused, without Kubernetes and without a GPU. */
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { GpuModel, LanguageModel } from "../../../../components";
import { SERVE_VARIABLES, serveFlags, VLLM_VERSION } from "../../../../components/serving/vllm-server/flags";
import { ALLOWED_PATHS, proxyConfiguration } from "../../../../components/serving/vllm-server/proxy";
import { alertRules, scaledObject } from "../../../../components/serving/vllm-server/scaling";
import { storageOf } from "../../../../components/serving/vllm-server/storage";
import { serverOf, type VllmServerShape, weightStatements } from "../../../../components/serving/vllm-server/vllm-server";
import { vllmServerFaults } from "../../../../components/serving/vllm-server/vllm-server-faults";
import { freePort, listening, NGINX, NGINX_IS_MISSING, rawAnswer, startNginx } from "../../../support/nginx";

const smallest: VllmServerShape<string> = { namespace: "serving", weights: { bucketName: "models", prefix: "llm/llama-2-7b-gptq/v1/" } };
const server = (shape: Partial<VllmServerShape<string>> = {}) =>
  serverOf<string>("llm", { ...smallest, ...shape }, "eu-central-1", "s3://models/llm/llama-2-7b-gptq/v1/");
const faults = (shape: Partial<VllmServerShape<unknown>>, name = "llm") => vllmServerFaults(name, { ...smallest, ...shape });

interface Recorded {
  readonly source: string;
  readonly flags: readonly string[];
  readonly environment: readonly string[];
  readonly metrics: readonly string[];
}

const recorded = JSON.parse(
  fs.readFileSync(path.join(__dirname, `../../../support/vllm/arguments-${VLLM_VERSION}.json`), "utf8"),
) as Recorded;

describe("S2 what vLLM is started with", () => {
  it("is exactly what a T4 needs for Llama 2 7B in GPTQ", () => {
    expect(serveFlags(server().engine)).toEqual([
      "--load-format=runai_streamer",
      '--model-loader-extra-config={"concurrency":8,"memory_limit":4294967296}',
      "--served-model-name=llama-2-7b-gptq",
      "--dtype=float16",
      "--attention-backend=TRITON_ATTN",
      "--max-model-len=4096",
      "--max-num-seqs=4",
      "--max-num-queued-reqs=16",
      "--max-num-batched-tokens=2048",
      "--gpu-memory-utilization=0.9",
      "--shutdown-timeout=60",
      "--host=127.0.0.1",
      "--port=8001",
      "--disable-fastapi-docs",
    ]);
  });

  // A flag that was renamed ends a pod at its start, an hour after the GPU was bought.
  it("has no flag, variable or metric that the pinned version does not know", () => {
    expect(recorded.source).toBe(`vllm ${VLLM_VERSION}, source distribution on PyPI`);
    const flags = serveFlags({ ...server().engine, hasChatTemplate: true }).map((flag) => flag.split("=")[0] ?? "");
    expect(flags.filter((flag) => !recorded.flags.includes(flag))).toEqual([]);
    const variables = Object.keys(SERVE_VARIABLES).filter((variable) => variable.startsWith("VLLM_"));
    expect([...variables, "VLLM_API_KEY"].filter((variable) => !recorded.environment.includes(variable))).toEqual([]);
    const watched = { prometheusUrl: "http://prometheus", waitingPerReplica: 4 };
    const asked =
      JSON.stringify([scaledObject(server(), undefined, watched), alertRules(server(), watched)]).match(/vllm:[a-z0-9_]+/g) ?? [];
    const metrics = [...new Set(asked)].map((metric) => metric.replace(/_bucket$/, ""));
    expect(metrics.sort()).toEqual([
      "vllm:e2e_request_latency_seconds",
      "vllm:kv_cache_usage_perc",
      "vllm:num_requests_running",
      "vllm:num_requests_waiting",
    ]);
    expect(metrics.filter((metric) => !recorded.metrics.includes(metric))).toEqual([]);
  });

  it("says nothing to the outside, and asks it nothing", () => {
    expect(SERVE_VARIABLES).toMatchObject({ VLLM_DO_NOT_TRACK: "1", VLLM_NO_USAGE_STATS: "1", HF_HUB_OFFLINE: "1" });
    expect(SERVE_VARIABLES).not.toHaveProperty("VLLM_SERVER_DEV_MODE");
  });
});

describe("S2 the proxy in front of vLLM", () => {
  // `--api-key` guards neither /tokenize nor /pause nor /invocations.
  it("lets three paths through for callers, and health and metrics for those who watch", () => {
    const configuration = proxyConfiguration(60);
    const passed = [...configuration.matchAll(/location = (\S+) \{ proxy_pass/g)].map(([, place]) => place);
    expect(passed).toEqual(["/v1/chat/completions", "/v1/completions", "/v1/models", "/health", "/metrics"]);
    expect(passed.slice(0, 3)).toEqual(ALLOWED_PATHS);
    expect(configuration.match(/location \/ \{ return 404; \}/g)).toHaveLength(2);
    expect(configuration).toContain("proxy_read_timeout 60s;");
  });
});

(NGINX === undefined ? describe.skip : describe)(
  NGINX === undefined ? `S2 a real NGINX in front of vLLM (skipped: ${NGINX_IS_MISSING})` : "S2 a real NGINX in front of vLLM",
  () => {
    const connections = new Set<unknown>();
    const model = http.createServer(({ url = "", headers, socket }, response) => {
      connections.add(socket);
      const status = Number(headers["x-told"] ?? 200);
      response.statusCode = status;
      if (headers["x-told"] !== "nothing") response.end(JSON.stringify({ url, status }));
    });
    let [door, stop] = ["", async () => {}];
    beforeAll(async () => {
      const [address, serve, watch] = [await listening(model), await freePort(), await freePort()];
      door = `127.0.0.1:${serve}`;
      const places = { "127.0.0.1:8001": address, "listen 8000": `listen ${door}`, "listen 8002": `listen 127.0.0.1:${watch}` };
      stop = await startNginx(proxyConfiguration(1), places, door);
    });
    afterAll(async () => {
      await stop();
      model.closeAllConnections();
      model.close();
    });
    const ask = async (headers: Record<string, string> = {}, where = "/v1/completions") => {
      const answer = await fetch(`http://${door}${where}`, { method: "POST", headers, body: "{}" });
      return { status: answer.status, retryAfter: answer.headers.get("retry-after"), body: (await answer.json()) as object };
    };

    // vLLM closes idle connections after 5 seconds: a request that was on its way then would be lost, and told to be a model that is loading.
    it("has a connection of its own for each request", async () => {
      for (const _ of [1, 2, 3]) expect((await ask()).status).toBe(200);
      expect(connections.size).toBe(3);
    });

    it("hands on what vLLM refuses, and says when to come again where its queue is full", async () => {
      expect(await ask({ "X-Told": "404" })).toEqual({ status: 404, retryAfter: null, body: { url: "/v1/completions", status: 404 } });
      expect(await ask({ "X-Told": "503" })).toEqual({ status: 503, retryAfter: "5", body: { url: "/v1/completions", status: 503 } });
    });

    it("says in JSON what it refuses itself", async () => {
      expect(await ask({}, "/tokenize")).toMatchObject({
        status: 404,
        body: { error: "this server has no such path: use /v1/chat/completions, /v1/completions, /v1/models" },
      });
      expect(await ask({ "X-Told": "nothing" })).toMatchObject({
        status: 504,
        body: { error: "there was no answer within 1 s: ask for fewer tokens" },
      });
      const large = await rawAnswer(door, "POST /tokenize HTTP/1.1\r\nHost: llm\r\nContent-Length: 9999999\r\n\r\n");
      expect(large.split("\r\n\r\n")[1]).toBe('{"error":"the request is larger than 1 MiB: send a shorter prompt"}');
      expect(await rawAnswer(door, "POST / HTTP/9.9\r\n\r\n")).toMatch(/^HTTP\/1.1 505 [^]*application\/json[^]*\{"error":"[^"]*"\}$/);
    });

    it("says when to come again while the model is being loaded", async () => {
      model.closeAllConnections();
      await new Promise((done) => model.close(done));
      expect(await ask()).toEqual({
        ...{ status: 503, retryAfter: "30" },
        body: { error: "the model is being loaded, or the server is stopping: try again" },
      });
    });
  },
);

// Whoever waits behind fifty others is answered when nobody listens any more, and keeps those after him waiting for it.
it.each([
  [{}, 16],
  [{ sequences: 2, answerSeconds: 30, drainSeconds: 30 }, 4],
  [{ sequences: 1, answerSeconds: 10 }, 2],
  [{ sequences: 4, monitoring: { waitingPerReplica: 10 } }, 24],
])("S2 no more wait than can be answered in time, or than make another pod start: %j", (shape, admitted) => {
  expect(server(shape).engine.admittedRequests).toBe(admitted);
});

// An image of 27 GiB, and the kernels that come on top of it: a disk that is full evicts the pod that just became ready.
describe("I3 S2 what a server writes", () => {
  it("is bounded, and less where the cache has a volume of its own", () => {
    expect(storageOf(false)).toEqual({
      ...{ cache: "10Gi", temporary: "1Gi", proxyTemporary: "64Mi", server: "11314Mi", proxy: "114Mi", pod: "11428Mi" },
    });
    expect(storageOf(true)).toEqual({ temporary: "1Gi", proxyTemporary: "64Mi", server: "1074Mi", proxy: "114Mi", pod: "1188Mi" });
  });

  it("has room on the node's disk beside the image", () => {
    expect(faults({ nodeDiskGiB: 40 })).toEqual([
      "diskGiB is 40; its images take about 27 GiB unpacked, it writes 11428Mi, and g4dn.xlarge has 35 GiB for that: use 50 or more",
    ]);
    expect(faults({ nodeDiskGiB: 50 })).toEqual([]);
    expect(faults({ nodeDiskGiB: 40, cacheClaim: { storageClassName: "gp3" } })).toEqual([]);
  });
});

describe("S2 when a pod is added", () => {
  const monitoring = { prometheusUrl: "http://prometheus", waitingPerReplica: 4 };

  it("the first is woken by the queue, the next by what waits in vLLM", () => {
    const queue = { queueUrl: "https://sqs/queue", messagesPerReplica: 8 };
    const { spec } = scaledObject(server({ minReplicas: 0, maxReplicas: 2 }), queue, monitoring);
    expect(spec).toMatchObject({ minReplicaCount: 0, maxReplicaCount: 2, cooldownPeriod: 600 });
    expect(spec.triggers).toEqual([
      {
        type: "aws-sqs-queue",
        name: "queue",
        metadata: { queueURL: "https://sqs/queue", awsRegion: "eu-central-1", queueLength: "8", identityOwner: "operator" },
      },
      {
        type: "prometheus",
        name: "waiting",
        metadata: {
          serverAddress: "http://prometheus",
          query: 'sum(vllm:num_requests_waiting{model_name="llama-2-7b-gptq"})',
          threshold: "4",
        },
      },
      {
        type: "prometheus",
        name: "busy",
        metadata: {
          serverAddress: "http://prometheus",
          query: 'sum(vllm:num_requests_running{model_name="llama-2-7b-gptq"})',
          threshold: "4",
        },
      },
    ]);
  });

  it("alerts on a full cache and on slow answers, each with its runbook", () => {
    const rules = alertRules(server(), { ...monitoring, runbooks: "https://example.com/modelloop" }).spec.groups[0]?.rules ?? [];
    expect(rules.map(({ alert, annotations }) => [alert, annotations.runbook_url])).toEqual([
      ["LanguageModelCacheFull", "https://example.com/modelloop/docs/runbooks/llm-cache-full.md"],
      ["LanguageModelSlow", "https://example.com/modelloop/docs/runbooks/llm-slow.md"],
    ]);
    expect(rules.map(({ expr }) => expr.replace(/^.*(> .*)$/, "$1"))).toEqual(["> 0.85", "> 15"]);
    for (const { annotations } of alertRules(server(), monitoring).spec.groups[0]?.rules ?? [])
      expect(fs.existsSync(path.join(__dirname, "../../../..", annotations.runbook_url))).toBe(true);
  });
});

it("I7 reads one model's files and nothing else of the bucket", () => {
  expect(weightStatements("models", "llm/v1/", "aws", "arn:key")).toEqual([
    {
      ...{ Sid: "ListWeights", Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::models" },
      Condition: { StringLike: { "s3:prefix": "llm/v1/*" } },
    },
    { Sid: "ReadWeights", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::models/llm/v1/*" },
    { Sid: "DecryptWeights", Effect: "Allow", Action: "kms:Decrypt", Resource: "arn:key" },
  ]);
});

describe("S2 refusals of a language model's server", () => {
  it("are none for the smallest arguments", () => {
    expect(faults({})).toEqual([]);
  });

  it.each<[Partial<VllmServerShape<unknown>>, string]>([
    [
      { minReplicas: 0, maxReplicas: 1 },
      "minReplicas is 0; without a pod vLLM has no metric, and nothing would ever wake it: give a wakeQueue, or use 1",
    ],
    [
      { minReplicas: 1, maxReplicas: 3 },
      "maxReplicas is 3; nothing would tell when a second pod is needed: give monitoring or a wakeQueue, or use 1",
    ],
    [
      { minReplicas: 2, maxReplicas: 1, wakeQueue: { queueUrl: "https://sqs/q" } },
      "minReplicas is 2; maxReplicas is 1: lower the one, or raise the other",
    ],
    [
      { maxReplicas: 2, monitoring: {}, cacheClaim: { storageClassName: "gp3" } },
      "cacheClaim is given with maxReplicas 2; an EBS volume is attached to one node at a time, and a second pod would wait for ever: leave it out, or use 1",
    ],
    [
      { weights: { bucketName: "models", prefix: "/llm" } },
      'weights.prefix is "/llm"; it is the folder of one model\'s files: no slash in front, one at the end: write it like llm/llama-2-7b-gptq/v1/',
    ],
    [
      { weights: { bucketName: "", prefix: "llm/" } },
      "weights.bucketName is missing; weights are never fetched from the Hub: name a bucket of yours",
    ],
    [
      { startMinutes: 5 },
      "startMinutes is 5; weights and kernels take minutes, and a budget that is too short restarts the pod for ever: use a whole number from 10 to 60",
    ],
    [
      { servedName: 'x"} or up' },
      'servedName is "x\\"} or up"; it stands in requests, metrics and queries: up to 63 letters, digits, dots, hyphens and underscores: choose such a name',
    ],
    [
      { image: "vllm/vllm-openai:latest" },
      'image is "vllm/vllm-openai:latest"; latest is another image tomorrow: name a version, or better a digest (name@sha256:...)',
    ],
    [
      { answerSeconds: 120 },
      "drainSeconds is 60; answerSeconds is 120, and every roll-out would cut answers off: raise the one, or lower the other",
    ],
    [{ callerNamespaces: [] }, "callerNamespaces is empty; nobody could call the server: name a namespace, or leave it out"],
    [
      { model: LanguageModel.Llama2With7BGptq, customModel: undefined, serviceName: "LLM" },
      'serviceName is "LLM"; it becomes a host name: up to 55 lower-case letters, digits and hyphens, the first a letter: choose such a name',
    ],
  ])("%j", (shape, fault) => {
    expect(faults(shape)).toEqual([fault]);
  });

  // Found by a pod that restarts for ever, an hour and a GPU later.
  it("asks the fit check: a model that does not fit its GPU, or a pod that does not fit its node", () => {
    expect(faults({ model: LanguageModel.Llama2With7B })).toHaveLength(1);
    expect(faults({ model: LanguageModel.Llama2With7B })[0]).toContain("the model llama-2-7b-gptq");
    expect(faults({ model: LanguageModel.Llama2With7B, gpu: GpuModel.L4, instanceType: "g6.xlarge", sequences: 2 })).toEqual([]);
    expect(faults({ sequences: 16 })[0]).toMatch(/^sequences is 16; /);
    expect(faults({ memory: "16Gi" })[0]).toMatch(/^memory is 16Gi; a g4dn\.xlarge has /);
    expect(faults({ nodeDiskGiB: 20 })[0]).toMatch(/^diskGiB is 20; /);
  });
});
