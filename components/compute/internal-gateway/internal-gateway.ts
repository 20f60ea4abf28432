import { certificateFaults } from "../../shared/certificate";
import { clientFaults, type NamedClient } from "../../shared/clients";
import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { TlsPolicy } from "../../shared/tls-policy";

/** What of the arguments can be wrong before AWS is asked. */
export interface InternalGatewayShape {
  readonly domainName: string;
  readonly certificateArn?: unknown;
  readonly allowPlainHttp?: boolean;
  readonly tlsPolicy?: TlsPolicy;
  readonly routes: readonly GatewayRoute[];
  readonly clients?: readonly NamedClient[];
}

export interface GatewayRoute {
  readonly host: string;
  readonly serviceName: string;
  readonly servicePort: number;
  readonly podPort: number;
  readonly healthPath?: string;
}

/** One label of a domain name (RFC 1035). */
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^${LABEL}$`);
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);
const LONGEST_DOMAIN = 253;

/** Kubernetes' names of Services: RFC 1035 labels, a letter first. */
const SERVICE = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

const PORT = { min: 1, max: 65_535, rule: "TCP has ports" };

/** Rules of one listener (Elastic Load Balancing, "Quotas for your Application Load Balancers"). */
const MOST_ROUTES = 100;

/** Elastic Load Balancing API reference, CreateRule, `priority`: 1 to 50,000, each once in a listener. */
const HIGHEST_PRIORITY = 50_000;

export function internalGatewayFaults(shape: InternalGatewayShape): string[] {
  const { domainName, tlsPolicy, routes, clients = [] } = shape;
  return [
    ...domainFaults(domainName),
    ...encryptionFaults(shape),
    ...certificateFaults("certificateArn", shape.certificateArn),
    ...enumFaults("tlsPolicy", tlsPolicy, TlsPolicy),
    ...(routes.length === 0 ? ["routes is empty; the gateway would lead nowhere: name what it leads to"] : []),
    ...(routes.length > MOST_ROUTES ? [`routes has ${routes.length}; a load balancer takes ${MOST_ROUTES}: use two gateways`] : []),
    ...repeatFaults(
      "routes",
      routes.map(({ host }) => host),
    ),
    ...routes.flatMap((route, index) => routeFaults(`routes[${index}]`, route, domainName)),
    ...priorityFaults(routes),
    ...clientFaults(clients),
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

function routeFaults(property: string, route: GatewayRoute, domainName: string): string[] {
  const { host, serviceName, servicePort, podPort, healthPath = "/" } = route;
  const faults = [
    ...wholeNumberFaults(`${property}.servicePort`, servicePort, PORT),
    ...wholeNumberFaults(`${property}.podPort`, podPort, PORT),
  ];
  if (!HOST.test(host)) {
    faults.push(`${property}.host is ${JSON.stringify(host)}; it is the first part of a domain name: use one such as mlflow`);
  }
  if (!SERVICE.test(serviceName)) {
    const rule = "Kubernetes takes up to 63 lower-case letters, digits and hyphens, a letter first";
    faults.push(`${property}.serviceName is ${JSON.stringify(serviceName)}; ${rule}: give the name of the Service`);
  }
  if (hostName(host, domainName).length > LONGEST_DOMAIN) {
    faults.push(`${property}.host makes a name of ${hostName(host, domainName).length} letters; DNS ends at ${LONGEST_DOMAIN}: shorten it`);
  }
  if (!healthPath.startsWith("/")) {
    faults.push(`${property}.healthPath is ${JSON.stringify(healthPath)}; a path starts with a slash: use /${healthPath}`);
  }
  return faults;
}

function priorityFaults(routes: readonly GatewayRoute[]): string[] {
  return routes.flatMap(({ host }, index) => {
    const first = routes.findIndex((other) => rulePriority(other.host) === rulePriority(host));
    // The same host twice is complained of already.
    if (first === index || routes[first]?.host === host) return [];
    const rule = `a rule's priority is made from its host, and ${routes[first]?.host} has the same (${rulePriority(host)})`;
    return [`routes[${index}].host is ${JSON.stringify(host)}; ${rule}: rename one of the two`];
  });
}

/**
 * From the host alone (FNV-1a): by its place in the list, a route that is taken out or put between two others would give each later one the
 * priority of its neighbour, which AWS refuses while the neighbour still has it. Which rule comes first is no matter: no two match one host.
 */
export function rulePriority(host: string): number {
  let hash = 0x811c9dc5;
  for (const letter of host) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return ((hash >>> 0) % HIGHEST_PRIORITY) + 1;
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
