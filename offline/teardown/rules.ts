/** What must go before what, so that a destroy ends and leaves nothing behind that costs money. Facts about AWS and Kubernetes, not about one plan. */
import type { RecordedResource } from "../engine";
import type { DeletionGraph } from "./graph";
import {
  addOnOf,
  chartOf,
  facesInternet,
  groupOf,
  groupsOwned,
  groupsUsed,
  isCleaner,
  isInCluster,
  isRelease,
  isWorkload,
  kindOf,
  makesLoadBalancer,
  makesVolume,
  mapping,
  namespaceOf,
  NETWORK_ADD_ONS,
  strings,
  VOLUME_ADD_ONS,
} from "./objects";
import {
  CLUSTER,
  INTERNET_GATEWAY,
  isNamedType,
  mentions,
  names,
  NAT_GATEWAY,
  NODE_GROUP,
  ROUTE,
  ROUTE_TABLE_ASSOCIATION,
  SUBNET,
} from "./references";

type Resource = RecordedResource;

export interface Rule {
  readonly id: string;
  first(this: void, resource: Resource): boolean;
  then(this: void, resource: Resource): boolean;
  /** Whether the rule is about these two at all. They are never the same. */
  concerns(this: void, first: Resource, then: Resource, graph: DeletionGraph): boolean;
  /** It does if one of several outlives `first`. @default false */
  readonly oneIsEnough?: boolean;
  /** What happens otherwise, as the rest of a sentence. */
  readonly because: string;
  readonly cure: string;
}

const POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

const DEPEND = "make the first depend on the second (dependsOn, or an output of the second as an argument)";

export const RULES: readonly Rule[] = [
  {
    id: "load-balancers-before-their-controller",
    first: makesLoadBalancer,
    then: (resource) => chartOf(resource) === "aws-load-balancer-controller",
    concerns: inSameCluster,
    because: "only the controller deletes the load balancers, and what stays costs money and holds its subnets",
    cure: DEPEND,
  },
  {
    id: "load-balancers-before-their-subnets",
    first: makesLoadBalancer,
    then: ({ type, inputs }) =>
      type === SUBNET && Object.keys(mapping(inputs["tags"])).some((key) => key.startsWith("kubernetes.io/role/")),
    // The controller finds subnets by these tags (AWS Load Balancer Controller, "Subnet auto-discovery"); no argument names them.
    concerns: (first, { inputs }) => mapping(inputs["tags"])[`kubernetes.io/role/${facesInternet(first) ? "elb" : "internal-elb"}`] === "1",
    because: "the controller puts the load balancer there, and AWS refuses to delete a subnet that is in use",
    cure: DEPEND,
  },
  {
    id: "public-load-balancers-before-the-internet-gateway",
    first: (resource) => makesLoadBalancer(resource) && facesInternet(resource),
    then: ({ type }) => type === INTERNET_GATEWAY,
    concerns: () => true,
    because: "AWS does not detach a gateway while the VPC has public addresses",
    cure: DEPEND,
  },
  {
    id: "addresses-before-the-internet-gateway",
    first: ({ type, inputs }) => type === NAT_GATEWAY || (type === "aws:lb/loadBalancer:LoadBalancer" && inputs["internal"] !== true),
    then: ({ type }) => type === INTERNET_GATEWAY,
    concerns: inSameVpc,
    because: "AWS does not detach a gateway while the VPC has public addresses",
    cure: DEPEND,
  },
  {
    id: "workloads-before-nodes",
    first: (resource) => isInCluster(resource) && isWorkload(resource),
    then: ({ type }) => type === NODE_GROUP || type === "aws:eks/fargateProfile:FargateProfile",
    concerns: inSameCluster,
    oneIsEnough: true,
    because: "without a node nothing runs that cleans up: controllers, hooks, finalizers",
    cure: "make the first depend on one group of nodes",
  },
  {
    id: "nodes-before-their-way-out",
    first: ({ type }) => type === NODE_GROUP,
    then: ({ type }) => type === ROUTE || type === ROUTE_TABLE_ASSOCIATION,
    concerns: isWayOutOf,
    because: "nodes, and the controllers that clean up, reach AWS through it alone",
    cure: "let the ids of the subnets be known only once their routes are there",
  },
  {
    id: "objects-before-their-cluster",
    first: isInCluster,
    then: ({ type }) => type === CLUSTER,
    concerns: inSameCluster,
    because: "Pulumi cannot reach what was in a cluster that is gone, and stops",
    cure: "give the first a Kubernetes provider that is made from the cluster",
  },
  {
    id: "users-before-what-they-use",
    first: ({ type }) => type.startsWith("aws:"),
    then: ({ type }) => isNamedType(type),
    concerns: names,
    because: "AWS refuses to delete what is in use",
    cure: "hand over the second's output in place of the text",
  },
  {
    id: "custom-resources-before-their-definitions",
    first: (resource) => groupsUsed(resource).length > 0,
    then: (resource) => groupsOwned(resource).length > 0,
    concerns: (first, then, graph) =>
      inSameCluster(first, then, graph) && groupsUsed(first).some((group) => groupsOwned(then).includes(group)),
    because: "the controller ends their finalizers, and where it takes the definitions along, Helm cannot uninstall what uses them",
    cure: DEPEND,
  },
  {
    id: "objects-before-their-namespace",
    // Quotas, policies and the like may go with the namespace: nobody misses them.
    first: (resource) => namespaceOf(resource) !== undefined && (isWorkload(resource) || isCustomResource(resource)),
    then: isNamespace,
    concerns: (first, then, graph) => namespaceOf(first) === nameOfNamespace(then) && inSameCluster(first, then, graph),
    because: "a namespace takes its objects along in no order, and hangs on the first whose finalizer nobody ends",
    cure: "take the namespace's name from its output",
  },
  {
    id: "volumes-before-their-driver",
    first: (resource) => isInCluster(resource) && makesVolume(resource),
    then: (resource) => VOLUME_ADD_ONS.includes(addOnOf(resource) ?? chartOf(resource) ?? ""),
    concerns: inSameCluster,
    because: "only the driver deletes the disks, and what stays costs money",
    cure: DEPEND,
  },
  {
    id: "claims-of-a-namespace-before-the-driver",
    // A StatefulSet leaves its claims, and the disks behind them, to the namespace.
    first: isNamespace,
    then: (resource) => VOLUME_ADD_ONS.includes(addOnOf(resource) ?? chartOf(resource) ?? ""),
    concerns: (first, then, graph) =>
      inSameCluster(first, then, graph) &&
      graph.resources.some((resource) => makesVolume(resource) && namespaceOf(resource) === nameOfNamespace(first)),
    because: "only the driver deletes the disks of the namespace's claims, and what stays costs money",
    cure: DEPEND,
  },
  {
    id: "controllers-before-dns-and-identities",
    first: (resource) => isInCluster(resource) && isCleaner(resource),
    then: (resource) => NETWORK_ADD_ONS.includes(addOnOf(resource) ?? ""),
    concerns: inSameCluster,
    because: "the controller cleans up through the cluster's network, DNS and pod identities",
    cure: DEPEND,
  },
  {
    id: "controllers-before-their-rights",
    first: isCleaner,
    then: ({ type }) => type === POD_IDENTITY,
    concerns: isIdentityOf,
    because: "without its role the controller can no longer delete in AWS",
    cure: DEPEND,
  },
  {
    id: "roles-before-their-policies",
    first: (resource) => [POD_IDENTITY, CLUSTER, NODE_GROUP].includes(resource.type) || isCleaner(resource),
    then: ({ type }) => /^aws:iam\/role(Policy|PolicyAttachment):/.test(type),
    // An attachment names its role, and nothing names the attachment: only here does the order have to be asked for.
    concerns: (first, then, graph) =>
      rolesOf(first, graph).some((role) => isPolicyOf(then, role)) &&
      (first.type !== POD_IDENTITY || graph.resources.some((resource) => isCleaner(resource) && isIdentityOf(resource, first))),
    because: "EKS and its controllers delete network interfaces and the like with the rights of this role",
    cure: "let the role's ARN be known only once its policies are attached",
  },
];

function isPolicyOf({ inputs }: Resource, role: Resource): boolean {
  return inputs["role"] === role.id || inputs["role"] === role.outputs["name"];
}

function rolesOf(first: Resource, graph: DeletionGraph): Resource[] {
  return graph.resources.filter((resource) => resource.type === "aws:iam/role:Role" && mentions(first, resource));
}

/** Where one of the two says nothing of its cluster, there is only one to be in, or none is known. */
function inSameCluster(first: Resource, then: Resource, graph: DeletionGraph): boolean {
  const all = graph.resources.filter(({ type }) => type === CLUSTER);
  if (all.length < 2) return true;
  const of = (resource: Resource) =>
    all.filter((cluster) => cluster === resource || graph.needs(resource.urn).has(cluster.urn) || names(resource, cluster));
  const clusters = of(first);
  return clusters.length === 0 || of(then).some((cluster) => clusters.includes(cluster));
}

function inSameVpc(first: Resource, gateway: Resource, graph: DeletionGraph): boolean {
  const subnets = graph.resources.filter((resource) => resource.type === SUBNET && names(first, resource));
  return subnets.some(({ inputs }) => inputs["vpcId"] === gateway.inputs["vpcId"]);
}

/** The association of a subnet of the nodes, or a route in its table. */
function isWayOutOf(nodes: Resource, then: Resource, graph: DeletionGraph): boolean {
  const subnets = new Set(strings(nodes.inputs["subnetIds"]));
  const isTheirs = ({ type, inputs }: Resource) =>
    type === ROUTE_TABLE_ASSOCIATION && typeof inputs["subnetId"] === "string" && subnets.has(inputs["subnetId"]);
  if (then.type === ROUTE_TABLE_ASSOCIATION) return isTheirs(then);
  return graph.resources.some((resource) => isTheirs(resource) && resource.inputs["routeTableId"] === then.inputs["routeTableId"]);
}

function isIdentityOf(controller: Resource, { inputs }: Resource): boolean {
  const account = inputs["serviceAccount"];
  if (typeof account !== "string" || !isRelease(controller) || inputs["namespace"] !== namespaceOf(controller)) return false;
  return controller.inputs["name"] === account || strings(controller.inputs["values"]).includes(account);
}

function isNamespace(resource: Resource): boolean {
  return kindOf(resource) === "Namespace";
}

/** Of an API that somebody brought along: Kubernetes' own end in `k8s.io` or have no dot. */
function isCustomResource(resource: Resource): boolean {
  const group = kindOf(resource) === undefined ? "" : groupOf(resource);
  return group.includes(".") && !group.endsWith(".k8s.io");
}

function nameOfNamespace({ id, inputs, outputs }: Resource): string | undefined {
  const name = mapping(outputs["metadata"])["name"] ?? mapping(inputs["metadata"])["name"] ?? id;
  return typeof name === "string" ? name : undefined;
}
