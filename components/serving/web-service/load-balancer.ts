import { jwtFaults, type Jwt, jwtValidation } from "./jwt";
import { httpPathFaults, rangeFaults } from "./faults";
import { enumFaults, repeatFaults, wholeNumberFaults } from "../../shared/faults";
import { certificateFaults } from "../../shared/certificate";
import { DEFAULT_TLS_POLICY, TlsPolicy } from "../../shared/tls-policy";
import { webAclFaults } from "../../shared/web-acl";
import { objectMetadata, SERVICE_PORT, type Workload } from "./workload";

/** From where the load balancer can be reached at all; `inboundCidrs` narrows it. */
export enum Exposure {
  /** From the VPC and from networks joined to it. */
  Internal = "internal",
  /** From the internet. */
  Internet = "internet",
}

/** What of the arguments decides the load balancer. */
export interface LoadBalancerShape<Text> {
  readonly exposure?: Exposure;
  readonly inboundCidrs: readonly Text[];
  readonly allowInboundFromAnywhere?: boolean;
  readonly certificateArn?: Text;
  readonly allowPlainHttp?: boolean;
  readonly tlsPolicy?: TlsPolicy;
  readonly hosts?: readonly string[];
  readonly healthPath?: string;
  readonly idleTimeoutSeconds?: number;
  readonly webAclArn?: Text;
  readonly jwt?: Jwt;
}

export const DEFAULT_IDLE_TIMEOUT_SECONDS = 60;

/** Elastic Load Balancing API reference, LoadBalancerAttribute, `idle_timeout.timeout_seconds`. */
const IDLE_TIMEOUT = { min: 1, max: 4_000, rule: "a load balancer waits 1 to 4,000 seconds" };

/** "You must specify subnets from at least two Availability Zones" (Elastic Load Balancing API reference, CreateLoadBalancer). */
const FEWEST_SUBNETS = 2;

/** RFC 1123, in lower case as certificates and Ingress rules have it. */
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

export function loadBalancerFaults(shape: LoadBalancerShape<unknown>, tags: Readonly<Record<string, unknown>> = {}): string[] {
  const { hosts = [], allowPlainHttp = false } = shape;
  return [
    ...enumFaults("loadBalancer.exposure", shape.exposure, Exposure),
    ...inboundFaults(shape.inboundCidrs, shape.allowInboundFromAnywhere),
    ...encryptionFaults(shape),
    ...certificateFaults("loadBalancer.certificateArn", shape.certificateArn),
    ...enumFaults("loadBalancer.tlsPolicy", shape.tlsPolicy, TlsPolicy),
    ...hosts.flatMap((host, index) => hostFaults(`loadBalancer.hosts[${index}]`, host)),
    ...repeatFaults("loadBalancer.hosts", hosts),
    ...httpPathFaults("loadBalancer.healthPath", shape.healthPath),
    ...wholeNumberFaults("loadBalancer.idleTimeoutSeconds", shape.idleTimeoutSeconds, IDLE_TIMEOUT),
    ...webAclFaults("loadBalancer.webAclArn", shape.webAclArn),
    ...(shape.jwt === undefined ? [] : jwtFaults("loadBalancer.jwt", shape.jwt, allowPlainHttp)),
    ...Object.entries(tags).flatMap(([tag, value]) => tagFaults(`tags.${tag}`, tag, value)),
  ];
}

/** Told nobody, the controller lets everybody in. */
export function inboundFaults(cidrs: readonly unknown[], allowAnywhere = false): string[] {
  const property = "loadBalancer.inboundCidrs";
  if (cidrs.length === 0)
    return [`${property} is empty; nobody could call the service: name the ranges that may, or leave loadBalancer out`];
  const cure = "name narrower ranges, or set loadBalancer.allowInboundFromAnywhere to true";
  return rangeFaults(property, cidrs, allowAnywhere ? undefined : `it lets everybody in who can reach the load balancer: ${cure}`);
}

/** How many there are may be known only when the VPC is. */
export function publicSubnetFaults(ids: readonly string[]): string[] {
  if (ids.length >= FEWEST_SUBNETS) return [];
  return [`loadBalancer.vpc has ${ids.length} public subnets; a load balancer stands in two zones or more: give a subnet in each`];
}

function tagFaults(property: string, tag: string, value: unknown): string[] {
  if (!tag.includes(",") && !(typeof value === "string" && value.includes(","))) return [];
  return [`${property} has a comma; the load balancer controller reads one as the end of the tag: use another sign`];
}

function encryptionFaults({ certificateArn, allowPlainHttp = false, tlsPolicy }: LoadBalancerShape<unknown>): string[] {
  const given = Object.entries({ certificateArn, tlsPolicy }).filter(([, value]) => value !== undefined);
  if (allowPlainHttp) {
    const rule = "a load balancer without TLS has no use for it: leave one of the two out";
    return given.map(([property]) => `loadBalancer.${property} is set together with allowPlainHttp; ${rule}`);
  }
  if (certificateArn !== undefined) return [];
  return [
    "loadBalancer.certificateArn is missing; requests would cross networks in the clear: give the ARN of a certificate, or set loadBalancer.allowPlainHttp to true",
  ];
}

function hostFaults(property: string, host: string): string[] {
  if (HOST.test(host)) return [];
  return [`${property} is ${JSON.stringify(host)}; it is no host name in lower case: write one such as api.example.com`];
}

/** The load balancer controller's names for its two kinds. */
const SCHEMES: Record<Exposure, string> = { [Exposure.Internal]: "internal", [Exposure.Internet]: "internet-facing" };

/** A pod takes requests from the load balancer after two checks that it answers. */
const HEALTH_CHECK = { intervalSeconds: 10, timeoutSeconds: 5, healthyThreshold: 2, unhealthyThreshold: 2 };

/**
 * How long a new pod must be ready before an old one may go: without it a quick roll-out removes the last pod that the load balancer knows
 * while the new ones are still being checked. A third interval is for the registration itself.
 */
export const SECONDS_UNTIL_IN_SERVICE = HEALTH_CHECK.intervalSeconds * (HEALTH_CHECK.healthyThreshold + 1);

/** What AWS is asked for in one string. */
export function loadBalancerAttributes(idleTimeoutSeconds = DEFAULT_IDLE_TIMEOUT_SECONDS, accessLogBucketName?: string): string {
  const log: Record<string, string> = accessLogBucketName === undefined ? {} : { "access_logs.s3.bucket": accessLogBucketName };
  // What is not named keeps the value that it had: a log that is no longer asked for must be switched off.
  return annotationMap({
    "routing.http.drop_invalid_header_fields.enabled": "true",
    "idle_timeout.timeout_seconds": String(idleTimeoutSeconds),
    "access_logs.s3.enabled": String(accessLogBucketName !== undefined),
    ...log,
  });
}

/** How the controller reads maps: `a=1,b=2`. */
export function annotationMap(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** What is text only once other resources exist. */
export interface JoinedTexts<Text> {
  /** Comma-separated. */
  readonly inboundCidrs: Text;
  /** Comma-separated. */
  readonly subnetIds: Text;
  readonly attributes: Text;
  readonly tags?: Text;
  /** Whose work it is; absent where nobody said. */
  readonly controller?: Text;
}

/** Names and meanings: AWS Load Balancer Controller v3.5.0, docs/guide/ingress/annotations.md. A misspelt name is ignored without a word. */
export function ingressAnnotations<Text>(
  { probes, drainSeconds }: Pick<Workload<Text>, "probes" | "drainSeconds">,
  shape: LoadBalancerShape<Text>,
  texts: JoinedTexts<Text>,
): Record<string, Text | string> {
  const { certificateArn, webAclArn, jwt, tlsPolicy = DEFAULT_TLS_POLICY, exposure = Exposure.Internal } = shape;
  const plain = certificateArn === undefined;
  const settings: Record<string, Text | string | undefined> = {
    scheme: SCHEMES[exposure],
    // Straight to the pods: through node ports every node would have to let the load balancer in.
    "target-type": "ip",
    subnets: texts.subnetIds,
    // One listener: whoever sends a token over plain HTTP has lost it before a redirect could answer.
    "listen-ports": JSON.stringify([plain ? { HTTP: 80 } : { HTTPS: 443 }]),
    "certificate-arn": certificateArn,
    "ssl-policy": plain ? undefined : tlsPolicy,
    "inbound-cidrs": texts.inboundCidrs,
    "load-balancer-attributes": texts.attributes,
    "target-group-attributes": `deregistration_delay.timeout_seconds=${drainSeconds}`,
    "healthcheck-path": shape.healthPath ?? probes.readinessPath,
    "healthcheck-interval-seconds": String(HEALTH_CHECK.intervalSeconds),
    "healthcheck-timeout-seconds": String(HEALTH_CHECK.timeoutSeconds),
    "healthy-threshold-count": String(HEALTH_CHECK.healthyThreshold),
    "unhealthy-threshold-count": String(HEALTH_CHECK.unhealthyThreshold),
    "success-codes": "200",
    "wafv2-acl-arn": webAclArn,
    "jwt-validation": jwt === undefined ? undefined : jwtValidation(jwt),
    tags: texts.tags,
  };
  const annotations = Object.entries({ ...prefixed(settings), "modelloop/made-by": texts.controller });
  return Object.fromEntries(annotations.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function prefixed<Value>(settings: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`alb.ingress.kubernetes.io/${key}`, value]));
}

export function ingress<Text>(
  workload: Pick<Workload<Text>, "name" | "namespace">,
  hosts: readonly string[],
  annotations: Record<string, Text | string>,
  serviceName: Text,
) {
  const backend = { service: { name: serviceName, port: { number: SERVICE_PORT } } };
  const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
  return {
    apiVersion: "networking.k8s.io/v1" as const,
    kind: "Ingress" as const,
    // In no group: whoever may write an Ingress in any namespace could join it, and answer in this service's name.
    metadata: { ...objectMetadata(workload), annotations },
    spec: { ingressClassName: "alb", rules: hosts.length === 0 ? [{ http }] : hosts.map((host) => ({ host, http })) },
  };
}

/** Empty until the load balancer has a name. */
export function serviceUrl(hosts: readonly string[], encrypted: boolean, loadBalancerHostName: string): string {
  const host = hosts[0] ?? loadBalancerHostName;
  return host === "" ? "" : `${encrypted ? "https" : "http"}://${host}`;
}
