import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { onceThere } from "../../shared/once-there.pulumi";
import { admit } from "../../shared/private-access.pulumi";
import { NodeGroup } from "../node-group/node-group.pulumi";
import { type AddOnContext, createAddOnsThatNeedNodes, createNetworkAddOns } from "./add-ons.pulumi";
import { clusterFaults, DEFAULT_SERVICE_CIDR } from "./cluster";
import { type ClusterArgs, type ClusterReference } from "./cluster-arguments.pulumi";
import { type ControlPlane, createControlPlane } from "./control-plane.pulumi";
import { createStorageClass } from "./storage-class.pulumi";

/**
 * An EKS cluster with the nodes and add-ons without which it could run nothing: DNS, network policies, volumes, identities for pods.
 *
 * Security: private endpoint; Secrets encrypted with your key; people come in by access entries; pods get roles by Pod Identity, never the
 * node's; network policies are enforced.
 * Cost (us-east-1, 2026-07-20 to 2026-10-07): USD 73.00 a month for the control plane and 148.16 for two m6i.large with disks; 0.50 a GB of
 * logs (a small platform that logged all five kinds paid 144 a month, seen 2026-08).
 * Replaced when: `clusterName`, `vpc`, `kmsKeyArn` or `serviceCidr` changes. Protected against deletion, by Pulumi and by EKS.
 */
export class Cluster extends pulumi.ComponentResource {
  /** Name at EKS, known once nodes and add-ons are there: nothing is scheduled before. */
  readonly clusterName: pulumi.Output<string>;
  /** VPC that the nodes are in. */
  readonly vpcId: pulumi.Output<string>;
  /** Security group that EKS made for the cluster: nodes, pods and control plane are in it. */
  readonly clusterSecurityGroupId: pulumi.Output<string>;
  /** Address of the Kubernetes API. */
  readonly endpoint: pulumi.Output<string>;
  /** Certificate of the Kubernetes API, base64. */
  readonly certificateAuthority: pulumi.Output<string>;
  /** ARN of the IAM OpenID Connect provider. */
  readonly oidcProviderArn: pulumi.Output<string>;
  /** Issuer of the cluster's tokens, without `https://`. */
  readonly oidcIssuer: pulumi.Output<string>;
  /** Kubernetes version, such as `1.35`. */
  readonly kubernetesVersion: pulumi.Output<string>;
  /** How `kubectl` and Pulumi's Kubernetes provider get in, as whoever runs them. Holds no secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Range of the Services' addresses. */
  readonly serviceCidr: pulumi.Output<string>;
  /** Storage class that claims get which name none. */
  readonly storageClassName: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("Cluster", name, clusterFaults(name, args));
    super("modelloop:index:Cluster", name, {}, opts);
    const { vpc, serviceCidr = DEFAULT_SERVICE_CIDR, addOnVersions: versions = {}, volumes = {}, tags } = args;

    const controlPlane = createControlPlane(this, name, args);
    const { clusterName, clusterArn, kubeconfig } = controlPlane;
    const context: AddOnContext = { parent: this, name, clusterName, versions, volumes, tags };
    // A node without a network is never Ready, and EKS waits half an hour for it.
    const networked = createNetworkAddOns(context);
    const nodes = new NodeGroup(
      `${name}-system`,
      {
        cluster: { ...controlPlane, clusterName: onceThere(clusterName, networked) },
        subnetIds: vpc.privateSubnetIds,
        ...args.systemNodes,
        tags,
      },
      { parent: this },
    );
    // Whoever deploys comes in by one of these doors, and stands before a closed one if they come later.
    const complete = [...createAddOnsThatNeedNodes(context, nodes), ...createDoors(this, name, controlPlane, args)];
    const provider = new kubernetes.Provider(
      `${name}-kubernetes`,
      // By the identifier, what is in the cluster stays in place when a detail of the kubeconfig changes. What is in it comes after nodes, DNS
      // and volumes, and goes before them: without a node nothing runs that could end it.
      { kubeconfig: onceThere(kubeconfig, complete), clusterIdentifier: clusterArn },
      { parent: this },
    );
    PROVIDERS.set(this, provider);

    this.clusterName = onceThere(clusterName, complete);
    this.vpcId = pulumi.output(vpc.vpcId);
    this.clusterSecurityGroupId = controlPlane.clusterSecurityGroupId;
    this.endpoint = controlPlane.endpoint;
    this.certificateAuthority = controlPlane.certificateAuthority;
    this.oidcProviderArn = controlPlane.oidcProviderArn;
    this.oidcIssuer = controlPlane.oidcIssuer;
    this.kubernetesVersion = controlPlane.kubernetesVersion;
    this.kubeconfig = kubeconfig;
    this.serviceCidr = pulumi.output(serviceCidr);
    this.storageClassName = createStorageClass(this, name, provider, volumes);
    const { storageClassName } = this;
    this.registerOutputs({ ...this.reference(), kubeconfig, serviceCidr: this.serviceCidr, storageClassName });
  }

  /** What the next component asks for. */
  reference(): ClusterReference {
    const { clusterName, vpcId, clusterSecurityGroupId, endpoint, certificateAuthority, oidcProviderArn, oidcIssuer, kubernetesVersion } =
      this;
    return { clusterName, vpcId, clusterSecurityGroupId, endpoint, certificateAuthority, oidcProviderArn, oidcIssuer, kubernetesVersion };
  }

  /** What components that put something into the cluster are given as `providers: { kubernetes }`. */
  kubernetesProvider(): kubernetes.Provider {
    const provider = PROVIDERS.get(this);
    if (provider === undefined) throw new Error("a Cluster has no Kubernetes provider");
    return provider;
  }
}

const HTTPS = 443;

function createDoors(parent: Cluster, name: string, { clusterSecurityGroupId: to }: ControlPlane, { apiClients = [], tags }: ClusterArgs) {
  return apiClients.map(({ name: client, securityGroupId: from }) =>
    admit(`${name}-api-from-${client}`, { from, to, port: HTTPS, description: `Kubernetes API, from ${client}`, tags }, { parent }),
  );
}

/** Beside the class and not in it: every property of a component is one of its outputs, and a provider cannot be that. */
const PROVIDERS = new WeakMap<Cluster, kubernetes.Provider>();
