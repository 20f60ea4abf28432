/**
 * What a resource opens to the whole world, read off its inputs. Pure.
 *
 * A reader's list, not a rule book: it looks where AWS and Kubernetes commonly open things, and a resource it does not mention is not proven closed.
 */
import type { Json, Properties } from "../engine";

const WORLD = new Set(["0.0.0.0/0", "::/0"]);

type Look = (inputs: Properties) => string[];

const LOOKS: Readonly<Record<string, Look>> = {
  "aws:ec2/securityGroup:SecurityGroup": ({ ingress }) => list(ingress).flatMap((rule) => openRule(rule)),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ({ ingress }) => list(ingress).flatMap((rule) => openRule(rule)),
  "aws:ec2/securityGroupRule:SecurityGroupRule": (rule) => (rule["type"] === "ingress" ? openRule(rule) : []),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ({ cidrIpv4, cidrIpv6, ...rule }) =>
    openRule({ ...rule, cidrBlocks: [cidrIpv4 ?? "", cidrIpv6 ?? ""], protocol: rule["ipProtocol"] ?? "" }),
  "aws:eks/cluster:Cluster": ({ vpcConfig }) => openEndpoint(mapping(vpcConfig)),
  "aws:rds/instance:Instance": ({ publiclyAccessible }) => when(publiclyAccessible === true, "has a public address"),
  "aws:rds/clusterInstance:ClusterInstance": ({ publiclyAccessible }) => when(publiclyAccessible === true, "has a public address"),
  "aws:ec2/instance:Instance": ({ associatePublicIpAddress }) => when(associatePublicIpAddress === true, "has a public address"),
  "aws:ec2/subnet:Subnet": ({ mapPublicIpOnLaunch }) =>
    when(mapPublicIpOnLaunch === true, "gives a public address to whatever starts in it"),
  "aws:lb/loadBalancer:LoadBalancer": ({ internal }) => when(internal !== true, "faces the internet"),
  "aws:elb/loadBalancer:LoadBalancer": ({ internal }) => when(internal !== true, "faces the internet"),
  "aws:lambda/functionUrl:FunctionUrl": ({ authorizationType }) =>
    when(authorizationType === "NONE", "answers callers without credentials"),
  "aws:s3/bucketAcl:BucketAcl": ({ acl }) => when(typeof acl === "string" && acl.startsWith("public"), `grants ${plain(acl)} to everyone`),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (inputs) => openBlocks(inputs),
  "kubernetes:core/v1:Service": ({ spec, metadata }) =>
    when(mapping(spec)["type"] === "LoadBalancer" && !isInternal(mapping(metadata)), "asks for a load balancer that faces the internet"),
  "kubernetes:networking.k8s.io/v1:Ingress": ({ metadata }) =>
    when(
      mapping(mapping(metadata)["annotations"])["alb.ingress.kubernetes.io/scheme"] === "internet-facing",
      "asks for a load balancer that faces the internet",
    ),
};

/** Resource policies share one language, whatever the service. */
const POLICY_TYPES =
  /^aws:(s3\/bucketPolicy|sqs\/queuePolicy|sns\/topicPolicy|ecr\/repositoryPolicy|secretsmanager\/secretPolicy|kms\/keyPolicy|kms\/key|lambda\/permission):/;

/** Predicates without a subject: "has a public address". */
export function exposures({ type, inputs }: { type: string; inputs: Properties }): string[] {
  const found = LOOKS[type]?.(inputs) ?? [];
  return POLICY_TYPES.test(type) ? [...found, ...openStatements(inputs)] : found;
}

function openRule(rule: Json): string[] {
  const { cidrBlocks, ipv6CidrBlocks, protocol, fromPort, toPort } = mapping(rule);
  const open = [...list(cidrBlocks), ...list(ipv6CidrBlocks)].filter((cidr) => typeof cidr === "string" && WORLD.has(cidr));
  if (open.length === 0) return [];
  const all = protocol === "-1" || protocol === "all";
  const ports = fromPort === toPort ? `port ${plain(fromPort)}` : `ports ${plain(fromPort)} to ${plain(toPort)}`;
  return [`lets in ${all ? "everything" : `${plain(protocol)} ${ports}`} from ${open.map(plain).join(" and ")}`];
}

/** AWS opens the endpoint to everyone where neither argument says otherwise. */
function openEndpoint({ endpointPublicAccess, publicAccessCidrs }: Properties): string[] {
  const cidrs = list(publicAccessCidrs);
  const world = cidrs.length === 0 || cidrs.some((cidr) => typeof cidr === "string" && WORLD.has(cidr));
  return when(endpointPublicAccess !== false && world, "has an API endpoint that the whole internet can reach");
}

function openBlocks(inputs: Properties): string[] {
  const open = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].filter(
    (block) => inputs[block] !== true,
  );
  return when(open.length > 0, `leaves ${open.join(", ")} off`);
}

function isInternal(metadata: Properties): boolean {
  const annotations = mapping(metadata["annotations"]);
  const scheme = annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"];
  return scheme === "internal" || annotations["service.beta.kubernetes.io/aws-load-balancer-internal"] === "true";
}

/** A condition may narrow "everyone" to next to nobody; what it does is beyond a reader of inputs, so such a statement is not listed. */
function openStatements({ policy, principal, sourceArn, sourceAccount }: Properties): string[] {
  const bare = when(principal === "*" && sourceArn === undefined && sourceAccount === undefined, "lets everyone call it");
  const statements = list(mapping(parsed(policy))["Statement"]).map(mapping);
  const open = statements.filter(
    ({ Effect, Principal, Condition }) => Effect === "Allow" && isEveryone(Principal) && Condition === undefined,
  );
  return [...bare, ...open.map(({ Action }) => `allows everyone ${list(Action).map(plain).join(", ")}`)];
}

function isEveryone(principal: Json | undefined): boolean {
  return principal === "*" || list(mapping(principal)["AWS"]).includes("*");
}

function parsed(policy: Json | undefined): Json {
  if (typeof policy !== "string") return policy ?? null;
  try {
    return JSON.parse(policy) as Json;
  } catch {
    return null;
  }
}

function when(holds: boolean, predicate: string): string[] {
  return holds ? [predicate] : [];
}

/** IAM writes one thing or a list of them. */
function list(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

function mapping(value: Json | undefined): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function plain(value: Json | undefined): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
