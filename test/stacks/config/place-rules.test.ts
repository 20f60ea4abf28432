import { type ConfigBlock, refusal, smallest } from "../stack-file";

function dev({ network = {}, compute = {} }: { network?: object; compute?: object }): ConfigBlock {
  const config = smallest();
  Object.assign(config["modelloop:foundation"].network, network);
  return { ...config, "modelloop:compute": compute };
}

function refused(...sentences: string[]): string {
  return ["Pulumi.dev.yaml is refused:", ...sentences.map((sentence) => `  - ${sentence}`)].join("\n");
}

const EXISTING = {
  vpcId: "vpc-0abc12de",
  cidr: "10.30.0.0/16",
  publicSubnetIds: ["subnet-0a"],
  privateSubnetIds: ["subnet-0b", "subnet-1b"],
  intraSubnetIds: ["subnet-0c", "subnet-1c"],
};

describe("a network", () => {
  // AWS says so after the VPC, the keys and the buckets are there.
  test("I4 in one zone is refused, however it is said", () => {
    const rule = "RDS and EKS want subnets in two zones, for one instance too: use two zones or three";
    const existingVpc = { ...EXISTING, intraSubnetIds: ["subnet-0c"] };
    expect(refusal(dev({ network: { zones: 1 } }))).toBe(refused(`modelloop:foundation.network.zones is 1; ${rule}`));
    expect(refusal(dev({ network: { availabilityZones: ["us-east-1a"] } }))).toBe(
      refused(`modelloop:foundation.network.availabilityZones names 1; ${rule}`),
    );
    expect(refusal(dev({ network: { cidr: undefined, existingVpc } }))).toBe(
      refused(`modelloop:foundation.network.existingVpc.intraSubnetIds names 1; ${rule}`),
    );
  });

  test("I2 with fewer zones than a group of nodes is refused, and the group is named", () => {
    const sentence = (key: string) =>
      `modelloop:compute.${key}.zones is 3; the network has private subnets in 2: lower it, or give the network more zones`;
    const compute = {
      cluster: { systemNodes: { zones: 3 } },
      nodeGroups: [{ name: "serving" }, { name: "batch", zones: 3 }],
      gpuNodeGroups: [{ name: "llm", zones: 3 }],
    };
    const all = refused(sentence("cluster.systemNodes"), sentence("nodeGroups[1]"), sentence("gpuNodeGroups[0]"));
    expect(refusal(dev({ compute }))).toBe(all);
    expect(refusal(dev({ network: { cidr: undefined, existingVpc: EXISTING }, compute }))).toBe(all);
    expect(refusal(dev({ network: { zones: 3 }, compute }))).toBeUndefined();
  });

  // Nodes that cannot pull never become Ready, and EKS waits half an hour before it says so.
  test("I1 without NAT is refused as long as something needs the way out", () => {
    const endpoints = ["ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "sts", "secretsmanager"];
    expect(refusal(dev({ network: { natGateways: "none", interfaceEndpoints: endpoints.slice(0, 5) } }))).toBe(
      refused(
        "modelloop:foundation.network.interfaceEndpoints lacks sts (roles are taken on), secretsmanager (databases get their logins); with natGateways none these services are out of reach: add them, or use single or perZone",
        "modelloop:compute.addOns names 7; with natGateways none no node reaches the public registries of their images: write [] and install them from a registry of your own, or use single or perZone",
      ),
    );
    expect(refusal(dev({ network: { natGateways: "none", interfaceEndpoints: endpoints }, compute: { addOns: [] } }))).toBeUndefined();
  });
});

describe("the gateway", () => {
  const gateway = {
    domainName: "dev.ml.internal",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678",
    routes: [{ host: "mlflow", namespace: "mlflow", serviceName: "mlflow", servicePort: 80, podPort: 5_000 }],
  };

  test("I9 is refused a certificate of another region", () => {
    const certificateArn = gateway.certificateArn.replace("us-east-1", "eu-west-1");
    expect(refusal(dev({ compute: { gateway: { ...gateway, certificateArn } } }))).toBe(
      refused(
        "modelloop:compute.gateway.certificateArn is of eu-west-1; aws:region is us-east-1, and a load balancer takes certificates of its own region only: give one of that region",
      ),
    );
  });

  test("I9 leads to namespaces that there are", () => {
    const routes = [{ ...gateway.routes[0], namespace: "payments" }];
    expect(refusal(dev({ compute: { gateway: { ...gateway, routes } } }))).toBe(
      refused(
        'modelloop:compute.gateway.routes[0].namespace is "payments"; there is no such namespace: use one of mlops, serving, monitoring, airflow, mlflow, or name it in namespaces.extraNamespaces',
      ),
    );
    const namespaces = { extraNamespaces: ["payments"] };
    expect(refusal(dev({ compute: { gateway: { ...gateway, routes }, namespaces } }))).toBeUndefined();
  });
});

describe("add-ons", () => {
  const gateway = {
    ...{ domainName: "dev.ml.internal", allowPlainHttp: true },
    routes: [{ host: "mlflow", namespace: "mlflow", serviceName: "mlflow", servicePort: 80, podPort: 5_000 }],
  };
  const compute = { nodeGroups: [{ name: "batch", minSize: 0 }, { name: "serving" }], gpuNodeGroups: [{ name: "llm" }], gateway };

  // Everything is created, nothing is red, and pods wait for nodes that nobody buys.
  test("I3 are there where something cannot work without them", () => {
    expect(refusal(dev({ compute: { ...compute, addOns: ["metricsServer"] } }))).toBe(
      refused(
        "modelloop:compute.addOns lacks loadBalancerController; nobody would register pods with the gateway, and every name would answer 503: add it, or leave gateway out",
        "modelloop:compute.addOns lacks nvidiaDevicePlugin; Kubernetes would know of no GPU, and no pod would get one: add it, or leave gpuNodeGroups out",
        "modelloop:compute.nodeGroups[0].minSize is 0 without nodeAutoscaling in addOns; nobody would ever buy its first node: add it, or keep 1 or more",
        "modelloop:compute.gpuNodeGroups[0].minSize is 0 without nodeAutoscaling in addOns; nobody would ever buy its first node: add it, or keep 1 or more",
      ),
    );
    expect(refusal(dev({ compute }))).toBeUndefined();
  });
});

test("I2 a node's image is of the cluster's own version", () => {
  const compute = {
    cluster: { kubernetesVersion: "1.36", systemNodes: { releaseVersion: "1.36.1-20261113" } },
    nodeGroups: [{ name: "serving", releaseVersion: "1.35.4-20261113" }],
  };
  expect(refusal(dev({ compute }))).toBe(
    refused(
      "modelloop:compute.nodeGroups[0].releaseVersion is 1.35.4-20261113; kubernetesVersion is 1.36, and EKS refuses an image of another: write a release of that version, or leave it out",
    ),
  );
});
