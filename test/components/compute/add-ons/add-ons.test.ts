import {
  AddOn,
  addOnsFaults,
  type ChartAddOn,
  CHARTS,
  queueStatements,
  secretStatements,
  secretStore,
} from "../../../../components/compute/add-ons/add-ons";
import {
  dcgmExporterValues,
  devicePluginValues,
  externalSecretsValues,
  kedaValues,
  loadBalancerValues,
  metricsServerValues,
} from "../../../../components/compute/add-ons/values";
import { recordedChart, unknownPaths } from "../../../support/chart-values";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";

const VALUES: Record<ChartAddOn, object> = {
  [AddOn.LoadBalancerController]: loadBalancerValues({ clusterName: "ml", region: "eu-central-1", vpcId: "vpc-1" }),
  [AddOn.ExternalSecrets]: externalSecretsValues(),
  [AddOn.Keda]: kedaValues(),
  [AddOn.MetricsServer]: metricsServerValues(),
  [AddOn.NvidiaDevicePlugin]: devicePluginValues(),
  [AddOn.DcgmExporter]: dcgmExporterValues(true),
};

describe.each(Object.values(CHARTS))("I3 the chart $chart", ({ chart, version, repository, namespace, timeoutSeconds }) => {
  const recorded = recordedChart(chart);

  it("is the one that was read", () => {
    expect({ chart, version, repository }).toEqual({ chart: recorded.chart, version: recorded.version, repository: recorded.repository });
  });

  // The device plugin's chart refuses `default`; and nothing of the platform's belongs there.
  it("has a place and a time", () => {
    expect(namespace).not.toBe("default");
    expect(timeoutSeconds).toBeGreaterThan(0);
  });
});

// Helm takes `replicaCounts: 2` without a word, and one pod runs.
it.each(Object.entries(VALUES) as [ChartAddOn, object][])("tells %s only what its chart knows", (addOn, values) => {
  expect(unknownPaths(recordedChart(CHARTS[addOn].chart), values)).toEqual([]);
});

it("finds a misspelt value", () => {
  const recorded = recordedChart("keda");
  const values = { operator: { replicas: 2 }, resources: { operator: { anything: 1 } }, image: {}, podAnnotations: { "a.b/c": "d" } };
  expect(unknownPaths(recorded, values)).toEqual(["operator.replicas"]);
});

describe("I3 GPU add-ons", () => {
  // On the exporter's own defaults it would crash on every CPU node and run on no GPU node.
  it.each([
    ["device plugin", devicePluginValues()],
    ["exporter", dcgmExporterValues(false)],
  ])("runs the %s on GPU nodes, and there in spite of their taint", (_, values) => {
    expect(values).toMatchObject({
      nodeSelector: { "nvidia.com/gpu.present": "true" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    });
  });

  // Without the Prometheus operator's kinds the installation fails, and is taken back.
  it("asks for a ServiceMonitor only where somebody knows the kind", () => {
    expect(dcgmExporterValues(false).serviceMonitor).toEqual({ enabled: false });
    expect(dcgmExporterValues(true).serviceMonitor).toEqual({ enabled: true });
  });
});

describe("I7 secrets", () => {
  const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mlflow-AbCdEf";
  const key = "arn:aws:kms:eu-central-1:123456789012:key/1";

  it("may read those that are named, and decrypt them through Secrets Manager alone", () => {
    const read = { Sid: "ReadSecrets", Effect: "Allow", Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"] };
    expect(secretStatements([secret], [])).toEqual([{ ...read, Resource: [secret] }]);
    expect(secretStatements([secret], [key])).toEqual([
      { ...read, Resource: [secret] },
      {
        ...{ Sid: "DecryptSecrets", Effect: "Allow", Action: "kms:Decrypt", Resource: [key] },
        Condition: { StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" } },
      },
    ]);
  });

  // Any namespace, `default` too, could otherwise ask for any secret.
  it("serves the namespaces that are named, by a store that Kubernetes takes", () => {
    const store = secretStore("eu-central-1", ["mlflow", "airflow"]);
    expect(manifestFaults(store)).toEqual([]);
    expect(store.spec).toEqual({
      provider: { aws: { service: "SecretsManager", region: "eu-central-1" } },
      conditions: [{ namespaces: ["mlflow", "airflow"] }],
    });
  });

  it("takes no secrets out, and lets KEDA read none", () => {
    expect(externalSecretsValues()).toMatchObject({ processPushSecret: false, processClusterPushSecret: false });
    expect(kedaValues().permissions).toEqual({ operator: { restrict: { secret: true } }, metricServer: { restrict: { secret: true } } });
  });
});

it("lets KEDA see how long a queue is, and nothing of what is in it", () => {
  expect(queueStatements(["arn:aws:sqs:eu-central-1:123456789012:explain"])).toEqual([
    {
      ...{ Sid: "ReadQueueLength", Effect: "Allow", Action: "sqs:GetQueueAttributes" },
      Resource: ["arn:aws:sqs:eu-central-1:123456789012:explain"],
    },
  ]);
});

// Switched off, the controller ignores the annotation: the load balancer stands in the internet as if it were protected, and nobody is told.
it("S7 has the controller see to web ACLs, and to nothing that it has no rights for", () => {
  expect(VALUES[AddOn.LoadBalancerController]).toMatchObject({ enableWafv2: true, enableWaf: false, enableShield: false });
});

describe("refusals of add-ons", () => {
  it("refuses more web ACLs than the role's policy holds", () => {
    const webAclArns = Array.from({ length: 13 }, (_, i) => `arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/acl-${i}/id`);
    expect(addOnsFaults({ webAclArns })).toEqual(["webAclArns names 13; the controller's policy has room for 12: name fewer"]);
    expect(addOnsFaults({ webAclArns: webAclArns.slice(1) })).toEqual([]);
  });

  it("takes none, some and all", () => {
    expect(addOnsFaults({})).toEqual([]);
    expect(addOnsFaults({ addOns: [] })).toEqual([]);
    expect(addOnsFaults({ addOns: [AddOn.ExternalSecrets, AddOn.Keda], secretArns: ["arn"], scalingQueueArns: ["arn"] })).toEqual([]);
  });

  it("refuses what is unknown, repeated, or of no use, all at once", () => {
    const addOns = ["karpenter" as AddOn, AddOn.DcgmExporter, AddOn.DcgmExporter];
    expect(addOnsFaults({ addOns, webAclArns: ["names"], secretArns: ["arn"], scalingQueueArns: ["arn"] })).toEqual([
      `addOns[0] is "karpenter"; it must be one of loadBalancerController, nodeAutoscaling, externalSecrets, keda, metricsServer, nvidiaDevicePlugin, dcgmExporter: use one of these`,
      "addOns names dcgmExporter more than once; each counts once: name it once",
      'webAclArns[0] is "names"; a load balancer takes a web ACL of WAFv2 with the scope REGIONAL: give the ARN of one, which has :regional/webacl/ in it',
      "webAclArns is set without loadBalancerController in addOns; nobody would read them: add it, or leave webAclArns out",
      "secretArns is set without externalSecrets in addOns; nobody would read them: add it, or leave secretArns out",
      "scalingQueueArns is set without keda in addOns; nobody would read them: add it, or leave scalingQueueArns out",
      "addOns has dcgmExporter without nvidiaDevicePlugin; no pod then gets a GPU, and there is nothing to measure: add it, or leave dcgmExporter out",
    ]);
  });
});
