import { Accelerator, InterfaceEndpoint, PlatformNamespace, TritonServer } from "../components";
import type { Compute } from "./compute";
import { monitoringSettings } from "./config/monitoring-settings";
import type { ServingConfig, TritonConfig } from "./config/schema";
import type { LayerContext } from "./context";
import type { Data } from "./data";
import type { Foundation } from "./foundation";
import type { TritonOutputs } from "./outputs";

/** Disk of a node that says nothing of it. */
const NODE_DISK_GIB = 50;

export function createTriton(
  context: LayerContext,
  { triton, monitoring }: ServingConfig & { triton: TritonConfig },
  foundation: Foundation,
  data: Data,
  compute: Compute,
): TritonServer {
  const { name, nodeGroup, ...settings } = triton;
  const { cluster, namespaces, addOns } = compute;
  return new TritonServer(
    context.name("triton"),
    {
      ...settings,
      ...nodesOf(context, triton),
      ...stsOf(context, foundation),
      serverName: name,
      cluster: cluster.reference(),
      namespace: namespaces.nameOf(PlatformNamespace.Serving),
      bucketName: data.buckets.models.bucketName,
      kmsKeyArn: foundation.dataKey.keyArn,
      nodeSelector: { "modelloop/node-group": nodeGroup },
      readerCidrs: readerCidrs(context, foundation),
      monitoring: monitoring && monitoringSettings(monitoring).triton,
      tags: context.tags,
    },
    // Before KEDA there is no such thing as its ScaledObject.
    { providers: { kubernetes: cluster.kubernetesProvider() }, dependsOn: [addOns] },
  );
}

function nodesOf({ config }: LayerContext, { nodeGroup, accelerator }: TritonConfig) {
  const { nodeGroups, gpuNodeGroups } = config.compute;
  const groups: readonly { name: string; instanceTypes?: readonly string[]; diskGiB?: number }[] =
    accelerator === Accelerator.Gpu ? gpuNodeGroups : nodeGroups;
  const group = groups.find((each) => each.name === nodeGroup);
  return { instanceType: group?.instanceTypes?.[0], nodeDiskGiB: group?.diskGiB ?? NODE_DISK_GIB };
}

/** The loop's functions ask each pod itself. They share subnets with the pods, and by address nobody tells the two apart. */
export function readerCidrs({ config }: LayerContext, { network }: Foundation) {
  const isTrained = (config.learning?.models ?? []).some(({ training }) => training !== undefined);
  return isTrained ? [network.cidr] : undefined;
}

/** Inside the VPC where it has an endpoint for STS; else over NAT, to addresses that AWS does not list. */
function stsOf({ config }: LayerContext, { network }: Foundation) {
  const inside = config.foundation.network.interfaceEndpoints.includes(InterfaceEndpoint.Sts);
  return inside ? { stsCidrs: [network.cidr] } : { stsCidrs: ["0.0.0.0/0"], allowStsAnywhere: true };
}

export function tritonOutputs(triton: TritonServer): TritonOutputs {
  const { namespace, serverName, slotAServiceName, slotBServiceName, releasesUrl, writersGroup } = triton;
  return { namespace, serverName, slotAServiceName, slotBServiceName, releasesUrl, writersGroup };
}
