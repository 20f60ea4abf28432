import { Cluster, ClusterAccessLevel, type ClusterArgs, ControlPlaneLog, KubernetesVersion } from "../../../../components";
import { type Properties } from "../../../../offline/engine";
import { planOf, type Plan, refusalOf } from "../../shared/plan-of";
import { kmsKeyArn, kubernetesFaults, statementsOf, vpc } from "../shared/surroundings";

const smallest: ClusterArgs = { vpc, kmsKeyArn };
const cluster = (args: ClusterArgs = smallest) => planOf(() => new Cluster("ml", args).reference());

describe("I2 the smallest cluster", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await cluster();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:cloudwatch/logGroup:LogGroup ml-logs",
      "aws:ec2/launchTemplate:LaunchTemplate ml-system-template",
      "aws:eks/addon:Addon ml-coredns",
      "aws:eks/addon:Addon ml-ebs-csi",
      "aws:eks/addon:Addon ml-kube-proxy",
      "aws:eks/addon:Addon ml-pod-identity-agent",
      "aws:eks/addon:Addon ml-vpc-cni",
      "aws:eks/cluster:Cluster ml-eks-eksCluster",
      "aws:eks/nodeGroup:NodeGroup ml-system-zone-1",
      "aws:eks/nodeGroup:NodeGroup ml-system-zone-2",
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider ml-eks-oidcProvider",
      "aws:iam/role:Role ml-ebs-csi-role",
      "aws:iam/role:Role ml-eks-eksRole-role",
      "aws:iam/role:Role ml-system-role",
      "aws:iam/role:Role ml-vpc-cni-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment ml-ebs-csi-volumes",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment ml-eks-eksRole-4b490823",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment ml-system-role-images",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment ml-system-role-worker",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment ml-vpc-cni-network",
      "eks:index:Cluster ml-eks",
      "eks:index:ServiceRole ml-eks-eksRole",
      "kubernetes:storage.k8s.io/v1:StorageClass ml-gp3",
      "modelloop:index:Cluster ml",
      "modelloop:index:NodeGroup ml-system",
    ]);
  });

  it("answers inside the VPC only, encrypts Secrets, and lets people in by access entries", () => {
    expect(plan.inputs("ml-eks-eksCluster")).toMatchObject({
      ...{ name: "ml", version: "1.35", upgradePolicy: { supportType: "STANDARD" }, deletionProtection: true },
      vpcConfig: { subnetIds: ["intra-1", "intra-2"], endpointPrivateAccess: true, endpointPublicAccess: false },
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16" },
      encryptionConfig: { provider: { keyArn: kmsKeyArn }, resources: ["secrets"] },
      accessConfig: { authenticationMode: "API" },
      enabledClusterLogTypes: ["audit", "authenticator"],
    });
  });

  // Made by EKS itself, the group keeps every log for ever.
  it("has the log group before the cluster that writes into it", () => {
    expect(plan.inputs("ml-logs")).toMatchObject({ name: "/aws/eks/ml/cluster", retentionInDays: 30 });
    expect(plan.waitsFor("ml-eks")).toContain("ml-logs");
  });

  it("protects the cluster", () => {
    expect(plan.resource("ml-eks").options.protect).toBe(true);
    expect(plan.resource("ml-eks-eksCluster").options.protect).toBe(true);
  });

  // A node that starts without a network never becomes Ready; DNS that is installed without a node is given up after 20 minutes.
  it("installs the network before the nodes, and DNS and volumes after them", () => {
    expect(plan.waitsFor("ml-system-zone-1")).toEqual(expect.arrayContaining(["ml-vpc-cni", "ml-kube-proxy", "ml-pod-identity-agent"]));
    expect(plan.waitsFor("ml-coredns")).toEqual(expect.arrayContaining(["ml-system-zone-1", "ml-system-zone-2"]));
    expect(plan.waitsFor("ml-ebs-csi")).toEqual(expect.arrayContaining(["ml-system-zone-1", "ml-system-zone-2", "ml-ebs-csi-volumes"]));
  });

  it("gives network and volumes roles of their own, by Pod Identity", () => {
    expect(plan.inputs("ml-vpc-cni")).toMatchObject({
      configurationValues: `{"enableNetworkPolicy":"true"}`,
      podIdentityAssociations: [{ serviceAccount: "aws-node", roleArn: plan.resource("ml-vpc-cni-role").outputs["arn"] }],
    });
    expect(plan.inputs("ml-vpc-cni-network")).toMatchObject({ policyArn: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" });
    expect(plan.inputs("ml-ebs-csi-volumes")).toMatchObject({ policyArn: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy" });
    const [trust] = statementsOf(plan, "ml-ebs-csi-role", "assumeRolePolicy");
    expect(trust).toMatchObject({
      Principal: { Service: "pods.eks.amazonaws.com" },
      Condition: { StringEquals: { "aws:RequestTag/kubernetes-service-account": "ebs-csi-controller-sa" } },
    });
  });

  // The node's own role would otherwise let every pod on the node change the network of all.
  it("gives the nodes no right to the network", () => {
    const rights = plan.list.filter((line) => line.includes("ml-system-role-"));
    expect(rights).toHaveLength(2);
  });

  it("has a storage class that Kubernetes takes, through a provider of its own", () => {
    expect(kubernetesFaults(plan)).toEqual([]);
    expect(plan.resource("ml-gp3").options.provider).toContain("$pulumi:providers:kubernetes::ml-kubernetes::");
    const provider = plan.recording.resources.find(({ name }) => name === "ml-kubernetes");
    expect(provider?.inputs).toMatchObject({ clusterIdentifier: plan.resource("ml-eks-eksCluster").outputs["arn"] });
  });

  // A destroy would otherwise take the nodes while pods, and the controllers that end them, still run on them.
  it("lets nothing into the cluster before there are nodes, DNS and volumes, and takes these last", () => {
    const provider = plan.recording.resources.find(({ name }) => name === "ml-kubernetes");
    const waitsFor = provider?.dependencies.map((urn) => urn.slice(urn.lastIndexOf("::") + 2));
    expect(waitsFor).toEqual(expect.arrayContaining(["ml-coredns", "ml-ebs-csi"]));
  });

  it("tells the next component what it needs to know, once something can run there", () => {
    const { outputs } = plan.resource("ml-eks-eksCluster");
    const issuer = plan.inputs("ml-eks-oidcProvider")["url"] as string;
    expect(plan.recording.stackOutputs).toEqual({
      ...{ clusterName: "ml", vpcId: "vpc-1", kubernetesVersion: "1.35", endpoint: outputs["endpoint"] },
      ...{ oidcProviderArn: plan.resource("ml-eks-oidcProvider").outputs["arn"], oidcIssuer: issuer.replace("https://", "") },
      clusterSecurityGroupId: (outputs["vpcConfig"] as Properties)["clusterSecurityGroupId"],
      certificateAuthority: (outputs["certificateAuthority"] as Properties)["data"],
    });
  });
});

describe("I2 a cluster that is told everything", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await cluster({
      ...smallest,
      ...{ clusterName: "prod-ml", kubernetesVersion: KubernetesVersion.V1_36, serviceCidr: "10.100.0.0/16", allowDelete: true },
      ...{ publicEndpoint: true, publicAccessCidrs: ["203.0.113.0/24"] },
      controlPlaneLogs: { types: [ControlPlaneLog.Scheduler], retentionDays: 365, kmsKeyArn },
      access: [
        { name: "deployers", principalArn: "arn:aws:iam::123456789012:role/deploy", level: ClusterAccessLevel.ClusterAdmin },
        { name: "data", principalArn: "arn:aws:iam::123456789012:role/data", level: ClusterAccessLevel.Edit, namespaces: ["mlops"] },
        { name: "loop", principalArn: "arn:aws:iam::123456789012:role/loop", kubernetesGroups: ["traffic-writers"] },
      ],
      apiClients: [{ name: "deploy-runner", securityGroupId: "sg-runner" }],
      systemNodes: { zones: 1, instanceTypes: ["m7i.xlarge"], minSize: 1, maxSizePerZone: 5, diskGiB: 80 },
      volumes: { kmsKeyArn, tags: { backup: "daily" }, deleteVolumesWithClaims: true },
      addOnVersions: { vpcCni: "v1.21.1-eksbuild.1", coreDns: "v1.12.4-eksbuild.1" },
      tags: { owner: "platform" },
    });
  });

  it("is as it was told", () => {
    expect(plan.inputs("ml-eks-eksCluster")).toMatchObject({
      ...{ name: "prod-ml", version: "1.36", deletionProtection: false, enabledClusterLogTypes: ["scheduler"] },
      vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.0/24"] },
      kubernetesNetworkConfig: { serviceIpv4Cidr: "10.100.0.0/16" },
      tags: { owner: "platform" },
    });
    expect(plan.inputs("ml-logs")).toMatchObject({ name: "/aws/eks/prod-ml/cluster", retentionInDays: 365, kmsKeyId: kmsKeyArn });
    expect(plan.inputs("ml-vpc-cni")).toMatchObject({ addonVersion: "v1.21.1-eksbuild.1", tags: { owner: "platform" } });
    expect(plan.inputs("ml-coredns")).toMatchObject({ addonVersion: "v1.12.4-eksbuild.1" });
    expect(plan.inputs("ml-system-zone-1")).toMatchObject({
      instanceTypes: ["m7i.xlarge"],
      scalingConfig: { minSize: 1, maxSize: 5, desiredSize: 1 },
    });
    expect(plan.has("ml-system-zone-2")).toBe(false);
    expect(plan.resource("ml-eks").options.protect).not.toBe(true);
  });

  // With a private endpoint it is the one way in, and what is put into the cluster waits for it.
  it("opens the API to a runner inside the VPC before anything is put into the cluster", () => {
    expect(plan.inputs("ml-api-from-deploy-runner")).toEqual({
      ...{ ipProtocol: "tcp", fromPort: 443, toPort: 443, referencedSecurityGroupId: "sg-runner" },
      ...{ securityGroupId: expect.any(String) as string, description: "Kubernetes API, from deploy-runner", tags: { owner: "platform" } },
    });
    expect(plan.recording.resources.find(({ name }) => name === "ml-kubernetes")?.dependencies.join()).toContain(
      "ml-api-from-deploy-runner",
    );
  });

  it("lets each in for what it may do, and where", () => {
    const entries = plan.resources.filter(({ type }) => type === "aws:eks/accessEntry:AccessEntry").map(({ inputs }) => inputs);
    expect(entries.map(({ principalArn, kubernetesGroups }) => [principalArn, kubernetesGroups]).sort()).toEqual([
      ["arn:aws:iam::123456789012:role/data", undefined],
      ["arn:aws:iam::123456789012:role/deploy", undefined],
      ["arn:aws:iam::123456789012:role/loop", ["traffic-writers"]],
    ]);
    const policies = plan.resources.filter(({ type }) => type === "aws:eks/accessPolicyAssociation:AccessPolicyAssociation");
    expect(policies.map(({ inputs }) => [inputs["policyArn"], inputs["accessScope"]]).sort()).toEqual([
      ["arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", { type: "cluster" }],
      ["arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy", { type: "namespace", namespaces: ["mlops"] }],
    ]);
  });

  it("encrypts volumes with the key, tags them, and lets them go with their claims", () => {
    expect(plan.inputs("ml-gp3")).toMatchObject({ parameters: { encrypted: "true", kmsKeyId: kmsKeyArn }, reclaimPolicy: "Delete" });
    expect(plan.inputs("ml-ebs-csi")).toMatchObject({ configurationValues: `{"controller":{"extraVolumeTags":{"backup":"daily"}}}` });
    expect(statementsOf(plan, "ml-ebs-csi-policy").map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
      ["UseTheKey", kmsKeyArn],
      ["LetEc2UseTheKey", kmsKeyArn],
    ]);
  });
});

it("writes no log, and has no group for it, where none is wanted", async () => {
  const plan = await cluster({ ...smallest, controlPlaneLogs: { types: [] } });
  expect(plan.has("ml-logs")).toBe(false);
  expect(plan.inputs("ml-eks-eksCluster")["enabledClusterLogTypes"]).toEqual([]);
});

it("stands in the private subnets of a VPC that has no others, and refuses a VPC with one zone", async () => {
  const plan = await cluster({ ...smallest, vpc: { ...vpc, intraSubnetIds: [] } });
  expect(plan.inputs("ml-eks-eksCluster")["vpcConfig"]).toMatchObject({ subnetIds: ["private-1", "private-2"] });
  const oneZone = { ...vpc, privateSubnetIds: ["private-1"], intraSubnetIds: ["intra-1"] };
  await expect(cluster({ ...smallest, vpc: oneZone, systemNodes: { zones: 1 } })).rejects.toMatchObject({
    name: "InvalidArgumentsError",
    faults: [
      "vpc has 1 intra and 1 private subnets; the control plane stands in two zones or more: give two of one kind, in different zones",
    ],
  });
});

it("gives its provider to whoever puts something into it", () => {
  expect(() => Cluster.prototype.kubernetesProvider()).toThrow(new Error("a Cluster has no Kubernetes provider"));
});

it("fails with every fault at once, its own and those of its nodes, before anything is created", () => {
  const args = { ...smallest, publicEndpoint: true, systemNodes: { minSize: 9, instanceTypes: ["g4dn.xlarge"] } };
  expect(refusalOf(() => new Cluster("ml", args))).toBe(
    [
      'Cluster "ml" cannot be built:',
      "  - publicEndpoint is true without publicAccessCidrs; EKS then answers the whole internet: name the ranges that may reach it, or leave publicEndpoint out",
      "  - systemNodes.instanceTypes[0] is g4dn.xlarge; it has an accelerator, whose nodes need a taint and drivers: use GpuNodeGroup, or a type without one",
      "  - systemNodes.minSize is 9; 2 zones of 3 have room for 6: lower minSize, or raise maxSizePerZone",
    ].join("\n"),
  );
});
