/** The `aws.eks.Cluster` inside `eks.Cluster` (nodejs/eks/cluster/cluster.ts), and what AWS would say of it. */
import { createHash } from "node:crypto";
import type { Properties, RecordedResource } from "../recording";
import { isAutoMode } from "./eks-cluster-facts";
import { type Construction, PARTITION } from "./eks-construction";
import type { ServiceRole } from "./eks-service-role";
import { derive, flatten, member, output, record, text, type Tree, Value } from "./eks-values";

export interface ControlPlaneParts {
  subnetIds: Value;
  securityGroupId: Value | undefined;
  /** Absent where the program gave a role. */
  serviceRole: ServiceRole | undefined;
  autoModeRole: ServiceRole | undefined;
}

/** The provider ignores these: the first has another default in older provider versions, the second counts at creation only. */
const IGNORED_CHANGES = ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"];

/** EKS takes this range or 172.20.0.0/16, whichever is clear of the VPC (EKS API reference, KubernetesNetworkConfigRequest, 2026-11). */
const DEFAULT_SERVICE_RANGE = "10.100.0.0/16";

/** Arguments that go to the cluster as they are. */
const PASSED_ON = ["name", "version", "enabledClusterLogTypes", "upgradePolicy", "deletionProtection"];

export function addControlPlane(construction: Construction, parts: ControlPlaneParts): RecordedResource {
  const { serviceRole, autoModeRole } = parts;
  const name = `${construction.name}-eksCluster`;
  const inputs: Record<string, Tree> = {
    ...Object.fromEntries(PASSED_ON.map((key) => [key, construction.value(key)])),
    roleArn: serviceRole === undefined ? construction.outputOf(construction.value("serviceRole"), "arn") : output(serviceRole.role, "arn"),
    ...autoModeSettings(construction, autoModeRole),
    bootstrapSelfManagedAddons: isAutoMode(construction) ? false : (construction.json("bootstrapSelfManagedAddons") ?? true),
    vpcConfig: {
      securityGroupIds: parts.securityGroupId === undefined ? undefined : [parts.securityGroupId],
      subnetIds: parts.subnetIds,
      ...pick(construction, ["endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"]),
    },
    tags: derive(pick(construction, ["tags", "clusterTags"]), ({ tags, clusterTags }) => ({
      Name: name,
      ...record(clusterTags),
      ...record(tags),
    })),
    encryptionConfig: construction.isSet("encryptionConfigKeyArn")
      ? { provider: { keyArn: construction.value("encryptionConfigKeyArn") }, resources: ["secrets"] }
      : undefined,
    accessConfig: construction.isSet("authenticationMode")
      ? { authenticationMode: construction.value("authenticationMode"), bootstrapClusterCreatorAdminPermissions: true }
      : undefined,
  };
  return construction.register({
    ...{ type: "aws:eks/cluster:Cluster", name, inputs, options: { ignoreChanges: [...IGNORED_CHANGES] } },
    dependsOn: [...(serviceRole?.whole ?? []), ...(autoModeRole?.whole ?? [])],
    outputs: standIns(construction, name, flatten(inputs).json as Properties),
  });
}

/** AWS wants auto mode's three settings all on or all off, so the provider lets them be known or unknown together. */
function autoModeSettings(construction: Construction, role: ServiceRole | undefined): Record<string, Tree> {
  const network = { range: construction.value("kubernetesServiceIpAddressRange"), family: construction.value("ipFamily") };
  if (!isAutoMode(construction)) {
    const isGiven = construction.isSet("kubernetesServiceIpAddressRange") || construction.isSet("ipFamily");
    return { kubernetesNetworkConfig: isGiven ? derive(network, networkSettings) : undefined };
  }
  const parts = {
    ...network,
    autoMode: construction.value("autoMode"),
    nodeRoleArn: role === undefined ? undefined : output(role.role, "arn"),
  };
  const all = derive(parts, ({ autoMode, nodeRoleArn, ...rest }) => ({
    computeConfig: {
      ...{ enabled: true, nodePools: ["general-purpose", "system"] },
      ...(nodeRoleArn === undefined ? {} : { nodeRoleArn }),
      ...record(member(autoMode, "computeConfig")),
    },
    storageConfig: { blockStorage: { enabled: true } },
    kubernetesNetworkConfig: { ...networkSettings(rest), elasticLoadBalancing: { enabled: true } },
  }));
  return Object.fromEntries(
    ["computeConfig", "storageConfig", "kubernetesNetworkConfig"].map((key) => [key, new Value(member(all.json, key), all.origins)]),
  );
}

function networkSettings({ range, family = "ipv4" }: Properties): Properties {
  return { ipFamily: family, ...(family === "ipv4" && range !== undefined ? { serviceIpv4Cidr: range } : {}) };
}

function standIns(construction: Construction, resourceName: string, inputs: Properties): Properties {
  const { region, accountId } = construction.context;
  const name = inputs["name"] ?? `${resourceName}-standin`;
  // AWS tells clusters of one Region apart by such a mark in their addresses; two that shared it would trust each other's pods.
  const mark = createHash("sha256")
    .update(JSON.stringify([region, name]))
    .digest("hex")
    .slice(0, 32)
    .toUpperCase();
  return {
    ...{ name, arn: `arn:${PARTITION}:eks:${region}:${accountId}:cluster/${text(name)}`, status: "ACTIVE" },
    endpoint: `https://${mark}.gr7.${region}.eks.amazonaws.com`,
    certificateAuthority: { data: Buffer.from(`stand-in certificate authority of ${text(name)}`).toString("base64") },
    identities: [{ oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/${mark}` }] }],
    version: inputs["version"] ?? `${resourceName}.version`,
    accessConfig: { authenticationMode: "CONFIG_MAP", ...record(inputs["accessConfig"]) },
    kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: DEFAULT_SERVICE_RANGE, ...record(inputs["kubernetesNetworkConfig"]) },
    vpcConfig: {
      ...{ endpointPrivateAccess: false, endpointPublicAccess: true, ...record(inputs["vpcConfig"]) },
      clusterSecurityGroupId: `${resourceName}.clusterSecurityGroupId`,
    },
  };
}

function pick<Key extends string>(construction: Construction, keys: Key[]): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, construction.value(key)])) as Record<Key, Value>;
}
