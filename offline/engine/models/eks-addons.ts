/** Add-ons that EKS manages: those that a cluster brings along, and `eks.Addon` (nodejs/eks/cluster/cluster.ts, nodejs/eks/addons/addon.ts). */
import type { RecordedResource } from "../recording";
import { coreOf, isAutoMode } from "./eks-cluster-facts";
import { Construction } from "./eks-construction";
import { derive, member, output, sortedJson, type Tree, Value } from "./eks-values";
import type { RemoteModel } from "./model";

const ADDON = "aws:eks/addon:Addon";

/** Arguments of `eks.Addon` that go to its only child as they are. */
const PASSED_ON = [
  "addonName",
  "addonVersion",
  "preserve",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "serviceAccountRoleArn",
  "tags",
];

export function addKubeProxy(construction: Construction, cluster: RecordedResource): void {
  const options = construction.value("kubeProxyAddonOptions");
  const enabled = member(options.json, "enabled") ?? !isAutoMode(construction);
  if (enabled) addClusterAddon(construction, cluster, "kube-proxy", options);
}

/** CoreDNS needs nodes to run on: without the default node group it comes only when asked for, and EKS's self-managed one stays. */
export function addCoreDns(construction: Construction, cluster: RecordedResource): void {
  const options = construction.value("corednsAddonOptions");
  const enabled = member(options.json, "enabled");
  const askedFor = enabled === true || Boolean(member(options.json, "configurationValues"));
  const hasNodes = !construction.isSet("skipDefaultNodeGroup") || isAutoMode(construction);
  if (askedFor || (hasNodes && (enabled ?? true))) addClusterAddon(construction, cluster, "coredns", options);
}

/** The real provider moves the component under the cluster; here its parent stays the one that the program gave. */
export const addon: RemoteModel = (component, context) => {
  const construction = new Construction(component, context);
  const { cluster } = coreOf(construction);
  const passedOn = Object.fromEntries(PASSED_ON.map((key) => [key, construction.value(key)]));
  const configurationValues = construction.isSet("configurationValues")
    ? derive({ values: construction.value("configurationValues") }, ({ values }) => JSON.stringify(values))
    : undefined;
  const child = construction.register({
    ...{ type: ADDON, name: component.name },
    inputs: { ...passedOn, clusterName: cluster("name"), configurationValues },
  });
  return { addon: context.reference(child) };
};

/** Without a version the provider asks for the newest one that fits the cluster. */
export function newestVersion(construction: Construction, addonName: string): Value {
  return construction.told(`${addonName}-version`);
}

function addClusterAddon(construction: Construction, cluster: RecordedResource, addonName: string, options: Value): void {
  const option = (key: string): Value => new Value(member(options.json, key), options.origins);
  construction.register({
    ...{ type: ADDON, name: `${construction.name}-${addonName}` },
    inputs: {
      ...{ clusterName: output(cluster, "name"), addonName, preserve: true, tags: construction.value("tags") },
      addonVersion: option("version").json ? option("version") : newestVersion(construction, addonName),
      resolveConflictsOnCreate: orOverwrite(option("resolveConflictsOnCreate")),
      resolveConflictsOnUpdate: orOverwrite(option("resolveConflictsOnUpdate")),
      configurationValues: asSortedJson(option("configurationValues")),
    },
  });
}

export function orOverwrite(value: Value): Tree {
  return value.json === undefined ? "OVERWRITE" : value;
}

export function asSortedJson(value: Value): Value | undefined {
  return value.json ? derive({ value }, (parts) => sortedJson(parts.value ?? {})) : undefined;
}
