/** What a managed node group may not say: the provider's rules (nodejs/eks/nodes/nodegroup.ts, ami.ts, userdata.ts), and the model's limits. */
import { UNKNOWN } from "../recording";
import { ACCESS_ENTRY_MODES, authenticatesBy, type ClusterFacts } from "./eks-cluster-facts";
import type { Construction } from "./eks-construction";
import { type Architecture, architecturesOf, DEFAULT_SYSTEM, type Image, imageFor, imageOfType } from "./eks-images";
import { broken, refuseInvalid, refuseNotModelled, type Rule, said } from "./eks-refusals";
import { SYSTEMS_WITH_USER_DATA, TAINT_EFFECTS } from "./eks-user-data";
import { isKnown, list, member, text } from "./eks-values";

const COMPONENT = "eks.ManagedNodeGroup";

/** Each makes the provider write the user data itself. */
export const USER_DATA_ARGUMENTS = ["bootstrapExtraArgs", "kubeletExtraArgs", "bottlerocketSettings", "nodeadmExtraOptions"];

/** Each makes the provider register a launch template. `diskSize` alone does not, nor does `gpu`. */
export const LAUNCH_TEMPLATE_ARGUMENTS = [...USER_DATA_ARGUMENTS, "enableIMDSv2", "userData", "amiId", "enableEfaSupport"];

export function refuseNodeGroup(construction: Construction, facts: ClusterFacts): void {
  refuseInvalid(COMPONENT, construction, [...broken(RULES, construction), ...roleFaults(construction, facts)]);
  refuseNotModelled(COMPONENT, construction, broken(NOT_MODELLED, construction));
}

export function isGiven(given: Construction, argument: string): boolean {
  return given.json(argument) !== undefined;
}

/** EKS writes no user data where the image is not its own, so the provider does. */
export function writesUserData(given: Construction): boolean {
  return USER_DATA_ARGUMENTS.some((argument) => isGiven(given, argument)) || given.isSet("userData") || given.isSet("amiId");
}

/** Undefined where it is not known yet, or where `amiType` is none that the provider knows. */
export function systemOf(given: Construction): string | undefined {
  const amiType = given.json("amiType");
  const system = given.isSet("amiType") ? imageOfType(text(amiType))?.system : text(given.json("operatingSystem") ?? DEFAULT_SYSTEM);
  return amiType === UNKNOWN || system === UNKNOWN ? undefined : system;
}

const RULES: readonly Rule[] = [
  {
    breaks: (given) => given.isSet("nodeRole") && given.isSet("nodeRoleArn"),
    fault: () => "nodeRole and nodeRoleArn are both given; one of them says all: keep nodeRole, or the ARN of a role made elsewhere",
  },
  {
    breaks: (given) => !given.isSet("nodeRole") && !given.isSet("nodeRoleArn"),
    fault: () => "nodeRole is not set, and neither is nodeRoleArn; nodes need a role to join: give one of them",
  },
  ...["gpu", "amiType"].map((argument): Rule => ({
    breaks: (given) => given.isSet("amiId") && given.isSet(argument),
    fault: (given) =>
      `amiId is given beside ${argument} ${said(given, argument)}; an image of your own is what it is: leave ${argument} out`,
  })),
  {
    breaks: (given) => given.isSet("launchTemplate") && LAUNCH_TEMPLATE_ARGUMENTS.some((argument) => isGiven(given, argument)),
    fault: (given) =>
      `launchTemplate is given beside ${LAUNCH_TEMPLATE_ARGUMENTS.filter((argument) => isGiven(given, argument)).join(", ")}; the template says all of that: move them into it`,
  },
  {
    breaks: (given) => given.isSet("userData") && USER_DATA_ARGUMENTS.some((argument) => isGiven(given, argument)),
    fault: (given) =>
      `userData is given beside ${USER_DATA_ARGUMENTS.filter((argument) => isGiven(given, argument)).join(", ")}; user data of your own is used as it is: move them into it`,
  },
  {
    breaks: (given) => needsSystem(given) && given.isSet("amiType") && given.json("amiType") !== UNKNOWN && systemOf(given) === undefined,
    fault: (given) => `amiType is ${said(given, "amiType")}, whose system is not known: use an amiType of EKS, or give amiId and userData`,
  },
  {
    breaks: (given) =>
      needsSystem(given) && given.isSet("amiType") && isGiven(given, "operatingSystem") && disagree(systemOf(given), given),
    fault: (given) =>
      `operatingSystem is ${said(given, "operatingSystem")} but amiType ${said(given, "amiType")} is ${systemOf(given)}: leave operatingSystem out`,
  },
  {
    breaks: (given) => picksImage(given) && architecturesOf(instanceTypes(given)).length > 1,
    fault: (given) =>
      `instanceTypes are ${instanceTypes(given).join(", ")}, of both x86_64 and arm64; one image serves a group: make it two groups`,
  },
  {
    breaks: (given) =>
      picksImage(given) && architecturesOf(instanceTypes(given)).every((architecture) => imageOf(given, architecture) === undefined),
    fault: (given) =>
      `gpu is ${said(given, "gpu")} for ${instanceTypes(given).join(", ") || "x86_64"} on ${systemOf(given)}, and EKS has no such image: use another operatingSystem, or give amiId`,
  },
  {
    breaks: (given) => composesUserData(given) && given.isSet("bootstrapExtraArgs") && systemOf(given) === "AL2023",
    fault: () =>
      "bootstrapExtraArgs is given for AL2023, which starts by nodeadm and not by bootstrap.sh: use nodeadmExtraOptions or kubeletExtraArgs",
  },
  {
    breaks: (given) =>
      composesUserData(given) && given.isSet("bottlerocketSettings") && SYSTEMS_WITH_USER_DATA.includes(systemOf(given) ?? ""),
    fault: (given) =>
      `bottlerocketSettings is given for ${systemOf(given)}, which cannot read it: set operatingSystem to Bottlerocket, or leave it out`,
  },
  {
    breaks: (given) => composesUserData(given) && wrongEffects(given).length > 0,
    fault: (given) =>
      `taints have effect ${wrongEffects(given).join(", ")}, which EKS does not know: use one of ${Object.keys(TAINT_EFFECTS).join(", ")}`,
  },
];

const NOT_MODELLED: readonly Rule[] = [
  {
    breaks: (given) => given.isSet("enableEfaSupport"),
    fault: () =>
      "enableEfaSupport is true, and only EC2 knows how many network cards its launch template needs: give a launchTemplate of your own, or leave it out",
  },
  {
    breaks: (given) => composesUserData(given) && systemOf(given) === "Bottlerocket",
    fault: () =>
      "operatingSystem is Bottlerocket, whose user data is not modelled: give userData, or leave out what makes the provider write it",
  },
];

/** A cluster that reads only the ConfigMap lets in only the roles that it was made with. */
function roleFaults(given: Construction, facts: ClusterFacts): string[] {
  const mode = facts.cluster("accessConfig", "authenticationMode").json;
  const roles = facts.core("instanceRoles").json;
  if (!isKnown(mode) || !isKnown(roles) || authenticatesBy(ACCESS_ENTRY_MODES, mode)) return [];
  const arn = roleArnOf(given);
  const known = list(roles).map((role) => member(given.find(role)?.outputs, "arn"));
  if (arn === UNKNOWN || known.includes(arn)) return [];
  return [
    `nodeRole is ${text(arn)}, which is not among the cluster's instanceRoles; with ${text(mode)} no other node gets in: add it there, or use authenticationMode API`,
  ];
}

export function roleArnOf(given: Construction): ReturnType<Construction["json"]> {
  return given.isSet("nodeRoleArn") ? given.json("nodeRoleArn") : given.outputOf(given.value("nodeRole"), "arn").json;
}

function needsSystem(given: Construction): boolean {
  return LAUNCH_TEMPLATE_ARGUMENTS.some((argument) => isGiven(given, argument));
}

/** Whether the provider chooses an image by system, GPU and architecture. */
function picksImage(given: Construction): boolean {
  const byTemplate = writesUserData(given) && !given.isSet("amiId");
  const bySystem = !writesUserData(given) && isGiven(given, "operatingSystem");
  const areKnown = [given.json("instanceTypes"), given.json("gpu")].every(isKnown) && systemOf(given) !== undefined;
  return (byTemplate || bySystem) && !given.isSet("amiType") && areKnown;
}

function composesUserData(given: Construction): boolean {
  return writesUserData(given) && !given.isSet("userData");
}

function imageOf(given: Construction, architecture: Architecture): Image | undefined {
  return imageFor(systemOf(given) ?? "", Boolean(given.json("gpu")), architecture);
}

function disagree(system: string | undefined, given: Construction): boolean {
  const named = given.json("operatingSystem");
  return system !== undefined && named !== UNKNOWN && named !== system;
}

function instanceTypes(given: Construction): string[] {
  return list(given.json("instanceTypes")).map(text);
}

function wrongEffects(given: Construction): string[] {
  const effects = list(given.json("taints")).map((taint) => member(taint, "effect"));
  return effects.filter((effect) => isKnown(effect) && TAINT_EFFECTS[text(effect)] === undefined).map(text);
}
