import { type VllmServerArgs, VllmServer } from "../../../../components";
import { type Properties } from "../../../../offline/engine";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const smallest: VllmServerArgs = {
  cluster: {
    ...{ clusterName: "ml", vpcId: "vpc-1", clusterSecurityGroupId: "sg-1", endpoint: "https://ml", certificateAuthority: "Y2E=" },
    ...{ oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/issuer", oidcIssuer: "issuer" },
  },
  namespace: "serving",
  weights: { bucketName: "models", prefix: "llm/llama-2-7b-gptq/v1/" },
  apiKey: { clusterSecretStoreName: "store", secretName: "serving/llm-key" },
};

const full: Partial<VllmServerArgs> = {
  ...{ minReplicas: 0, maxReplicas: 1, chatTemplate: "{{ messages }}", callerNamespaces: ["mlops"] },
  weights: { ...smallest.weights, kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1" },
  wakeQueue: { queueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/explanations" },
  monitoring: { prometheusUrl: "http://prometheus-operated.monitoring.svc:9090" },
  cacheClaim: { storageClassName: "gp3" },
};

const vllm = (args: Partial<VllmServerArgs> = {}, mode: "apply" | "preview" = "apply") =>
  planOf(
    () => {
      const { serviceName, namespace, clusterUrl, servedName, roleArn } = new VllmServer("llm", { ...smallest, ...args });
      return { serviceName, namespace, clusterUrl, servedName, roleArn };
    },
    { mode },
  );

interface Container {
  readonly name: string;
  readonly args: string[];
  readonly resources: { requests: Record<string, string>; limits: Record<string, string> };
  readonly securityContext: Properties;
  readonly startupProbe: { periodSeconds: number; failureThreshold: number };
}

interface PodSpec extends Properties {
  readonly containers: never;
}

function podOf(plan: Plan) {
  const spec = plan.inputs("llm-deployment")["spec"] as unknown as { template: { spec: PodSpec }; strategy: unknown; replicas?: number };
  const pod = spec.template.spec as unknown as {
    containers: Container[];
    initContainers: Container[];
    terminationGracePeriodSeconds: number;
    nodeSelector: unknown;
    tolerations: unknown;
    enableServiceLinks: boolean;
  };
  return { spec, pod, all: [...pod.containers, ...pod.initContainers] };
}

describe("S2 the smallest server of a language model", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await vllm();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:eks/podIdentityAssociation:PodIdentityAssociation llm-identity",
      "aws:iam/role:Role llm-role",
      "aws:iam/rolePolicy:RolePolicy llm-policy",
      "kubernetes:apps/v1:Deployment llm-deployment",
      "kubernetes:core/v1:ConfigMap llm-proxy",
      "kubernetes:core/v1:Service llm-service",
      "kubernetes:core/v1:ServiceAccount llm-account",
      "kubernetes:external-secrets.io/v1:ExternalSecret llm-secrets",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy llm-network-policy",
      "kubernetes:policy/v1:PodDisruptionBudget llm-disruption-budget",
      "modelloop:index:VllmServer llm",
    ]);
    expect(plan.recording.stackOutputs).toMatchObject({ clusterUrl: "http://llm.serving.svc", servedName: "llama-2-7b-gptq" });
  });

  it("takes the GPU of the pod that it replaces, on nodes that are kept for GPUs", () => {
    const { spec, pod } = podOf(plan);
    expect(spec.strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } });
    expect(pod.nodeSelector).toEqual({ "nvidia.com/gpu.present": "true" });
    expect(pod.tolerations).toEqual([{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
    const [server] = pod.containers;
    expect([server?.resources.requests["nvidia.com/gpu"], server?.resources.limits["nvidia.com/gpu"]]).toEqual(["1", "1"]);
    expect(server?.args[0]).toBe("s3://models/llm/llama-2-7b-gptq/v1/");
  });

  it("I3 asks for the disk that it writes, and gets no more of it", () => {
    const disk = (plan: Plan) =>
      podOf(plan).all.map(({ resources: { requests, limits } }) => [requests["ephemeral-storage"], limits["ephemeral-storage"]]);
    expect(disk(plan)).toEqual([
      ["11314Mi", "11314Mi"],
      ["114Mi", "114Mi"],
    ]);
  });

  // A pod that is killed in the middle of a start starts again, for ever; one that is killed in an answer loses it.
  it("has ten minutes and more to start, and time to finish its answers", () => {
    const { pod } = podOf(plan);
    const { periodSeconds, failureThreshold } = pod.containers[0]?.startupProbe ?? { periodSeconds: 0, failureThreshold: 0 };
    expect(periodSeconds * failureThreshold).toBe(900);
    expect(pod.terminationGracePeriodSeconds).toBe(15 + 60 + 15);
  });

  it("M6 is closed as Kubernetes' restricted standard asks", () => {
    for (const { name, securityContext } of podOf(plan).all)
      expect({ name, ...securityContext }).toMatchObject({
        name,
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      });
    expect(podOf(plan).pod.enableServiceLinks).toBe(false);
    expect(JSON.stringify(plan.resources.map(({ inputs }) => inputs))).not.toMatch(/"hostPath"|"privileged"/);
  });

  it("fetches its key by name, and waits for what it needs before the first pod", () => {
    expect(plan.inputs("llm-secrets")["spec"]).toMatchObject({
      data: [{ secretKey: "VLLM_API_KEY", remoteRef: { key: "serving/llm-key" } }],
    });
    expect(plan.waitsFor("llm-deployment")).toEqual(
      expect.arrayContaining(["llm-account", "llm-identity", "llm-network-policy", "llm-proxy", "llm-secrets"]),
    );
  });

  // Without weights no pod can answer: a first `up` that waits for one never ends well.
  it("is not waited for", () => {
    for (const name of ["llm-deployment", "llm-service"])
      expect(plan.inputs(name)["metadata"]).toMatchObject({ annotations: { "pulumi.com/skipAwait": "true" } });
  });
});

describe("S2 a server with everything", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await vllm(full);
  });

  it("adds a template, a cache, an autoscaler, a monitor and alerts", async () => {
    const known = new Set((await vllm()).list);
    expect(plan.list.filter((resource) => !known.has(resource))).toEqual([
      "kubernetes:core/v1:ConfigMap llm-chat-template",
      "kubernetes:core/v1:PersistentVolumeClaim llm-cache",
      "kubernetes:keda.sh/v1alpha1:ScaledObject llm-autoscaler",
      "kubernetes:monitoring.coreos.com/v1:PrometheusRule llm-alerts",
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor llm-monitor",
    ]);
  });

  it("leaves the number of pods to KEDA", () => {
    expect(podOf(plan).spec.replicas).toBeUndefined();
  });

  it("rolls its pods when what they read at their start changes, and only then", async () => {
    const version = (of: Plan) =>
      (of.inputs("llm-deployment")["spec"] as unknown as { template: { metadata: { annotations: Record<string, string> } } }).template
        .metadata.annotations["modelloop/configuration"];
    const other = await vllm({ ...full, chatTemplate: "{{ other }}" });
    expect(version(other)).not.toBe(version(plan));
    expect(version(await vllm({ ...full, callerNamespaces: ["airflow"] }))).toBe(version(plan));
  });

  it("sends only manifests that Kubernetes takes", () => {
    const objects = plan.resources.filter(({ type }) => /^kubernetes:(apps|core|networking|policy)/.test(type));
    expect(objects.flatMap(({ inputs }) => manifestFaults(inputs))).toEqual([]);
    expect(objects).toHaveLength(8);
  });

  it("is the same in a preview", async () => {
    expect((await vllm(full, "preview")).list).toEqual(plan.list);
  });
});

it("S2 a server that sleeps has no pod, and nothing that would wake it", async () => {
  const plan = await vllm({ minReplicas: 0 });
  expect(podOf(plan).spec.replicas).toBe(0);
  expect(plan.has("llm-autoscaler")).toBe(false);
});

it("S2 is refused before anything is created, all faults at once", () => {
  expect(refusalOf(() => new VllmServer("llm", { ...smallest, minReplicas: -1, startMinutes: 1 }))).toBe(
    [
      `VllmServer "llm" cannot be built:`,
      "  - startMinutes is 1; weights and kernels take minutes, and a budget that is too short restarts the pod for ever: use a whole number from 10 to 60",
      "  - minReplicas is -1; pods are counted: use a whole number from 0 to 100",
    ].join("\n"),
  );
});
