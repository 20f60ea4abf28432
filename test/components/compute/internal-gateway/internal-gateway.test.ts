import {
  admission,
  door,
  internalGatewayFaults,
  rulePriority,
  targetGroupBinding,
} from "../../../../components/compute/internal-gateway/internal-gateway";
import { TlsPolicy } from "../../../../components/shared/tls-policy";
import { manifestFaults } from "../../../support/kubernetes-schema/manifest-faults";

const CERTIFICATE_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd";

const mlflow = { host: "mlflow", serviceName: "mlflow", servicePort: 80, podPort: 5_000, healthPath: "/health" };
const gateway = { domainName: "ml.example.com", certificateArn: CERTIFICATE_ARN, routes: [mlflow] };

describe("the gateway's objects", () => {
  it("binds a Service's pods to a target group, in words that the controller knows", () => {
    const facts = {
      host: "mlflow",
      namespace: "mlflow",
      serviceName: "mlflow",
      servicePort: 80,
      targetGroupArn: "arn:targets",
      vpcId: "vpc-1",
    };
    const binding = targetGroupBinding({ ...facts, controller: "aws-load-balancer-controller" });
    expect(manifestFaults(binding)).toEqual([]);
    expect(binding).toEqual({
      ...{ apiVersion: "elbv2.k8s.aws/v1beta1", kind: "TargetGroupBinding" },
      metadata: { name: "gateway-mlflow", namespace: "mlflow", annotations: { "modelloop/registered-by": "aws-load-balancer-controller" } },
      spec: { serviceRef: { name: "mlflow", port: 80 }, targetGroupARN: "arn:targets", targetType: "ip", vpcID: "vpc-1" },
    });
    expect(targetGroupBinding(facts).metadata).toEqual({ name: "gateway-mlflow", namespace: "mlflow" });
  });

  // Where MLflow has no login, whoever reaches it decides which model is in production.
  it("lets the load balancer's subnets in, to one port, and nobody where there is no subnet", () => {
    const spec = admission(["10.0.128.0/21", "10.0.136.0/21"], 5_000);
    const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "x" }, spec };
    expect(manifestFaults(policy)).toEqual([]);
    expect(spec).toEqual({
      ...{ podSelector: {}, policyTypes: ["Ingress"] },
      ingress: [
        {
          from: [{ ipBlock: { cidr: "10.0.128.0/21" } }, { ipBlock: { cidr: "10.0.136.0/21" } }],
          ports: [{ protocol: "TCP", port: 5_000 }],
        },
      ],
    });
    expect(admission([], 5_000).ingress).toEqual([]);
  });

  it("listens on the port of its scheme", () => {
    expect([door(true), door(false)]).toEqual([
      { scheme: "https", port: 443, protocol: "HTTPS" },
      { scheme: "http", port: 80, protocol: "HTTP" },
    ]);
  });
});

describe("refusals of the gateway", () => {
  it("takes a certificate, or plain HTTP by name", () => {
    expect(internalGatewayFaults(gateway)).toEqual([]);
    expect(internalGatewayFaults({ ...gateway, certificateArn: undefined, allowPlainHttp: true })).toEqual([]);
  });

  it("refuses neither and both", () => {
    expect(internalGatewayFaults({ ...gateway, certificateArn: undefined })).toEqual([
      "certificateArn is missing; who approves a model would do it in the clear: give the ARN of a certificate for *.<domainName>, or set allowPlainHttp to true",
    ]);
    expect(internalGatewayFaults({ ...gateway, allowPlainHttp: true })).toEqual([
      "allowPlainHttp is true together with certificateArn; the gateway then speaks TLS: leave one of the two out",
    ]);
  });

  it("refuses a version of TLS where there is none, and one that nobody knows", () => {
    expect(internalGatewayFaults({ ...gateway, certificateArn: undefined, allowPlainHttp: true, tlsPolicy: TlsPolicy.Tls13Only })).toEqual([
      "tlsPolicy is set together with allowPlainHttp; a gateway without TLS has no use for it: leave one of the two out",
    ]);
    expect(internalGatewayFaults({ ...gateway, tlsPolicy: "TLS1.0" as TlsPolicy })).toEqual([
      `tlsPolicy is "TLS1.0"; it must be one of ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, ELBSecurityPolicy-TLS13-1-3-PQ-2025-09: use one of these`,
    ]);
  });

  it("refuses names, ports and paths that are none, all at once", () => {
    const routes = [{ host: "Ml.flow", serviceName: "ML flow", servicePort: 0, podPort: 70_000, healthPath: "health" }, mlflow, mlflow];
    expect(internalGatewayFaults({ ...gateway, domainName: "internal", routes })).toEqual([
      `domainName is "internal"; a domain is written in lower-case letters, digits, hyphens and at least one dot: use one such as ml.example.com`,
      "routes names mlflow more than once; each counts once: name it once",
      "routes[0].servicePort is 0; TCP has ports: use a whole number from 1 to 65,535",
      "routes[0].podPort is 70000; TCP has ports: use a whole number from 1 to 65,535",
      `routes[0].host is "Ml.flow"; it is the first part of a domain name: use one such as mlflow`,
      `routes[0].serviceName is "ML flow"; Kubernetes takes up to 63 lower-case letters, digits and hyphens, a letter first: give the name of the Service`,
      `routes[0].healthPath is "health"; a path starts with a slash: use /health`,
    ]);
  });

  it("refuses clients that cannot be told apart", () => {
    const clients = [
      { name: "tunnel", securityGroupId: "sg-1" },
      { name: "tunnel", securityGroupId: "sg-2" },
    ];
    expect(internalGatewayFaults({ ...gateway, clients })).toEqual(["clients names tunnel more than once; each counts once: name it once"]);
  });

  // AWS refuses a second rule of the same priority, after half of the gateway is there.
  it("gives each host a priority of its own, and refuses two hosts that would share one", () => {
    expect([rulePriority("mlflow"), rulePriority("prometheus")]).toEqual([36_325, 35_370]);
    const hosts = Array.from({ length: 2_000 }, (_, number) => `h${number}`);
    const second = hosts.findIndex((host, index) => hosts.slice(0, index).some((other) => rulePriority(other) === rulePriority(host)));
    const [one, other] = [hosts.findIndex((host) => rulePriority(host) === rulePriority(hosts[second] ?? "")), second];
    const routes = [one, other].map((index) => ({ ...mlflow, host: hosts[index] ?? "" }));
    expect(internalGatewayFaults({ ...gateway, routes })).toEqual([
      `routes[1].host is "h${other}"; a rule's priority is made from its host, and h${one} has the same (${rulePriority(`h${one}`)}): rename one of the two`,
    ]);
    expect(hosts.map(rulePriority).every((priority) => priority >= 1 && priority <= 50_000)).toBe(true);
  });

  it("refuses to lead nowhere, to too much, or under too long a name", () => {
    expect(internalGatewayFaults({ ...gateway, routes: [] })).toEqual([
      "routes is empty; the gateway would lead nowhere: name what it leads to",
    ]);
    const many = Array.from({ length: 101 }, (_, index) => ({ ...mlflow, host: `h${index}` }));
    expect(internalGatewayFaults({ ...gateway, routes: many })).toEqual(["routes has 101; a load balancer takes 100: use two gateways"]);
    const domainName = Array.from({ length: 5 }, () => "x".repeat(48)).join(".");
    expect(internalGatewayFaults({ ...gateway, domainName, routes: [{ ...mlflow, host: "mlflow-tracking" }] })).toEqual([
      "routes[0].host makes a name of 260 letters; DNS ends at 253: shorten it",
    ]);
  });
});
