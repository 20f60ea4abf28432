import { Bucket, BucketWriter, ModelRouter, type ModelServerReference, PlatformNamespace } from "../components";
import type { Compute } from "./compute";
import type { RouterConfig } from "./config/schema";
import type { LayerContext } from "./context";
import type { Foundation } from "./foundation";
import type { ServingOutputs } from "./outputs";

export interface Serving {
  router?: ModelRouter;
}

export function createServing(context: LayerContext, foundation: Foundation, compute: Compute): Serving {
  const router = context.config.serving?.router;
  return router === undefined ? {} : { router: createRouter(context, router, foundation, compute) };
}

function createRouter(context: LayerContext, router: RouterConfig, foundation: Foundation, compute: Compute): ModelRouter {
  const { modelServer, serviceMonitor, loadBalancer, ...settings } = router;
  const namespace = compute.namespaces.nameOf(PlatformNamespace.Serving);
  return new ModelRouter(
    context.name("router"),
    {
      ...settings,
      namespace,
      modelServer: slotsOf(modelServer, namespace),
      serviceMonitor: serviceMonitor ? {} : undefined,
      loadBalancer: loadBalancer && doorOf(context, loadBalancer, foundation, compute),
      tags: context.tags,
    },
    { providers: { kubernetes: compute.cluster.kubernetesProvider() } },
  );
}

/** By the names that a model server gives the Services of its slots. */
function slotsOf(modelServer: string, namespace: ModelServerReference["namespace"]): ModelServerReference {
  return { namespace, slotAServiceName: `${modelServer}-a`, slotBServiceName: `${modelServer}-b` };
}

function doorOf(
  context: LayerContext,
  loadBalancer: NonNullable<RouterConfig["loadBalancer"]>,
  { network }: Foundation,
  { addOns }: Compute,
) {
  const { accessLogDays, inboundCidrs = [network.cidr], ...settings } = loadBalancer;
  return {
    ...settings,
    inboundCidrs,
    vpc: network.reference(),
    accessLogBucketName: accessLogDays === undefined ? undefined : createAccessLog(context, accessLogDays).bucketName,
    loadBalancerController: addOns.loadBalancerController,
  };
}

/** With S3's own key: load balancers write to no bucket that is encrypted with another. */
function createAccessLog(context: LayerContext, deleteAfterDays: number): Bucket {
  return new Bucket(context.name("access-log"), {
    encryptWithS3ManagedKey: true,
    writers: [BucketWriter.LoadBalancerLogs],
    lifecycle: { deleteAfterDays },
    allowDelete: context.disposable,
    deleteWithContents: context.disposable,
    tags: context.tags,
  });
}

export function servingOutputs({ router }: Serving): ServingOutputs {
  if (router === undefined) return {};
  const { clusterUrl, url, loadBalancerHostName, namespace, splitMapName, deploymentName } = router;
  return { router: { clusterUrl, url, loadBalancerHostName, namespace, splitMapName, deploymentName } };
}
