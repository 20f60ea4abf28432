/** What the network must have for what stands in it. */
import { subnetFaults } from "../../components/compute/node-group/managed-groups";
import { AddOn } from "../../components/compute/add-ons/add-ons";
import { nodeGroupSizes } from "../../components/compute/node-group/node-group";
import { planNamespaces } from "../../components/compute/namespaces/namespaces";
import { serviceCidrFaults } from "../../components/compute/cluster/cluster";
import { gpuGroupSizes } from "../../components/compute/gpu-node-group/gpu-node-group";
import { overlaps, readCidr } from "../../components/foundation/network/cidr";
import { InterfaceEndpoint, NatGateways, planNetwork } from "../../components/foundation/network/network";
import { type Invariant, type InvariantContext, readsOf, unless } from "./invariant";
import type { FoundationConfig } from "./schema";

const NETWORK = "modelloop:foundation.network";
const COMPUTE = "modelloop:compute";

type Network = FoundationConfig["network"];

const ADD_ONS = ["compute.addOns", "foundation.network.natGateways", "foundation.network.existingVpc"];

const ZONES = ["zones", "availabilityZones", "existingVpc"].map((key) => `foundation.network.${key}`);

/**
 * What works only through an endpoint where there is no way out (EKS user guide, "Deploy private clusters with limited internet access"; the
 * last one: the function that makes logins reads the administrator's secret).
 */
const NEEDED_WITHOUT_NAT: Partial<Record<InterfaceEndpoint, string>> = {
  [InterfaceEndpoint.Ec2]: "nodes get their addresses",
  [InterfaceEndpoint.EcrApi]: "nodes find images",
  [InterfaceEndpoint.EcrDocker]: "nodes pull images",
  [InterfaceEndpoint.Eks]: "nodes join",
  [InterfaceEndpoint.EksAuth]: "pods get their roles",
  [InterfaceEndpoint.Sts]: "roles are taken on",
  [InterfaceEndpoint.SecretsManager]: "databases get their logins",
};

export const placeRules: Invariant[] = [
  {
    id: "two-zones",
    reads: readsOf(...ZONES),
    check: ({ foundation: { network } }) => {
      const intra = zonesOf(network);
      const own = network.zones === undefined ? "availabilityZones names 1" : "zones is 1";
      const key = network.existingVpc === undefined ? own : "existingVpc.intraSubnetIds names 1";
      return unless(intra >= 2, `${NETWORK}.${key}; RDS and EKS want subnets in two zones, for one instance too: use two zones or three`);
    },
  },
  {
    id: "zones-for-nodes",
    reads: [...readsOf(...ZONES, "compute.nodeGroups", "compute.gpuNodeGroups", "compute.cluster.systemNodes")],
    check: ({ foundation: { network }, compute: { cluster, nodeGroups, gpuNodeGroups } }) => {
      const subnets = network.existingVpc?.privateSubnetIds ?? Array.from({ length: zonesOf(network) }, () => "subnet");
      const groups = [
        { key: "cluster.systemNodes", zones: nodeGroupSizes(cluster.systemNodes).zones },
        ...nodeGroups.map((group, index) => ({ key: `nodeGroups[${index}]`, zones: nodeGroupSizes(group).zones })),
        ...gpuNodeGroups.map((group, index) => ({ key: `gpuNodeGroups[${index}]`, zones: gpuGroupSizes(group).zones })),
      ];
      // A network in one zone is another rule's affair.
      return groups
        .filter(() => zonesOf(network) >= 2)
        .filter(({ zones }) => subnetFaults(zones, subnets).length > 0)
        .map(
          ({ key, zones }) =>
            `${COMPUTE}.${key}.zones is ${zones}; the network has private subnets in ${subnets.length}: lower it, or give the network more zones`,
        );
    },
  },
  {
    id: "endpoints-without-nat",
    reads: readsOf("foundation.network.natGateways", "foundation.network.interfaceEndpoints", "foundation.network.existingVpc"),
    check: ({ foundation: { network } }) => {
      const missing = hasWayOut(network)
        ? []
        : Object.entries(NEEDED_WITHOUT_NAT).filter(([endpoint]) => !(network.interfaceEndpoints as string[]).includes(endpoint));
      const uses = missing.map(([endpoint, use]) => `${endpoint} (${use})`).join(", ");
      return unless(
        missing.length === 0,
        `${NETWORK}.interfaceEndpoints lacks ${uses}; with natGateways none these services are out of reach: add them, or use single or perZone`,
      );
    },
  },
  {
    id: "images-without-nat",
    reads: readsOf("foundation.network.natGateways", "foundation.network.existingVpc", "compute.addOns"),
    check: ({ foundation: { network }, compute: { addOns } }) =>
      unless(
        hasWayOut(network) || addOns.length === 0,
        `${COMPUTE}.addOns names ${addOns.length}; with natGateways none no node reaches the public registries of their images: write [] and install them from a registry of your own, or use single or perZone`,
      ),
  },
  {
    id: "gateway-needs-its-controller",
    reads: readsOf("compute.gateway", ...ADD_ONS),
    check: (context) =>
      unless(
        context.compute.gateway === undefined || has(context, AddOn.LoadBalancerController),
        `${COMPUTE}.addOns lacks loadBalancerController; nobody would register pods with the gateway, and every name would answer 503: add it, or leave gateway out`,
      ),
  },
  {
    id: "gpu-nodes-need-their-plugin",
    reads: readsOf("compute.gpuNodeGroups", ...ADD_ONS),
    check: (context) =>
      unless(
        context.compute.gpuNodeGroups.length === 0 || has(context, AddOn.NvidiaDevicePlugin),
        `${COMPUTE}.addOns lacks nvidiaDevicePlugin; Kubernetes would know of no GPU, and no pod would get one: add it, or leave gpuNodeGroups out`,
      ),
  },
  {
    id: "empty-groups-need-the-autoscaler",
    reads: readsOf("compute.nodeGroups", "compute.gpuNodeGroups", ...ADD_ONS),
    check: (context) => {
      if (has(context, AddOn.NodeAutoscaling)) return [];
      const { nodeGroups, gpuNodeGroups } = context.compute;
      const sizes = [
        ...nodeGroups.map((group, index) => ({ key: `nodeGroups[${index}]`, ...nodeGroupSizes(group) })),
        ...gpuNodeGroups.map((group, index) => ({ key: `gpuNodeGroups[${index}]`, ...gpuGroupSizes(group) })),
      ];
      return sizes
        .filter(({ minSize }) => minSize === 0)
        .map(
          ({ key }) =>
            `${COMPUTE}.${key}.minSize is 0 without nodeAutoscaling in addOns; nobody would ever buy its first node: add it, or keep 1 or more`,
        );
    },
  },
  {
    id: "release-of-the-version",
    reads: readsOf("compute.nodeGroups", "compute.gpuNodeGroups", "compute.cluster.systemNodes", "compute.cluster.kubernetesVersion"),
    check: ({ compute: { cluster, nodeGroups, gpuNodeGroups } }) =>
      [
        { key: "cluster.systemNodes", release: cluster.systemNodes.releaseVersion },
        ...nodeGroups.map(({ releaseVersion: release }, index) => ({ key: `nodeGroups[${index}]`, release })),
        ...gpuNodeGroups.map(({ releaseVersion: release }, index) => ({ key: `gpuNodeGroups[${index}]`, release })),
      ].flatMap(({ key, release }) =>
        unless(
          release === undefined || release.startsWith(`${cluster.kubernetesVersion}.`),
          `${COMPUTE}.${key}.releaseVersion is ${release}; kubernetesVersion is ${cluster.kubernetesVersion}, and EKS refuses an image of another: write a release of that version, or leave it out`,
        ),
      ),
  },
  {
    id: "kubernetes-services-apart",
    reads: readsOf("foundation.network.kubernetesServiceCidr", "foundation.network.cidr", "foundation.network.existingVpc"),
    check: ({ foundation: { network } }) => kubernetesServiceFaults(network),
  },
  {
    id: "gateway-routes-to-a-namespace",
    reads: readsOf("compute.gateway.routes", "compute.namespaces"),
    check: ({ compute: { gateway, namespaces } }) => {
      const known = planNamespaces(namespaces).map(({ name }) => name);
      return (gateway?.routes ?? []).flatMap(({ namespace }, index) =>
        unless(
          known.includes(namespace),
          `${COMPUTE}.gateway.routes[${index}].namespace is "${namespace}"; there is no such namespace: use one of ${known.join(", ")}, or name it in namespaces.extraNamespaces`,
        ),
      );
    },
  },
  {
    id: "certificate-of-the-region",
    reads: [["aws:region"], ...readsOf("compute.gateway.certificateArn")],
    check: ({ region, compute: { gateway } }) =>
      unless(
        gateway?.certificateArn === undefined || gateway.certificateArn.split(":")[3] === region,
        `${COMPUTE}.gateway.certificateArn is of ${gateway?.certificateArn?.split(":")[3]}; aws:region is ${region}, and a load balancer takes certificates of its own region only: give one of that region`,
      ),
  },
];

/** Where there is no way out, whoever runs the cluster brings its add-ons from a registry of their own. */
function has({ foundation: { network }, compute: { addOns } }: InvariantContext, addOn: AddOn): boolean {
  return addOns.includes(addOn) || !hasWayOut(network);
}

/** An existing VPC's way out is its owner's affair. */
function hasWayOut({ natGateways, existingVpc }: Network): boolean {
  return existingVpc !== undefined || natGateways !== NatGateways.None;
}

function zonesOf({ zones, availabilityZones, existingVpc }: Network): number {
  if (existingVpc !== undefined) return existingVpc.intraSubnetIds.length;
  return new Set(planNetwork({ zones, availabilityZones }).subnets.map(({ zone }) => zone)).size;
}

function kubernetesServiceFaults({ kubernetesServiceCidr: text, cidr, existingVpc }: Network): string[] {
  const key = `${NETWORK}.kubernetesServiceCidr`;
  const vpcText = existingVpc?.cidr ?? cidr ?? "";
  const [vpc, services] = [readCidr(vpcText), readCidr(text)];
  return [
    ...serviceCidrFaults(text).map((fault) => fault.replace(/^serviceCidr/, key)),
    ...unless(
      vpc.kind !== "range" || services.kind !== "range" || !overlaps(vpc.range, services.range),
      `${key} is ${text}; it overlaps ${vpcText}, the range of the VPC, which pods could then not reach: write for example "172.20.0.0/16"`,
    ),
  ];
}
