/** What a cluster is, as others read it: node groups and add-ons that are given one, and the cluster's own parts. */
import { type Json, UNKNOWN } from "../recording";
import type { Construction } from "./eks-construction";
import { member, output, Value } from "./eks-values";

/** How IAM principals get in; without a mode EKS takes the ConfigMap alone (nodejs/eks/cluster/authenticationMode.ts). */
export const CONFIG_MAP_MODES: readonly string[] = ["CONFIG_MAP", "API_AND_CONFIG_MAP"];
export const ACCESS_ENTRY_MODES: readonly string[] = ["API", "API_AND_CONFIG_MAP"];

export interface ClusterFacts {
  /** A part of `cluster.core`. */
  readonly core: (...path: string[]) => Value;
  /** An output of the `aws.eks.Cluster` inside. */
  readonly cluster: (...path: string[]) => Value;
}

/** From the argument `cluster`: a cluster component or its `core`. A preview knows nothing of either, because the endpoint is part of it. */
export function coreOf(construction: Construction): ClusterFacts {
  const given = construction.value("cluster");
  const component = construction.find(given.json);
  const core = component === undefined ? given.json : (component.outputs["core"] ?? UNKNOWN);
  const cluster = construction.find(member(core, "cluster"));
  const origins = [...given.origins, ...[component, cluster].flatMap((resource) => (resource === undefined ? [] : [resource.urn]))];
  return {
    core: (...path) => new Value(member(core, ...path), origins),
    cluster: (...path) => new Value(cluster === undefined ? UNKNOWN : output(cluster, ...path).json, origins),
  };
}

export function isAutoMode(construction: Construction): boolean {
  return member(construction.json("autoMode"), "enabled") === true;
}

export function authenticatesBy(modes: readonly string[], mode: Json | undefined): boolean {
  return modes.includes(typeof mode === "string" ? mode : "CONFIG_MAP");
}
