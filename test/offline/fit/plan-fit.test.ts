/** What fits is decided, and tested, with the components; here, that the pods and nodes of a plan are found and brought together. */
import { fitAnnotation, type FitSubject, GpuModel, LANGUAGE_MODELS, LanguageModel } from "../../../components/serving/fit";
import type { Json, RecordedResource } from "../../../offline/engine";
import { nodeKinds } from "../../../offline/fit/node-groups";
import { planFit } from "../../../offline/fit/plan-fit";
import { FIT_STEP, fitSummary } from "../../../offline/fit/step";
import type { Work } from "../../../offline/commands/pipeline";
import { component, resource } from "../plan/hand-made";

const CLUSTER = resource("aws:eks/cluster:Cluster", "cluster");
const TAINT = { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" };
const TOLERATION = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };
const GPU_LABEL = { "nvidia.com/gpu.present": "true" };

function nodes(
  name: string,
  instanceTypes: string[],
  given: Record<string, Json> = {},
  template: Record<string, Json> = {},
): RecordedResource[] {
  const launchTemplate = resource("aws:ec2/launchTemplate:LaunchTemplate", `${name}-template`, { inputs: template });
  return [
    launchTemplate,
    resource("aws:eks/nodeGroup:NodeGroup", name, {
      inputs: { instanceTypes, ...given },
      propertyDependencies: { launchTemplate: [launchTemplate.urn] },
    }),
  ];
}

const disk = (gib: number) => ({ blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: gib } }] });
const SERVING = nodes("serving", ["m6i.xlarge"], {}, disk(50));
const LLM = nodes("llm", ["g4dn.xlarge"], { labels: GPU_LABEL, taints: [TAINT] }, disk(100));

interface Container {
  image?: string;
  requests?: Record<string, Json>;
  limits?: Record<string, Json>;
  restartPolicy?: string;
}

function deployment(containers: Container[], spec: Record<string, Json> = {}, annotations: Record<string, string> = {}): RecordedResource {
  const written = containers.map(({ image = "app:1", requests = {}, limits = {} }) => ({ image, resources: { requests, limits } }));
  return resource("kubernetes:apps/v1:Deployment", "app", {
    inputs: {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "app", namespace: "serving" } },
      spec: { template: { metadata: { annotations }, spec: { containers: written, ...spec } } },
    },
  });
}

const LLAMA: FitSubject = {
  languageModel: { model: LANGUAGE_MODELS[LanguageModel.Llama2With7BGptq], gpu: GpuModel.T4 },
  node: { instanceType: "g4dn.12xlarge" },
};
const ON_GPU = { nodeSelector: GPU_LABEL, tolerations: [TOLERATION] };
const VLLM = { image: "vllm/vllm-openai:v0.24.0", requests: { cpu: "3", memory: "11Gi" }, limits: { "nvidia.com/gpu": "1" } };

describe("I3 the nodes of a plan", () => {
  it("are known by type, disk, labels and taints", () => {
    expect(nodeKinds([...SERVING, ...LLM])).toEqual([
      {
        ...{ group: "serving", instanceType: "m6i.xlarge", diskGiB: 50, taints: [] },
        labels: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "node.kubernetes.io/instance-type": "m6i.xlarge" },
      },
      {
        ...{ group: "llm", instanceType: "g4dn.xlarge", diskGiB: 100, taints: [TAINT] },
        labels: {
          ...{ "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "node.kubernetes.io/instance-type": "g4dn.xlarge" },
          ...GPU_LABEL,
        },
      },
    ]);
  });

  it("have their images on their own disks where their user data says so", () => {
    const userData = Buffer.from("spec:\n  instance:\n    localStorage:\n      strategy: RAID0\n").toString("base64");
    const [kind] = nodeKinds(nodes("fast", ["g4dn.xlarge"], {}, { userData, ...disk(40) }));
    expect(kind?.diskGiB).toBe(116);
  });
});

describe("I3 S2 the pods of a plan", () => {
  it("fit where one kind of node takes them, and bring their model's figures", () => {
    const [fit] = planFit([CLUSTER, ...SERVING, ...LLM, deployment([VLLM], ON_GPU, fitAnnotation(LLAMA))]);
    expect(fit).toMatchObject({
      ...{ workload: "Deployment serving/app", nodes: ["llm (g4dn.xlarge)"], fits: true, faults: [], notes: [] },
      languageModel: { model: "llama-2-7b-gptq", gpu: "T4", spareTokens: 336 },
    });
  });

  // The scheduler waits, the autoscaler buys, and nothing says why.
  it.each([
    [
      "more CPU than a node has",
      [CLUSTER, ...SERVING, deployment([{ requests: { cpu: "4" } }])],
      "cpu is 4000m; a m6i.xlarge has 3740m for it once EKS' own pods run: ask for at most that, or use a larger type",
    ],
    [
      "containers that only together ask for too much",
      [CLUSTER, ...SERVING, deployment([{ requests: { memory: "8Gi" } }, { limits: { memory: "8Gi" } }])],
      "memory is 16384Mi; a m6i.xlarge has 14042Mi for it once EKS' own pods run: ask for at most that, or use a larger type",
    ],
    [
      "a GPU on a node without one",
      [CLUSTER, ...SERVING, deployment([VLLM])],
      "gpus is 1; m6i.xlarge has no GPU, and the pod would wait for ever: put it on nodes with a GPU, such as g4dn.xlarge",
    ],
    [
      "an image that is larger than the disk",
      [CLUSTER, ...nodes("llm", ["g4dn.xlarge"], { labels: GPU_LABEL, taints: [TAINT] }, disk(20)), deployment([VLLM], ON_GPU)],
      "diskGiB is 20; its images take about 27 GiB unpacked, and g4dn.xlarge has 17 GiB for that: use 40 or more",
    ],
    [
      "volumes that its disk cannot hold beside the image",
      [
        CLUSTER,
        ...nodes("llm", ["g4dn.xlarge"], { labels: GPU_LABEL, taints: [TAINT] }, disk(40)),
        deployment([VLLM], {
          ...ON_GPU,
          volumes: [
            { name: "cache", emptyDir: { sizeLimit: "10Gi" } },
            { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } },
            { name: "map", configMap: { name: "map" } },
          ],
        }),
      ],
      "diskGiB is 40; its images take about 27 GiB unpacked, it writes 10240Mi, and g4dn.xlarge has 35 GiB for that: use 50 or more",
    ],
    [
      "a label that no node has",
      [CLUSTER, ...SERVING, deployment([VLLM], ON_GPU)],
      "nodeSelector is nvidia.com/gpu.present=true; no group of nodes has nvidia.com/gpu.present=true and taints that it tolerates, and the pod would wait for ever: add such nodes, or change where it may run",
    ],
    [
      "a taint that they do not tolerate",
      [CLUSTER, ...LLM, deployment([VLLM])],
      "nodeSelector is not set; every group has a taint that it does not tolerate, and the pod would wait for ever: add such nodes, or change where it may run",
    ],
    [
      "another GPU than their model was judged for",
      [
        CLUSTER,
        ...LLM,
        deployment(
          [VLLM],
          ON_GPU,
          fitAnnotation({ languageModel: { model: LANGUAGE_MODELS[LanguageModel.Qwen3With4BAwq], gpu: GpuModel.L4 } }),
        ),
      ],
      "gpu is l4; the nodes that take it are g4dn.xlarge with a T4: name that GPU, or other nodes",
    ],
  ])("do not fit with %s", (_, resources, fault) => {
    const [fit] = planFit(resources);
    expect([fit?.fits, fit?.faults]).toEqual([false, [fault]]);
  });

  it("S1 tell what their component knows of tree models", () => {
    const subject = {
      treeModels: [{ name: "x", library: "catboost", backend: "fil", tritonRelease: "26.07", features: 37, contractFeatures: 37 }],
    };
    const [fit] = planFit([CLUSTER, ...SERVING, deployment([{}], {}, { "modelloop/fit": JSON.stringify(subject) })]);
    expect(fit?.faults).toEqual(["models[0].backend is fil; it has no reader for CatBoost, whose x it would refuse: use onnxruntime"]);
  });

  // A sidecar runs beside the others; what runs before them has the node for itself.
  it("are summed as a scheduler sums them", () => {
    const initContainers: Json = [
      { image: "load:1", resources: { requests: { cpu: "3900m" } } },
      { image: "proxy:1", restartPolicy: "Always", resources: { requests: { cpu: "1" } } },
    ];
    const [fit] = planFit([CLUSTER, ...SERVING, deployment([{ requests: { cpu: "2" } }], { initContainers })]);
    expect(fit?.faults).toEqual([
      "cpu is 3900m; a m6i.xlarge has 3740m for it once EKS' own pods run: ask for at most that, or use a larger type",
    ]);
  });

  it("are not refused for nodes that this plan does not make", () => {
    expect(planFit([...LLM, deployment([{ requests: { cpu: "90" } }])])).toMatchObject([
      { fits: true, notes: ["its nodes are made elsewhere: what they have was not judged"] },
    ]);
  });

  it("are judged without an annotation that is no text of ours", () => {
    for (const text of ["{", '{"languageModel": {"model": {}}}', "null"]) {
      expect(planFit([CLUSTER, ...SERVING, deployment([{}], {}, { "modelloop/fit": text })])).toMatchObject([
        { fits: true, notes: ["its annotation modelloop/fit cannot be read, and was left out"] },
      ]);
    }
  });

  it("are found in every kind that makes some, and nowhere else", () => {
    const job = resource("kubernetes:batch/v1:CronJob", "job", {
      inputs: { kind: "CronJob", metadata: { name: "job" }, spec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } } },
    });
    const daemons = resource("kubernetes:apps/v1:DaemonSet", "daemons", { inputs: { kind: "DaemonSet" } });
    expect(planFit([CLUSTER, ...SERVING, job, daemons, component("test:index:Group", "group")]).map(({ workload }) => workload)).toEqual([
      "CronJob default/job",
    ]);
  });
});

describe("the step fit", () => {
  const run = (resources: RecordedResource[]) => FIT_STEP.run({ environment: "dev", planned: { apply: { resources } } } as unknown as Work);

  it("refuses the environment, with the pod's name, and writes fit.json", async () => {
    const report = await run([CLUSTER, ...SERVING, deployment([{ requests: { cpu: "4" } }])]);
    expect(report).toMatchObject({
      summary: ["1 of 1 workload refused"],
      refusals: [
        "Deployment serving/app does not fit:\n  - cpu is 4000m; a m6i.xlarge has 3740m for it once EKS' own pods run: ask for at most that, or use a larger type",
      ],
    });
    expect(JSON.parse(report.files?.["fit.json"] ?? "")).toMatchObject({ environment: "dev", workloads: [{ fits: false }] });
  });

  it("says in a line how much is left", () => {
    expect(fitSummary([])).toEqual(["no pods in this plan"]);
    expect(fitSummary(planFit([CLUSTER, ...LLM, deployment([VLLM], ON_GPU, fitAnnotation(LLAMA))]))).toEqual([
      "1 workload fits",
      "llama-2-7b-gptq on a T4: 336 tokens to spare",
    ]);
  });
});
