import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { TlsPolicy } from "../../shared/tls-policy";

/** What of the arguments can be wrong before AWS is asked. */
export interface InternalGatewayShape {
  readonly domainName: string;
  readonly certificateArn?: unknown;
  readonly allowPlainHttp?: boolean;
  readonly tlsPolicy?: TlsPolicy;
  readonly routes: readonly GatewayRoute[];
}

export interface GatewayRoute {
  readonly host: string;
  readonly servicePort: number;
  readonly podPort: number;
  readonly healthPath?: string;
}

/** One label of a domain name (RFC 1035). */
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^${LABEL}$`);
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);
const LONGEST_DOMAIN = 253;

const PORT = { min: 1, max: 65_535, rule: "TCP has ports" };

/** Rules of one listener (Elastic Load Balancing, "Quotas for your Application Load Balancers"). */
const MOST_ROUTES = 100;

export function internalGatewayFaults(shape: InternalGatewayShape): string[] {
  const { domainName, tlsPolicy, routes } = shape;
  return [
    ...domainFaults(domainName),
    ...encryptionFaults(shape),
    ...enumFaults("tlsPolicy", tlsPolicy, TlsPolicy),
    ...(routes.length === 0 ? ["routes is empty; the gateway would lead nowhere: name what it leads to"] : []),
    ...(routes.length > MOST_ROUTES ? [`routes has ${routes.length}; a load balancer takes ${MOST_ROUTES}: use two gateways`] : []),
    ...repeatFaults(
      "routes",
      routes.map(({ host }) => host),
    ),
    ...routes.flatMap((route, index) => routeFaults(`routes[${index}]`, route, domainName)),
  ];
}

function domainFaults(domainName: string): string[] {
  if (DOMAIN.test(domainName)) return [];
  const rule = "a domain is written in lower-case letters, digits, hyphens and at least one dot";
  return [`domainName is ${JSON.stringify(domainName)}; ${rule}: use one such as ml.example.com`];
}

function encryptionFaults({ certificateArn, allowPlainHttp = false, tlsPolicy }: InternalGatewayShape): string[] {
  const faults: string[] = [];
  if (certificateArn === undefined && !allowPlainHttp) {
    faults.push(
      "certificateArn is missing; who approves a model would do it in the clear: give the ARN of a certificate for *.<domainName>, or set allowPlainHttp to true",
    );
  }
  if (certificateArn !== undefined && allowPlainHttp) {
    faults.push("allowPlainHttp is true together with certificateArn; the gateway then speaks TLS: leave one of the two out");
  }
  if (tlsPolicy !== undefined && allowPlainHttp) {
    faults.push("tlsPolicy is set together with allowPlainHttp; a gateway without TLS has no use for it: leave one of the two out");
  }
  return faults;
}

function routeFaults(property: string, { host, servicePort, podPort, healthPath = "/" }: GatewayRoute, domainName: string): string[] {
  const faults = [
    ...wholeNumberFaults(`${property}.servicePort`, servicePort, PORT),
    ...wholeNumberFaults(`${property}.podPort`, podPort, PORT),
  ];
  if (!HOST.test(host)) {
    faults.push(`${property}.host is ${JSON.stringify(host)}; it is the first part of a domain name: use one such as mlflow`);
  }
  if (hostName(host, domainName).length > LONGEST_DOMAIN) {
    faults.push(`${property}.host makes a name of ${hostName(host, domainName).length} letters; DNS ends at ${LONGEST_DOMAIN}: shorten it`);
  }
  if (!healthPath.startsWith("/")) {
    faults.push(`${property}.healthPath is ${JSON.stringify(healthPath)}; a path starts with a slash: use /${healthPath}`);
  }
  return faults;
}

export function hostName(host: string, domainName: string): string {
  return `${host}.${domainName}`;
}

/** Where the gateway listens, and how. */
export interface Door {
  readonly scheme: "https" | "http";
  readonly port: number;
  readonly protocol: "HTTPS" | "HTTP";
}

export function door(withCertificate: boolean): Door {
  return withCertificate ? { scheme: "https", port: 443, protocol: "HTTPS" } : { scheme: "http", port: 80, protocol: "HTTP" };
}

export interface BindingFacts<Text> {
  readonly host: string;
  readonly namespace: Text;
  readonly serviceName: string;
  readonly servicePort: number;
  readonly targetGroupArn: Text;
  readonly vpcId: Text;
  /** Whose work it is; absent where nobody said. */
  readonly controller?: Text;
}

/** Has the load balancer controller keep the Service's pods registered. It changes no security group: those are the gateway's own. */
export function targetGroupBinding<Text>({ host, namespace, serviceName, servicePort, ...facts }: BindingFacts<Text>) {
  return {
    apiVersion: "elbv2.k8s.aws/v1beta1",
    kind: "TargetGroupBinding",
    metadata: {
      name: `gateway-${host}`,
      namespace,
      ...(facts.controller !== undefined && { annotations: { "modelloop/registered-by": facts.controller } }),
    },
    spec: {
      serviceRef: { name: serviceName, port: servicePort },
      targetGroupARN: facts.targetGroupArn,
      targetType: "ip",
      vpcID: facts.vpcId,
    },
  };
}

/** Lets the load balancer in, through a namespace that is closed to everybody. */
export function admission(cidrs: readonly string[], podPort: number) {
  const from = cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  // To Kubernetes an empty list is everybody.
  const rules = from.length === 0 ? [] : [{ from, ports: [{ protocol: "TCP", port: podPort }] }];
  return { podSelector: {}, policyTypes: ["Ingress"], ingress: rules };
}
