/** The arguments that pulumi-eks 4.3.0 has. A program with a newer SDK may send one that decides over children and that nobody here has read about. */
import type { RecordedResource } from "../recording";

const CNI_OPTIONS =
  "addonVersion cniConfigureRpfilter cniCustomNetworkCfg cniExternalSnat configurationValues customNetworkConfig disableTcpEarlyDemux enableNetworkPolicy enablePodEni enablePrefixDelegation eniConfigLabelDef eniMtu externalSnat logFile logLevel nodePortSupport resolveConflictsOnCreate resolveConflictsOnUpdate securityContextPrivileged serviceAccountRoleArn vethPrefix warmEniTarget warmIpTarget warmPrefixTarget";

export const ARGUMENTS: Readonly<Record<string, string>> = {
  "eks:index:Addon":
    "addonName addonVersion cluster configurationValues preserve resolveConflictsOnCreate resolveConflictsOnUpdate serviceAccountRoleArn tags",
  "eks:index:Cluster":
    "accessEntries authenticationMode autoMode bootstrapSelfManagedAddons clusterSecurityGroup clusterSecurityGroupTags clusterTags corednsAddonOptions createInstanceRole createOidcProvider creationRoleProvider deletionProtection desiredCapacity enableConfigMapMutable enabledClusterLogTypes encryptionConfigKeyArn endpointPrivateAccess endpointPublicAccess fargate gpu instanceProfileName instanceRole instanceRoles instanceType ipFamily kubeProxyAddonOptions kubernetesServiceIpAddressRange maxSize minSize name nodeAmiId nodeAssociatePublicIpAddress nodeGroupOptions nodePublicKey nodeRootVolumeEncrypted nodeRootVolumeSize nodeSecurityGroupTags nodeSubnetIds nodeUserData privateSubnetIds providerCredentialOpts proxy publicAccessCidrs publicSubnetIds roleMappings serviceRole skipDefaultNodeGroup skipDefaultSecurityGroups storageClasses subnetIds tags upgradePolicy useDefaultVpcCni userMappings version vpcCniOptions vpcId",
  "eks:index:ManagedNodeGroup":
    "amiId amiType bootstrapExtraArgs bottlerocketSettings capacityType cluster clusterName diskSize enableEfaSupport enableIMDSv2 forceUpdateVersion gpu ignoreScalingChanges instanceTypes kubeletExtraArgs labels launchTemplate nodeGroupName nodeGroupNamePrefix nodeRole nodeRoleArn nodeadmExtraOptions operatingSystem placementGroupAvailabilityZone releaseVersion remoteAccess scalingConfig subnetIds tags taints userData version",
  "eks:index:NodeGroupSecurityGroup": "clusterSecurityGroup eksCluster tags vpcId",
  "eks:index:VpcCniAddon": `${CNI_OPTIONS} clusterName clusterVersion tags`,
};

export function refuseUnknownArguments({ type, name, inputs }: RecordedResource): void {
  const known = ARGUMENTS[type]?.split(" ") ?? [];
  const unknown = Object.keys(inputs).filter((argument) => !known.includes(argument));
  if (unknown.length === 0) return;
  throw new Error(
    `${type} "${name}" has arguments that pulumi-eks 4.3.0 does not: ${unknown.join(", ")}; what they would build is not known offline: leave them out, or use @pulumi/eks 4.3.0`,
  );
}
