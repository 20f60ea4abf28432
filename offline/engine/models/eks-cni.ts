/** The VPC CNI add-on and what its container is told (nodejs/eks/addons/cni-addon.ts). */
import type { RecordedResource } from "../recording";
import { asSortedJson, newestVersion, orOverwrite } from "./eks-addons";
import { isAutoMode } from "./eks-cluster-facts";
import { Construction } from "./eks-construction";
import { derive, member, output, record, text, type Tree, Value } from "./eks-values";
import type { RemoteModel } from "./model";

type Options = (key: string) => Value;

interface Setting {
  variable: string;
  option: string;
  /** Absent where the variable is not set at all without the option. */
  fallback?: string;
}

/** Of two rows for one variable the later wins, as in the provider: `customNetworkConfig` has no effect beside the last row's fallback. */
const SETTINGS: readonly Setting[] = [
  { variable: "AWS_VPC_CNI_NODE_PORT_SUPPORT", option: "nodePortSupport" },
  { variable: "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", option: "customNetworkConfig" },
  { variable: "WARM_ENI_TARGET", option: "warmEniTarget", fallback: "1" },
  { variable: "WARM_IP_TARGET", option: "warmIpTarget" },
  { variable: "WARM_PREFIX_TARGET", option: "warmPrefixTarget" },
  { variable: "ENABLE_PREFIX_DELEGATION", option: "enablePrefixDelegation" },
  { variable: "AWS_VPC_K8S_CNI_LOGLEVEL", option: "logLevel", fallback: "DEBUG" },
  { variable: "AWS_VPC_K8S_CNI_LOG_FILE", option: "logFile", fallback: "/host/var/log/aws-routed-eni/ipamd.log" },
  { variable: "AWS_VPC_K8S_CNI_VETHPREFIX", option: "vethPrefix", fallback: "eni" },
  { variable: "AWS_VPC_ENI_MTU", option: "eniMtu", fallback: "9001" },
  { variable: "ENI_CONFIG_LABEL_DEF", option: "eniConfigLabelDef" },
  { variable: "AWS_VPC_K8S_PLUGIN_LOG_LEVEL", option: "pluginLogLevel", fallback: "DEBUG" },
  { variable: "AWS_VPC_K8S_PLUGIN_LOG_FILE", option: "pluginLogFile", fallback: "/var/log/aws-routed-eni/plugin.log" },
  { variable: "ENABLE_POD_ENI", option: "enablePodEni", fallback: "false" },
  { variable: "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", option: "cniConfigureRpfilter" },
  { variable: "AWS_VPC_K8S_CNI_EXTERNALSNAT", option: "cniExternalSnat", fallback: "false" },
  { variable: "AWS_VPC_K8S_CNI_EXTERNALSNAT", option: "externalSnat" },
  { variable: "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", option: "cniCustomNetworkCfg", fallback: "false" },
];

const INIT_SETTINGS: readonly Setting[] = [{ variable: "DISABLE_TCP_EARLY_DEMUX", option: "disableTcpEarlyDemux", fallback: "false" }];

/** EKS's own CNI stays where the program says so, and in auto mode, which brings another. */
export function addVpcCni(
  construction: Construction,
  cluster: RecordedResource,
  provider: string,
  dependsOn: RecordedResource[],
): RecordedResource | undefined {
  const useDefault = construction.json("useDefaultVpcCni") ?? isAutoMode(construction);
  if (useDefault) return undefined;
  const component = construction.registerComponent("eks:index:VpcCniAddon", `${construction.name}-vpc-cni`, dependsOn);
  const { json, origins } = construction.value("vpcCniOptions");
  const fromCluster = new Map([
    ["clusterName", output(cluster, "name")],
    ["clusterVersion", output(cluster, "version")],
    ["tags", construction.value("tags")],
  ]);
  addChildren(construction, component, (key) => fromCluster.get(key) ?? new Value(member(json, key), origins), provider);
  return component;
}

/** A user's own `eks.VpcCniAddon`. */
export const vpcCniAddon: RemoteModel = (component, context) => {
  const construction = new Construction(component, context);
  return { addon: context.reference(addChildren(construction, component, (key) => construction.value(key))) };
};

function addChildren(construction: Construction, parent: RecordedResource, option: Options, provider?: string): RecordedResource {
  const settings = { ...pick(option, ["clusterName", "serviceAccountRoleArn", "tags"]), addonName: "vpc-cni", preserve: true };
  const addon = construction.register({
    ...{ type: "aws:eks/addon:Addon", name: parent.name, parent },
    inputs: {
      ...settings,
      addonVersion: option("addonVersion").json ? option("addonVersion") : newestVersion(construction, "vpc-cni"),
      resolveConflictsOnCreate: orOverwrite(option("resolveConflictsOnCreate")),
      resolveConflictsOnUpdate: orOverwrite(option("resolveConflictsOnUpdate")),
      configurationValues: asSortedJson(configurationOf(option)),
    },
  });
  if (option("securityContextPrivileged").json)
    addPrivilegedPatch(construction, addon, parent, option("securityContextPrivileged"), provider);
  return addon;
}

function configurationOf(option: Options): Value {
  const parts = {
    ...{ env: environment(option, SETTINGS), initEnv: environment(option, INIT_SETTINGS) },
    ...{ policy: option("enableNetworkPolicy"), own: option("configurationValues") },
  };
  return derive(parts, ({ env, initEnv, policy, own }) => {
    const given = record(own);
    const init = record(given["init"]);
    return {
      ...(policy === undefined ? {} : { enableNetworkPolicy: text(policy) }),
      ...given,
      env: { ...record(env), ...record(given["env"]) },
      init: { ...init, env: { ...record(initEnv), ...record(init["env"]) } },
    };
  });
}

function environment(option: Options, settings: readonly Setting[]): Tree {
  const variables: Record<string, Tree> = {};
  for (const { variable, option: key, fallback } of settings) {
    const value = option(key);
    // Zero warm interfaces is a wish of its own; for every other option the provider takes zero and false for "not given".
    const isGiven = key === "warmEniTarget" ? value.json !== undefined : Boolean(value.json);
    if (isGiven) variables[variable] = derive({ value }, (parts) => text(parts.value));
    else if (fallback !== undefined) variables[variable] = fallback;
  }
  return variables;
}

/** What the add-on's own settings cannot say is patched into its DaemonSet, and stays there when the patch goes. */
function addPrivilegedPatch(
  construction: Construction,
  addon: RecordedResource,
  parent: RecordedResource,
  privileged: Value,
  provider?: string,
): void {
  const containers = [{ name: "aws-node", securityContext: { privileged } }];
  construction.register({
    ...{ type: "kubernetes:apps/v1:DaemonSetPatch", name: parent.name, parent, dependsOn: [addon] },
    inputs: {
      ...{ apiVersion: "apps/v1", kind: "DaemonSet" },
      metadata: { name: "aws-node", namespace: "kube-system", annotations: { "pulumi.com/patchForce": "true" } },
      spec: { template: { spec: { containers } } },
    },
    options: { retainOnDelete: true, ...(provider === undefined ? {} : { provider }) },
  });
}

function pick(option: Options, keys: string[]): Record<string, Value> {
  return Object.fromEntries(keys.map((key) => [key, option(key)]));
}
