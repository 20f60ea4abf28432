import {
  limitRangeSpec,
  namespaceLabels,
  networkPolicies,
  type PolicyChoices,
  quotaSpec,
} from "../../../../components/compute/namespaces/manifests";
import { namespacesFaults } from "../../../../components/compute/namespaces/namespace-faults";
import { type NamespacePlan, planNamespaces, PlatformNamespace, PodSecurity } from "../../../../components/compute/namespaces/namespaces";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";

const surroundings = { vpcCidr: "10.0.0.0/16", serviceCidr: "172.20.0.0/16", s3Cidrs: ["52.219.0.0/17", "3.5.0.0/19"] };
const nothingOutside = { s3Egress: false, httpsEgress: [] };

function planOf(name: string): NamespacePlan {
  const plan = planNamespaces({ extraNamespaces: ["team"] }).find((each) => each.name === name);
  if (plan === undefined) throw new Error(name);
  return plan;
}

function specs(name: string, choices: PolicyChoices = nothingOutside) {
  const policies = networkPolicies(planOf(name), choices);
  return Object.fromEntries(
    policies.map((policy) => [policy.name, typeof policy.spec === "function" ? policy.spec(surroundings) : policy.spec]),
  );
}

describe("M6 namespaces", () => {
  it("plans the platform's five, restricted but for the one that reads the host", () => {
    expect(planNamespaces({}).map(({ name, podSecurity, openInside }) => [name, podSecurity, openInside])).toEqual([
      ["mlops", "restricted", true],
      // A model server loads whatever model it is told to: only the router may speak to it.
      ["serving", "restricted", false],
      ["monitoring", "privileged", true],
      ["airflow", "restricted", true],
      ["mlflow", "restricted", true],
    ]);
  });

  // Between a pod's own readiness and the load balancer's first good check a roll-out takes the last pod that the load balancer knows.
  it("S7 has pods that people reach through a load balancer wait until that knows them, where it disturbs nothing else", () => {
    expect(planNamespaces({ extraNamespaces: ["team"] }).map(({ name, readinessGates }) => [name, readinessGates])).toEqual([
      ["mlops", true],
      ["serving", true],
      ["monitoring", false],
      ["airflow", false],
      ["mlflow", true],
      ["team", true],
    ]);
    const gate = "elbv2.k8s.aws/pod-readiness-gate-inject";
    expect(namespaceLabels(planOf("serving"))).toMatchObject({ [gate]: "enabled", "pod-security.kubernetes.io/enforce": "restricted" });
    expect(namespaceLabels(planOf("airflow"))).not.toHaveProperty([gate]);
    const [airflow] = planNamespaces({
      namespaces: [PlatformNamespace.Airflow],
      settings: [{ namespace: "airflow", readinessGates: true }],
    });
    expect(airflow?.readinessGates).toBe(true);
  });

  it("takes what is said of a namespace, and leaves the rest as it was", () => {
    const [serving, team] = planNamespaces({
      namespaces: [PlatformNamespace.Serving],
      extraNamespaces: ["team"],
      settings: [
        { namespace: "serving", quota: { gpus: 8 }, podSecurity: undefined },
        { namespace: "team", podSecurity: PodSecurity.Baseline, containerDefaults: { memoryLimit: "2Gi" } },
      ],
    });
    expect(serving).toEqual({ ...planOf("serving"), quota: { ...planOf("serving").quota, gpus: 8 } });
    expect(team).toMatchObject({ podSecurity: "baseline", containerDefaults: { cpuRequest: "100m", memoryLimit: "2Gi" } });
  });

  it("bounds what a namespace takes, and gives it no load balancer of its own", () => {
    expect(quotaSpec(planOf("serving").quota)).toEqual({
      hard: {
        ...{ "requests.cpu": "64", "requests.memory": "256Gi", "limits.memory": "384Gi" },
        ...{ "requests.storage": "200Gi", "requests.nvidia.com/gpu": "4", pods: "100" },
        ...{ "services.loadbalancers": "0", "services.nodeports": "0" },
      },
    });
  });

  // Under a quota Kubernetes refuses every pod that does not say what it asks for; most charts' do not. With a limit of CPU among the defaults,
  // it would refuse a model server that asks for four CPUs and names no limit.
  it("says for a container what it does not say itself", () => {
    expect(limitRangeSpec(planOf("mlflow").containerDefaults)).toEqual({
      limits: [{ type: "Container", defaultRequest: { cpu: "100m", memory: "128Mi" }, default: { memory: "1Gi" } }],
    });
  });
});

describe("I13 what enters and leaves a namespace", () => {
  it("is nothing, but DNS, credentials and the VPC", () => {
    expect(specs("serving")).toEqual({
      "default-deny": { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      "allow-dns": {
        ...{ podSelector: {}, policyTypes: ["Egress"] },
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
              },
            ],
            ports: [
              { protocol: "UDP", port: 53 },
              { protocol: "TCP", port: 53 },
            ],
          },
        ],
      },
      // Without it every pod that speaks to AWS hangs, and says nothing of why.
      "allow-pod-identity": {
        ...{ podSelector: {}, policyTypes: ["Egress"] },
        egress: [{ to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [{ protocol: "TCP", port: 80 }] }],
      },
      // A packet to a Service is judged by the Service's address, which lies in no VPC.
      "allow-inside": {
        ...{ podSelector: {}, policyTypes: ["Egress"] },
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/16" } }, { ipBlock: { cidr: "172.20.0.0/16" } }] }],
      },
    });
  });

  it("is the neighbours and Prometheus besides, where the namespace is open inside", () => {
    const { "allow-neighbours": neighbours, "allow-scraping": scraping } = specs("airflow");
    expect(neighbours).toEqual({ podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] });
    expect(scraping?.ingress).toEqual([
      { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }] },
    ]);
    expect(Object.keys(specs("monitoring"))).not.toContain("allow-scraping");
  });

  // Without the one nothing scales by a metric; without the other the control plane waits ten seconds for each rule, and then refuses it.
  it("is KEDA and the control plane besides, in monitoring", () => {
    const { "allow-scaling": scaling, "allow-operator-webhook": webhook } = specs("monitoring");
    expect(scaling?.ingress).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "keda" } } }],
        ports: [{ protocol: "TCP", port: 9_090 }],
      },
    ]);
    expect(webhook?.ingress).toEqual([{ from: [{ ipBlock: { cidr: "10.0.0.0/16" } }], ports: [{ protocol: "TCP", port: 10_250 }] }]);
    expect(Object.keys(specs("mlops"))).not.toContain("allow-scaling");
  });

  it("is HTTPS to S3 and to named ranges, where that is said", () => {
    const outside = specs("mlops", { s3Egress: true, httpsEgress: [{ name: "github", cidrs: ["140.82.112.0/20"] }] });
    expect(outside["allow-s3"]?.egress).toEqual([
      { to: [{ ipBlock: { cidr: "52.219.0.0/17" } }, { ipBlock: { cidr: "3.5.0.0/19" } }], ports: [{ protocol: "TCP", port: 443 }] },
    ]);
    expect(outside["allow-https-github"]?.egress).toEqual([
      { to: [{ ipBlock: { cidr: "140.82.112.0/20" } }], ports: [{ protocol: "TCP", port: 443 }] },
    ]);
  });

  // To Kubernetes `to: []` is everybody: a Region whose list is empty would open the namespace to the world.
  it("is nobody where AWS publishes no range", () => {
    const s3 = networkPolicies(planOf("mlops"), { s3Egress: true, httpsEgress: [] }).find(({ name }) => name === "allow-s3");
    expect(typeof s3?.spec === "function" && s3.spec({ ...surroundings, s3Cidrs: [] })).toEqual({
      ...{ podSelector: {}, policyTypes: ["Egress"], egress: [] },
    });
  });

  it.each(Object.values(PlatformNamespace))("is said of %s in objects that Kubernetes takes", (name) => {
    const { quota, containerDefaults } = planOf(name);
    const policies = Object.entries(specs(name, { s3Egress: true, httpsEgress: [{ name: "github", cidrs: ["140.82.112.0/20"] }] }));
    const inside = { metadata: { name: "x", namespace: name } };
    const manifests = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: namespaceLabels(planOf(name)) } },
      { apiVersion: "v1", kind: "ResourceQuota", ...inside, spec: quotaSpec(quota) },
      { apiVersion: "v1", kind: "LimitRange", ...inside, spec: limitRangeSpec(containerDefaults) },
      ...policies.map(([, spec]) => ({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...inside, spec })),
    ];
    expect(manifests.flatMap((manifest) => manifestFaults(JSON.parse(JSON.stringify(manifest)) as never))).toEqual([]);
  });
});

describe("M6 refusals", () => {
  it("refuses an unknown namespace", () => {
    expect(namespacesFaults({ namespaces: ["servng" as PlatformNamespace] })).toEqual([
      `namespaces[0] is "servng"; the platform's are mlops, serving, monitoring, airflow, mlflow: use one of these, or name it in extraNamespaces`,
    ]);
    expect(namespacesFaults({ namespaces: [PlatformNamespace.Mlops], settings: [{ namespace: "serving" }] })).toEqual([
      `settings[0].namespace is "serving"; there is no such namespace: use one of mlops, or name it in extraNamespaces`,
    ]);
  });

  it("refuses names that Kubernetes does not take, or keeps for itself", () => {
    expect(namespacesFaults({ extraNamespaces: ["Team A", "kube-system", "default", "mlops", "keda"] })).toEqual([
      `extraNamespaces[0] is "Team A"; Kubernetes takes up to 63 lower-case letters, digits and hyphens: choose such a name`,
      "extraNamespaces[1] is kube-system; it is Kubernetes' own, and pods that it needs would be cut off: choose another name",
      "extraNamespaces[2] is default; it is Kubernetes' own, and pods that it needs would be cut off: choose another name",
      "extraNamespaces[4] is keda; AddOns makes it for the chart keda, and two cannot own it: choose another name",
      "namespaces names mlops more than once; each counts once: name it once",
    ]);
  });

  // Kubernetes takes such a namespace, and then refuses each pod in it, by name, in an event that nobody reads.
  it("refuses requests above limits", () => {
    const settings = [
      {
        namespace: "mlflow",
        quota: { memoryLimits: "16Gi" },
        containerDefaults: { memoryRequest: "2Gi" },
      },
    ];
    expect(namespacesFaults({ settings })).toEqual([
      "settings of mlflow: quota.memoryRequests is 32Gi; it must not exceed quota.memoryLimits, which is 16Gi: lower the one, or raise the other",
      "settings of mlflow: containerDefaults.memoryRequest is 2Gi; it must not exceed containerDefaults.memoryLimit, which is 1Gi: lower the one, or raise the other",
    ]);
  });

  it("refuses amounts that are none", () => {
    const quota = { storage: "lots", gpus: 0.5, pods: -1 };
    expect(namespacesFaults({ settings: [{ namespace: "mlops", podSecurity: "open" as PodSecurity, quota }] })).toEqual([
      `settings of mlops: podSecurity is "open"; it must be one of restricted, baseline, privileged: use one of these`,
      `settings of mlops: quota.storage is "lots"; an amount is written like 500m, 2, 512Mi or 64Gi: write it so`,
      "settings of mlops: quota.gpus is 0.5; a GPU is not divided: use a whole number from 0 to 100,000",
      "settings of mlops: quota.pods is -1; pods are counted: use a whole number from 0 to 100,000",
    ]);
  });

  it("refuses a way out to everywhere, to nowhere, or for nobody", () => {
    const httpsEgress = [
      { name: "any", cidrs: ["10.1.0.0/16", "128.0.0.0/1"] },
      { name: "none", cidrs: [] },
      { name: "Git Hub", cidrs: ["140.82.112.3"], namespaces: ["mlop"] },
    ];
    const unknown = [
      `httpsEgress[2].name is "Git Hub"; Kubernetes takes up to 63 lower-case letters, digits and hyphens: choose such a name`,
      `httpsEgress[2].cidrs[0] is "140.82.112.3"; an IPv4 range is written like 10.0.0.0/16: write it so`,
      `httpsEgress[2].namespaces[0] is "mlop"; there is no such namespace: use one of mlops, serving, monitoring, airflow, mlflow, or name it in extraNamespaces`,
    ];
    const empty = "httpsEgress[1].cidrs is empty; nothing would be opened: name the ranges, or leave the entry out";
    expect(namespacesFaults({ httpsEgress })).toEqual([
      "httpsEgress[0].cidrs[1] is 128.0.0.0/1; pods could then send anything anywhere: name narrower ranges, or set allowHttpsToAnywhere to true",
      empty,
      ...unknown,
    ]);
    expect(namespacesFaults({ httpsEgress, allowHttpsToAnywhere: true })).toEqual([empty, ...unknown]);
  });
});
