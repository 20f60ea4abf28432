import { ModelRouter, type ModelServerReference, PlatformNamespace, type TritonServer, type VllmServer } from "../components";
import type { Compute } from "./compute";
import type { RouterConfig } from "./config/schema";
import type { LayerContext } from "./context";
import type { Data } from "./data";
import type { Foundation } from "./foundation";
import type { ServingOutputs } from "./outputs";
import { createLanguageModel, languageModelOutputs } from "./language-model";
import { createTriton, readerCidrs, tritonOutputs } from "./triton";

export interface Serving {
  triton?: TritonServer;
  languageModel?: VllmServer;
  router?: ModelRouter;
}

export function createServing(context: LayerContext, foundation: Foundation, data: Data, compute: Compute): Serving {
  const serving = context.config.serving ?? {};
  const { triton, languageModel, router, monitoring } = serving;
  const server = triton && createTriton(context, { ...serving, triton }, foundation, data, compute);
  return {
    ...(server && { triton: server }),
    ...(languageModel && { languageModel: createLanguageModel(context, languageModel, foundation, data, compute, monitoring) }),
    ...(router && { router: createRouter(context, router, foundation, data, compute, server) }),
  };
}

function createRouter(
  context: LayerContext,
  router: RouterConfig,
  foundation: Foundation,
  data: Data,
  compute: Compute,
  server?: TritonServer,
): ModelRouter {
  const { modelServer, serviceMonitor, loadBalancer, ...settings } = router;
  const namespace = compute.namespaces.nameOf(PlatformNamespace.Serving);
  return new ModelRouter(
    context.name("router"),
    {
      ...settings,
      namespace,
      modelServer: server?.reference() ?? slotsOf(modelServer, namespace),
      readerCidrs: readerCidrs(context, foundation),
      serviceMonitor: serviceMonitor ? {} : undefined,
      loadBalancer: loadBalancer && doorOf(loadBalancer, foundation, data, compute),
      tags: context.tags,
    },
    { providers: { kubernetes: compute.cluster.kubernetesProvider() } },
  );
}

/** Of a server that this stack does not make: by the names that it gives the Services of its slots. */
function slotsOf(modelServer: string, namespace: ModelServerReference["namespace"]): ModelServerReference {
  return { namespace, slotAServiceName: `${modelServer}-a`, slotBServiceName: `${modelServer}-b` };
}

function doorOf(
  loadBalancer: NonNullable<RouterConfig["loadBalancer"]>,
  { network }: Foundation,
  { accessLogs }: Data,
  { addOns }: Compute,
) {
  const { inboundCidrs = [network.cidr], ...settings } = loadBalancer;
  return {
    ...settings,
    inboundCidrs,
    vpc: network.reference(),
    accessLogBucketName: accessLogs?.bucketName,
    loadBalancerController: addOns.loadBalancerController,
  };
}

export function servingOutputs({ triton, languageModel, router }: Serving): ServingOutputs {
  return {
    ...(languageModel && { languageModel: languageModelOutputs(languageModel) }),
    ...(triton && { triton: tritonOutputs(triton) }),
    ...(router && { router: routerOutputs(router) }),
  };
}

function routerOutputs(router: ModelRouter): NonNullable<ServingOutputs["router"]> {
  const { clusterUrl, url, loadBalancerHostName, namespace, splitMapName, deploymentName } = router;
  return { clusterUrl, url, loadBalancerHostName, namespace, splitMapName, deploymentName };
}
