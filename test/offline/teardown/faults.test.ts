import fs from "node:fs";
import path from "node:path";
import type { RecordedResource } from "../../../offline/engine";
import { teardownFaults } from "../../../offline/teardown/faults";
import { RULES } from "../../../offline/teardown/rules";
import { object, release, resource } from "./resources";

const DEPEND = "make the first depend on the second (dependsOn, or an output of the second as an argument)";

const vpc = resource("aws:ec2/vpc:Vpc", "vpc");
const cluster = resource("aws:eks/cluster:Cluster", "cluster", { id: "platform", outputs: { name: "platform" } });
const provider = resource("pulumi:providers:kubernetes", "provider", { needs: [cluster] });
const controller = release("aws-load-balancer-controller", { provider });
const driver = resource("aws:eks/addon:Addon", "driver", {
  inputs: { clusterName: "platform", addonName: "aws-ebs-csi-driver" },
  needs: [cluster],
});
const nodes = resource("aws:eks/nodeGroup:NodeGroup", "nodes", {
  inputs: { clusterName: "platform", subnetIds: ["private-id"] },
  needs: [cluster],
});
const subnet = resource("aws:ec2/subnet:Subnet", "public", {
  inputs: { vpcId: "vpc-id", tags: { "kubernetes.io/role/elb": "1" } },
  needs: [vpc],
});
const internal = resource("aws:ec2/subnet:Subnet", "inner", {
  inputs: { vpcId: "vpc-id", tags: { "kubernetes.io/role/internal-elb": "1" } },
  needs: [vpc],
});
const gateway = resource("aws:ec2/internetGateway:InternetGateway", "gateway", { inputs: { vpcId: "vpc-id" }, needs: [vpc] });
const role = resource("aws:iam/role:Role", "role", { id: "role", outputs: { name: "role", arn: "arn:aws:iam::1:role/role" } });
const attachment = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment", { inputs: { role: "role" }, needs: [role] });

const INTERNET_FACING = { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" };

interface Case {
  readonly rule: string;
  /** What else is in the plan. */
  readonly others: readonly RecordedResource[];
  /** It needs nothing in the broken plan, and everything in the good one. */
  readonly first: (needs: readonly RecordedResource[]) => RecordedResource;
  readonly then: RecordedResource;
  readonly sentence: string;
}

const CASES: readonly Case[] = [
  {
    rule: "load-balancers-before-their-controller",
    others: [cluster, provider, controller],
    first: (needs) => object("core/v1", "Service", "router", { inputs: { spec: { type: "LoadBalancer" } }, provider, needs }),
    then: controller,
    sentence: `Service "router" may outlive Release "aws-load-balancer-controller"; only the controller deletes the load balancers, and what stays costs money and holds its subnets: ${DEPEND}`,
  },
  {
    rule: "load-balancers-before-their-subnets",
    others: [vpc, subnet, internal, cluster, provider],
    first: (needs) =>
      object("networking.k8s.io/v1", "Ingress", "router", { inputs: { metadata: { annotations: INTERNET_FACING } }, provider, needs }),
    then: subnet,
    sentence: `Ingress "router" may outlive Subnet "public"; the controller puts the load balancer there, and AWS refuses to delete a subnet that is in use: ${DEPEND}`,
  },
  {
    rule: "load-balancers-before-their-subnets",
    others: [vpc, subnet, internal, cluster, provider],
    first: (needs) => object("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "router", { provider, needs }),
    then: internal,
    sentence: `TargetGroupBinding "router" may outlive Subnet "inner"; the controller puts the load balancer there, and AWS refuses to delete a subnet that is in use: ${DEPEND}`,
  },
  {
    rule: "public-load-balancers-before-the-internet-gateway",
    others: [vpc, gateway, cluster, provider],
    first: (needs) =>
      release("router", { inputs: { values: { service: { type: "LoadBalancer", annotations: INTERNET_FACING } } }, provider, needs }),
    then: gateway,
    sentence: `Release "router" may outlive InternetGateway "gateway"; AWS does not detach a gateway while the VPC has public addresses: ${DEPEND}`,
  },
  {
    rule: "addresses-before-the-internet-gateway",
    others: [vpc, gateway, subnet],
    first: (needs) => resource("aws:ec2/natGateway:NatGateway", "nat", { inputs: { subnetId: "public-id" }, needs: [subnet, ...needs] }),
    then: gateway,
    sentence: `NatGateway "nat" may outlive InternetGateway "gateway"; AWS does not detach a gateway while the VPC has public addresses: ${DEPEND}`,
  },
  {
    rule: "workloads-before-nodes",
    others: [cluster, provider, nodes],
    first: (needs) => object("apps/v1", "Deployment", "router", { provider, needs }),
    then: nodes,
    sentence:
      'Deployment "router" may outlive NodeGroup "nodes"; without a node nothing runs that cleans up: controllers, hooks, finalizers: make the first depend on one group of nodes',
  },
  {
    rule: "nodes-before-their-way-out",
    others: [
      cluster,
      resource("aws:ec2/routeTableAssociation:RouteTableAssociation", "routing", {
        inputs: { subnetId: "private-id", routeTableId: "table-id" },
      }),
    ],
    first: (needs) =>
      resource("aws:eks/nodeGroup:NodeGroup", "nodes", { inputs: { subnetIds: ["private-id"] }, needs: [cluster, ...needs] }),
    then: resource("aws:ec2/route:Route", "out", { inputs: { routeTableId: "table-id" } }),
    sentence:
      'NodeGroup "nodes" may outlive RouteTableAssociation "routing" and Route "out"; nodes, and the controllers that clean up, reach AWS through it alone: let the ids of the subnets be known only once their routes are there',
  },
  {
    rule: "objects-before-their-cluster",
    others: [cluster],
    first: (needs) => object("core/v1", "ConfigMap", "settings", { needs }),
    then: cluster,
    sentence:
      'ConfigMap "settings" may outlive Cluster "cluster"; Pulumi cannot reach what was in a cluster that is gone, and stops: give the first a Kubernetes provider that is made from the cluster',
  },
  {
    rule: "users-before-what-they-use",
    others: [],
    first: (needs) => resource("aws:eks/fargateProfile:FargateProfile", "profile", { inputs: { clusterName: "platform" }, needs }),
    then: cluster,
    sentence:
      'FargateProfile "profile" may outlive Cluster "cluster"; AWS refuses to delete what is in use: hand over the second\'s output in place of the text',
  },
  {
    rule: "custom-resources-before-their-definitions",
    others: [cluster, provider],
    first: (needs) => object("keda.sh/v1alpha1", "ScaledObject", "router", { provider, needs }),
    then: release("keda", { provider }),
    sentence: `ScaledObject "router" may outlive Release "keda"; the controller ends their finalizers, and where it takes the definitions along, Helm cannot uninstall what uses them: ${DEPEND}`,
  },
  {
    rule: "custom-resources-before-their-definitions",
    others: [cluster, provider],
    first: (needs) => release("qdrant", { inputs: { values: { metrics: { serviceMonitor: { enabled: true } } } }, provider, needs }),
    then: release("kube-prometheus-stack", { provider }),
    sentence: `Release "qdrant" may outlive Release "kube-prometheus-stack"; the controller ends their finalizers, and where it takes the definitions along, Helm cannot uninstall what uses them: ${DEPEND}`,
  },
  {
    rule: "custom-resources-before-their-definitions",
    others: [cluster, provider],
    first: (needs) => object("example.com/v1", "Thing", "thing", { provider, needs }),
    then: object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things", { inputs: { spec: { group: "example.com" } }, provider }),
    sentence: `Thing "thing" may outlive CustomResourceDefinition "things"; the controller ends their finalizers, and where it takes the definitions along, Helm cannot uninstall what uses them: ${DEPEND}`,
  },
  {
    rule: "objects-before-their-namespace",
    others: [cluster, provider],
    first: (needs) => release("mlflow", { inputs: { namespace: "mlops" }, provider, needs }),
    then: object("core/v1", "Namespace", "namespace", { inputs: { metadata: { name: "mlops" } }, provider }),
    sentence:
      'Release "mlflow" may outlive Namespace "namespace"; a namespace takes its objects along in no order, and hangs on the first whose finalizer nobody ends: take the namespace\'s name from its output',
  },
  {
    rule: "volumes-before-their-driver",
    others: [cluster, provider],
    first: (needs) => release("qdrant", { inputs: { values: { persistence: { size: "20Gi" } } }, provider, needs }),
    then: driver,
    sentence: `Release "qdrant" may outlive Addon "driver"; only the driver deletes the disks, and what stays costs money: ${DEPEND}`,
  },
  {
    rule: "claims-of-a-namespace-before-the-driver",
    others: [
      cluster,
      provider,
      object("apps/v1", "StatefulSet", "store", {
        ...{ inputs: { metadata: { namespace: "mlops" }, spec: { volumeClaimTemplates: [{}] } }, provider },
        needs: [driver, { ...resource("", ""), urn: "urn:pulumi:dev::test::kubernetes:core/v1:Namespace::namespace" }],
      }),
    ],
    first: (needs) => object("core/v1", "Namespace", "namespace", { inputs: { metadata: { name: "mlops" } }, provider, needs }),
    then: driver,
    sentence: `Namespace "namespace" may outlive Addon "driver"; only the driver deletes the disks of the namespace's claims, and what stays costs money: ${DEPEND}`,
  },
  {
    rule: "controllers-before-dns-and-identities",
    others: [cluster, provider],
    first: (needs) => release("karpenter", { provider, needs }),
    then: resource("aws:eks/addon:Addon", "dns", { inputs: { clusterName: "platform", addonName: "coredns" }, needs: [cluster] }),
    sentence: `Release "karpenter" may outlive Addon "dns"; the controller cleans up through the cluster's network, DNS and pod identities: ${DEPEND}`,
  },
  {
    rule: "controllers-before-their-rights",
    others: [cluster, provider],
    first: (needs) => release("external-dns", { inputs: { values: { serviceAccount: { name: "dns" } } }, provider, needs }),
    then: resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "identity", {
      inputs: { clusterName: "platform", namespace: "kube-system", serviceAccount: "dns" },
      needs: [cluster],
    }),
    sentence: `Release "external-dns" may outlive PodIdentityAssociation "identity"; without its role the controller can no longer delete in AWS: ${DEPEND}`,
  },
  {
    rule: "roles-before-their-policies",
    others: [role],
    first: (needs) =>
      resource("aws:eks/cluster:Cluster", "cluster", { inputs: { roleArn: "arn:aws:iam::1:role/role" }, needs: [role, ...needs] }),
    then: attachment,
    sentence:
      'Cluster "cluster" may outlive RolePolicyAttachment "attachment"; EKS and its controllers delete network interfaces and the like with the rights of this role: let the role\'s ARN be known only once its policies are attached',
  },
];

describe("a destroy that ends", () => {
  // Ten years of threads: load balancers that nobody deletes, subnets that stay "in use", finalizers without a controller.
  describe.each(CASES)("$rule", ({ others, first, then, sentence }) => {
    const rest = others.filter((other) => other !== then);

    it("finds the pair whose order nothing settles", () => {
      expect(teardownFaults([...rest, then, first([])])).toEqual([sentence]);
    });

    it("is content where the first needs the second", () => {
      expect(teardownFaults([...rest, then, first([then, ...rest])])).toEqual([]);
    });
  });

  it("has a case for every rule", () => {
    expect([...new Set(CASES.map(({ rule }) => rule))].sort()).toEqual(RULES.map(({ id }) => id).sort());
  });

  it("explains every rule in docs/destroy.md", () => {
    const page = fs.readFileSync(path.resolve(__dirname, "../../../docs/destroy.md"), "utf8");
    expect(RULES.map(({ id }) => id).filter((id) => !page.includes(`\`${id}\``))).toEqual([]);
  });
});

describe("what does not count as a wrong order", () => {
  it("asks of a workload only that one group of nodes outlives it", () => {
    const more = resource("aws:eks/nodeGroup:NodeGroup", "gpu", { inputs: { clusterName: "platform" }, needs: [cluster] });
    const router = object("apps/v1", "Deployment", "router", { provider, needs: [nodes] });
    expect(teardownFaults([cluster, provider, nodes, more, router])).toEqual([]);
  });

  it("asks nothing of nodes where there are none, because the cluster is somebody else's", () => {
    expect(teardownFaults([provider, object("apps/v1", "Deployment", "router", { provider })])).toEqual([]);
  });

  it("keeps two clusters apart", () => {
    const other = resource("aws:eks/cluster:Cluster", "other", { id: "other" });
    const otherProvider = resource("pulumi:providers:kubernetes", "other-provider", { needs: [other] });
    const service = object("core/v1", "Service", "router", { inputs: { spec: { type: "LoadBalancer" } }, provider: otherProvider });
    expect(teardownFaults([cluster, provider, other, otherProvider, controller, service])).toEqual([]);
  });

  it("lets go together what is deletedWith the cluster", () => {
    const lasting = release("aws-load-balancer-controller", { provider, options: { deletedWith: cluster.urn } });
    const service = object("core/v1", "Service", "router", { inputs: { spec: { type: "LoadBalancer" } }, provider });
    expect(teardownFaults([cluster, provider, lasting, service])).toEqual([]);
  });

  it("leaves out what destroy never deletes: what is kept, and what is only read", () => {
    const read = object("core/v1", "Service", "read", { inputs: { spec: { type: "LoadBalancer" } }, kind: "read", provider });
    const kept = release("aws-load-balancer-controller", { provider, options: { retainOnDelete: true } });
    const service = object("core/v1", "Service", "router", { inputs: { spec: { type: "LoadBalancer" } }, provider });
    expect(teardownFaults([cluster, provider, kept, service, read])).toEqual([]);
  });

  it("takes a Service inside the cluster, a switched-off ingress and a chart of definitions for what they are", () => {
    const plain = [
      object("core/v1", "Service", "inside", { inputs: { spec: { type: "ClusterIP" } }, provider }),
      release("mlflow", { inputs: { values: { ingress: { enabled: false } } }, provider, needs: [nodes] }),
      release("prometheus-operator-crds", { provider }),
    ];
    expect(
      teardownFaults(
        [cluster, provider, nodes, controller, ...plain].map((each) =>
          each === controller ? { ...each, dependencies: [nodes.urn] } : each,
        ),
      ),
    ).toEqual([]);
  });
});

describe("what nobody would take away", () => {
  // deletedWith spares the deletion of each object; the load balancer behind it then stays for ever.
  it("finds a load balancer and a disk whose object is deletedWith the cluster", () => {
    const options = { deletedWith: cluster.urn };
    const service = object("core/v1", "Service", "router", { inputs: { spec: { type: "LoadBalancer" } }, provider, options });
    const claim = object("core/v1", "PersistentVolumeClaim", "claim", { provider, options });
    expect(teardownFaults([cluster, provider, service, claim])).toEqual([
      'Service "router" is deletedWith another resource; the load balancer that it stands for then stays: leave deletedWith out',
      'PersistentVolumeClaim "claim" is deletedWith another resource; the disk that it stands for then stays: leave deletedWith out',
    ]);
  });

  // The data is still there, and nobody can read it: worse than no data, because nobody notices for 30 days.
  it("finds kept data whose key is deleted, and a kept database whose subnet group is", () => {
    const key = resource("aws:kms/key:Key", "key", { outputs: { arn: "arn:aws:kms:us-east-1:1:key/key-id" } });
    const subnets = resource("aws:rds/subnetGroup:SubnetGroup", "subnets", { id: "subnets" });
    const database = resource("aws:rds/instance:Instance", "database", {
      ...{ inputs: { dbSubnetGroupName: "subnets", kmsKeyId: "arn:aws:kms:us-east-1:1:key/key-id" }, needs: [key, subnets] },
      options: { retainOnDelete: true },
    });
    expect(teardownFaults([key, subnets, database])).toEqual([
      'Instance "database" is kept (retainOnDelete) and SubnetGroup "subnets" is not; AWS refuses to delete what is in use, and the destroy stops there: keep both or neither',
      'Instance "database" is kept (retainOnDelete) and Key "key" is not; without its key nobody can read it any more: keep both or neither',
    ]);
    const keptToo = [key, subnets].map((each) => ({ ...each, options: { ...each.options, retainOnDelete: true } }));
    expect(teardownFaults([...keptToo, database])).toEqual([]);
    const guarded = { ...database, options: { ...database.options, protect: true } };
    // Destroy refuses what is protected, or leaves it with all that it needs.
    expect(teardownFaults([key, subnets, guarded])).toEqual([]);
  });
});

describe("the sentences", () => {
  it("names three of many, and the line that made each", () => {
    const routers = ["a", "b", "c", "d", "e"].map((name) => ({
      ...object("apps/v1", "Deployment", name, { provider }),
      source: "stacks/serving.ts#31",
    }));
    expect(teardownFaults([cluster, provider, nodes, ...routers])).toEqual([
      'Deployment "a" (stacks/serving.ts:31), Deployment "b" (stacks/serving.ts:31), Deployment "c" (stacks/serving.ts:31) and 2 more may outlive NodeGroup "nodes"; without a node nothing runs that cleans up: controllers, hooks, finalizers: make the first depend on one group of nodes',
    ]);
  });
});
