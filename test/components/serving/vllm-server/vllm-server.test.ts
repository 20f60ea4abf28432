/** What vLLM is started with, and what is refused, without Kubernetes and without a GPU. */
import fs from "node:fs";
import path from "node:path";
import { GpuModel, LanguageModel } from "../../../../components";
import { SERVE_VARIABLES, serveFlags, VLLM_VERSION } from "../../../../components/serving/vllm-server/flags";
import { ALLOWED_PATHS, proxyConfiguration } from "../../../../components/serving/vllm-server/proxy";
import { alertRules, scaledObject } from "../../../../components/serving/vllm-server/scaling";
import { serverOf, vllmServerFaults, type VllmServerShape, weightStatements } from "../../../../components/serving/vllm-server/vllm-server";

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
