/** The children of `eks.ManagedNodeGroup` (nodejs/eks/nodes/nodegroup.ts, `createManagedNodeGroup`). */
import type { Json, Properties, RecordedResource } from "../recording";
import { type ClusterFacts, coreOf } from "./eks-cluster-facts";
import { Construction, PARTITION } from "./eks-construction";
import { architecturesOf, DEFAULT_SYSTEM, imageFor, imageOfType, parameterOf } from "./eks-images";
import { isGiven, LAUNCH_TEMPLATE_ARGUMENTS, refuseNodeGroup, writesUserData } from "./eks-node-group-rules";
import { renderUserData } from "./eks-user-data";
import { derive, flatten, idOf, list, member, output, text, type Tree, Value } from "./eks-values";
import type { RemoteModel } from "./model";

/** Arguments that go to the node group as they are. */
const PASSED_ON = [
  ...[
    "capacityType",
    "forceUpdateVersion",
    "instanceTypes",
    "labels",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "remoteAccess",
    "tags",
    "taints",
  ],
];

export const managedNodeGroup: RemoteModel = (component, context) => {
  const construction = new Construction(component, context);
  const facts = coreOf(construction);
  refuseNodeGroup(construction, facts);
  const needsTemplate = LAUNCH_TEMPLATE_ARGUMENTS.some((argument) => isGiven(construction, argument));
  const template = needsTemplate ? addLaunchTemplate(construction, facts) : undefined;
  const nodeGroup = addNodeGroup(construction, facts, template);
  // The name belongs to EFA's placement group, and the provider gives an empty one where there is none.
  return { nodeGroup: context.reference(nodeGroup), placementGroupName: "" };
};

function addNodeGroup(construction: Construction, facts: ClusterFacts, template: RecordedResource | undefined): RecordedResource {
  const nodeAccess = construction.find(facts.core("eksNodeAccess").json);
  const inputs: Record<string, Tree> = {
    ...Object.fromEntries(PASSED_ON.map((key) => [key, construction.value(key)])),
    ...imageSettings(construction, facts),
    diskSize: template === undefined ? construction.value("diskSize") : undefined,
    clusterName: clusterNameOf(construction, facts),
    nodeRoleArn: construction.isSet("nodeRoleArn")
      ? construction.value("nodeRoleArn")
      : construction.outputOf(construction.value("nodeRole"), "arn"),
    scalingConfig: derive({ given: construction.value("scalingConfig") }, ({ given }) => ({
      desiredSize: member(given, "desiredSize") ?? 2,
      minSize: member(given, "minSize") ?? 1,
      maxSize: member(given, "maxSize") ?? 2,
    })),
    subnetIds: subnetsOf(construction, facts),
    launchTemplate: template === undefined ? construction.value("launchTemplate") : templateReference(template),
  };
  return construction.register({
    ...{ type: "aws:eks/nodeGroup:NodeGroup", name: construction.name, inputs },
    dependsOn: nodeAccess === undefined ? [] : [nodeAccess],
    options: { ignoreChanges: construction.isSet("ignoreScalingChanges") ? ["scalingConfig.desiredSize"] : [] },
    outputs: standIns(construction, flatten(inputs).json as Properties),
  });
}

/** EKS takes no version and no image type beside an image of the launch template, and there is one as soon as there is user data. */
function imageSettings(construction: Construction, facts: ClusterFacts): Record<string, Tree> {
  if (writesUserData(construction)) return {};
  const ofCluster = construction.isSet("launchTemplate") ? undefined : facts.cluster("version");
  // Without `operatingSystem` the provider leaves the choice to EKS, and `gpu` is not even read.
  const chosen = isGiven(construction, "operatingSystem") ? chosenImage(construction) : undefined;
  return {
    amiType: isGiven(construction, "amiType") ? construction.value("amiType") : chosen,
    version: construction.isSet("version") ? construction.value("version") : ofCluster,
    releaseVersion: construction.value("releaseVersion"),
  };
}

function addLaunchTemplate(construction: Construction, facts: ClusterFacts): RecordedResource {
  const system = systemValue(construction);
  const name = `${construction.name}-launchTemplate`;
  const tokens = construction.isSet("enableIMDSv2") ? "required" : "optional";
  const ownsUserData = writesUserData(construction);
  return construction.register({
    ...{ type: "aws:ec2/launchTemplate:LaunchTemplate", name },
    inputs: {
      blockDeviceMappings: construction.isSet("diskSize")
        ? [{ deviceName: derive({ system }, dataDevice), ebs: { volumeSize: construction.value("diskSize") } }]
        : undefined,
      userData: ownsUserData ? userDataOf(construction, facts, system) : undefined,
      metadataOptions: isGiven(construction, "enableIMDSv2")
        ? { httpTokens: tokens, httpPutResponseHopLimit: 2, httpEndpoint: "enabled" }
        : undefined,
      imageId: ownsUserData ? imageIdOf(construction, facts) : undefined,
    },
    outputs: { latestVersion: 1, name: `${name}-standin` },
  });
}

/** Bottlerocket keeps its system on the first disk and what grows on the second. */
function dataDevice({ system }: { system?: Json }): string {
  return system === "Bottlerocket" ? "/dev/xvdb" : "/dev/xvda";
}

function userDataOf(construction: Construction, facts: ClusterFacts, system: Value): Value {
  if (construction.isSet("userData")) return derive({ own: construction.value("userData") }, ({ own }) => base64(text(own)));
  const family = facts.cluster("kubernetesNetworkConfig", "ipFamily").json;
  const parts = {
    ...{ system, clusterName: clusterNameOf(construction, facts), endpoint: facts.cluster("endpoint") },
    certificate: facts.cluster("certificateAuthority", "data"),
    serviceRange: facts.cluster("kubernetesNetworkConfig", family === "ipv6" ? "serviceIpv6Cidr" : "serviceIpv4Cidr"),
    ...{ labels: construction.value("labels"), taints: construction.value("taints") },
    ...{ kubeletExtraArgs: construction.value("kubeletExtraArgs"), bootstrapExtraArgs: construction.value("bootstrapExtraArgs") },
    nodeadmExtraOptions: construction.value("nodeadmExtraOptions"),
  };
  return derive(parts, (known) => base64(renderUserData(known)));
}

/** The parameter that the provider would read stands for the image's id, which only AWS knows. */
function imageIdOf(construction: Construction, facts: ClusterFacts): Value {
  if (construction.isSet("amiId")) return construction.value("amiId");
  const version = construction.isSet("version") ? construction.value("version") : facts.cluster("version");
  const { json, origins } = derive({ amiType: chosenImage(construction), version }, (known) => {
    const image = imageOfType(text(known.amiType));
    return image === undefined ? "" : parameterOf(image, text(known.version));
  });
  return new Value(construction.told(json ?? "").json, origins);
}

/** `amiType` as given, or by system, GPU and the architecture of the instance types. */
function chosenImage(construction: Construction): Value {
  if (construction.isSet("amiType")) return construction.value("amiType");
  const parts = { system: systemValue(construction), gpu: construction.value("gpu"), types: construction.value("instanceTypes") };
  return derive(parts, ({ system, gpu, types }) => {
    const [architecture = "x86_64"] = architecturesOf(list(types).map(text));
    return imageFor(text(system), Boolean(gpu), architecture)?.amiType;
  });
}

function systemValue(construction: Construction): Value {
  const given = { amiType: construction.value("amiType"), system: construction.value("operatingSystem") };
  return derive(given, ({ amiType, system }) => (amiType === undefined ? (system ?? DEFAULT_SYSTEM) : imageOfType(text(amiType))?.system));
}

function clusterNameOf(construction: Construction, facts: ClusterFacts): Value {
  return construction.isSet("clusterName") ? construction.value("clusterName") : facts.cluster("name");
}

function subnetsOf(construction: Construction, facts: ClusterFacts): Tree {
  const candidates = [
    construction.value("subnetIds"),
    ...["subnetIds", "privateSubnetIds", "publicSubnetIds"].map((key) => facts.core(key)),
  ];
  return candidates.find(({ json }) => json !== undefined) ?? [];
}

function templateReference(template: RecordedResource): Tree {
  return { id: idOf(template), version: derive({ version: output(template, "latestVersion") }, ({ version }) => text(version)) };
}

function standIns(construction: Construction, inputs: Properties): Properties {
  const { region, accountId } = construction.context;
  const name = inputs["nodeGroupName"] ?? `${text(inputs["nodeGroupNamePrefix"] ?? `${construction.name}-`)}standin`;
  return {
    ...{ nodeGroupName: name, status: "ACTIVE" },
    arn: `arn:${PARTITION}:eks:${region}:${accountId}:nodegroup/${text(inputs["clusterName"])}/${text(name)}/standin`,
    resources: [{ autoscalingGroups: [{ name: `eks-${text(name)}` }], remoteAccessSecurityGroupId: "" }],
  };
}

function base64(plain: string): string {
  return Buffer.from(plain, "utf8").toString("base64");
}
