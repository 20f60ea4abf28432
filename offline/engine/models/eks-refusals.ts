/** What the provider itself refuses, and what this model does not cover and therefore refuses too, each with its cure. */
import { InvalidArgumentsError } from "../../../components/shared/errors";
import { type Json, UNKNOWN } from "../recording";
import { createsInstanceRole } from "./eks-cluster-access";
import { ACCESS_ENTRY_MODES, authenticatesBy, CONFIG_MAP_MODES, isAutoMode } from "./eks-cluster-facts";
import type { Construction } from "./eks-construction";
import { list, member, text } from "./eks-values";

export interface Rule {
  /** Tells whether the rule is broken. */
  breaks(given: Construction): boolean;
  fault(given: Construction): string;
}

const MODES = [...new Set([...CONFIG_MAP_MODES, ...ACCESS_ENTRY_MODES])];

/** Options that `nodeGroupOptions` gathers; the two ways of saying them exclude each other. */
const SINGLE_NODE_OPTIONS = [
  ...["nodeSubnetIds", "nodeAssociatePublicIpAddress", "instanceType", "instanceProfileName", "nodePublicKey", "nodeRootVolumeSize"],
  ...["nodeUserData", "minSize", "maxSize", "desiredCapacity", "nodeAmiId", "gpu"],
];

/** Arguments that decide which children there are: the provider reads them before any output is known. */
const DECIDING = [
  ...[
    "accessEntries",
    "authenticationMode",
    "autoMode",
    "corednsAddonOptions",
    "createInstanceRole",
    "kubeProxyAddonOptions",
    "skipDefaultNodeGroup",
  ],
  ...["skipDefaultSecurityGroups", "storageClasses", "useDefaultVpcCni", "vpcCniOptions"],
];

/** nodejs/eks/cluster/cluster.ts, nodejs/eks/cluster/authenticationMode.ts, nodejs/eks/addons/cni-addon.ts */
const CLUSTER_RULES: readonly Rule[] = [
  {
    breaks: (given) => given.isSet("authenticationMode") && !MODES.includes(text(given.json("authenticationMode"))),
    fault: (given) => `authenticationMode is ${said(given, "authenticationMode")}, not a mode of EKS: use one of ${MODES.join(", ")}`,
  },
  {
    breaks: (given) => given.isSet("instanceRole") && given.isSet("instanceRoles"),
    fault: () =>
      "instanceRole and instanceRoles are both given; one of them says all: use instanceRoles for several roles, instanceRole for one",
  },
  {
    breaks: (given) => given.isSet("subnetIds") && (given.isSet("publicSubnetIds") || given.isSet("privateSubnetIds")),
    fault: () =>
      "subnetIds is given beside publicSubnetIds or privateSubnetIds; they exclude each other: say which subnets are public and private, and leave subnetIds out",
  },
  {
    breaks: (given) => given.isSet("nodeGroupOptions") && SINGLE_NODE_OPTIONS.some((option) => given.isSet(option)),
    fault: (given) =>
      `nodeGroupOptions is given beside ${SINGLE_NODE_OPTIONS.filter((option) => given.isSet(option)).join(", ")}; they exclude each other: move all into nodeGroupOptions`,
  },
  {
    breaks: (given) => isAutoMode(given) && !authenticatesBy(ACCESS_ENTRY_MODES, given.json("authenticationMode")),
    fault: (given) =>
      `autoMode.enabled is true with authenticationMode ${said(given, "authenticationMode")}; auto mode needs access entries: use API or API_AND_CONFIG_MAP`,
  },
  {
    breaks: (given) => given.isSet("accessEntries") && !authenticatesBy(ACCESS_ENTRY_MODES, given.json("authenticationMode")),
    fault: (given) =>
      `accessEntries is given with authenticationMode ${said(given, "authenticationMode")}; entries need a mode that reads them: use API or API_AND_CONFIG_MAP`,
  },
  ...["roleMappings", "userMappings", "instanceRoles"].map((argument): Rule => ({
    breaks: (given) => list(given.json(argument)).length > 0 && !authenticatesBy(CONFIG_MAP_MODES, given.json("authenticationMode")),
    fault: (given) =>
      `${argument} is given with authenticationMode ${said(given, "authenticationMode")}, which reads no ConfigMap: use accessEntries instead, or API_AND_CONFIG_MAP`,
  })),
  {
    breaks: (given) => given.isSet("publicAccessCidrs") && given.json("endpointPublicAccess") === false,
    fault: () =>
      "publicAccessCidrs is given while endpointPublicAccess is false; there is no public endpoint to limit: leave publicAccessCidrs out",
  },
  {
    breaks: (given) => given.isSet("creationRoleProvider"),
    fault: () =>
      "creationRoleProvider is given; the provider does not take it from a program since it became a plugin: use providerCredentialOpts",
  },
  {
    breaks: (given) => Boolean(cniOption(given, "cniExternalSnat")) && Boolean(cniOption(given, "externalSnat")),
    fault: () => "vpcCniOptions.cniExternalSnat and vpcCniOptions.externalSnat are both given; they set one variable: keep one",
  },
];

const NOT_IN_CLUSTER_MODEL: readonly Rule[] = [
  ...DECIDING.map((argument): Rule => ({
    breaks: (given) => given.json(argument) === UNKNOWN,
    fault: () =>
      `${argument} is an output that is not known before the cloud answers, and it decides which children there are: give a plain value`,
  })),
  {
    breaks: (given) => given.isSet("fargate"),
    fault: () => "fargate is given, and its profile is not modelled: leave it out and declare aws.eks.FargateProfile beside the cluster",
  },
  {
    breaks: (given) => !given.isSet("skipDefaultNodeGroup") && !given.isSet("fargate") && !isAutoMode(given),
    fault: (given) =>
      `skipDefaultNodeGroup is ${said(given, "skipDefaultNodeGroup")}, and the default node group is not modelled: set it to true and declare eks.ManagedNodeGroup`,
  },
  {
    breaks: (given) =>
      createsInstanceRole(given) &&
      (given.isSet("instanceProfileName") || Boolean(member(given.json("nodeGroupOptions"), "instanceProfileName"))),
    fault: () =>
      "instanceProfileName is given without a role, and the look-up of an existing profile is not modelled: give instanceRole, or leave instanceProfileName out",
  },
];

export function refuseCluster(construction: Construction): void {
  refuseInvalid("eks.Cluster", construction, broken(CLUSTER_RULES, construction));
  refuseNotModelled("eks.Cluster", construction, broken(NOT_IN_CLUSTER_MODEL, construction));
}

/** What the provider would refuse on a real run. */
export function refuseInvalid(component: string, construction: Construction, faults: string[]): void {
  if (faults.length > 0) throw new InvalidArgumentsError(component, construction.name, faults);
}

/** What the provider would build, but this model cannot tell: to go on would leave children out without a word. */
export function refuseNotModelled(component: string, construction: Construction, faults: string[]): void {
  if (faults.length > 0)
    throw new Error(`${component} "${construction.name}" cannot be planned offline:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
}

export function broken(rules: readonly Rule[], given: Construction): string[] {
  return rules.filter((rule) => rule.breaks(given)).map((rule) => rule.fault(given));
}

export function said(given: Construction, argument: string): string {
  const json = given.json(argument);
  return json === undefined ? "not set" : JSON.stringify(json);
}

function cniOption(given: Construction, option: string): Json | undefined {
  return member(given.json("vpcCniOptions"), option);
}
