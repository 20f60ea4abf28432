/**
 * What the eks provider builds: it is a program of its own that comes with the CLI, and not with npm. Followed from its source at
 * pulumi-eks 4.3.0; a comment in each file names the place. `NodeGroup`, `NodeGroupV2` and `ClusterCreationRoleProvider` are not here, so
 * that the monitor refuses them by name.
 */
import { addon } from "./eks-addons";
import { refuseUnknownArguments } from "./eks-arguments";
import { cluster } from "./eks-cluster";
import { vpcCniAddon } from "./eks-cni";
import { getKubeconfig } from "./eks-kubeconfig";
import { managedNodeGroup } from "./eks-node-group";
import { nodeGroupSecurityGroup } from "./eks-security-groups";
import type { CallModel, RemoteModel } from "./model";

const MODELS: Record<string, RemoteModel> = {
  "eks:index:Addon": addon,
  "eks:index:Cluster": cluster,
  "eks:index:ManagedNodeGroup": managedNodeGroup,
  "eks:index:NodeGroupSecurityGroup": nodeGroupSecurityGroup,
  "eks:index:VpcCniAddon": vpcCniAddon,
};

export const EKS_REMOTE_MODELS: Record<string, RemoteModel> = Object.fromEntries(
  Object.entries(MODELS).map(([type, model]): [string, RemoteModel] => [
    type,
    (component, context) => {
      refuseUnknownArguments(component);
      return model(component, context);
    },
  ]),
);

export const EKS_CALL_MODELS: Record<string, CallModel> = {
  "eks:index:Cluster/getKubeconfig": getKubeconfig,
};
