/**
 * The eks provider is a program of its own, so no plan made without the CLI shows what it builds, unless this model does. The tests hold it
 * to what pulumi-eks 4.3.0 does, read in its source; a wrong child here is a policy that passes offline and a surprise on the bill.
 */
import fs from "node:fs";
import path from "node:path";
import { UNKNOWN, type Json, type Mode, type Properties, type RecordedResource } from "../../../../offline/engine/recording";
import { EKS_CALL_MODELS, EKS_REMOTE_MODELS } from "../../../../offline/engine/models/eks";
import { ARGUMENTS } from "../../../../offline/engine/models/eks-arguments";
import type { Lookup } from "../../../../offline/engine/models/eks-construction";
import type { ModelContext, ModelledChild } from "../../../../offline/engine/models/model";
import { makeUrn } from "../../../../offline/engine/urn";

const SDK = path.dirname(require.resolve("@pulumi/eks/package.json"));

const PRODUCTION: Properties = {
  name: "prod",
  version: "1.33",
  vpcId: "vpc-1",
  privateSubnetIds: ["subnet-1", "subnet-2"],
  authenticationMode: "API",
  accessEntries: {
    nodes: { principalArn: "arn:aws:iam::123456789012:role/nodes", type: "EC2_LINUX" },
    operators: {
      principalArn: "arn:aws:iam::123456789012:role/operators",
      username: "operator",
      kubernetesGroups: ["operators"],
      accessPolicies: {
        view: { policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", accessScope: { type: "cluster" } },
      },
    },
  },
  endpointPrivateAccess: true,
  endpointPublicAccess: true,
  publicAccessCidrs: ["198.51.100.0/24"],
  enabledClusterLogTypes: ["api", "audit"],
  encryptionConfigKeyArn: "arn:aws:kms:us-east-1:123456789012:key/k",
  createOidcProvider: true,
  deletionProtection: true,
  skipDefaultNodeGroup: true,
  corednsAddonOptions: {
    enabled: true,
    version: "v1.12.1-eksbuild.2",
    configurationValues: { replicaCount: 3, autoScaling: { maxReplicas: 5, enabled: true } },
  },
  tags: { team: "ml" },
  clusterTags: { team: "overruled", tier: "prod" },
};

/** Keeps what a model registers, and answers as the monitor does. */
class Stand implements ModelContext, Lookup {
  readonly region = "us-east-1";
  readonly accountId = "123456789012";
  readonly resources: RecordedResource[] = [];

  constructor(readonly mode: Mode) {}

  readonly find = (urn: string): RecordedResource | undefined => this.resources.find((resource) => resource.urn === urn);

  reference({ urn, id }: RecordedResource): Json {
    return { $ref: urn, id: id ?? "" };
  }

  addChild({ type, name, parent, kind = "custom", inputs, outputs, dependencies = [], options }: ModelledChild): RecordedResource {
    const isMade = this.mode === "apply" && kind === "custom";
    const none = { ignoreChanges: [], replaceOnChanges: [], aliases: [], additionalSecretOutputs: [], customTimeouts: {}, providers: {} };
    const resource: RecordedResource = {
      ...{ urn: makeUrn("dev", "farm", parent, type, name), type, name, kind, inputs, dependencies, propertyDependencies: {} },
      ...{ secrets: [], outputSecrets: [], unknowns: [], registeredOutputs: false, modelled: true, options: { ...none, ...options } },
      outputs: { ...inputs, ...(this.mode === "apply" ? outputs : {}) },
      ...(parent === "" ? {} : { parent }),
      ...(isMade ? { id: `${name}-id` } : {}),
    };
    if (this.find(resource.urn) !== undefined) throw new Error(`${resource.urn} is registered twice`);
    this.resources.push(resource);
    return resource;
  }

  /** A resource of the program's own. */
  given(type: string, name: string, outputs: Properties = {}): Properties {
    return this.reference(this.addChild({ type, name, parent: "", inputs: {}, outputs })) as Properties;
  }

  build(type: string, name: string, inputs: Properties, more: Partial<RecordedResource> = {}): RecordedResource {
    const component = Object.assign(this.addChild({ type, name, parent: "", kind: "component", inputs }), more);
    component.outputs = EKS_REMOTE_MODELS[type]?.(component, this) ?? {};
    return component;
  }

  cluster(inputs: Properties, more?: Partial<RecordedResource>): RecordedResource {
    return this.build("eks:index:Cluster", "main", inputs, more);
  }

  group(inputs: Properties): RecordedResource {
    return this.build("eks:index:ManagedNodeGroup", "gpu", { nodeRoleArn: "arn:aws:iam::123456789012:role/nodes", ...inputs });
  }

  /** `type name < parent` of each child, in the order of registration. */
  list(of: RecordedResource): string[] {
    const below = this.resources.filter(({ urn, parent }) => urn !== of.urn && parent !== undefined && this.isUnder(parent, of));
    return below.map(({ type, name, parent }) => `${type} ${name} < ${this.find(parent ?? "")?.name}`);
  }

  child(type: string, name: string): RecordedResource {
    const found = this.resources.filter((resource) => resource.name === name && resource.type.endsWith(`:${type}`));
    if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} are named ${name}`);
    return found[0] as RecordedResource;
  }

  private isUnder(urn: string, ancestor: RecordedResource): boolean {
    const parent = this.find(urn)?.parent;
    return urn === ancestor.urn || (parent !== undefined && this.isUnder(parent, ancestor));
  }
}

function refusal(build: (stand: Stand) => unknown): string {
  const stand = new Stand("apply");
  try {
    build(stand);
  } catch (error) {
    expect(stand.resources.filter(({ type }) => type.startsWith("aws:") && !type.startsWith("aws:iam"))).toEqual([]);
    return (error as Error).message;
  }
  return "was not refused";
}

function names(resources: string[]): string[] {
  return resources.map((resource) => resource.split(" ")[1] ?? "");
}

/** The names of `readonly x: pulumi.Output` in a class of the SDK. */
function declared(file: string): string[] {
  return [...fs.readFileSync(path.join(SDK, `${file}.d.ts`), "utf8").matchAll(/^ {4}readonly (\w+): pulumi\.Output</gm)].map(
    ([, name]) => name ?? "",
  );
}

const SECURITY_GROUP_CHILDREN = [
  "aws:ec2/securityGroup:SecurityGroup main-nodeSecurityGroup < main",
  "aws:ec2/securityGroupRule:SecurityGroupRule main-eksNodeIngressRule < main",
  "aws:ec2/securityGroupRule:SecurityGroupRule main-eksNodeClusterIngressRule < main",
  "aws:ec2/securityGroupRule:SecurityGroupRule main-eksExtApiServerClusterIngressRule < main",
  "aws:ec2/securityGroupRule:SecurityGroupRule main-eksNodeInternetEgressRule < main",
  "aws:ec2/securityGroupRule:SecurityGroupRule main-eksClusterIngressRule < main",
];

const FIRST_CHILDREN = [
  "eks:index:ServiceRole main-eksRole < main",
  "aws:iam/role:Role main-eksRole-role < main-eksRole",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment main-eksRole-4b490823 < main-eksRole",
  "aws:ec2/securityGroup:SecurityGroup main-eksClusterSecurityGroup < main",
  "aws:ec2/securityGroupRule:SecurityGroupRule main-eksClusterInternetEgressRule < main",
  "aws:eks/cluster:Cluster main-eksCluster < main",
  "aws:eks/addon:Addon main-kube-proxy < main",
  "pulumi:providers:kubernetes main-eks-k8s < main",
];

const CNI_CHILDREN = ["eks:index:VpcCniAddon main-vpc-cni < main", "aws:eks/addon:Addon main-vpc-cni < main-vpc-cni"];

const INSTANCE_ROLE_CHILDREN = [
  "eks:index:ServiceRole main-instanceRole < main",
  "aws:iam/role:Role main-instanceRole-role < main-instanceRole",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment main-instanceRole-03516f97 < main-instanceRole",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment main-instanceRole-3eb088f2 < main-instanceRole",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment main-instanceRole-e1b295bd < main-instanceRole",
  "aws:iam/instanceProfile:InstanceProfile main-instanceProfile < main",
];

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap main-nodeAccess < main";

describe("the source that the model follows", () => {
  // A newer SDK may send an argument that nobody has read about: children would be missing, and the plan would look complete.
  it("has exactly the arguments that the installed SDK sends", () => {
    const sent = Object.keys(ARGUMENTS).map((type) => {
      const className = type.split(":")[2] ?? "";
      const source = fs.readFileSync(path.join(SDK, `${className.charAt(0).toLowerCase()}${className.slice(1)}.js`), "utf8");
      const keys = [...source.matchAll(/resourceInputs\["(\w+)"\] = (?!undefined)/g)].map(([, key]) => key);
      return [type, [...new Set(keys)].sort().join(" ")];
    });
    const modelled = Object.entries(ARGUMENTS).map(([type, keys]) => [type, keys.split(" ").sort().join(" ")]);
    expect(sent).toEqual(modelled);
    expect((JSON.parse(fs.readFileSync(path.join(SDK, "package.json"), "utf8")) as { version: string }).version).toBe("4.3.0");
  });

  it("is not stretched to arguments that it does not have", () => {
    const message = refusal((stand) => stand.cluster({ skipDefaultNodeGroup: true, hybridNodes: true }));
    expect(message).toBe(
      'eks:index:Cluster "main" has arguments that pulumi-eks 4.3.0 does not: hybridNodes; what they would build is not known offline: leave them out, or use @pulumi/eks 4.3.0',
    );
  });

  it("is offered for these components, and for no other", () => {
    expect(Object.keys(EKS_REMOTE_MODELS)).toEqual(Object.keys(ARGUMENTS));
    expect(Object.keys(EKS_CALL_MODELS)).toEqual(["eks:index:Cluster/getKubeconfig"]);
  });
});

describe("I2 eks.Cluster: its children", () => {
  it("are these for the smallest call, with the ConfigMap that EKS reads where no authentication mode is named", () => {
    const stand = new Stand("apply");
    const cluster = stand.cluster({ skipDefaultNodeGroup: true });
    expect(stand.list(cluster)).toEqual([...FIRST_CHILDREN, CONFIG_MAP, ...CNI_CHILDREN, ...SECURITY_GROUP_CHILDREN]);
  });

  it("are these for a production cluster", () => {
    const stand = new Stand("apply");
    const cluster = stand.cluster(PRODUCTION);
    expect(stand.list(cluster)).toEqual([
      ...FIRST_CHILDREN,
      "aws:eks/accessEntry:AccessEntry main-nodes < main",
      "aws:eks/accessEntry:AccessEntry main-operators < main",
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation main-operators-view < main-operators",
      ...CNI_CHILDREN,
      "aws:eks/addon:Addon main-coredns < main",
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider main-oidcProvider < main",
      ...SECURITY_GROUP_CHILDREN,
    ]);
  });

  it("are a role and its profile more where an instance role is asked for, which CONFIG_MAP then lets in", () => {
    const stand = new Stand("apply");
    const cluster = stand.cluster({ skipDefaultNodeGroup: true, createInstanceRole: true, authenticationMode: "CONFIG_MAP" });
    expect(stand.list(cluster)).toEqual([
      ...FIRST_CHILDREN,
      ...INSTANCE_ROLE_CHILDREN,
      CONFIG_MAP,
      ...CNI_CHILDREN,
      ...SECURITY_GROUP_CHILDREN,
    ]);
  });

  it("let an instance role in by both ways where the mode reads both", () => {
    const stand = new Stand("apply");
    const role = stand.given("aws:iam/role:Role", "own", { arn: "arn:own" });
    const cluster = stand.cluster({ skipDefaultNodeGroup: true, instanceRole: role, authenticationMode: "API_AND_CONFIG_MAP" });
    expect(stand.list(cluster)).toEqual([
      ...FIRST_CHILDREN,
      CONFIG_MAP,
      "aws:eks/accessEntry:AccessEntry main-defaultNodeGroupInstanceRole < main",
      ...CNI_CHILDREN,
      ...SECURITY_GROUP_CHILDREN,
    ]);
    const entry = stand.child("AccessEntry", "main-defaultNodeGroupInstanceRole");
    expect(entry.inputs).toEqual({ clusterName: "main-eksCluster-standin", principalArn: "arn:own", type: "EC2_LINUX" });
  });

  // Auto mode turns off the default node group but not the instance role that goes with it: an IAM role that nobody asked for.
  it("change with auto mode: roles and CoreDNS come, kube-proxy, the CNI and the security groups go", () => {
    const stand = new Stand("apply");
    const cluster = stand.cluster({ authenticationMode: "API", autoMode: { enabled: true, createNodeRole: true } });
    expect(names(stand.list(cluster))).toEqual([
      ...["main-eksRole", "main-eksRole-role", "main-eksRole-4b490823"],
      ...["main-eksRole-447dcfc9", "main-eksRole-0fc76b3e", "main-eksRole-a52bb05e", "main-eksRole-5aca05cb"],
      ...["main-nodeRole", "main-nodeRole-role", "main-nodeRole-04ff7a41", "main-nodeRole-9c1a7a10"],
      ...["main-eksCluster", "main-eks-k8s"],
      ...names(INSTANCE_ROLE_CHILDREN),
      ...["main-defaultNodeGroupInstanceRole", "main-coredns"],
    ]);
    expect(stand.child("Cluster", "main-eksCluster").inputs).toMatchObject({
      bootstrapSelfManagedAddons: false,
      computeConfig: {
        enabled: true,
        nodePools: ["general-purpose", "system"],
        nodeRoleArn: "arn:aws:iam::123456789012:role/main-nodeRole-role-standin",
      },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { ipFamily: "ipv4", elasticLoadBalancing: { enabled: true } },
    });
  });

  it.each<[string, Properties, string[], string[]]>([
    ["a role of the program's own", { serviceRole: {} }, [], ["main-eksRole", "main-eksRole-role", "main-eksRole-4b490823"]],
    [
      "skipDefaultSecurityGroups",
      { skipDefaultSecurityGroups: true },
      [],
      [...names(SECURITY_GROUP_CHILDREN), "main-eksClusterSecurityGroup", "main-eksClusterInternetEgressRule"],
    ],
    [
      "a security group of the program's own",
      { clusterSecurityGroup: {} },
      [],
      ["main-eksClusterSecurityGroup", "main-eksClusterInternetEgressRule"],
    ],
    ["kube-proxy turned off", { kubeProxyAddonOptions: { enabled: false } }, [], ["main-kube-proxy"]],
    ["the CNI that EKS installs", { useDefaultVpcCni: true }, [], ["main-vpc-cni", "main-vpc-cni"]],
    ["CoreDNS asked for", { corednsAddonOptions: { enabled: true } }, ["main-coredns"], []],
    [
      "CoreDNS asked for by its settings alone",
      { corednsAddonOptions: { enabled: false, configurationValues: { replicaCount: 3 } } },
      ["main-coredns"],
      [],
    ],
    ["an OIDC provider", { createOidcProvider: true }, ["main-oidcProvider"], []],
    ["an OIDC provider that is not known yet", { createOidcProvider: UNKNOWN }, ["main-oidcProvider"], []],
    ["one storage class", { storageClasses: "gp2" }, ["main-gp2"], []],
    ["a privileged CNI", { vpcCniOptions: { securityContextPrivileged: true } }, ["main-vpc-cni"], []],
  ])("change with %s", (_, inputs, added, removed) => {
    const base = new Stand("apply");
    const before = names(base.list(base.cluster({ skipDefaultNodeGroup: true })));
    const stand = new Stand("apply");
    const own = stand.given("aws:iam/role:Role", "own", { arn: "arn:own" });
    const filled = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, JSON.stringify(value) === "{}" ? own : value]));
    const after = names(stand.list(stand.cluster({ skipDefaultNodeGroup: true, ...filled })));
    expect(after.length).toBe(before.length + added.length - removed.length);
    expect(after.filter((name) => !before.includes(name) || added.includes(name))).toEqual(expect.arrayContaining(added));
    expect(removed.filter((name) => after.includes(name))).toEqual([]);
  });
});

describe("I2 eks.Cluster: what its children are told", () => {
  it("carries every security setting to the control plane", () => {
    const stand = new Stand("apply");
    stand.cluster(PRODUCTION);
    const { inputs, options, dependencies } = stand.child("Cluster", "main-eksCluster");
    expect(inputs).toEqual({
      name: "prod",
      version: "1.33",
      enabledClusterLogTypes: ["api", "audit"],
      deletionProtection: true,
      roleArn: "arn:aws:iam::123456789012:role/main-eksRole-role-standin",
      bootstrapSelfManagedAddons: true,
      vpcConfig: {
        securityGroupIds: ["main-eksClusterSecurityGroup-id"],
        subnetIds: ["subnet-1", "subnet-2"],
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: ["198.51.100.0/24"],
      },
      tags: { Name: "main-eksCluster", team: "ml", tier: "prod" },
      encryptionConfig: { provider: { keyArn: "arn:aws:kms:us-east-1:123456789012:key/k" }, resources: ["secrets"] },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
    });
    expect(options).toMatchObject({
      ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
      version: "7.25.0",
    });
    const waitsFor = dependencies.map((urn) => stand.find(urn)?.name);
    expect(waitsFor).toEqual(["main-eksRole-role", "main-eksRole-4b490823", "main-eksClusterSecurityGroup"]);
  });

  // A cluster that does not wait for its key or its subnets is created first and fails.
  it("waits for what its arguments came from", () => {
    const stand = new Stand("apply");
    stand.cluster(PRODUCTION, {
      propertyDependencies: { privateSubnetIds: ["urn:subnets"], encryptionConfigKeyArn: ["urn:key"], vpcId: ["urn:vpc"] },
    });
    expect(stand.child("Cluster", "main-eksCluster").dependencies).toEqual(expect.arrayContaining(["urn:subnets", "urn:key"]));
    expect(stand.child("SecurityGroup", "main-nodeSecurityGroup").dependencies).toContain("urn:vpc");
  });

  it("lets principals in by access entries, with their policies", () => {
    const stand = new Stand("apply");
    stand.cluster(PRODUCTION);
    expect(stand.child("AccessEntry", "main-operators").inputs).toEqual({
      ...{ clusterName: "prod", principalArn: "arn:aws:iam::123456789012:role/operators" },
      ...{ kubernetesGroups: ["operators"], userName: "operator" },
    });
    expect(stand.child("AccessPolicyAssociation", "main-operators-view").inputs).toEqual({
      ...{ clusterName: "prod", principalArn: "arn:aws:iam::123456789012:role/operators" },
      ...{ policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", accessScope: { type: "cluster" } },
    });
  });

  it("writes node roles and users into aws-auth, through its own Kubernetes provider", () => {
    const stand = new Stand("apply");
    const role = stand.given("aws:iam/role:Role", "nodes", { arn: "arn:aws:iam::123456789012:role/nodes" });
    stand.cluster({
      skipDefaultNodeGroup: true,
      instanceRoles: [role],
      roleMappings: [{ roleArn: "arn:aws:iam::123456789012:role/operators", username: "operator", groups: ["system:masters"] }],
      userMappings: [{ userArn: "arn:aws:iam::123456789012:user/ada", username: "ada", groups: ["viewers"] }],
    });
    const { inputs, options } = stand.child("ConfigMap", "main-nodeAccess");
    expect(inputs).toEqual({
      ...{ apiVersion: "v1", kind: "ConfigMap", immutable: false },
      metadata: { name: "aws-auth", namespace: "kube-system", annotations: { "pulumi.com/patchForce": "true" } },
      data: {
        mapRoles: [
          "- rolearn: arn:aws:iam::123456789012:role/operators",
          "  username: operator",
          "  groups:",
          "    - system:masters",
          "- rolearn: arn:aws:iam::123456789012:role/nodes",
          "  username: system:node:{{EC2PrivateDNSName}}",
          "  groups:",
          "    - system:bootstrappers",
          "    - system:nodes",
          "",
        ].join("\n"),
        mapUsers: ["- userarn: arn:aws:iam::123456789012:user/ada", "  username: ada", "  groups:", "    - viewers", ""].join("\n"),
      },
    });
    expect(options.provider).toBe(`${stand.child("kubernetes", "main-eks-k8s").urn}::main-eks-k8s-id`);
  });

  it("hands a provider that the program named to every child in AWS", () => {
    const stand = new Stand("apply");
    const base = stand.addChild({ type: "pulumi:providers:aws", name: "base", parent: "", inputs: {} });
    stand.cluster(PRODUCTION, { options: { ...base.options, providers: { aws: "urn:aws::id" } } });
    const children = stand.resources.filter(({ type }) => type.startsWith("aws:"));
    expect(children.filter(({ options }) => options.provider !== "urn:aws::id")).toEqual([]);
  });

  it("looks up the account's default network where no VPC is named", () => {
    const stand = new Stand("apply");
    stand.cluster({ skipDefaultNodeGroup: true });
    expect(stand.child("SecurityGroup", "main-nodeSecurityGroup").inputs["vpcId"]).toBe("default-vpc.id");
    expect(stand.child("Cluster", "main-eksCluster").inputs["vpcConfig"]).toMatchObject({
      subnetIds: ["default-vpc.subnetIds.0", "default-vpc.subnetIds.1"],
    });
  });

  it("keeps to the provider's settings of the add-ons", () => {
    const stand = new Stand("apply");
    stand.cluster({
      ...PRODUCTION,
      vpcCniOptions: { enableNetworkPolicy: true, warmEniTarget: 0, enablePrefixDelegation: true, customNetworkConfig: true },
    });
    expect(stand.child("Addon", "main-coredns").inputs).toEqual({
      ...{ clusterName: "prod", addonName: "coredns", preserve: true, tags: { team: "ml" }, addonVersion: "v1.12.1-eksbuild.2" },
      ...{ resolveConflictsOnCreate: "OVERWRITE", resolveConflictsOnUpdate: "OVERWRITE" },
      configurationValues: '{"autoScaling":{"enabled":true,"maxReplicas":5},"replicaCount":3}',
    });
    const { inputs } = stand.child("Addon", "main-vpc-cni");
    expect(inputs).toMatchObject({ clusterName: "prod", addonName: "vpc-cni", addonVersion: "vpc-cni-version", tags: { team: "ml" } });
    expect(JSON.parse(inputs["configurationValues"] as string)).toEqual({
      enableNetworkPolicy: "true",
      env: {
        ...{ AWS_VPC_ENI_MTU: "9001", AWS_VPC_K8S_CNI_EXTERNALSNAT: "false", AWS_VPC_K8S_CNI_LOGLEVEL: "DEBUG", ENABLE_POD_ENI: "false" },
        ...{ AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log", AWS_VPC_K8S_CNI_VETHPREFIX: "eni", WARM_ENI_TARGET: "0" },
        ...{
          AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
          AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
          ENABLE_PREFIX_DELEGATION: "true",
        },
        // The provider loses `customNetworkConfig` beside the default of `cniCustomNetworkCfg`; a plan must show that it is lost.
        AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
      },
      init: { env: { DISABLE_TCP_EARLY_DEMUX: "false" } },
    });
  });

  it("makes storage classes of EBS volumes after everyone who may use the API is let in", () => {
    const stand = new Stand("apply");
    stand.cluster({
      ...PRODUCTION,
      storageClasses: { fast: { type: "io1", iopsPerGb: 10, encrypted: true, default: true, zones: ["a", "b"], reclaimPolicy: "Retain" } },
    });
    const { inputs, dependencies } = stand.child("StorageClass", "main-fast");
    expect(inputs).toEqual({
      ...{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", provisioner: "kubernetes.io/aws-ebs", reclaimPolicy: "Retain" },
      metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      parameters: { type: "io1", zones: "a, b", iopsPerGb: "10", encrypted: "true" },
    });
    expect(dependencies.map((urn) => stand.find(urn)?.name)).toEqual(["main-nodes", "main-operators"]);
  });

  it("opens the nodes to themselves and the control plane, and the API to the nodes", () => {
    const stand = new Stand("apply");
    stand.cluster(PRODUCTION);
    const rules = stand.resources.filter(({ type }) => type === "aws:ec2/securityGroupRule:SecurityGroupRule");
    const [cluster, nodes] = ["main-eksClusterSecurityGroup-id", "main-nodeSecurityGroup-id"];
    expect(
      rules.map(({ inputs }) => [
        inputs["type"],
        inputs["fromPort"],
        inputs["toPort"],
        inputs["securityGroupId"],
        inputs["sourceSecurityGroupId"] ?? inputs["cidrBlocks"] ?? inputs["self"],
      ]),
    ).toEqual([
      ["egress", 0, 0, cluster, ["0.0.0.0/0"]],
      ["ingress", 0, 0, nodes, true],
      ["ingress", 1025, 65535, nodes, cluster],
      ["ingress", 443, 443, nodes, cluster],
      ["egress", 0, 0, nodes, ["0.0.0.0/0"]],
      ["ingress", 443, 443, cluster, nodes],
    ]);
    expect(stand.child("SecurityGroup", "main-nodeSecurityGroup").inputs["tags"]).toEqual({
      ...{ Name: "main-nodeSecurityGroup", "kubernetes.io/cluster/prod": "owned", team: "ml" },
    });
  });
});
