import { Accelerator, ModelKind, TritonServer, type TritonServerArgs } from "../../../../components";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const smallest: TritonServerArgs = {
  cluster: {
    ...{ clusterName: "ml", vpcId: "vpc-1", clusterSecurityGroupId: "sg-1", endpoint: "https://ml", certificateAuthority: "Y2E=" },
    ...{ oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/issuer", oidcIssuer: "issuer" },
  },
  ...{ namespace: "serving", bucketName: "models", stsCidrs: ["10.0.0.0/16"] },
  models: [
    { name: "anomaly_xgboost", kind: ModelKind.XGBoost },
    { name: "anomaly_catboost", kind: ModelKind.CatBoost },
  ],
};

const full: Partial<TritonServerArgs> = {
  ...{
    kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1",
    callers: [{ namespace: "edge", podLabels: { "app.kubernetes.io/name": "gateway" } }],
    nodeSelector: { "modelloop/node-group": "serving" },
  },
  monitoring: { prometheusUrl: "http://prometheus-operated.monitoring.svc:9090" },
};

const triton = (args: Partial<TritonServerArgs> = {}) =>
  planOf(() => {
    const server = new TritonServer("anomalies", { ...smallest, ...args });
    return { reference: server.reference(), release: server.releaseReference() };
  });

interface Container {
  command?: string[];
  args: string[];
  env: { name: string }[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: unknown;
  readinessProbe: unknown;
  startupProbe: { failureThreshold: number; periodSeconds: number };
}

function podOf(plan: Plan, slot = "a") {
  const spec = plan.inputs(`anomalies-${slot}-deployment`)["spec"] as unknown as {
    replicas: number;
    strategy: unknown;
    template: {
      spec: {
        containers: [Container];
        nodeSelector: unknown;
        tolerations?: unknown;
        terminationGracePeriodSeconds: number;
        securityContext: unknown;
      };
    };
  };
  return { spec, pod: spec.template.spec, container: spec.template.spec.containers[0] };
}

describe("S1 the smallest server of tree models", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await triton();
  });

  it("is this and nothing else", () => {
    const slots = ["a", "b"].flatMap((slot) => [
      `kubernetes:apps/v1:Deployment anomalies-${slot}-deployment`,
      `kubernetes:core/v1:Service anomalies-${slot}-service`,
      `kubernetes:keda.sh/v1alpha1:ScaledObject anomalies-${slot}-scaling`,
      `kubernetes:policy/v1:PodDisruptionBudget anomalies-${slot}-disruption-budget`,
    ]);
    expect(plan.list).toEqual(
      [
        ...slots,
        "aws:iam/role:Role anomalies-role",
        "aws:iam/rolePolicy:RolePolicy anomalies-policy",
        "kubernetes:core/v1:ServiceAccount anomalies-account",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy anomalies-network-policy",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy anomalies-writers-policy",
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding anomalies-writers-policy-binding",
        "kubernetes:rbac.authorization.k8s.io/v1:Role anomalies-writers",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding anomalies-writers-binding",
        "modelloop:index:TritonServer anomalies",
      ].sort(),
    );
  });

  it("tells the router its Services, and the loop what it may write", () => {
    expect(plan.recording.stackOutputs).toEqual({
      reference: { namespace: "serving", slotAServiceName: "anomalies-a", slotBServiceName: "anomalies-b", httpPort: 8_000 },
      release: {
        ...{ namespace: "serving", serverName: "anomalies", releasesUrl: "s3://models/releases/", writersGroup: "release-writers" },
        ...{ accelerator: "cpu", cpus: 2 },
        models: ["anomaly_xgboost", "anomaly_xgboost_fil", "anomaly_xgboost_label", "anomaly_catboost"],
      },
    });
  });

  // The first `up` has neither a release nor a model: pods would crash until somebody gave up on the update.
  it("sleeps in both slots until the loop wakes one", () => {
    for (const slot of ["a", "b"]) {
      expect(podOf(plan, slot).spec.replicas).toBe(0);
      expect(plan.inputs(`anomalies-${slot}-scaling`)["metadata"]).toMatchObject({
        annotations: { "autoscaling.keda.sh/paused-replicas": "0" },
      });
    }
  });

  // Pulumi's provider does not understand paths into lists or names with dots: it would send them after all, and put an old release back.
  it("leaves replicas to KEDA and sleep to the loop by paths that the provider understands, and sends no release at all", () => {
    const ignored = (name: string) => plan.resource(name).options.ignoreChanges;
    expect([ignored("anomalies-a-deployment"), ignored("anomalies-a-scaling")]).toEqual([["spec.replicas"], ["metadata.annotations"]]);
    expect(podOf(plan).container.env.map(({ name }) => name)).not.toContain("RELEASE_PREFIX");
    expect(podOf(plan).container.args[0]).toBe("--model-repository=s3://models/$(RELEASE_PREFIX)");
  });

  it("loads every model of every variant by name", () => {
    expect(podOf(plan).container.args.filter((flag) => flag.startsWith("--load-model="))).toEqual([
      "--load-model=anomaly_xgboost",
      "--load-model=anomaly_xgboost_fil",
      "--load-model=anomaly_xgboost_label",
      "--load-model=anomaly_catboost",
    ]);
  });

  // Asked of one model, a pod takes calls for the others too, whose backend may have died.
  it("replaces one pod after the other, by the readiness of all its models, and drains", () => {
    const { spec, pod, container } = podOf(plan);
    expect(spec.strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    expect(container.readinessProbe).toMatchObject({ httpGet: { path: "/v2/health/ready", port: "http" } });
    expect(container.startupProbe).toMatchObject({ httpGet: { path: "/v2/models/anomaly_xgboost/ready", port: "http" } });
    expect(container.args).toContain("--strict-readiness=true");
    expect(container.startupProbe.failureThreshold * container.startupProbe.periodSeconds).toBe(600);
    // 15 s until nobody calls any more, 30 s for those who did.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(45);
  });

  it("runs as nobody, writes nothing but /tmp, and has no more threads than CPUs", () => {
    const { pod, container } = podOf(plan);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1_000 });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(container.env).toContainEqual({ name: "OMP_NUM_THREADS", value: "2" });
  });

  // Triton's S3 client is too old for Pod Identity; without the subject any pod of the cluster could read every release.
  it("reads the releases as one service account, and nothing else", () => {
    expect(plan.document("anomalies-role", "assumeRolePolicy")).toMatchObject({
      Statement: [
        {
          Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/issuer" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { "issuer:sub": "system:serviceaccount:serving:anomalies", "issuer:aud": "sts.amazonaws.com" } },
        },
      ],
    });
    expect(plan.document("anomalies-policy", "policy")).toMatchObject({
      Statement: [
        { Action: "s3:ListBucket", Resource: "arn:aws:s3:::models" },
        { Action: "s3:GetObject", Resource: "arn:aws:s3:::models/releases/*" },
      ],
    });
    expect(plan.has("anomalies-identity")).toBe(false);
  });

  // A loop that may patch any Deployment of the namespace may run any image with its secrets.
  it("lets the loop write to its own four objects by name", () => {
    const names = ["anomalies-a", "anomalies-b"];
    expect(plan.inputs("anomalies-writers")["rules"]).toEqual([
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames: names, verbs: ["get", "patch"] },
      { apiGroups: ["keda.sh"], resources: ["scaledobjects"], resourceNames: names, verbs: ["get", "patch"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
    ]);
  });
});

const OF_SLOT = 'service="anomalies-b",model=~"anomaly_xgboost_fil|anomaly_catboost"';
const REJECTED = `(sum(rate(nv_inference_request_failure{${OF_SLOT},reason="REJECTED"}[2m])) or vector(0))`;
const QUERY = [
  `(sum(rate(nv_inference_queue_duration_us{${OF_SLOT}}[2m])) + ${REJECTED} * 200000)`,
  `(sum(rate(nv_inference_request_success{${OF_SLOT}}[2m])) + ${REJECTED} > 0) or vector(0)`,
].join(" / ");

it("S1 scales 3 to 10 by CPU and by the time that calls wait, where there is Prometheus", async () => {
  const plan = await triton(full);
  expect(plan.inputs("anomalies-b-scaling")["spec"]).toMatchObject({
    ...{ minReplicaCount: 3, maxReplicaCount: 10, scaleTargetRef: { name: "anomalies-b" } },
    fallback: { failureThreshold: 3, replicas: 3, behavior: "currentReplicasIfHigher" },
    triggers: [
      { type: "cpu", metricType: "Utilization", metadata: { value: "60" } },
      {
        type: "prometheus",
        metricType: "Value",
        metadata: {
          serverAddress: "http://prometheus-operated.monitoring.svc:9090",
          query: QUERY,
          threshold: "5000",
        },
      },
    ],
  });
  expect(plan.has("anomalies-monitor")).toBe(true);
});

// Where somebody else scrapes, a ServiceMonitor is a kind that the cluster does not know, and the update ends there.
it("S1 scales by waiting without a ServiceMonitor where there is no operator for it", async () => {
  const monitoring = { prometheusUrl: "http://prometheus:9090", serviceMonitor: false };
  const plan = await triton({ monitoring });
  expect(plan.has("anomalies-monitor")).toBe(false);
  expect(plan.inputs("anomalies-a-scaling")["spec"]).toMatchObject({ triggers: [{ type: "cpu" }, { type: "prometheus" }] });
});

// Whoever reaches it asks past the split, the rate limit and the log: predictions that no experiment knows of.
it("S1 answers the router's pods only, by HTTP only, and shows its metrics to nobody", async () => {
  const plan = await triton();
  const { ingress } = plan.inputs("anomalies-network-policy")["spec"] as unknown as { ingress: unknown[] };
  expect(ingress).toEqual([
    {
      from: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "serving" } },
          podSelector: { matchLabels: { "app.kubernetes.io/name": "ab-router" } },
        },
      ],
      ports: [{ port: 8_000, protocol: "TCP" }],
    },
  ]);
  const { container } = podOf(plan);
  expect(container.args).toContain("--allow-grpc=false");
  expect(container.args.filter((flag) => flag.startsWith("--grpc-"))).toEqual([]);
  expect(container).toMatchObject({ ports: [{ name: "http" }, { name: "metrics" }] });
});

// A release that nobody could try before users get it.
it("S1 lets the loop's functions try a release on its pods, by HTTP, where their ranges are named", async () => {
  const plan = await triton({ readerCidrs: ["10.0.196.0/22"] });
  const { ingress } = plan.inputs("anomalies-network-policy")["spec"] as unknown as { ingress: unknown[] };
  expect(ingress[1]).toEqual({ from: [{ ipBlock: { cidr: "10.0.196.0/22" } }], ports: [{ port: 8_000, protocol: "TCP" }] });
});

it("S1 opens gRPC where it is asked for, closed for the same as HTTP", async () => {
  const plan = await triton({ allowGrpc: true });
  const { container } = podOf(plan);
  expect(container.args).not.toContain("--allow-grpc=false");
  expect(container.args.filter((flag) => flag.startsWith("--grpc-"))).toHaveLength(2);
  expect(plan.inputs("anomalies-a-service")["spec"]).toMatchObject({ ports: [{ name: "http" }, { name: "grpc" }, { name: "metrics" }] });
  expect(plan.inputs("anomalies-network-policy")["spec"]).toMatchObject({ ingress: [{ ports: [{ port: 8_000 }, { port: 8_001 }] }] });
});

// Its patch could name another image, which would run with the right to read every model.
it("S3 has Kubernetes refuse whatever the loop's group changes but a release and a sleep", async () => {
  const plan = await triton({ writersGroup: "ml-loop", releasesPrefix: "line/" });
  const spec = plan.inputs("anomalies-writers-policy")["spec"] as unknown as { validations: { message: string; expression: string }[] };
  expect(spec).toMatchObject({
    failurePolicy: "Fail",
    matchConditions: [{ expression: '"ml-loop" in request.userInfo.groups' }],
    matchConstraints: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "serving" } },
      resourceRules: [{ resources: ["deployments"] }, { resources: ["scaledobjects"], resourceNames: ["anomalies-a", "anomalies-b"] }],
    },
  });
  expect([...new Set(spec.validations.map(({ message }) => message))]).toEqual([
    "this group may exchange a slot's release, and change nothing else of the Deployment",
    "this group may put a slot to sleep and wake it, and change nothing else of the ScaledObject",
  ]);
  expect(spec.validations.some(({ expression }) => expression.includes('startsWith("line/")'))).toBe(true);
  expect(plan.inputs("anomalies-writers-policy-binding")["spec"]).toEqual({
    policyName: "serving-anomalies-release-writers",
    validationActions: ["Deny"],
  });
});

it("answers named callers only, and calls S3 and STS only", async () => {
  const spec = (await triton(full)).inputs("anomalies-network-policy")["spec"] as unknown as {
    ingress: unknown[];
    egress: { to: unknown[] }[];
  };
  expect(spec.ingress).toEqual([
    {
      from: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } },
          podSelector: { matchLabels: { "app.kubernetes.io/name": "gateway" } },
        },
      ],
      ports: [{ port: 8_000, protocol: "TCP" }],
    },
    {
      from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
      ports: [{ port: 8_002, protocol: "TCP" }],
    },
  ]);
  expect(spec.egress[1]?.to).toContainEqual({ ipBlock: { cidr: "10.0.0.0/16" } });
  expect(JSON.stringify(spec.egress)).not.toContain("0.0.0.0/0");
});

// A roll-out that first wants one GPU more than there are waits for ever.
it("asks for a GPU, and gives one up before it takes the next", async () => {
  const { spec, pod, container } = podOf(await triton({ accelerator: Accelerator.Gpu }));
  expect(spec.strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
  expect(container.resources.limits["nvidia.com/gpu"]).toBe("1");
  expect(pod.nodeSelector).toEqual({ "nvidia.com/gpu.present": "true" });
  expect(pod.tolerations).toHaveLength(1);
});

// On a node whose driver is older than the image's CUDA no model would load.
it("S8 starts through the image's entry point where there is a GPU, which knows how to fit CUDA to the driver", async () => {
  const onGpu = podOf(await triton({ accelerator: Accelerator.Gpu })).container;
  expect([onGpu.command, onGpu.args[0]]).toEqual([undefined, "tritonserver"]);
  const onCpu = podOf(await triton()).container;
  expect(onCpu.command).toEqual(["tritonserver"]);
  expect([onCpu, onGpu].map(({ env }) => env.some(({ name }) => name === "TRITON_SERVER_CPU_ONLY"))).toEqual([true, false]);
});

it("decrypts what its bucket encrypts", async () => {
  const { Statement } = (await triton(full)).document("anomalies-policy", "policy") as {
    Statement: { Action: string; Resource: string }[];
  };
  expect(Statement.at(-1)).toMatchObject({ Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:123456789012:key/1" });
});

it("sends only manifests that Kubernetes takes", async () => {
  const objects = (await triton(full)).resources.filter(({ type }) =>
    /^kubernetes:(admissionregistration|apps|core|networking|policy)/.test(type),
  );
  expect(objects.flatMap(({ inputs }) => manifestFaults(inputs))).toEqual([]);
  expect(objects).toHaveLength(10);
});

it("refuses all that is wrong before it creates anything", () => {
  expect(refusalOf(() => new TritonServer("anomalies", { ...smallest, models: [], stsCidrs: [] }))).toBe(
    [
      'TritonServer "anomalies" cannot be built:',
      "  - models is empty; a server without models never gets ready: name one",
      "  - stsCidrs is empty; without AWS STS the pods get no credentials, and read no model: name the VPC's range where it has an endpoint for STS",
    ].join("\n"),
  );
});
