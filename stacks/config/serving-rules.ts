/** What the components of the serving layer would refuse, and what they need of the rest of the file. */
import { AddOn } from "../../components/compute/add-ons/add-ons";
import { modelRouterFaults } from "../../components/serving/model-router/router-faults";
import { type Invariant, type InvariantContext, readsOf, unless } from "./invariant";
import type { RouterConfig } from "./schema";

const ROUTER = "modelloop:serving.router";

/** Stands for the VPC's own range, which is right in any case. */
const OWN_RANGE = "10.0.0.0/8";

export const servingRules: Invariant[] = [
  routerRule("router", [], (router) => {
    const { serviceMonitor: _monitor, loadBalancer, modelServer: _server, ...settings } = router;
    const door = loadBalancer && { ...loadBalancer, inboundCidrs: loadBalancer.inboundCidrs ?? [OWN_RANGE] };
    const shape = { ...settings, namespace: "serving", modelServer: {}, ...(door && { loadBalancer: door }) };
    return modelRouterFaults(shape).map((fault) => `${ROUTER}.${fault}`);
  }),
  routerRule("router-load-balancer-controller", ["compute.addOns"], ({ loadBalancer }, { compute: { addOns } }) =>
    unless(
      loadBalancer === undefined || addOns.includes(AddOn.LoadBalancerController),
      `${ROUTER}.loadBalancer is set; modelloop:compute.addOns lacks loadBalancerController, and nobody would make a load balancer of it: add that, or leave loadBalancer out`,
    ),
  ),
  routerRule("router-in-the-region", [], ({ loadBalancer }, { region }) =>
    (["certificateArn", "webAclArn"] as const).flatMap((key) => {
      const of = loadBalancer?.[key]?.split(":")[3];
      return unless(
        of === undefined || of === region,
        `${ROUTER}.loadBalancer.${key} is of ${of}; aws:region is ${region}, and a load balancer takes what is in its own region only: give one of that region`,
      );
    }),
  ),
];

/** A rule that is silent in a stack without a router. */
export function routerRule(id: string, keys: string[], check: (router: RouterConfig, context: InvariantContext) => string[]): Invariant {
  return {
    id,
    reads: [["aws:region"], ...readsOf("serving.router", ...keys)],
    check: (context) => (context.serving?.router === undefined ? [] : check(context.serving.router, context)),
  };
}
