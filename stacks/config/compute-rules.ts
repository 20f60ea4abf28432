/** What the components of the compute layer would refuse. */
import { addOnsFaults } from "../../components/compute/add-ons/add-ons";
import { clusterFaults, systemNodeFaults } from "../../components/compute/cluster/cluster";
import { kubernetesVersionFaults } from "../../components/compute/cluster/kubernetes-version";
import { gpuNodeGroupFaults } from "../../components/compute/gpu-node-group/gpu-node-group";
import { internalGatewayFaults } from "../../components/compute/internal-gateway/internal-gateway";
import { namespacesFaults } from "../../components/compute/namespaces/namespace-faults";
import { IDLE_MINUTES } from "../../components/compute/node-autoscaling/node-autoscaling";
import { nodeGroupFaults } from "../../components/compute/node-group/node-group";
import { repeatFaults, wholeNumberFaults } from "../../components/shared/faults";
import type { Invariant } from "./invariant";
import { judged, judgedEach } from "./judged";
import type { ComputeConfig } from "./schema";

const COMPUTE = "modelloop:compute";
const CLUSTER = [COMPUTE, "cluster"];

/** Stands for the component's name where a rule is about something else: any stack's name would do. */
const ANY = "any";

type Gateway = NonNullable<ComputeConfig["gateway"]>;

/** Where a rule of the gateway is not about what it leads to. */
const SOME_ROUTES: Gateway["routes"] = [{ host: ANY, namespace: ANY, serviceName: ANY, servicePort: 80, podPort: 80 }];

export const computeRules: Invariant[] = [
  ...judged<ComputeConfig["cluster"]>({
    id: "cluster",
    path: CLUSTER,
    block: ({ compute }) => compute.cluster,
    groups: [
      { keys: ["publicEndpoint", "publicAccessCidrs", "allowPublicAccessFromAnywhere"] },
      { keys: ["controlPlaneLogs"] },
      { keys: ["access"] },
      { keys: ["apiClients"] },
    ],
    faults: (cluster) => clusterFaults(ANY, cluster),
  }),
  {
    id: "kubernetes-version-supported",
    reads: [[...CLUSTER, "kubernetesVersion"]],
    check: ({ today, compute: { cluster } }) =>
      kubernetesVersionFaults(`${CLUSTER.join(".")}.kubernetesVersion`, cluster.kubernetesVersion, today),
  },
  {
    id: "system-nodes",
    reads: [[...CLUSTER, "systemNodes"]],
    check: ({ compute: { cluster } }) => systemNodeFaults(`${CLUSTER.join(".")}.systemNodes.`, cluster.systemNodes),
  },
  judgedEach({
    id: "node-groups",
    path: [COMPUTE, "nodeGroups"],
    blocks: ({ compute }) => compute.nodeGroups,
    faults: (group) => nodeGroupFaults(group),
  }),
  judgedEach({
    id: "gpu-node-groups",
    path: [COMPUTE, "gpuNodeGroups"],
    blocks: ({ compute }) => compute.gpuNodeGroups,
    faults: gpuNodeGroupFaults,
  }),
  {
    id: "node-groups-by-name",
    reads: [
      [COMPUTE, "nodeGroups"],
      [COMPUTE, "gpuNodeGroups"],
    ],
    check: ({ compute: { nodeGroups, gpuNodeGroups } }) =>
      repeatFaults(
        `${COMPUTE}.nodeGroups and gpuNodeGroups`,
        [...nodeGroups, ...gpuNodeGroups].map(({ name }) => name),
      ),
  },
  {
    id: "add-ons",
    reads: [[COMPUTE, "addOns"]],
    check: ({ compute: { addOns } }) => addOnsFaults({ addOns }).map((fault) => fault.replace(/^addOns/, `${COMPUTE}.addOns`)),
  },
  {
    id: "idle-nodes",
    reads: [[COMPUTE, "idleNodeMinutes"]],
    check: ({ compute: { idleNodeMinutes } }) => wholeNumberFaults(`${COMPUTE}.idleNodeMinutes`, idleNodeMinutes, IDLE_MINUTES),
  },
  {
    id: "namespaces",
    reads: [[COMPUTE, "namespaces"]],
    check: ({ compute: { namespaces } }) => namespacesFaults(namespaces).map((fault) => `${COMPUTE}.namespaces.${fault}`),
  },
  ...judged<Gateway>({
    id: "gateway",
    path: [COMPUTE, "gateway"],
    block: ({ compute }) => compute.gateway,
    groups: [
      { keys: ["domainName"], beside: { allowPlainHttp: true, routes: SOME_ROUTES } },
      { keys: ["certificateArn", "allowPlainHttp"], beside: { routes: SOME_ROUTES } },
      { keys: ["routes"], beside: { allowPlainHttp: true } },
    ],
    faults: ({ domainName = "ml.example.com", routes = [], ...gateway }) => internalGatewayFaults({ domainName, routes, ...gateway }),
  }),
];
