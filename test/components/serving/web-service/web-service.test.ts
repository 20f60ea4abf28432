import * as fc from "fast-check";
import { type Json } from "../../../../offline/engine";
import { JwtClaimFormat } from "../../../../components/serving/web-service/jwt";
import {
  Exposure,
  ingress,
  ingressAnnotations,
  loadBalancerAttributes,
  type LoadBalancerShape,
  serviceUrl,
} from "../../../../components/serving/web-service/load-balancer";
import { ingressRules, networkPolicy } from "../../../../components/serving/web-service/network-policy";
import { TlsPolicy } from "../../../../components/shared/tls-policy";
import { trafficOf, webServiceFaults, type WebServiceShape, workloadOf } from "../../../../components/serving/web-service/web-service";
import {
  autoscaler,
  deployment,
  disruptionBudget,
  externalSecret,
  rollOutMinutes,
  service,
  serviceAccount,
} from "../../../../components/serving/web-service/workload";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";
import { CONTROLLER_ANNOTATIONS } from "./controller-annotations";

const CERTIFICATE_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd";

type Shape = WebServiceShape<string>;

const smallest: Shape = { namespace: "serving", image: "registry/names:1.4.0" };
const encrypted: LoadBalancerShape<string> = { inboundCidrs: ["10.0.0.0/16"], certificateArn: CERTIFICATE_ARN };
const workload = (shape: Partial<Shape> = {}) => workloadOf("names", { ...smallest, ...shape });
const container = (shape: Partial<Shape> = {}) => deployment(workload(shape)).spec.template.spec.containers[0];

const LABELS = { "app.kubernetes.io/name": "names" };
const METADATA = { name: "names", namespace: "serving", labels: { ...LABELS, "app.kubernetes.io/managed-by": "pulumi" } };

function policy(shape: Partial<Shape>, loadBalancerCidrs: string[] = []) {
  const traffic = trafficOf<string>({ ...smallest, ...shape });
  return networkPolicy(workload(shape), traffic, ingressRules(workload(shape), traffic, loadBalancerCidrs));
}

function annotations(shape: Partial<LoadBalancerShape<string>>, texts: { tags?: string; controller?: string } = {}) {
  const loadBalancer = { ...encrypted, ...shape };
  const joined = {
    inboundCidrs: loadBalancer.inboundCidrs.join(","),
    subnetIds: "subnet-1,subnet-2",
    attributes: loadBalancerAttributes(),
  };
  return ingressAnnotations<string>(workload({ loadBalancer }), loadBalancer, { ...joined, ...texts });
}

function everyManifest(shape: Partial<Shape>): Json[] {
  const built = workload(shape);
  const { loadBalancer, secrets } = shape;
  return [
    ...[serviceAccount, deployment, service, autoscaler, disruptionBudget].map((build) => build(built)),
    policy(shape, loadBalancer === undefined ? [] : ["10.0.200.0/21"]),
    ...(secrets === undefined ? [] : [externalSecret(built, secrets)]),
    ...(loadBalancer === undefined ? [] : [ingress(built, loadBalancer.hosts ?? [], annotations(loadBalancer), "names")]),
  ] as unknown as Json[];
}

describe("S7 the pods of a web service", () => {
  const probe = (path: string, initialDelaySeconds: number, periodSeconds: number) => ({
    ...{ httpGet: { path, port: "http" }, initialDelaySeconds, periodSeconds, timeoutSeconds: 3 },
  });

  it("have the figures of the document, and nothing that they do not need", () => {
    const { spec } = deployment(workload()).spec.template;
    expect(spec.containers).toEqual([
      {
        ...{ name: "app", image: "registry/names:1.4.0", imagePullPolicy: "IfNotPresent", env: [] },
        ports: [{ name: "http", containerPort: 8000, protocol: "TCP" }],
        resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "500m", memory: "1Gi" } },
        livenessProbe: probe("/health", 30, 10),
        readinessProbe: probe("/ready", 5, 5),
        lifecycle: { preStop: { sleep: { seconds: 30 } } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ]);
    expect(spec.securityContext).toEqual({
      ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(spec.volumes).toEqual([{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }]);
    expect(autoscaler(workload()).spec).toMatchObject({ minReplicas: 3, maxReplicas: 10 });
    expect(service(workload()).spec).toEqual({
      ...{ type: "ClusterIP", selector: LABELS },
      ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
    });
  });

  // A token of the Kubernetes API in a web server is the first thing that whoever breaks into it looks for.
  it("have no token of the Kubernetes API", () => {
    expect(serviceAccount(workload()).automountServiceAccountToken).toBe(false);
    expect(deployment(workload()).spec.template.spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });

  // Three pods in one zone are one zone's failure away from none.
  it("spread over zones and nodes, each revision by itself", () => {
    const over = (topologyKey: string) => ({
      ...{ topologyKey, maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" },
      ...{ labelSelector: { matchLabels: LABELS }, matchLabelKeys: ["pod-template-hash"] },
    });
    const { topologySpreadConstraints } = deployment(workload()).spec.template.spec;
    expect(topologySpreadConstraints).toEqual([over("topology.kubernetes.io/zone"), over("kubernetes.io/hostname")]);
  });

  // The autoscaler had raised it to ten; a release at noon that sets three again is an outage.
  it("leave their number to the autoscaler", () => {
    expect(deployment(workload()).spec).not.toHaveProperty("replicas");
    expect(autoscaler(workload({ minReplicas: 2, maxReplicas: 4, targetCpuPercent: 50 })).spec).toEqual({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "names" },
      ...{ minReplicas: 2, maxReplicas: 4 },
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
    });
  });

  it("let a drained node have one of them, or as many as are not needed", () => {
    const always = { selector: { matchLabels: LABELS }, unhealthyPodEvictionPolicy: "AlwaysAllow" };
    expect(disruptionBudget(workload()).spec).toEqual({ maxUnavailable: 1, ...always });
    expect(disruptionBudget(workload({ minReplicas: 1 })).spec).toEqual({ maxUnavailable: 1, ...always });
    expect(disruptionBudget(workload({ minAvailable: 2 })).spec).toEqual({ minAvailable: 2, ...always });
  });

  // A pod that stops at once takes with it the requests that the load balancer sent before it knew.
  it("go only when the load balancer knows and what they have is done", () => {
    const { spec } = deployment(workload({ drainSeconds: 45, loadBalancer: encrypted })).spec.template;
    expect(spec.terminationGracePeriodSeconds).toBe(75);
    expect(spec.containers[0]?.lifecycle).toEqual({ preStop: { sleep: { seconds: 45 } } });
  });

  it("are replaced one by one, a new one first, which has time to be found healthy where there is a load balancer", () => {
    const { strategy, minReadySeconds, revisionHistoryLimit } = deployment(workload({ loadBalancer: encrypted })).spec;
    expect(strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    expect([minReadySeconds, revisionHistoryLimit]).toEqual([30, 5]);
    expect(deployment(workload()).spec.minReadySeconds).toBe(0);
  });

  // Pulumi gives up on a Deployment after ten minutes, and calls an update failed that was half done and well.
  it("have the time that rolling them out one by one takes", () => {
    expect(rollOutMinutes(workload())).toBe(30);
    expect(rollOutMinutes(workload({ maxReplicas: 20, loadBalancer: encrypted }))).toBe(50);
  });

  it("have their variables in the order of the names, secrets among them", () => {
    const secrets = { clusterSecretStoreName: "store", variables: [{ variable: "DATABASE_URL", secretName: "names/database" }] };
    expect(container({ environment: { LOG_LEVEL: "info", BATCH: "8" }, secrets })?.env).toEqual([
      { name: "BATCH", value: "8" },
      { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: "names-secrets", key: "DATABASE_URL" } } },
      { name: "LOG_LEVEL", value: "info" },
    ]);
  });

  it("are named, sized and started otherwise where the arguments say so", () => {
    const probes = { livenessPath: "/live", livenessDelaySeconds: 120 };
    const others = { command: ["gunicorn"], port: 5001, userId: 2000, temporaryStorage: "1Gi", probes, resources: { memoryLimit: "2Gi" } };
    const { metadata, spec } = deployment(workload({ ...others, serviceName: "other" }));
    expect(metadata.name).toBe("other");
    expect(spec.template.spec).toMatchObject({
      ...{ serviceAccountName: "other", securityContext: { runAsUser: 2000, runAsGroup: 2000, fsGroup: 2000 } },
      volumes: [{ emptyDir: { sizeLimit: "1Gi" } }],
    });
    expect(container(others)).toMatchObject({
      ...{ command: ["gunicorn"], ports: [{ containerPort: 5001 }], livenessProbe: probe("/live", 120, 10) },
      ...{ readinessProbe: probe("/ready", 5, 5), resources: { requests: { memory: "512Mi" }, limits: { memory: "2Gi" } } },
    });
  });

  it("treat an argument that says undefined as one that says nothing", () => {
    expect(workload({ port: undefined, probes: { livenessPath: undefined } })).toEqual(workload());
  });
});

describe("S7 secrets of a web service", () => {
  it("are fetched by name from the cluster's store, and stand in no manifest", () => {
    const variables = [
      { variable: "DATABASE_URL", secretName: "names/database", property: "url" },
      { variable: "WEBHOOK", secretName: "names/webhook" },
    ];
    const secrets = { clusterSecretStoreName: "aws-secrets-manager", variables };
    expect(externalSecret(workload(), secrets)).toEqual({
      ...{ apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", metadata: { ...METADATA, name: "names-secrets" } },
      spec: {
        refreshInterval: "60m",
        secretStoreRef: { kind: "ClusterSecretStore", name: "aws-secrets-manager" },
        target: { name: "names-secrets", creationPolicy: "Owner", deletionPolicy: "Retain" },
        data: [
          { secretKey: "DATABASE_URL", remoteRef: { key: "names/database", property: "url" } },
          { secretKey: "WEBHOOK", remoteRef: { key: "names/webhook" } },
        ],
      },
    });
    expect(externalSecret(workload(), { ...secrets, refreshMinutes: 5 }).spec.refreshInterval).toBe("5m");
  });
});

describe("S7 who reaches a web service, and whom it reaches", () => {
  const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
  const dns = {
    to: [{ ...namespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  };

  it("is its own namespace, and DNS", () => {
    expect(policy({}).spec).toEqual({
      ...{ podSelector: { matchLabels: LABELS }, policyTypes: ["Ingress", "Egress"] },
      ...{ ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8000, protocol: "TCP" }] }], egress: [dns] },
    });
  });

  // With the neighbours let in besides, whoever takes one of them speaks to the service without the load balancer's questions.
  it("is the load balancer alone where there is one, and namespaces that are named", () => {
    const { ingress: behind } = policy({ loadBalancer: encrypted }, ["10.0.192.0/21", "10.0.208.0/21"]).spec;
    expect(behind[0]?.from).toEqual([{ ipBlock: { cidr: "10.0.192.0/21" } }, { ipBlock: { cidr: "10.0.208.0/21" } }]);
    const { ingress: both } = policy({ loadBalancer: encrypted, callerNamespaces: ["monitoring"] }, ["10.0.192.0/21"]).spec;
    expect(both[0]?.from).toEqual([{ ipBlock: { cidr: "10.0.192.0/21" } }, namespace("monitoring")]);
  });

  it("is what egress names, and the agent that hands out its role", () => {
    const egress = [
      { name: "PostgreSQL", cidrs: ["10.0.0.0/16"], ports: [5432] },
      { name: "Triton", namespaces: ["serving"], ports: [8000, 8001] },
    ];
    expect(policy({ egress, podRole: {} }).spec.egress).toEqual([
      dns,
      { to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [{ port: 80, protocol: "TCP" }] },
      { to: [{ ipBlock: { cidr: "10.0.0.0/16" } }], ports: [{ port: 5432, protocol: "TCP" }] },
      {
        to: [namespace("serving")],
        ports: [
          { port: 8000, protocol: "TCP" },
          { port: 8001, protocol: "TCP" },
        ],
      },
    ]);
  });
});

describe("I9 the load balancer of a web service", () => {
  const of = (name: string) => `alb.ingress.kubernetes.io/${name}`;

  it("is internal, speaks TLS on one port, and takes nothing that is malformed", () => {
    expect(annotations({})).toEqual({
      ...{ [of("scheme")]: "internal", [of("target-type")]: "ip", [of("subnets")]: "subnet-1,subnet-2" },
      ...{ [of("listen-ports")]: `[{"HTTPS":443}]`, [of("certificate-arn")]: CERTIFICATE_ARN },
      ...{ [of("ssl-policy")]: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", [of("inbound-cidrs")]: "10.0.0.0/16" },
      [of("load-balancer-attributes")]:
        "routing.http.drop_invalid_header_fields.enabled=true,idle_timeout.timeout_seconds=60,access_logs.s3.enabled=false",
      [of("target-group-attributes")]: "deregistration_delay.timeout_seconds=30",
      ...{ [of("healthcheck-path")]: "/ready", [of("healthcheck-interval-seconds")]: "10", [of("healthcheck-timeout-seconds")]: "5" },
      ...{ [of("healthy-threshold-count")]: "2", [of("unhealthy-threshold-count")]: "2", [of("success-codes")]: "200" },
    });
  });

  it("has everything that is asked for", () => {
    const asked = { exposure: Exposure.Internet, tlsPolicy: TlsPolicy.Tls13Only, healthPath: "/well", webAclArn: "arn:acl" };
    expect(annotations(asked, { tags: "team=ml", controller: "controller" })).toMatchObject({
      ...{ [of("scheme")]: "internet-facing", [of("ssl-policy")]: "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09" },
      ...{ [of("healthcheck-path")]: "/well", [of("wafv2-acl-arn")]: "arn:acl", [of("tags")]: "team=ml" },
      "modelloop/made-by": "controller",
    });
    expect(loadBalancerAttributes(120, "logs")).toBe(
      "routing.http.drop_invalid_header_fields.enabled=true,idle_timeout.timeout_seconds=120,access_logs.s3.enabled=true,access_logs.s3.bucket=logs",
    );
  });

  it("speaks plain HTTP on port 80 where that is said by name", () => {
    const plain = annotations({ certificateArn: undefined, allowPlainHttp: true });
    expect(plain[of("listen-ports")]).toBe(`[{"HTTP":80}]`);
    expect(Object.keys(plain)).not.toContain(of("ssl-policy"));
  });

  it("I15 asks for tokens, and for the claims in them", () => {
    const jwt = { issuer: "https://login/", jwksUrl: "https://login/keys" };
    expect(annotations({ jwt })[of("jwt-validation")]).toBe(`{"jwksEndpoint":"https://login/keys","issuer":"https://login/"}`);
    const claims = [
      { name: "roles", values: ["analyst", "admin"], format: JwtClaimFormat.StringArray },
      { name: "aud", values: ["names"] },
    ];
    expect(JSON.parse(annotations({ jwt: { ...jwt, claims } })[of("jwt-validation")] ?? "")).toEqual({
      ...{ jwksEndpoint: "https://login/keys", issuer: "https://login/" },
      additionalClaims: [
        { format: "string-array", name: "roles", values: ["analyst", "admin"] },
        { format: "single-string", name: "aud", values: ["names"] },
      ],
    });
  });

  // A misspelt annotation is ignored without a word: a load balancer that was to be closed is open.
  it("is described in words that its controller knows", () => {
    const jwt = { issuer: "https://login/", jwksUrl: "https://login/keys" };
    const all = annotations({ webAclArn: "arn:acl", jwt }, { tags: "a=b" });
    expect(Object.keys(all)).toHaveLength(18);
    expect(Object.keys(all).filter((name) => !CONTROLLER_ANNOTATIONS.includes(name))).toEqual([]);
  });

  it("answers every host, or those that are named", () => {
    const http = { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "names", port: { number: 80 } } } }] };
    expect(ingress(workload(), [], {}, "names").spec).toEqual({ ingressClassName: "alb", rules: [{ http }] });
    expect(ingress(workload(), ["a.example.com", "b.example.com"], {}, "names").spec.rules).toEqual([
      { host: "a.example.com", http },
      { host: "b.example.com", http },
    ]);
  });

  it("has an address of its host, or of its own once it has one", () => {
    expect(serviceUrl(["names.example.com"], true, "")).toBe("https://names.example.com");
    expect(serviceUrl([], false, "lb.elb.amazonaws.com")).toBe("http://lb.elb.amazonaws.com");
    expect(serviceUrl([], true, "")).toBe("");
  });
});

describe("S7 refusals of a web service", () => {
  const secretOf = (variable: string) => ({ clusterSecretStoreName: "store", variables: [{ variable, secretName: "s" }] });
  const jwt = { issuer: "https://login/", jwksUrl: "https://login/keys" };

  const accepted: [string, Partial<Shape>][] = [
    ["a version", {}],
    ["a digest, with a tag or without", { image: `registry:5000/names:1@sha256:${"a".repeat(64)}` }],
    ["a registry with a port", { image: "registry:5000/names:1" }],
    ["one pod", { minReplicas: 1, maxReplicas: 1 }],
    ["a request that is the limit", { resources: { cpuRequest: "0.5", memoryRequest: "1Gi" } }],
    [
      "names and ARNs of secrets, and numbers of tokens",
      { environment: { DB_SECRET_ARN: "arn", MAX_TOKENS: "500", PARTITION_KEY: "day" } },
    ],
    ["an address with a user and no password", { environment: { DATABASE_URL: "postgres://names@db:5432/names" } }],
    ["the whole world, said by name", { loadBalancer: { ...encrypted, inboundCidrs: ["0.0.0.0/0"], allowInboundFromAnywhere: true } }],
    ["plain HTTP, said by name", { loadBalancer: { inboundCidrs: ["10.0.0.0/16"], allowPlainHttp: true } }],
    ["egress to everywhere, said by name", { egress: [{ name: "web", cidrs: ["0.0.0.0/0"], ports: [443], allowAnywhere: true }] }],
    ["no caller but the load balancer", { callerNamespaces: [], loadBalancer: encrypted }],
    ["tags with commas where no load balancer bears them", { tags: { owners: "a,b" } }],
  ];
  it.each(accepted)("accepts %s", (_, shape) => {
    expect(webServiceFaults("names", { ...smallest, ...shape })).toEqual([]);
  });

  it("leaves to Pulumi what nobody knows before the program runs", () => {
    const later: unknown = Promise.resolve("latest");
    const loadBalancer = { inboundCidrs: [later], certificateArn: later };
    expect(webServiceFaults("names", { namespace: later, image: later, environment: { A: later }, loadBalancer })).toEqual([]);
  });

  const tomorrow = "another image tomorrow: name a version, or better a digest (name@sha256:...)";
  const wholeName = "it becomes a host name: up to 63 lower-case letters, digits and hyphens, the first a letter";
  const keep =
    "everybody who reads the Deployment or the state would have it: keep it in Secrets Manager, and name it in secrets.variables";
  const balanced = (shape: Partial<LoadBalancerShape<string>>) => ({ loadBalancer: { ...encrypted, ...shape } });
  const refused: [string, Partial<Shape>, string[]][] = [
    // What passed every test last week is not what starts when a node dies tonight.
    ["the image is the latest", { image: "names:latest" }, [`image is "names:latest"; latest is ${tomorrow}`]],
    ["the image has no tag", { image: "registry:5000/names" }, [`image is "registry:5000/names", without a tag; that means ${tomorrow}`]],
    [
      "the digest is cut off",
      { image: "names@sha256:12ab" },
      [`image is "names@sha256:12ab"; a digest is sha256: and 64 hexadecimal digits in lower case: copy it whole`],
    ],
    [
      "there is no image",
      { image: "" },
      [`image is ""; it names no image: write registry/name:version, or better registry/name@sha256:...`],
    ],
    [
      "names are none that Kubernetes takes",
      { serviceName: "Names_API", namespace: "Serving" },
      [
        `serviceName is "Names_API"; ${wholeName}: choose such a name`,
        `namespace is "Serving"; Kubernetes takes up to 63 lower-case letters, digits and hyphens: choose such a name`,
      ],
    ],
    [
      "it would have to be root",
      { port: 80, userId: 0 },
      [
        "port is 80; a process that is not root listens on 1,024 or above: use a whole number from 1,024 to 65,535",
        "userId is 0; the pods do not run as root: use a whole number from 1 to 2,147,483,647",
      ],
    ],
    [
      "paths are no paths",
      { probes: { livenessPath: "health", readinessPath: "/is ready" }, ...balanced({ healthPath: "" }) },
      [
        `probes.livenessPath is "health"; a path begins with / and has no space: write one such as /health`,
        `probes.readinessPath is "/is ready"; a path begins with / and has no space: write one such as /health`,
        `loadBalancer.healthPath is ""; a path begins with / and has no space: write one such as /health`,
      ],
    ],
    [
      "times are none that anybody waits",
      { probes: { livenessDelaySeconds: -1 }, drainSeconds: 0, ...balanced({ idleTimeoutSeconds: 4001 }) },
      [
        "probes.livenessDelaySeconds is -1; a program starts within an hour: use a whole number from 0 to 3,600",
        "drainSeconds is 0; a load balancer lets go within an hour: use a whole number from 1 to 3,600",
        "loadBalancer.idleTimeoutSeconds is 4001; a load balancer waits 1 to 4,000 seconds: use a whole number from 1 to 4,000",
      ],
    ],
    [
      "there would be more pods than there may be",
      { minReplicas: 12 },
      ["minReplicas is 12; maxReplicas is 10: lower the one, or raise the other"],
    ],
    [
      // The node group's update waits for a pod that may not go, for ever.
      "no node could be drained",
      { minReplicas: 2, minAvailable: 2 },
      ["minAvailable is 2; with 2 pods no node could ever be drained: use a smaller one, or raise minReplicas"],
    ],
    [
      "counts are none",
      { minReplicas: 0, maxReplicas: 1.5, targetCpuPercent: 0 },
      [
        "minReplicas is 0; pods are counted: use a whole number from 1 to 1,000",
        "maxReplicas is 1.5; pods are counted: use a whole number from 1 to 1,000",
        "targetCpuPercent is 0; it is the share of the CPUs that the pods ask for: use a whole number from 1 to 100",
      ],
    ],
    [
      "a pod would ask for more than it may use",
      { resources: { cpuRequest: "600m", memoryRequest: "2Gi" } },
      [
        "resources.cpuRequest is 600m; it must not exceed resources.cpuLimit, which is 500m: lower the one, or raise the other",
        "resources.memoryRequest is 2Gi; it must not exceed resources.memoryLimit, which is 1Gi: lower the one, or raise the other",
      ],
    ],
    [
      "amounts are none",
      { resources: { memoryLimit: "1 GB" }, temporaryStorage: "much" },
      [
        `resources.memoryLimit is "1 GB"; an amount is written like 500m, 2, 512Mi or 64Gi: write it so`,
        `temporaryStorage is "much"; an amount is written like 500m, 2, 512Mi or 64Gi: write it so`,
      ],
    ],
    [
      // Whoever may list Deployments, or read a backup of the state, has the database.
      "a secret would stand in the manifest",
      { environment: { DB_PASSWORD: "x", openai_api_key: "x", TOKEN: "x", DATABASE_URL: "postgres://names:s3cret@db/names" } },
      [
        `environment.DB_PASSWORD looks like a secret; ${keep}`,
        `environment.openai_api_key looks like a secret; ${keep}`,
        `environment.TOKEN looks like a secret; ${keep}`,
        `environment.DATABASE_URL has a password in its address; ${keep}`,
      ],
    ],
    [
      "variables are no variables",
      { environment: { "LOG-LEVEL": "x" }, secrets: secretOf("1ST") },
      ["environment.LOG-LEVEL", "secrets.variables[0].variable"].map(
        (property) =>
          `${property} is no name of a variable; it has letters, digits and underscores, and begins with no digit: write one such as LOG_LEVEL`,
      ),
    ],
    [
      "a variable has two values",
      {
        environment: { URL: "x" },
        secrets: { ...secretOf("URL"), variables: [...secretOf("URL").variables, ...secretOf("URL").variables] },
      },
      [
        "secrets.variables names URL more than once; each counts once: name it once",
        "environment.URL is set, and secrets.variables names URL too; a variable has one value: leave one of the two out",
        "environment.URL is set, and secrets.variables names URL too; a variable has one value: leave one of the two out",
      ],
    ],
    [
      "secrets are none",
      { secrets: { clusterSecretStoreName: "store", variables: [], refreshMinutes: 0 } },
      [
        "secrets.variables is empty; nothing would be fetched: name a secret, or leave secrets out",
        "secrets.refreshMinutes is 0; a new password is fetched within a week: use a whole number from 1 to 10,080",
      ],
    ],
    [
      "nobody could call it",
      { callerNamespaces: [] },
      ["callerNamespaces is empty without loadBalancer; nobody could call the service: name a namespace, or leave it out"],
    ],
    [
      // To Kubernetes an empty list of peers is everybody.
      "egress leads nowhere, or everywhere",
      {
        egress: [
          { name: "nowhere", ports: [] },
          { name: "world", cidrs: ["0.0.0.0/0", "10.0.0.1/16"], ports: [70_000] },
          { name: "world", namespaces: ["a", "a"], ports: [80] },
        ],
      },
      [
        "egress names world more than once; each counts once: name it once",
        "egress[0] has neither cidrs nor namespaces; it leads nowhere: name one, or leave the entry out",
        "egress[0].ports is empty; it opens nothing: name a port, or leave the entry out",
        "egress[1].cidrs[0] is 0.0.0.0/0; the pods could send anything anywhere: name narrower ranges, or set egress[1].allowAnywhere to true",
        "egress[1].cidrs[1] is 10.0.0.1/16; a range is named by its first address: use 10.0.0.0/16",
        "egress[1].ports[0] is 70000; TCP has ports: use a whole number from 1 to 65,535",
        "egress[2].namespaces names a more than once; each counts once: name it once",
      ],
    ],
    [
      "requests would cross networks in the clear",
      { loadBalancer: { inboundCidrs: ["10.0.0.0/16"] } },
      [
        "loadBalancer.certificateArn is missing; requests would cross networks in the clear: give the ARN of a certificate, or set loadBalancer.allowPlainHttp to true",
      ],
    ],
    [
      "it would speak TLS and not",
      balanced({ allowPlainHttp: true, tlsPolicy: TlsPolicy.Tls13Only, jwt }),
      [
        "loadBalancer.certificateArn is set together with allowPlainHttp; a load balancer without TLS has no use for it: leave one of the two out",
        "loadBalancer.tlsPolicy is set together with allowPlainHttp; a load balancer without TLS has no use for it: leave one of the two out",
        "loadBalancer.jwt is set together with allowPlainHttp; whoever listens would have the tokens: give a certificate instead",
      ],
    ],
    [
      // Without the list the controller lets everybody in.
      "nobody is let in, or everybody",
      balanced({ inboundCidrs: [] }),
      ["loadBalancer.inboundCidrs is empty; nobody could call the service: name the ranges that may, or leave loadBalancer out"],
    ],
    [
      "the world is let in by number and not by name",
      balanced({ exposure: Exposure.Internet, inboundCidrs: ["198.51.100.0/24", "0.0.0.0/1", "198.51.100.0/24", "office"] }),
      [
        "loadBalancer.inboundCidrs[1] is 0.0.0.0/1; it lets everybody in who can reach the load balancer: name narrower ranges, or set loadBalancer.allowInboundFromAnywhere to true",
        `loadBalancer.inboundCidrs[3] is "office"; an IPv4 range is written like 10.0.0.0/16: write it so`,
        "loadBalancer.inboundCidrs names 198.51.100.0/24 more than once; each counts once: name it once",
      ],
    ],
    [
      "values are none that are known",
      balanced({ exposure: "public" as Exposure, tlsPolicy: "TLS1.0" as TlsPolicy, hosts: ["Names.example.com", "a.b", "a.b"] }),
      [
        `loadBalancer.exposure is "public"; it must be one of internal, internet: use one of these`,
        `loadBalancer.tlsPolicy is "TLS1.0"; it must be one of ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, ELBSecurityPolicy-TLS13-1-3-PQ-2025-09: use one of these`,
        `loadBalancer.hosts[0] is "Names.example.com"; it is no host name in lower case: write one such as api.example.com`,
        "loadBalancer.hosts names a.b more than once; each counts once: name it once",
      ],
    ],
    [
      "the web ACL is one of CloudFront's",
      balanced({ webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/names/0b1c2d3e" }),
      [
        `loadBalancer.webAclArn is "arn:aws:wafv2:us-east-1:123456789012:global/webacl/names/0b1c2d3e"; a load balancer takes a web ACL of WAFv2 with the scope REGIONAL: give the ARN of one, which has :regional/webacl/ in it`,
      ],
    ],
    [
      "tokens of anybody would do",
      balanced({
        jwt: {
          ...{ issuer: "", jwksUrl: "http://login/keys" },
          claims: [
            { name: "exp", values: [] },
            { name: "scope", values: ["read write"], format: JwtClaimFormat.SpaceSeparated },
            { name: "scope", values: ["x"], format: "list" as JwtClaimFormat },
          ],
        },
      }),
      [
        `loadBalancer.jwt.issuer is ""; a token of anybody would do: give what the claim iss must be`,
        `loadBalancer.jwt.jwksUrl is "http://login/keys"; the load balancer fetches keys over HTTPS from a public address: write https://, the host and the path`,
        "loadBalancer.jwt.claims names scope more than once; each counts once: name it once",
        "loadBalancer.jwt.claims[0].name is exp; a load balancer always checks it: leave the claim out",
        "loadBalancer.jwt.claims[0].values has 0; a load balancer compares 1 to 10: give that many",
        `loadBalancer.jwt.claims[1].values has "read write"; values between spaces have none: give each by itself`,
        `loadBalancer.jwt.claims[2].format is "list"; it must be one of single-string, string-array, space-separated-values: use one of these`,
      ],
    ],
    [
      "there are more claims than a load balancer checks",
      balanced({ jwt: { ...jwt, claims: Array.from({ length: 11 }, (_, index) => ({ name: `c${index}`, values: ["x"] })) } }),
      ["loadBalancer.jwt.claims names 11; a load balancer checks 10 at most: name fewer"],
    ],
    [
      "a tag would be cut at its comma",
      { ...balanced({}), tags: { owners: "a,b", team: "ml" } },
      ["tags.owners has a comma; the load balancer controller reads one as the end of the tag: use another sign"],
    ],
  ];
  it.each(refused)("fails when %s", (_, shape, faults) => {
    expect(webServiceFaults("names", { ...smallest, ...shape })).toEqual(faults);
  });

  it("fails when the component's name is no host name, and says what else would do", () => {
    expect(webServiceFaults("Names API", smallest)).toEqual([
      `serviceName is "Names API"; ${wholeName}: choose such a name, or give a serviceName`,
    ]);
  });
});

describe("S7 what is sent to Kubernetes", () => {
  const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const few = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(value, { minLength: 0, maxLength: 2 });
  const secret = fc.record({
    variable: fc.constantFrom("S", "T"),
    secretName: fc.constantFrom("a/b", "c"),
    property: some(fc.constant("url")),
  });
  const egress = fc.record({
    ...{ name: fc.constantFrom("a", "b"), cidrs: few(fc.constantFrom("10.0.0.0/16", "192.168.0.0/24")) },
    ...{ namespaces: few(fc.constantFrom("mlops", "serving")), ports: few(fc.integer({ min: 1, max: 65_535 })) },
  });
  const shapes: fc.Arbitrary<Partial<Shape>> = fc.record({
    port: some(fc.integer({ min: 1_024, max: 65_535 })),
    minReplicas: some(fc.integer({ min: 1, max: 10 })),
    minAvailable: some(fc.constantFrom(1, 2)),
    command: some(few(fc.string())),
    resources: some(fc.record({ cpuRequest: fc.constantFrom("100m", "0.5"), memoryLimit: fc.constantFrom("512Mi", "2Gi") })),
    environment: some(fc.dictionary(fc.constantFrom("A", "B"), fc.string())),
    secrets: some(fc.record({ clusterSecretStoreName: fc.constant("store"), variables: few(secret) })),
    podRole: some(fc.constant({})),
    callerNamespaces: some(few(fc.constantFrom("monitoring", "mlops"))),
    egress: some(few(egress)),
    loadBalancer: some(fc.constantFrom<LoadBalancerShape<string>>(encrypted, { ...encrypted, hosts: ["a.example.com"] })),
  });

  // Kubernetes answers a wrong field when the pods are half there; external-secrets and old clients drop it without a word.
  it("is valid, and opens nothing by an empty list, for all arguments that are accepted", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        fc.pre(webServiceFaults("names", { ...smallest, ...shape }).length === 0);
        expect(everyManifest(shape).flatMap((manifest) => manifestFaults(manifest as { [key: string]: Json }))).toEqual([]);
        const { ingress: inwards, egress } = policy(shape, ["10.0.192.0/21"]).spec;
        const lists = [...inwards.flatMap(({ from, ports }) => [from, ports]), ...egress.flatMap(({ to, ports }) => [to, ports])];
        expect(lists.map((list) => list.length)).not.toContain(0);
      }),
      { numRuns: 200 },
    );
  });

  it("is seen when it is wrong", () => {
    const wrong = { ...service(workload()), spec: { ports: [{ prt: 80 }] } };
    expect(manifestFaults(wrong as unknown as { [key: string]: Json })).not.toEqual([]);
  });
});
