/**
 * Nodes that are at zero until something serves. A group from zero is free while the loop has made no release; from the first one on the least
 * replicas of its pods hold a node, day and night. Pure.
 */
import type { RecordedResource } from "../engine";
import { type Charge, groupOf, listOf, numberOf, textOf, used } from "./charge";
import { boughtAs, GPU_TYPE } from "./meters/compute";
import type { Usage } from "./usage";

const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SCALED_OBJECT = "kubernetes:keda.sh/v1alpha1:ScaledObject";

/** One node of a group, whatever the number of its zones: where its pods need more, they are hours beyond (`nodeHours`). */
export function servingNodeCharges(resource: RecordedResource, all: readonly RecordedResource[], usage: Usage): Charge[] {
  if (resource.type !== NODE_GROUP || usage.servingNodeHours === 0) return [];
  const labels = groupOf(resource.inputs["labels"]);
  const zones = all.filter(({ type, inputs }) => type === NODE_GROUP && sameLabels(groupOf(inputs["labels"]), labels));
  const instanceType = textOf(listOf(resource.inputs["instanceTypes"])[0]);
  const isKept = zones.some(({ inputs }) => numberOf(groupOf(inputs["scalingConfig"])["minSize"], 0) > 0);
  if (zones[0] !== resource || isKept || GPU_TYPE.test(instanceType)) return [];
  const sleeps = all.some((deployment) => selects(deployment, labels) && wakesTo(deployment, all) > 0);
  if (!sleeps) return [];
  const hours = usage.servingNodeHours;
  const what = `${hours} hours of ${instanceType}, ${boughtAs(resource.inputs)}, once a release serves`;
  return [used("servingNodeHours", what, "EC2", `BoxUsage:${instanceType}`, hours)];
}

type Labels = RecordedResource["inputs"];

function sameLabels(one: Labels, other: Labels): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function selects({ type, inputs }: RecordedResource, labels: Labels): boolean {
  if (type !== DEPLOYMENT) return false;
  const selector = Object.entries(groupOf(groupOf(groupOf(groupOf(inputs["spec"])["template"])["spec"])["nodeSelector"]));
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

/** The least replicas that a deployment has when it does not sleep. */
function wakesTo({ inputs }: RecordedResource, all: readonly RecordedResource[]): number {
  const { name, namespace } = groupOf(inputs["metadata"]);
  const scaling = all.find(
    ({ type, inputs: { metadata, spec } }) =>
      type === SCALED_OBJECT && groupOf(metadata)["namespace"] === namespace && groupOf(groupOf(spec)["scaleTargetRef"])["name"] === name,
  );
  const replicas = numberOf(groupOf(inputs["spec"])["replicas"], 1);
  return scaling === undefined ? replicas : numberOf(groupOf(scaling.inputs["spec"])["minReplicaCount"], 0);
}
