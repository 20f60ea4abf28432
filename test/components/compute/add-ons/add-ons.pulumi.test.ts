import { AddOn, AddOns, type AddOnsArgs } from "../../../../components";
import { planOf, type Plan, refusalOf } from "../../shared/plan-of";
import { cluster, kubernetesFaults, statementsOf } from "../shared/surroundings";

const addOns = (args: Partial<AddOnsArgs> = {}) =>
  planOf(() => {
    const { releaseNames, loadBalancerController, secretStoreName } = new AddOns("base", { cluster, ...args });
    return { releaseNames, loadBalancerController, secretStoreName };
  });

const releases = ({ list }: Plan) => list.filter((line) => line.includes(":Release ")).map((line) => line.split(" ")[1]);

describe("I3 all add-ons", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await addOns();
  });

  it("are these and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:eks/podIdentityAssociation:PodIdentityAssociation base-external-secrets-identity",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation base-keda-identity",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation base-load-balancers-identity",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation base-node-autoscaling-identity",
      "aws:iam/role:Role base-external-secrets-role",
      "aws:iam/role:Role base-keda-role",
      "aws:iam/role:Role base-load-balancers-role",
      "aws:iam/role:Role base-node-autoscaling-role",
      "aws:iam/rolePolicy:RolePolicy base-load-balancers-policy",
      "aws:iam/rolePolicy:RolePolicy base-node-autoscaling-policy",
      "kubernetes:core/v1:Namespace base-external-secrets-namespace",
      "kubernetes:core/v1:Namespace base-keda-namespace",
      "kubernetes:external-secrets.io/v1:ClusterSecretStore base-secret-store",
      "kubernetes:helm.sh/v3:Release base-external-secrets",
      "kubernetes:helm.sh/v3:Release base-gpu-metrics",
      "kubernetes:helm.sh/v3:Release base-gpu-plugin",
      "kubernetes:helm.sh/v3:Release base-keda",
      "kubernetes:helm.sh/v3:Release base-load-balancers",
      "kubernetes:helm.sh/v3:Release base-metrics-server",
      "kubernetes:helm.sh/v3:Release base-node-autoscaling-release",
      ...["external-secrets", "keda"].flatMap((noun) =>
        ["allow-control-plane", "allow-neighbours", "allow-scraping", "default-deny"].map(
          (policy) => `kubernetes:networking.k8s.io/v1:NetworkPolicy base-${noun}-${policy}`,
        ),
      ),
      "modelloop:index:AddOns base",
      "modelloop:index:NodeAutoscaling base-node-autoscaling",
    ]);
    expect(plan.recording.stackOutputs).toEqual({
      ...{ loadBalancerController: "aws-load-balancer-controller", secretStoreName: "aws-secrets-manager" },
      releaseNames: ["aws-load-balancer-controller", "external-secrets", "keda", "metrics-server", "nvidia-device-plugin", "dcgm-exporter"],
    });
  });

  // Registered but not yet there, its webhooks refuse every Service: the others' installations fail and are taken back.
  it("come after the load balancer controller", () => {
    const others = releases(plan).filter((name) => name !== "base-load-balancers" && name !== "base-node-autoscaling-release");
    for (const name of others) expect(plan.waitsFor(name ?? "")).toContain("base-load-balancers");
    expect(plan.waitsFor("base-node-autoscaling")).toContain("base-load-balancers");
  });

  // A pod that starts a second before its association has no role until somebody restarts it.
  it("start with their roles", () => {
    for (const noun of ["load-balancers", "external-secrets", "keda"]) {
      expect(plan.waitsFor(`base-${noun}`)).toContain(`base-${noun}-identity`);
    }
    expect(statementsOf(plan, "base-load-balancers-policy")).toHaveLength(15);
  });

  it("are installed whole or not at all, at fixed versions, each in its place", () => {
    expect(plan.inputs("base-external-secrets")).toMatchObject({
      ...{ name: "external-secrets", chart: "external-secrets", version: "2.9.0", namespace: "external-secrets", createNamespace: false },
      ...{ atomic: true, cleanupOnFail: true, timeout: 300 },
    });
    expect(plan.inputs("base-gpu-plugin")).toMatchObject({ version: "0.20.0", namespace: "kube-system", createNamespace: false });
    expect(plan.inputs("base-load-balancers")).toMatchObject({ values: { clusterName: "theirs", region: "us-east-1", vpcId: "vpc-1" } });
    expect(plan.inputs("base-gpu-metrics")).toMatchObject({ values: { serviceMonitor: { enabled: false } } });
  });

  // KEDA decides how many pods run, and External Secrets reads what nobody else may: by Helm their namespaces would have no guards at all.
  it("stand in namespaces that are closed before their first pod starts", () => {
    expect(plan.inputs("base-keda-namespace")).toMatchObject({
      metadata: { name: "keda", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    });
    expect(plan.waitsFor("base-keda")).toEqual(expect.arrayContaining(["base-keda-namespace", "base-keda-default-deny"]));
    const ingress = (name: string) => (plan.inputs(name)["spec"] as { ingress?: unknown }).ingress;
    expect(ingress("base-keda-default-deny")).toBeUndefined();
    expect(ingress("base-keda-allow-control-plane")).toEqual([{ ports: [6_443, 9_443].map((port) => ({ protocol: "TCP", port })) }]);
    expect(ingress("base-external-secrets-allow-control-plane")).toEqual([{ ports: [{ protocol: "TCP", port: 10_250 }] }]);
    expect(ingress("base-keda-allow-scraping")).toEqual([
      { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }] },
    ]);
  });

  it("read no secret and no queue that was not named", () => {
    expect(plan.has("base-external-secrets-policy")).toBe(false);
    expect(plan.has("base-keda-policy")).toBe(false);
  });

  it("bring a secret store that Kubernetes takes, once it knows the kind, for the platform's namespaces", () => {
    expect(kubernetesFaults(plan)).toEqual([]);
    expect(plan.waitsFor("base-secret-store")).toContain("base-external-secrets");
    expect(plan.inputs("base-secret-store")["spec"]).toMatchObject({
      conditions: [{ namespaces: ["mlops", "serving", "monitoring", "airflow", "mlflow"] }],
    });
  });
});

it("takes every argument", async () => {
  const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:mlflow-AbCdEf";
  const plan = await addOns({
    addOns: [AddOn.ExternalSecrets, AddOn.Keda, AddOn.NvidiaDevicePlugin, AddOn.DcgmExporter, AddOn.NodeAutoscaling],
    ...{ secretArns: [secret], secretKeyArns: ["arn:key"], secretNamespaces: ["team"], scalingQueueArns: ["arn:queue"] },
    ...{ idleNodeMinutes: 30, serviceMonitors: true, tags: { owner: "platform" } },
  });
  expect(releases(plan)).toEqual([
    ...["base-external-secrets", "base-gpu-metrics", "base-gpu-plugin", "base-keda", "base-node-autoscaling-release"],
  ]);
  expect(statementsOf(plan, "base-external-secrets-policy")).toMatchObject([{ Resource: [secret] }, { Resource: ["arn:key"] }]);
  expect(statementsOf(plan, "base-keda-policy")).toMatchObject([{ Action: "sqs:GetQueueAttributes", Resource: ["arn:queue"] }]);
  expect(plan.inputs("base-secret-store")["spec"]).toMatchObject({ conditions: [{ namespaces: ["team"] }] });
  expect(plan.inputs("base-gpu-metrics")).toMatchObject({ values: { serviceMonitor: { enabled: true } } });
  expect(plan.inputs("base-node-autoscaling-release")).toMatchObject({ values: { extraArgs: { "scale-down-unneeded-time": "30m" } } });
  expect(plan.inputs("base-keda-role")).toMatchObject({ tags: { owner: "platform" } });
  expect(plan.recording.stackOutputs).toMatchObject({ loadBalancerController: "" });
});

it("S7 lets the load balancer controller attach a web ACL, once it is there", async () => {
  const webAclArn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/names/0b1c2d3e";
  const plan = await addOns({ addOns: [AddOn.LoadBalancerController], webAclArns: [webAclArn] });
  const attaching = statementsOf(plan, "base-load-balancers-policy").filter(({ Action }) => Action === "wafv2:AssociateWebACL");
  expect(attaching).toMatchObject([{ Resource: [webAclArn, "arn:aws:elasticloadbalancing:*:*:loadbalancer/app/*/*"] }]);
  expect(plan.inputs("base-load-balancers")).toMatchObject({ values: { enableWafv2: true } });
});

it("can be none at all", async () => {
  const plan = await addOns({ addOns: [] });
  expect(plan.list).toEqual(["modelloop:index:AddOns base"]);
  expect(plan.recording.stackOutputs).toEqual({ releaseNames: [], loadBalancerController: "", secretStoreName: "" });
});

it("fails before it creates anything", () => {
  expect(refusalOf(() => new AddOns("base", { cluster, addOns: ["karpenter" as AddOn] }))).toBe(
    'AddOns "base" cannot be built:\n  - addOns[0] is "karpenter"; it must be one of loadBalancerController, nodeAutoscaling, externalSecrets, keda, metricsServer, nvidiaDevicePlugin, dcgmExporter: use one of these',
  );
});
