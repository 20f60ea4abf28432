import { Bucket, BucketWriter, InternalGateway, type InternalGatewayArgs, TlsPolicy } from "../../../../components";
import { planOf, type Plan, refusalOf } from "../../shared/plan-of";
import { cluster, kubernetesFaults, statementsOf, vpc } from "../shared/surroundings";

const CERTIFICATE_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd";

const mlflow = { host: "mlflow", namespace: "mlflow", serviceName: "mlflow", servicePort: 80, podPort: 5_000, healthPath: "/health" };
const prometheus = { host: "prometheus", namespace: "monitoring", serviceName: "prometheus-operated", servicePort: 9_090, podPort: 9_090 };
const smallest: InternalGatewayArgs = { vpc, cluster, domainName: "ml.example.com", certificateArn: CERTIFICATE_ARN, routes: [mlflow] };
const gateway = (args: InternalGatewayArgs = smallest) =>
  planOf(() => {
    const { urls, clientSecurityGroupId } = new InternalGateway("gate", args);
    return { urls, clientSecurityGroupId };
  });

describe("the smallest internal gateway", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await gateway();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:ec2/securityGroup:SecurityGroup gate-balancer-group",
      "aws:ec2/securityGroup:SecurityGroup gate-clients-group",
      "aws:lb/listener:Listener gate-listener",
      "aws:lb/listenerRule:ListenerRule gate-mlflow-rule",
      "aws:lb/loadBalancer:LoadBalancer gate-balancer",
      "aws:lb/targetGroup:TargetGroup gate-mlflow-targets",
      "aws:route53/record:Record gate-mlflow-name",
      "aws:route53/zone:Zone gate-zone",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule gate-clients-out",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule gate-pods-5000-out",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule gate-clients-in",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule gate-pods-5000-in",
      "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding gate-mlflow-binding",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy gate-mlflow-admission",
      "modelloop:index:InternalGateway gate",
    ]);
    expect(plan.recording.stackOutputs).toEqual({
      urls: { mlflow: "https://mlflow.ml.example.com" },
      clientSecurityGroupId: "gate-clients-group-id",
    });
  });

  it("is internal, speaks TLS, and answers no name but its own", () => {
    expect(plan.inputs("gate-balancer")).toEqual({
      ...{ namePrefix: "gate-", loadBalancerType: "application", internal: true, dropInvalidHeaderFields: true, tags: { Name: "gate" } },
      ...{ subnets: ["intra-1", "intra-2"], securityGroups: ["gate-balancer-group-id"] },
    });
    expect(plan.inputs("gate-listener")).toMatchObject({
      ...{ port: 443, protocol: "HTTPS", certificateArn: CERTIFICATE_ARN, sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" },
      defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
    });
    expect(plan.inputs("gate-mlflow-rule")).toMatchObject({
      priority: 36_325,
      conditions: [{ hostHeader: { values: ["mlflow.ml.example.com"] } }],
    });
    expect(plan.inputs("gate-zone")).toMatchObject({ name: "ml.example.com", vpcs: [{ vpcId: "vpc-1" }] });
    expect(plan.inputs("gate-mlflow-name")).toMatchObject({ name: "mlflow.ml.example.com", type: "A" });
  });

  // MLflow has no login of its own here: the security group is the door.
  it("lets in whoever carries the clients' group, and goes on to the pods' port, each by group", () => {
    const rule = (name: string) => {
      const { securityGroupId, referencedSecurityGroupId, fromPort, toPort, ipProtocol } = plan.inputs(name);
      return [securityGroupId, referencedSecurityGroupId, ipProtocol, fromPort, toPort];
    };
    expect(rule("gate-clients-out")).toEqual(["gate-clients-group-id", "gate-balancer-group-id", "tcp", 443, 443]);
    expect(rule("gate-clients-in")).toEqual(["gate-balancer-group-id", "gate-clients-group-id", "tcp", 443, 443]);
    expect(rule("gate-pods-5000-out")).toEqual(["gate-balancer-group-id", "sg-cluster", "tcp", 5_000, 5_000]);
    expect(rule("gate-pods-5000-in")).toEqual(["sg-cluster", "gate-balancer-group-id", "tcp", 5_000, 5_000]);
  });

  it("admits the load balancer's subnets to the namespace, in objects that Kubernetes takes", () => {
    expect(kubernetesFaults(plan)).toEqual([]);
    const lookUps = plan.recording.calls.filter(({ token }) => token.endsWith(":getSubnet")).map(({ args }) => args["id"]);
    expect(lookUps).toEqual(["intra-1", "intra-2"]);
    expect(plan.inputs("gate-mlflow-admission")).toMatchObject({
      metadata: { name: "gateway-mlflow", namespace: "mlflow" },
      spec: { ingress: [{ ports: [{ protocol: "TCP", port: 5_000 }] }] },
    });
  });

  // In a group that no load balancer uses the controller registers nothing, and says so in an event.
  it("registers pods once the route is there", () => {
    expect(plan.inputs("gate-mlflow-targets")).toMatchObject({
      ...{ namePrefix: "mlflo-", targetType: "ip", port: 5_000, protocol: "HTTP", deregistrationDelay: 30 },
      healthCheck: { path: "/health", matcher: "200-399" },
    });
    // In place, the controller's webhook would refuse the update, and the new target group would stay empty.
    expect(plan.resource("gate-mlflow-binding").options).toMatchObject({
      ...{ replaceOnChanges: ["spec.targetGroupARN", "spec.vpcID"], deleteBeforeReplace: true },
    });
    expect(plan.waitsFor("gate-mlflow-binding")).toEqual(expect.arrayContaining(["gate-mlflow-targets", "gate-mlflow-rule"]));
  });
});

it("takes every argument", async () => {
  const plan = await gateway({
    ...smallest,
    ...{ certificateArn: undefined, allowPlainHttp: true, routes: [mlflow, prometheus, { ...prometheus, host: "alerts" }] },
    ...{ clients: [{ name: "tunnel", securityGroupId: "sg-tunnel" }], loadBalancerController: "aws-load-balancer-controller" },
    ...{ accessLogBucketName: "logs", tags: { owner: "platform" } },
  });
  expect(plan.inputs("gate-listener")).toMatchObject({ port: 80, protocol: "HTTP" });
  expect(plan.inputs("gate-balancer")).toMatchObject({
    accessLogs: { enabled: true, bucket: "logs" },
    tags: { owner: "platform" },
  });
  expect(plan.inputs("gate-client-tunnel-in")).toMatchObject({
    securityGroupId: "gate-balancer-group-id",
    referencedSecurityGroupId: "sg-tunnel",
  });
  expect(plan.inputs("gate-mlflow-binding")).toMatchObject({
    metadata: { annotations: { "modelloop/registered-by": "aws-load-balancer-controller" } },
  });
  expect(plan.list.filter((line) => /gate-pods-\d+-in/.test(line))).toHaveLength(2);
  expect(plan.recording.stackOutputs["urls"]).toEqual({
    mlflow: "http://mlflow.ml.example.com",
    prometheus: "http://prometheus.ml.example.com",
    alerts: "http://alerts.ml.example.com",
  });
});

it("speaks TLS 1.3 only, where it is told to", async () => {
  const plan = await gateway({ ...smallest, tlsPolicy: TlsPolicy.Tls13Only });
  expect(plan.inputs("gate-listener")).toMatchObject({ sslPolicy: "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09" });
});

// A load balancer tries the bucket when it is told of it, and is refused where the bucket's policy names another place.
it("logs where the bucket's policy lets a load balancer write", async () => {
  const plan = await planOf(() => {
    const logs = new Bucket("logs", { encryptWithS3ManagedKey: true, writers: [BucketWriter.LoadBalancerLogs] });
    new InternalGateway("gate", { ...smallest, accessLogBucketName: logs.bucketName });
  });
  // Without a prefix: AWSLogs/<account>/ (Elastic Load Balancing, "Access logs for your Application Load Balancer").
  expect(Object.keys(plan.inputs("gate-balancer")["accessLogs"] ?? {}).sort()).toEqual(["bucket", "enabled"]);
  const writing = statementsOf(plan, "logs-policy").filter(({ Action }) => Action === "s3:PutObject");
  expect(writing).toMatchObject([{ Resource: `${plan.output("logs-bucket", "arn")}/AWSLogs/123456789012/*` }]);
  expect(plan.waitsFor("gate-balancer")).toContain("logs-policy");
});

it("fails when it would have to stand in one zone", async () => {
  await expect(gateway({ ...smallest, vpc: { ...vpc, intraSubnetIds: [], privateSubnetIds: ["private-1"] } })).rejects.toMatchObject({
    faults: [
      "vpc has 0 intra and 1 private subnets; a load balancer stands in two zones or more: give two of one kind, in different zones",
    ],
  });
});

it("fails before it creates anything, with every fault", () => {
  const args = { ...smallest, certificateArn: undefined, routes: [] };
  expect(refusalOf(() => new InternalGateway("gate", args))).toBe(
    [
      'InternalGateway "gate" cannot be built:',
      "  - certificateArn is missing; who approves a model would do it in the clear: give the ARN of a certificate for *.<domainName>, or set allowPlainHttp to true",
      "  - routes is empty; the gateway would lead nowhere: name what it leads to",
    ].join("\n"),
  );
});

// By its place, a route put before the others would take a priority that is still another's, and AWS refuses that half-way.
it("leaves a rule as it is when another route comes before it", async () => {
  const rule = async (routes: InternalGatewayArgs["routes"]) => (await gateway({ ...smallest, routes })).inputs("gate-mlflow-rule");
  expect(await rule([prometheus, mlflow])).toEqual(await rule([mlflow]));
});
