import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { type PolicyStatement } from "../../shared/policy-document";
import { PlatformNamespace } from "../namespaces/namespaces";
import { NodeAutoscaling } from "../node-autoscaling/node-autoscaling.pulumi";
import { KUBE_SYSTEM } from "../shared/chart";
import { createRelease } from "../shared/chart.pulumi";
import { createPodIdentity } from "../shared/pod-identity.pulumi";
import {
  AddOn,
  type AddOnChart,
  type ChartAddOn,
  CHARTS,
  queueStatements,
  secretStatements,
  secretStore,
  SERVICE_ACCOUNTS,
} from "./add-ons";
import { type AddOnsArgs } from "./add-ons.pulumi";
import { chartNamespaceLabels, chartNamespacePolicies } from "./chart-namespaces";
import { loadBalancerStatements } from "./load-balancer-policy";
import {
  dcgmExporterValues,
  devicePluginValues,
  externalSecretsValues,
  kedaValues,
  loadBalancerValues,
  metricsServerValues,
} from "./values";

export interface Site {
  readonly parent: pulumi.Resource;
  readonly name: string;
  readonly args: AddOnsArgs;
}

type Release = kubernetes.helm.v3.Release;

interface Setup {
  readonly values: pulumi.Inputs;
  /** Absent where the pods do not speak to AWS. */
  readonly identity?: { readonly serviceAccount: string; readonly statements?: pulumi.Output<PolicyStatement[]> };
}

const SETUPS: Record<ChartAddOn, (site: Site) => Setup> = {
  [AddOn.LoadBalancerController]: ({ parent, args: { cluster, webAclArns = [] } }) => {
    const { region, partition } = accountOf(parent);
    const facts = pulumi.all([partition, cluster.clusterName, pulumi.all(webAclArns)]);
    const statements = facts.apply((known) => loadBalancerStatements(...known));
    return {
      values: loadBalancerValues<pulumi.Input<string>>({ clusterName: cluster.clusterName, region, vpcId: cluster.vpcId }),
      identity: { serviceAccount: SERVICE_ACCOUNTS[AddOn.LoadBalancerController], statements },
    };
  },
  [AddOn.ExternalSecrets]: ({ args: { secretArns = [], secretKeyArns = [] } }) => {
    const facts = pulumi.all([pulumi.all(secretArns), pulumi.all(secretKeyArns)]);
    const statements = secretArns.length === 0 ? undefined : facts.apply((arns) => secretStatements(...arns));
    return { values: externalSecretsValues(), identity: { serviceAccount: SERVICE_ACCOUNTS[AddOn.ExternalSecrets], statements } };
  },
  [AddOn.Keda]: ({ args: { scalingQueueArns = [] } }) => {
    const statements = scalingQueueArns.length === 0 ? undefined : pulumi.all(scalingQueueArns).apply(queueStatements);
    return { values: kedaValues(), identity: { serviceAccount: SERVICE_ACCOUNTS[AddOn.Keda], statements } };
  },
  [AddOn.MetricsServer]: () => ({ values: metricsServerValues() }),
  [AddOn.NvidiaDevicePlugin]: () => ({ values: devicePluginValues() }),
  [AddOn.DcgmExporter]: ({ args: { serviceMonitors = false } }) => ({ values: dcgmExporterValues(serviceMonitors) }),
};

export function createChart(site: Site, addOn: ChartAddOn, after: pulumi.Resource[]): Release {
  const { parent, name, args } = site;
  const { noun, controlPlanePorts: _ports, ...chart } = CHARTS[addOn];
  const place = createPlace(site, CHARTS[addOn]);
  const { values, identity } = SETUPS[addOn](site);
  const { clusterName } = args.cluster;
  // A pod that starts before its association starts without a role, and keeps none.
  const role =
    identity === undefined
      ? []
      : [createPodIdentity(parent, `${name}-${noun}`, { clusterName, namespace: chart.namespace, ...identity, tags: args.tags })];
  return createRelease(`${name}-${noun}`, chart, values, { parent, dependsOn: [...after, ...role, ...place] });
}

/** The namespace and its guards, before the first pod; by Helm it would have none. */
function createPlace({ parent, name }: Site, chart: AddOnChart): pulumi.Resource[] {
  if (chart.namespace === KUBE_SYSTEM) return [];
  const label = `${name}-${chart.noun}`;
  const namespace = new kubernetes.core.v1.Namespace(
    `${label}-namespace`,
    { metadata: { name: chart.namespace, labels: chartNamespaceLabels() } },
    { parent },
  );
  const policies = chartNamespacePolicies(chart).map(
    (policy) =>
      new kubernetes.networking.v1.NetworkPolicy(
        `${label}-${policy.name}`,
        { metadata: { name: policy.name, namespace: namespace.metadata.name }, spec: policy.spec },
        { parent },
      ),
  );
  return [namespace, ...policies];
}

export function createAutoscaling({ parent, name, args }: Site, after: pulumi.Resource[]): NodeAutoscaling {
  const { cluster, idleNodeMinutes: idleMinutes, tags } = args;
  return new NodeAutoscaling(`${name}-node-autoscaling`, { cluster, idleMinutes, tags }, { parent, dependsOn: after });
}

export function createSecretStore({ parent, name, args }: Site, secrets: Release): pulumi.Output<string> {
  const { secretNamespaces = Object.values(PlatformNamespace) } = args;
  const manifest = secretStore(accountOf(parent).region, secretNamespaces);
  const store = new kubernetes.apiextensions.CustomResource(`${name}-secret-store`, manifest, { parent, dependsOn: secrets });
  return store.metadata.name;
}
