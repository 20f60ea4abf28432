import * as pulumi from "@pulumi/pulumi";
import { Exposure, ModelRouter, type ModelRouterArgs, UserIdSource } from "../../../../components";
import { type Json, type Properties } from "../../../../offline/engine";
import { readSplit } from "../../../../lambdas/domain/split/split";
import { splitConfiguration, splitHash } from "../../../../lambdas/domain/split/split-configuration";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const smallest: ModelRouterArgs = {
  namespace: "serving",
  modelServer: { namespace: "models", slotAServiceName: "triton-a", slotBServiceName: "triton-b" },
  model: "anomaly",
  experiment: {
    variants: [
      { variant: "catboost", model: "anomaly_catboost", percent: 30 },
      { variant: "xgboost", model: "anomaly_xgboost", percent: 70 },
    ],
  },
};
const vpc = {
  ...{ vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: ["public-1", "public-2"] },
  ...{ privateSubnetIds: ["private-1", "private-2"], intraSubnetIds: ["intra-1", "intra-2"] },
};
const full: Partial<ModelRouterArgs> = {
  user: { source: UserIdSource.SignIn },
  limits: { answerSeconds: 30 },
  maxReplicas: 8,
  readerCidrs: ["10.0.196.0/22"],
  callerNamespaces: ["airflow"],
  metricsNamespaces: ["monitoring"],
  serviceMonitor: { labels: { release: "prometheus" } },
  signIn: {
    ...{ issuer: "https://login", authorizationEndpoint: "https://login/a", tokenEndpoint: "https://login/t" },
    ...{ userInfoEndpoint: "https://login/u", secretName: pulumi.output("sign-in") },
  },
  loadBalancer: {
    ...{
      vpc,
      exposure: Exposure.Internet,
      inboundCidrs: ["198.51.100.0/24"],
      certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd",
    },
    ...{
      hosts: ["anomaly.example.com"],
      accessLogBucketName: "logs",
      webAclArn: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/1",
    },
  },
  tags: { team: "ml" },
};
const answers = {
  "aws:ec2/getSubnet:getSubnet": ({ id = "" }: Properties) => ({ id, cidrBlock: id === "public-1" ? "10.0.192.0/24" : "10.0.193.0/24" }),
};

function routerPlan(args: Partial<ModelRouterArgs> = {}, mode: "apply" | "preview" = "apply"): Promise<Plan> {
  const program = () => {
    const router = new ModelRouter("router", { ...smallest, ...args });
    const { serviceName, clusterUrl, url, splitMapName, deploymentName } = router;
    return { serviceName, clusterUrl, url, splitMapName, deploymentName, reference: router.reference() };
  };
  return planOf(program, { mode, answers });
}

interface Pod {
  metadata: { annotations: Record<string, string> };
  spec: {
    containers: Properties[];
    initContainers: Properties[];
    volumes: Properties[];
    securityContext: Properties;
    terminationGracePeriodSeconds: number;
  };
}

function pod(plan: Plan): Pod {
  return (plan.inputs("router-deployment")["spec"] as unknown as { template: Pod }).template;
}
function data(plan: Plan, name: string): Record<string, string> {
  return plan.inputs(name)["data"] as Record<string, string>;
}
function spec(plan: Plan, name: string): Properties {
  return plan.inputs(name)["spec"] as Properties;
}

describe("S3 the smallest router", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await routerPlan();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "kubernetes:apps/v1:Deployment router-deployment",
      "kubernetes:core/v1:ConfigMap router-frame",
      "kubernetes:core/v1:ConfigMap router-split",
      "kubernetes:core/v1:Service router-service",
      "kubernetes:core/v1:ServiceAccount router-account",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy router-network-policy",
      "kubernetes:policy/v1:PodDisruptionBudget router-disruption-budget",
      "kubernetes:rbac.authorization.k8s.io/v1:Role router-writers",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding router-writers-binding",
      "modelloop:index:ModelRouter router",
    ]);
    expect(plan.recording.stackOutputs).toEqual({
      ...{ serviceName: "ab-router", clusterUrl: "http://ab-router.serving.svc", url: "" },
      ...{ splitMapName: "ab-router-split", deploymentName: "ab-router" },
      reference: { namespace: "serving", splitMapName: "ab-router-split", deploymentName: "ab-router", internalPort: 8_081 },
    });
  });

  it("begins with the split of its arguments and no release", () => {
    const state = readSplit(data(plan, "router-split")["split.json"] ?? "");
    expect(state).toEqual({
      ...{ schemaVersion: 1, generation: 0, fence: 0 },
      experiment: {
        name: "exp1",
        arms: [
          { variant: "catboost", model: "anomaly_catboost", hundredths: 3_000 },
          { variant: "xgboost", model: "anomaly_xgboost", hundredths: 7_000 },
        ],
      },
    });
    expect(data(plan, "router-split")["split.conf"]).toBe(splitConfiguration(state));
    expect(pod(plan).metadata.annotations).toEqual({ splitHash: splitHash(state) });
  });

  // The next `pulumi up` would set the split back to the first day. A path with a bracket or a dot in a key is not found by Pulumi's provider.
  it("leaves to the loop what the loop writes, and no more, by paths that Pulumi's provider finds", () => {
    const ignored = plan.resources.flatMap(({ name, options }) => (options.ignoreChanges ?? []).map((path) => `${name} ${path}`));
    expect(ignored.sort()).toEqual(["router-deployment spec.template.metadata.annotations.splitHash", "router-split data"]);
    for (const path of ignored) expect(path).toMatch(/^\S+ [A-Za-z]+(\.[A-Za-z]+)*$/);
  });

  it("I9 lets the loop exchange the split and replace the pods, by name, and nothing else", () => {
    expect(plan.inputs("router-writers")["rules"]).toEqual([
      { apiGroups: [""], resources: ["configmaps"], resourceNames: ["ab-router-split"], verbs: ["get", "patch"] },
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["ab-router"], verbs: ["get", "patch"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
    ]);
    expect(plan.inputs("router-writers-binding")["subjects"]).toEqual([
      { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "ab-weight-writers" },
    ]);
  });

  it("leads to both slots, and names its file by what is in it", () => {
    const { name } = plan.inputs("router-frame")["metadata"] as { name: string };
    expect(name).toMatch(/^ab-router-frame-[0-9a-f]{8}$/);
    expect(pod(plan).spec.volumes).toContainEqual({ name: "frame", configMap: { name } });
    expect(data(plan, "router-frame")["nginx.conf"]).toContain("server triton-a.models.svc.cluster.local:8000;");
    expect(data(plan, "router-frame")["nginx.conf"]).toContain("server triton-b.models.svc.cluster.local:8000;");
  });

  it("starts no pod before what makes it safe", () => {
    expect(plan.waitsFor("router-deployment")).toEqual([
      ...["router-account", "router-frame", "router-network-policy", "router-split", "router-writers-binding"],
    ]);
  });

  it("lets in pods of its namespace to the path and of Prometheus' to the metrics, and goes out to models and DNS", () => {
    const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
    const tcp = (port: number) => [{ port, protocol: "TCP" }];
    expect(spec(plan, "router-network-policy")["ingress"]).toEqual([
      { from: [{ podSelector: {} }], ports: tcp(8_080) },
      { from: [namespace("monitoring")], ports: tcp(2_021) },
    ]);
    expect(spec(plan, "router-network-policy")["egress"]).toEqual([
      {
        to: [{ ...namespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
        ports: [
          { port: 53, protocol: "UDP" },
          { port: 53, protocol: "TCP" },
        ],
      },
      { to: [namespace("models")], ports: tcp(8_000) },
    ]);
  });

  it("runs both containers without root, without writing and with bounds", () => {
    const { containers, initContainers, securityContext } = pod(plan).spec;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 101 });
    expect([...initContainers, ...containers].map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ["metrics", "Always"],
      ["nginx", undefined],
    ]);
    for (const container of [...initContainers, ...containers]) {
      expect(container["securityContext"]).toEqual({
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        capabilities: { drop: ["ALL"] },
      });
      expect(Object.keys(container["resources"] as object).sort()).toEqual(["limits", "requests"]);
      expect(container["image"]).toMatch(/:\d+\.\d+\.\d+\S*@sha256:[0-9a-f]{64}$/);
    }
    expect(spec(plan, "router-deployment")["replicas"]).toBe(3);
  });
});

describe("S3 a router with everything", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await routerPlan(full);
  });

  it("has an autoscaler that owns the number of pods, a load balancer, and somebody who reads the metrics", () => {
    expect(plan.list.filter((line) => /autoscaler|ingress|monitor/.test(line))).toEqual([
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler router-autoscaler",
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor router-monitor",
      "kubernetes:networking.k8s.io/v1:Ingress router-ingress",
    ]);
    expect(spec(plan, "router-deployment")["replicas"]).toBeUndefined();
    expect(plan.inputs("router-monitor")).toMatchObject({
      metadata: { labels: { release: "prometheus", "app.kubernetes.io/name": "ab-router" } },
      spec: { endpoints: [{ port: "metrics", path: "/metrics", interval: "15s" }] },
    });
    expect(plan.recording.stackOutputs?.["url"]).toBe("https://anomaly.example.com");
  });

  // Whoever checks health on the callers' door would have to leave a second path open there.
  it("I9 is asked for its health inside, encrypted, logged and signed in at the door", () => {
    const { annotations } = plan.inputs("router-ingress")["metadata"] as { annotations: Record<string, string> };
    const told = Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [key.replace("alb.ingress.kubernetes.io/", ""), value]),
    );
    expect(told).toMatchObject({
      ...{ scheme: "internet-facing", "listen-ports": '[{"HTTPS":443}]', "healthcheck-port": "8081", "healthcheck-path": "/ready" },
      ...{ "auth-type": "oidc", "auth-on-unauthenticated-request": "authenticate", tags: "team=ml" },
      "wafv2-acl-arn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/1",
    });
    expect(told["load-balancer-attributes"]).toContain("access_logs.s3.bucket=logs");
    expect(told["target-group-attributes"]).toBe("deregistration_delay.timeout_seconds=35");
    expect(pod(plan).spec.terminationGracePeriodSeconds).toBe(75);
    expect(JSON.parse(told["auth-idp-oidc"] ?? "")).toEqual({
      ...{ issuer: "https://login", authorizationEndpoint: "https://login/a", tokenEndpoint: "https://login/t" },
      ...{ userInfoEndpoint: "https://login/u", secretName: "sign-in" },
    });
  });

  // Believing everybody's X-Forwarded-For, a caller chooses its address and with it its model; believing nobody's, all callers are one.
  it("believes the load balancer's subnets, and lets in each to its own door", () => {
    const nginx = data(plan, "router-frame")["nginx.conf"] ?? "";
    expect([...nginx.matchAll(/set_real_ip_from (\S+);/g)].map(([, cidr]) => cidr)).toEqual(["10.0.192.0/24", "10.0.193.0/24"]);
    expect(nginx).toContain("allow 10.0.196.0/22;");
    const doors = (spec(plan, "router-network-policy")["ingress"] as { from: Json[]; ports: { port: number }[] }[]).map(
      ({ from, ports }) => [
        ports[0]?.port,
        from.map((peer) =>
          JSON.stringify(peer)
            .match(/[\d.]+\/\d+|"([a-z]+)"\}\}/)
            ?.slice(0, 2)
            .filter(Boolean)
            .at(-1),
        ),
      ],
    );
    expect(doors).toEqual([
      [8_080, ["10.0.192.0/24", "10.0.193.0/24", "airflow"]],
      [8_081, ["10.0.192.0/24", "10.0.193.0/24", "10.0.196.0/22"]],
      [2_021, ["monitoring"]],
    ]);
  });

  it("is taken by Kubernetes as it stands, in a preview too", async () => {
    for (const each of [plan, await routerPlan(full, "preview"), await routerPlan()]) {
      const objects = each.resources.filter(({ type }) => type.startsWith("kubernetes:") && !type.includes("monitoring.coreos.com"));
      expect(objects.flatMap(({ inputs }) => manifestFaults(inputs))).toEqual([]);
    }
  });
});

it("S3 a router is refused before anything is made, all faults at once", () => {
  const args = { ...smallest, model: "", replicas: 0, experiment: { variants: [{ variant: "a", model: "m", percent: 120 }] } };
  expect(refusalOf(() => new ModelRouter("router", args))).toBe(
    [
      'ModelRouter "router" cannot be built:',
      '  - model is ""; it is a part of the path: up to 63 lower-case letters, digits, dots, underscores and hyphens, a letter or digit at both ends: choose such a name',
      "  - experiment.variants[0].percent is 120; there are no more than 100 percent of users: use 100 or less",
      "  - replicas is 0; pods are counted: use a whole number from 1 to 1,000",
    ].join("\n"),
  );
});

it("S3 what is known only later is refused when it is known", async () => {
  await expect(routerPlan({ readerCidrs: [pulumi.output("0.0.0.0/0")] })).rejects.toThrow(
    "readerCidrs[0] is 0.0.0.0/0; everybody in the network could read who gets which model: name the ranges of the loop's functions",
  );
});

// Under another component's name, people look for the fault where there is none.
it("S3 is refused by its own name when only its load balancer's ranges are known late", async () => {
  const loadBalancer = { ...full.loadBalancer, vpc, inboundCidrs: ["10.0.0.0/8", pulumi.output("0.0.0.0/0")] };
  await expect(routerPlan({ loadBalancer })).rejects.toThrow(
    [
      `ModelRouter "router" cannot be built:`,
      "  - loadBalancer.inboundCidrs[1] is 0.0.0.0/0; it lets everybody in who can reach the load balancer: name narrower ranges, or set loadBalancer.allowInboundFromAnywhere to true",
    ].join("\n"),
  );
});
