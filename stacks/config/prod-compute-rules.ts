/** What prod may not do without in its cluster, and before it. */
import { ControlPlaneLog } from "../../components/compute/cluster/cluster";
import { Capacity, type GroupSizes } from "../../components/compute/node-group/managed-groups";
import { nodeGroupSizes } from "../../components/compute/node-group/node-group";
import { inProd } from "./in-prod";
import { type Invariant, unless } from "./invariant";

const COMPUTE = "modelloop:compute";
const DATA = "modelloop:data";

/** Of whatever answers or decides: one to fail, and one in another zone that goes on. */
const FEWEST_NODES = 2;

/** Group whose pods answer people. */
const SERVING = "serving";

/** Without these two nobody can tell who did what in the cluster, or as whom. */
const NEEDED_LOGS = [ControlPlaneLog.Audit, ControlPlaneLog.Authenticator];

export const prodComputeRules: Invariant[] = [
  inProd("prod-system-nodes", ["compute.cluster.systemNodes"], ({ compute: { cluster } }) => {
    const sizes = nodeGroupSizes(cluster.systemNodes);
    return unless(
      survivesAZone(sizes),
      `${COMPUTE}.cluster.systemNodes ${keeps(sizes)}; in prod the failure of one node, or of one zone, must not end DNS and the autoscaler: use ${FEWEST_NODES} or more in 2 zones or more`,
    );
  }),
  inProd("prod-serving-nodes", ["compute.nodeGroups"], ({ compute: { nodeGroups } }) =>
    nodeGroups.flatMap((group, index) => {
      if (group.name !== SERVING) return [];
      const key = `${COMPUTE}.nodeGroups[${index}]`;
      return [
        ...unless(
          group.capacity !== Capacity.Spot,
          `${key}.capacity is "spot"; in prod AWS must not be able to take away all that answers people within two minutes: write on-demand, and keep spot for another group`,
        ),
        ...unless(
          survivesAZone(nodeGroupSizes(group)),
          `${key} ${keeps(nodeGroupSizes(group))}; in prod the failure of one node, or of one zone, must not end every answer: use ${FEWEST_NODES} or more in 2 zones or more`,
        ),
      ];
    }),
  ),
  inProd("prod-gateway-log", ["compute.gateway", "data.accessLogs"], ({ compute: { gateway }, data: { accessLogs } }) =>
    unless(
      gateway === undefined || accessLogs !== undefined,
      `${DATA}.accessLogs is missing; in prod it must be possible to tell who asked the gateway for what: add it, {} is enough`,
    ),
  ),
  inProd("prod-cluster-logs", ["compute.cluster.controlPlaneLogs.types"], ({ compute: { cluster } }) => {
    const missing = NEEDED_LOGS.filter((type) => !cluster.controlPlaneLogs.types.includes(type));
    return unless(
      missing.length === 0,
      `${COMPUTE}.cluster.controlPlaneLogs.types lacks ${missing.join(" and ")}; in prod it must be possible to tell who did what in the cluster: add ${missing.length === 1 ? "it" : "them"}`,
    );
  }),
  inProd("prod-endpoint-not-for-everybody", ["compute.cluster.allowPublicAccessFromAnywhere"], ({ compute: { cluster } }) =>
    unless(
      !cluster.allowPublicAccessFromAnywhere,
      `${COMPUTE}.cluster.allowPublicAccessFromAnywhere is true; in prod the cluster answers nobody, or a list: remove it`,
    ),
  ),
  inProd("prod-gateway-tls", ["compute.gateway.allowPlainHttp"], ({ compute: { gateway } }) =>
    unless(
      gateway === undefined || !gateway.allowPlainHttp,
      `${COMPUTE}.gateway.allowPlainHttp is true; in prod nobody approves a model in the clear: give certificateArn, and remove it`,
    ),
  ),
];

function survivesAZone({ zones, minSize }: GroupSizes): boolean {
  return zones >= 2 && minSize >= FEWEST_NODES;
}

function keeps({ zones, minSize }: GroupSizes): string {
  return `keeps ${minSize} in ${zones} ${zones === 1 ? "zone" : "zones"}`;
}
