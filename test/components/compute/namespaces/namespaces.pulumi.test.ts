import * as pulumi from "@pulumi/pulumi";
import { Namespaces, type NamespacesArgs, PlatformNamespace } from "../../../../components";
import { planOf, type Plan, refusalOf } from "../../shared/plan-of";
import { kubernetesFaults } from "../shared/surroundings";

const vpcCidr = "10.0.0.0/16";
const namespaces = (args: Partial<NamespacesArgs> = {}, options: Parameters<typeof planOf>[1] = {}) =>
  planOf(() => new Namespaces("ns", { vpcCidr, ...args }).nameOf(PlatformNamespace.Serving).apply((serving) => ({ serving })), options);

describe("M6 the platform's namespaces", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await namespaces();
  });
  const labelsOf = (name: string) => (plan.inputs(name) as { metadata: { labels: Record<string, string> } }).metadata.labels;

  it("are five, each with its guards", () => {
    const guards = [
      "ns-serving",
      "ns-serving-allow-dns",
      "ns-serving-allow-inside",
      "ns-serving-allow-pod-identity",
      "ns-serving-allow-s3",
    ];
    expect(
      plan.resources
        .map(({ name }) => name)
        .filter((name) => name.startsWith("ns-serving"))
        .sort(),
    ).toEqual([...guards, ...["ns-serving-default-deny", "ns-serving-defaults", "ns-serving-quota"]]);
    const names = ["airflow", "mlflow", "mlops", "monitoring", "serving"];
    expect(plan.list.filter((line) => line.includes(":Namespace "))).toEqual(
      names.map((name) => `kubernetes:core/v1:Namespace ns-${name}`),
    );
    for (const name of names) expect(plan.inputs(`ns-${name}`)).toMatchObject({ metadata: { name } });
  });

  it("are made of objects that Kubernetes takes", () => {
    expect(kubernetesFaults(plan)).toEqual([]);
  });

  it("are restricted, but for the one whose node exporter reads the host", () => {
    const enforced = (name: string) => labelsOf(name)["pod-security.kubernetes.io/enforce"];
    expect([enforced("ns-mlflow"), enforced("ns-monitoring")]).toEqual(["restricted", "privileged"]);
  });

  it("S7 ask the load balancer controller for readiness gates, where people reach the pods", () => {
    const gates = (name: string) => labelsOf(name)["elbv2.k8s.aws/pod-readiness-gate-inject"];
    expect([gates("ns-mlflow"), gates("ns-serving"), gates("ns-monitoring")]).toEqual(["enabled", "enabled", undefined]);
  });

  it("reach S3 by the ranges that AWS publishes for the Region", () => {
    const lookUp = plan.recording.calls.find(({ token }) => token.endsWith(":getPrefixList"));
    expect(lookUp?.args).toEqual({ name: "com.amazonaws.us-east-1.s3" });
    expect(plan.inputs("ns-mlflow-allow-s3")["spec"]).toMatchObject({ egress: [{ to: [{ ipBlock: { cidr: "198.51.100.0/24" } }] }] });
  });

  // Deleted with its namespace, a claim takes the volume with months of metrics along.
  it("are protected", () => {
    expect(plan.resource("ns-monitoring").options.protect).toBe(true);
  });
});

it("M6 what is put into a namespace comes after that namespace's guards, and waits for no other's", async () => {
  const plan = await planOf(() => {
    const parent = new Namespaces("ns", { vpcCidr });
    class Workload extends pulumi.CustomResource {
      constructor() {
        super("test:index:Workload", "workload", { namespace: parent.nameOf(PlatformNamespace.Mlflow) });
      }
    }
    new Workload();
  });
  const waitsFor = plan.waitsFor("workload");
  expect(waitsFor).toEqual(expect.arrayContaining(["ns-mlflow", "ns-mlflow-default-deny", "ns-mlflow-quota"]));
  expect(waitsFor.filter((name) => !name.startsWith("ns-mlflow"))).toEqual([]);
});

it("takes every argument", async () => {
  const plan = await namespaces({
    ...{ serviceCidr: "10.100.0.0/16", namespaces: [PlatformNamespace.Serving, PlatformNamespace.Mlops], extraNamespaces: ["team"] },
    settings: [{ namespace: "serving", quota: { gpus: 2 }, openInside: true }],
    httpsEgress: [
      { name: "github", cidrs: ["140.82.112.0/20"], namespaces: ["team"] },
      { name: "slack", cidrs: ["3.0.0.0/9"] },
    ],
    ...{ s3Egress: false, allowDelete: true },
  });
  expect(plan.inputs("ns-serving-quota")).toMatchObject({ spec: { hard: { "requests.nvidia.com/gpu": "2" } } });
  expect(plan.inputs("ns-team-allow-inside")["spec"]).toMatchObject({ egress: [{ to: [{}, { ipBlock: { cidr: "10.100.0.0/16" } }] }] });
  const policies = plan.resources.map(({ name }) => name).filter((name) => /https|s3|neighbours/.test(name));
  expect(policies.sort()).toEqual([
    ...["ns-mlops-allow-https-slack", "ns-mlops-allow-neighbours", "ns-serving-allow-https-slack", "ns-serving-allow-neighbours"],
    ...["ns-team-allow-https-github", "ns-team-allow-https-slack", "ns-team-allow-neighbours"],
  ]);
  expect(plan.has("ns-airflow")).toBe(false);
  expect(plan.resource("ns-team").options.protect).not.toBe(true);
});

it("names what there is, when somebody asks for a namespace that there is not", async () => {
  await expect(namespaces({ namespaces: [PlatformNamespace.Mlops] })).rejects.toThrow("there is no namespace serving; there are mlops");
});

it("fails before it creates anything", () => {
  expect(refusalOf(() => new Namespaces("ns", { vpcCidr, extraNamespaces: ["kube-public"] }))).toBe(
    'Namespaces "ns" cannot be built:\n  - extraNamespaces[0] is kube-public; it is Kubernetes\' own, and pods that it needs would be cut off: choose another name',
  );
});
