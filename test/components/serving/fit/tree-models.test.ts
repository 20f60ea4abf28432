/** S1: tree models on Triton; I3: images and pods on nodes. */
import {
  driverFaults,
  GpuModel,
  NODE_DRIVER,
  nodeRoom,
  type PodDemand,
  podFaults,
  runtimeImage,
  TreeBackend,
  TreeLibrary,
  treeModelFaults,
  type TreeModelRequest,
} from "../../../../components/serving/fit";

const XGBOOST: TreeModelRequest = {
  ...{ name: "anomaly_xgboost", library: TreeLibrary.XgBoost, libraryVersion: "3.0.5", backend: TreeBackend.Fil },
  ...{ tritonRelease: "26.07", features: 37, contractFeatures: 37 },
};

describe("S1 who reads which file", () => {
  it.each([
    ["1.7.6", "24.10", true],
    ["3.0.5", "24.10", true],
    ["3.0.5", "25.12", true],
    ["3.1.0", "25.12", false],
    ["3.1.0", "26.01", true],
    ["3.2.0", "26.05", false],
    ["3.2.0", "26.06", true],
    ["3.3.0", "26.07", false],
    ["10.0.0", "26.07", false],
  ])("S1 XGBoost %s on Triton %s: %s", (libraryVersion, tritonRelease, reads) => {
    expect(treeModelFaults({ ...XGBOOST, libraryVersion, tritonRelease }).length === 0).toBe(reads);
  });

  it.each<[string, Partial<TreeModelRequest>, string]>([
    [
      "a file that is newer than the server",
      { libraryVersion: "3.1.2", tritonRelease: "25.12" },
      "libraryVersion is 3.1.2; Triton 25.12 reads XGBoost's files up to 3.0: use Triton 26.01 or newer, or train with 3.0",
    ],
    [
      "a file that is newer than any server",
      { libraryVersion: "3.3.0" },
      "libraryVersion is 3.3.0; Triton 26.07 reads XGBoost's files up to 3.2: train with 3.2",
    ],
    [
      "a server that nobody looked up",
      { tritonRelease: "23.01" },
      "tritonRelease is 23.01; what older ones than 24.10 read was not looked up: use 26.07",
    ],
    [
      "CatBoost on FIL",
      { library: TreeLibrary.CatBoost, name: "anomaly_catboost" },
      "backend is fil; it has no reader for CatBoost, whose anomaly_catboost it would refuse: use onnxruntime",
    ],
    [
      "new categorical columns",
      { libraryVersion: "3.1.0", categorical: true },
      "libraryVersion is 3.1.0; its categorical columns are written in a way that Triton cannot read: encode them as numbers beforehand",
    ],
    [
      "another number of columns than callers send",
      { features: 38 },
      "features is 38; callers send 37 columns, and anomaly_xgboost would read them as something else: train it on these, or change the contract with all callers",
    ],
    [
      "a GPU model on a CPU slot",
      { onGpu: true },
      "onGpu is true; the pod of anomaly_xgboost has no GPU, and Triton would not load it: ask for one, or leave it on the CPU, which needs some 10 microseconds a row",
    ],
    [
      "a release that is none",
      { tritonRelease: "2.71.0" },
      'tritonRelease is "2.71.0"; Triton\'s releases are called year.month: write one such as 26.07',
    ],
  ])("S1 refuses %s", (_, change, fault) => {
    expect(treeModelFaults({ ...XGBOOST, ...change })).toEqual([fault]);
  });

  it("S1 says nothing of a version that it is not told, and takes CatBoost as a graph", () => {
    const { libraryVersion: _, ...unversioned } = XGBOOST;
    expect(treeModelFaults(unversioned)).toEqual([]);
    expect(
      treeModelFaults({ ...unversioned, library: TreeLibrary.CatBoost, backend: TreeBackend.OnnxRuntime, onGpu: true, gpus: 1 }),
    ).toEqual([]);
    expect(treeModelFaults({ ...XGBOOST, libraryVersion: "3.0.0", categorical: true })).toEqual([]);
  });
});

describe("I3 CUDA in an image against a node's driver", () => {
  it.each([
    ["vllm/vllm-openai:v0.24.0", "vLLM 0.24.0", "13.0"],
    ["vllm/vllm-openai:v0.19.1", "vLLM 0.19.1", "12.9"],
    ["vllm/vllm-openai:v0.24.0-cu129", "vLLM 0.24.0", "12.9"],
    ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/mirror/vllm-openai:v1.0.0@sha256:ab", "vLLM 1.0.0", "13.0"],
    ["nvcr.io/nvidia/tritonserver:26.07-py3", "Triton 26.07", "13.3"],
    ["nvcr.io/nvidia/tritonserver:27.01-py3", "Triton 27.01", undefined],
  ])("I3 %s is %s with CUDA %s", (image, title, cuda) => {
    expect(runtimeImage(image)).toMatchObject({ title, cuda });
  });

  it("I3 an image of something else is not judged", () => {
    expect([runtimeImage("nginx:1.30.1"), runtimeImage("vllm/vllm-openai@sha256:ab")]).toEqual([undefined, undefined]);
    expect(driverFaults("image", "nginx:1.30.1", GpuModel.T4, "1")).toEqual([]);
  });

  // CUDA says "driver version is insufficient" when the first kernel runs, after the image has been pulled and the weights loaded.
  it.each([
    ["vllm/vllm-openai:v0.24.0", NODE_DRIVER, []],
    ["nvcr.io/nvidia/tritonserver:26.07-py3", "580.65.06", []],
    [
      "vllm/vllm-openai:v0.24.0",
      "570.172.08",
      [
        "image is vllm/vllm-openai:v0.24.0; it holds CUDA 13.0, which needs driver 580 or newer, and the node has 570.172.08: use a newer AMI, or an image with CUDA 12",
      ],
    ],
    ["vllm/vllm-openai:v0.19.1", "570.172.08", []],
  ])("I3 %s on driver %s", (image, driver, faults) => {
    expect(driverFaults("image", image, GpuModel.T4, driver)).toEqual(faults);
  });
});

describe("I3 what a node has for a pod", () => {
  it.each([
    ["g4dn.xlarge", 100, { cpuMillis: 3_740, memoryMiB: 14_361, gpus: 1, gpu: GpuModel.T4, ephemeralStorageGiB: 89 }],
    ["g4dn.12xlarge", 100, { gpus: 4 }],
    ["m6i.xlarge", undefined, { cpuMillis: 3_740, memoryMiB: 14_042, gpus: 0, gpu: undefined, ephemeralStorageGiB: 17 }],
    ["r7i.large", 20, { cpuMillis: 1_750, gpus: 0 }],
  ])("I3 %s", (instanceType, diskGiB, room) => {
    expect(nodeRoom({ instanceType, ...(diskGiB !== undefined && { diskGiB }) })).toMatchObject(room);
  });

  it("I3 types that are in no table are left to others", () => {
    for (const instanceType of ["m6g.xlarge", "p5.48xlarge", "t3.medium", "m6i.metal"]) {
      expect(nodeRoom({ instanceType })).toBeUndefined();
      expect(podFaults({ cpu: "999" }, { instanceType })).toEqual([]);
    }
  });

  it.each<[PodDemand, string[]]>([
    [{ cpu: "3740m", memory: "14361Mi", gpus: 1 }, []],
    [
      { cpu: "3741m" },
      ["pod.cpu is 3741m; a g4dn.xlarge has 3740m for it once EKS' own pods run: ask for at most that, or use a larger type"],
    ],
    [
      { memory: "15Gi" },
      ["pod.memory is 15Gi; a g4dn.xlarge has 14361Mi for it once EKS' own pods run: ask for at most that, or use a larger type"],
    ],
    [{ gpus: 2 }, ["pod.gpus is 2; g4dn.xlarge has 1, and the pod would wait for ever: ask for fewer, or use g4dn.12xlarge"]],
    [
      { packedImagesGb: 13, ephemeralStorage: "80Gi" },
      ["pod.diskGiB is 100; its images take about 27 GiB unpacked, it writes 80Gi, and g4dn.xlarge has 89 GiB for that: use 120 or more"],
    ],
    [{ cpu: "three" }, []],
  ])("I3 %j", (pod, faults) => {
    expect(podFaults(pod, { instanceType: "g4dn.xlarge", diskGiB: 100 }, "pod.")).toEqual(faults);
  });

  it("I3 the disk that it names is large enough indeed", () => {
    const pod = { packedImagesGb: 13 };
    const [fault = ""] = podFaults(pod, { instanceType: "g4dn.xlarge" });
    expect(fault).toBe(
      "diskGiB is not set, which means 20; its images take about 27 GiB unpacked, and g4dn.xlarge has 17 GiB for that: use 40 or more",
    );
    expect(podFaults(pod, { instanceType: "g4dn.xlarge", diskGiB: 40 })).toEqual([]);
  });
});
