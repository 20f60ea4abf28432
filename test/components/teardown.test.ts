/** Whether components that are put together as their READMEs do can be taken down again: docs/destroy.md, on the platform's own parts. */
import {
  AddOns,
  Cluster,
  EncryptionKey,
  Exposure,
  GpuNodeGroup,
  InternalGateway,
  Namespaces,
  Network,
  NodeGroup,
  PlatformNamespace,
  WebService,
} from "../../components";
import { teardownFaults } from "../../offline/teardown/faults";
import { type Plan, planOf } from "./shared/plan-of";

const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd";

function platform(): void {
  const network = new Network("net");
  const vpc = network.reference();
  const cluster = new Cluster("ml", { vpc, kmsKeyArn: new EncryptionKey("key").keyArn });
  const place = { cluster: cluster.reference(), subnetIds: vpc.privateSubnetIds };
  new NodeGroup("cpu", place);
  new GpuNodeGroup("gpu", place);
  const inCluster = { providers: { kubernetes: cluster.kubernetesProvider() } };
  const { loadBalancerController } = new AddOns("base", { cluster: cluster.reference() }, inCluster);
  const namespaces = new Namespaces("ns", { vpcCidr: network.cidr, serviceCidr: cluster.serviceCidr, allowDelete: true }, inCluster);
  const route = {
    host: "mlflow",
    namespace: namespaces.nameOf(PlatformNamespace.Mlflow),
    serviceName: "mlflow",
    servicePort: 80,
    podPort: 5_000,
  };
  const gate = { vpc, cluster: cluster.reference(), domainName: "ml.example.com", certificateArn, routes: [route], loadBalancerController };
  new InternalGateway("gate", gate, inCluster);
  const namespace = namespaces.nameOf(PlatformNamespace.Serving);
  const loadBalancer = { vpc, inboundCidrs: ["198.51.100.0/24"], certificateArn, loadBalancerController };
  new WebService("inside", { namespace, image: "registry/names:1.4.0", loadBalancer }, inCluster);
  new WebService(
    "outside",
    { namespace, image: "registry/names:1.4.0", loadBalancer: { ...loadBalancer, exposure: Exposure.Internet } },
    inCluster,
  );
}

describe("a network, a cluster, its add-ons, a gateway and two web services", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await planOf(platform);
  });

  // A destroy that takes the way out, the controller or the nodes first leaves a load balancer that nobody deletes and somebody pays.
  it("go in an order in which each can still be taken away", () => {
    expect(teardownFaults(plan.recording.resources)).toEqual([]);
  });

  // The check above must be able to fail.
  it("would not, were nodes told of a subnet before its way out", () => {
    const resources = plan.recording.resources.map((resource) => {
      const { type, propertyDependencies, dependencies } = resource;
      if (type !== "aws:eks/nodeGroup:NodeGroup") return resource;
      const hasty = (urns: string[]) => urns.filter((urn) => !urn.includes("aws:ec2/route:Route::"));
      const subnetIds = hasty(propertyDependencies["subnetIds"] ?? []);
      return { ...resource, dependencies: hasty(dependencies), propertyDependencies: { ...propertyDependencies, subnetIds } };
    });
    const outlives = (zone: number) => new RegExp(`^NodeGroup "ml-system-zone-${zone}" .* may outlive Route "net-private-${zone}-out" `);
    expect(teardownFaults(resources)).toEqual([1, 2].map((zone): unknown => expect.stringMatching(outlives(zone))));
  });

  // Ten minutes for a control plane, two before for a gateway that it does not use.
  it("wait for no way out that they do not need", () => {
    expect(plan.waitsFor("ml-eks")).not.toContain("net-private-1");
    expect(plan.waitsFor("ml-system-zone-1")).toContain("net-private-1-out");
  });
});
