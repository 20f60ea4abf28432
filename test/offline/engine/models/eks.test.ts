/**
 * The eks provider is a program of its own, so no plan made without the CLI shows what it builds, unless this model does. The tests hold it
 * to what pulumi-eks 4.3.0 does, read in its source; a wrong child here is a policy that passes offline and a surprise on the bill.
 */
import fs from "node:fs";
import path from "node:path";
import { UNKNOWN, type Json, type Mode, type Properties, type RecordedResource } from "../../../../offline/engine/recording";
import { EKS_CALL_MODELS, EKS_REMOTE_MODELS } from "../../../../offline/engine/models/eks";
import { ARGUMENTS } from "../../../../offline/engine/models/eks-arguments";
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
class Stand implements ModelContext {
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
    expect(stand.resources.filter(({ kind }) => kind === "custom")).toEqual([]);
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
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment main-instanceRole-e1b295bd < main-instanceRole",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment main-instanceRole-3eb088f2 < main-instanceRole",
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
      ...["main-eksRole-d86a545b", "main-eksRole-1e381056", "main-eksRole-1587f79c", "main-eksRole-9ae443cd"],
      ...["main-nodeRole", "main-nodeRole-role", "main-nodeRole-7b85ae6b", "main-nodeRole-22021ef5"],
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

describe("I2 eks.Cluster: its outputs", () => {
  // One that the SDK declares and the model forgets is `undefined` in every plan, and vanishes from whatever is built from it.
  it("are all that the SDK declares, but for the two that the provider does not give either", () => {
    const { outputs } = new Stand("apply").cluster(PRODUCTION);
    // `awsProvider` is missing from the provider's own list (nodejs/eks/cmd/provider/cluster.ts).
    const absent = ["awsProvider", "defaultNodeGroup"];
    expect(Object.keys(outputs).sort()).toEqual(
      declared("cluster")
        .filter((name) => !absent.includes(name))
        .sort(),
    );
  });

  it("tell addresses and identities that belong together", () => {
    const stand = new Stand("apply");
    const { outputs } = stand.cluster(PRODUCTION);
    const { endpoint, identities, arn } = stand.child("Cluster", "main-eksCluster").outputs;
    const issuer = outputs["oidcIssuer"] as string;
    expect(issuer).toMatch(/^oidc\.eks\.us-east-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
    expect(outputs).toMatchObject({
      oidcProviderUrl: `https://${issuer}`,
      oidcProviderArn: `arn:aws:iam::123456789012:oidc-provider/${issuer}`,
      clusterSecurityGroupId: "main-eksClusterSecurityGroup-id",
      nodeSecurityGroupId: "main-nodeSecurityGroup-id",
      clusterIngressRuleId: "main-eksClusterIngressRule.securityGroupRuleId",
      ...{ instanceRoles: [], defaultNodeGroupAsgName: "", fargateProfileId: "", fargateProfileStatus: "", autoModeNodeRoleName: "" },
    });
    expect(identities).toEqual([{ oidcs: [{ issuer: `https://${issuer}` }] }]);
    expect(arn).toBe("arn:aws:eks:us-east-1:123456789012:cluster/prod");
    expect(endpoint).toMatch(/^https:\/\/[0-9A-F]{32}\.gr7\.us-east-1\.eks\.amazonaws\.com$/);
  });

  // Two clusters with one issuer would let the pods of one take on the roles of the other, and the plan would show nothing odd.
  it("differ between two clusters", () => {
    const [first, second] = ["a", "b"].map((name) => new Stand("apply").cluster({ ...PRODUCTION, name }).outputs);
    expect(first?.["oidcIssuer"]).not.toBe(second?.["oidcIssuer"]);
  });

  it("hold in `core` what node groups and programs read", () => {
    const stand = new Stand("apply");
    const { outputs } = stand.cluster({ ...PRODUCTION, instanceType: "m7i.large" });
    const reference = (type: string, name: string) => stand.reference(stand.child(type, name));
    const groups = {
      nodeSecurityGroup: reference("SecurityGroup", "main-nodeSecurityGroup"),
      clusterIngressRule: reference("SecurityGroupRule", "main-eksClusterIngressRule"),
    };
    expect(outputs["core"]).toEqual({
      cluster: reference("Cluster", "main-eksCluster"),
      ...{ vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"], privateSubnetIds: ["subnet-1", "subnet-2"], tags: { team: "ml" } },
      clusterSecurityGroup: reference("SecurityGroup", "main-eksClusterSecurityGroup"),
      endpoint: stand.child("Cluster", "main-eksCluster").outputs["endpoint"],
      nodeGroupOptions: { instanceType: "m7i.large", version: "1.33", ...groups },
      kubeconfig: outputs["kubeconfig"],
      provider: reference("kubernetes", "main-eks-k8s"),
      vpcCni: reference("VpcCniAddon", "main-vpc-cni"),
      ...{ instanceRoles: [], storageClasses: {}, autoModeNodeRoleName: "" },
      oidcProvider: reference("OpenIdConnectProvider", "main-oidcProvider"),
      encryptionConfig: { provider: { keyArn: "arn:aws:kms:us-east-1:123456789012:key/k" }, resources: ["secrets"] },
      clusterIamRole: reference("Role", "main-eksRole-role"),
      accessEntries: Object.values(PRODUCTION["accessEntries"] as Properties),
    });
  });

  it("give a kubeconfig without the program's profile, which only the provider's own Kubernetes provider uses", () => {
    const stand = new Stand("apply");
    const { outputs } = stand.cluster({ ...PRODUCTION, providerCredentialOpts: { roleArn: "arn:deployer", profileName: "work" } });
    const arguments_ = [
      "--region",
      "us-east-1",
      "eks",
      "get-token",
      "--cluster-name",
      "prod",
      "--output",
      "json",
      "--role",
      "arn:deployer",
    ];
    const { endpoint: server, certificateAuthority } = stand.child("Cluster", "main-eksCluster").outputs;
    const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args: arguments_ };
    const env = [{ name: "KUBERNETES_EXEC_INFO", value: '{"apiVersion":"client.authentication.k8s.io/v1beta1"}' }];
    expect(outputs["kubeconfig"]).toEqual({
      ...{
        apiVersion: "v1",
        kind: "Config",
        "current-context": "aws",
        contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
      },
      clusters: [{ name: "kubernetes", cluster: { server, "certificate-authority-data": (certificateAuthority as Properties)["data"] } }],
      users: [{ name: "aws", user: { exec: { ...exec, env } } }],
    });
    expect(JSON.parse(outputs["kubeconfigJson"] as string)).toEqual(outputs["kubeconfig"]);
    expect(stand.child("kubernetes", "main-eks-k8s").inputs["kubeconfig"]).toContain('"--profile","work"');
  });
});

describe("I2 eks.Cluster in preview", () => {
  // A preview that knows a name which only AWS gives hides every "unknown at preview" fault that the mode is there to find.
  it("has the same children as in apply mode", () => {
    const [applied, previewed] = (["apply", "preview"] as const).map((mode) => {
      const stand = new Stand(mode);
      return stand.list(stand.cluster(PRODUCTION));
    });
    expect(previewed).toEqual(applied);
  });

  it("knows which resources there will be, and nothing that only AWS can tell", () => {
    const stand = new Stand("preview");
    const { outputs } = stand.cluster(PRODUCTION);
    expect(outputs).toEqual({
      eksCluster: stand.reference(stand.child("Cluster", "main-eksCluster")),
      clusterSecurityGroup: stand.reference(stand.child("SecurityGroup", "main-eksClusterSecurityGroup")),
      nodeSecurityGroup: stand.reference(stand.child("SecurityGroup", "main-nodeSecurityGroup")),
      eksClusterIngressRule: stand.reference(stand.child("SecurityGroupRule", "main-eksClusterIngressRule")),
      ...{ instanceRoles: [], defaultNodeGroupAsgName: "", fargateProfileId: "", fargateProfileStatus: "", autoModeNodeRoleName: "" },
    });
  });

  it("tells no child what is not known yet", () => {
    const stand = new Stand("preview");
    const { name: _name, ...unnamed } = PRODUCTION;
    stand.cluster({ ...unnamed, createInstanceRole: true, privateSubnetIds: ["subnet-1", UNKNOWN], storageClasses: "gp2" });
    const inputsOf = (type: string, name: string) => stand.child(type, name).inputs;
    expect(inputsOf("Cluster", "main-eksCluster")).toMatchObject({
      roleArn: UNKNOWN,
      vpcConfig: { securityGroupIds: [UNKNOWN], subnetIds: UNKNOWN },
    });
    expect(inputsOf("Addon", "main-kube-proxy")).toMatchObject({ clusterName: UNKNOWN, addonVersion: UNKNOWN });
    expect(inputsOf("kubernetes", "main-eks-k8s")).toEqual({ kubeconfig: UNKNOWN });
    expect(inputsOf("SecurityGroup", "main-nodeSecurityGroup")["tags"]).toBe(UNKNOWN);
    expect(inputsOf("OpenIdConnectProvider", "main-oidcProvider")).toMatchObject({ url: UNKNOWN, thumbprintLists: [UNKNOWN] });
    expect(JSON.stringify(stand.resources)).not.toMatch(/standin|stand-in/);
  });
});

describe("I2 eks.Cluster: refusals", () => {
  const role = { $ref: "urn:role", id: "r" };

  it.each<[Properties, string]>([
    [
      { skipDefaultNodeGroup: true, authenticationMode: "OIDC" },
      'authenticationMode is "OIDC", not a mode of EKS: use one of CONFIG_MAP, API_AND_CONFIG_MAP, API',
    ],
    [
      { skipDefaultNodeGroup: true, instanceRole: role, instanceRoles: [role] },
      "instanceRole and instanceRoles are both given; one of them says all: use instanceRoles for several roles, instanceRole for one",
    ],
    [
      { skipDefaultNodeGroup: true, subnetIds: ["a"], privateSubnetIds: ["a"] },
      "subnetIds is given beside publicSubnetIds or privateSubnetIds; they exclude each other: say which subnets are public and private, and leave subnetIds out",
    ],
    [
      { skipDefaultNodeGroup: true, nodeGroupOptions: {}, gpu: true, minSize: 1 },
      "nodeGroupOptions is given beside minSize, gpu; they exclude each other: move all into nodeGroupOptions",
    ],
    [
      { autoMode: { enabled: true } },
      "autoMode.enabled is true with authenticationMode not set; auto mode needs access entries: use API or API_AND_CONFIG_MAP",
    ],
    [
      { skipDefaultNodeGroup: true, accessEntries: { a: { principalArn: "arn:a" } }, authenticationMode: "CONFIG_MAP" },
      'accessEntries is given with authenticationMode "CONFIG_MAP"; entries need a mode that reads them: use API or API_AND_CONFIG_MAP',
    ],
    [
      { skipDefaultNodeGroup: true, roleMappings: [{}], authenticationMode: "API" },
      'roleMappings is given with authenticationMode "API", which reads no ConfigMap: use accessEntries instead, or API_AND_CONFIG_MAP',
    ],
    [
      { skipDefaultNodeGroup: true, publicAccessCidrs: ["198.51.100.0/24"], endpointPublicAccess: false },
      "publicAccessCidrs is given while endpointPublicAccess is false; there is no public endpoint to limit: leave publicAccessCidrs out",
    ],
    [
      { skipDefaultNodeGroup: true, creationRoleProvider: {} },
      "creationRoleProvider is given; the provider does not take it from a program since it became a plugin: use providerCredentialOpts",
    ],
    [
      { skipDefaultNodeGroup: true, vpcCniOptions: { cniExternalSnat: true, externalSnat: true } },
      "vpcCniOptions.cniExternalSnat and vpcCniOptions.externalSnat are both given; they set one variable: keep one",
    ],
  ])("fail as the provider would, before anything is registered (%#)", (inputs, fault) => {
    expect(refusal((stand) => stand.cluster(inputs))).toBe(`eks.Cluster "main" cannot be built:\n  - ${fault}`);
  });

  // Children that the model leaves out without a word are a plan that is cheaper and safer than what will stand in the account.
  it.each<[Properties, string]>([
    [{}, "skipDefaultNodeGroup is not set, and the default node group is not modelled: set it to true and declare eks.ManagedNodeGroup"],
    [
      { skipDefaultNodeGroup: false },
      "skipDefaultNodeGroup is false, and the default node group is not modelled: set it to true and declare eks.ManagedNodeGroup",
    ],
    [
      { fargate: true },
      "fargate is given, and its profile is not modelled: leave it out and declare aws.eks.FargateProfile beside the cluster",
    ],
    [
      { skipDefaultNodeGroup: true, createInstanceRole: true, instanceProfileName: "own" },
      "instanceProfileName is given without a role, and the look-up of an existing profile is not modelled: give instanceRole, or leave instanceProfileName out",
    ],
    [
      { skipDefaultNodeGroup: true, storageClasses: UNKNOWN },
      "storageClasses is an output that is not known before the cloud answers, and it decides which children there are: give a plain value",
    ],
  ])("name what is not modelled, and the cure (%#)", (inputs, fault) => {
    expect(refusal((stand) => stand.cluster(inputs))).toBe(`eks.Cluster "main" cannot be planned offline:\n  - ${fault}`);
  });

  it("name all faults at once", () => {
    const message = refusal((stand) =>
      stand.cluster({ authenticationMode: "API", userMappings: [{}], subnetIds: ["a"], publicSubnetIds: ["a"] }),
    );
    expect(message.split("\n")).toHaveLength(3);
  });

  it("name a reference that nobody can follow", () => {
    expect(() => new Stand("apply").cluster({ skipDefaultNodeGroup: true, serviceRole: role })).toThrow(
      new Error('eks:index:Cluster "main" is given a reference to urn:role, which cannot be looked up'),
    );
  });
});

describe("I3 eks.ManagedNodeGroup", () => {
  function withCluster(mode: Mode = "apply", inputs: Properties = PRODUCTION): { stand: Stand; cluster: Json } {
    const stand = new Stand(mode);
    return { stand, cluster: stand.reference(stand.cluster(inputs)) };
  }

  it("is one node group, with what it does not say taken from the cluster", () => {
    const { stand, cluster } = withCluster();
    const group = stand.group({ cluster });
    expect(stand.list(group)).toEqual(["aws:eks/nodeGroup:NodeGroup gpu < gpu"]);
    const child = stand.child("NodeGroup", "gpu");
    expect(child.inputs).toEqual({
      ...{ clusterName: "prod", version: "1.33", nodeRoleArn: "arn:aws:iam::123456789012:role/nodes", subnetIds: ["subnet-1", "subnet-2"] },
      scalingConfig: { desiredSize: 2, minSize: 1, maxSize: 2 },
    });
    expect(child.options.ignoreChanges).toEqual([]);
    expect(child.dependencies).toContain(stand.child("Cluster", "main-eksCluster").urn);
    expect(Object.keys(group.outputs).sort()).toEqual(declared("managedNodeGroup").sort());
    expect(group.outputs).toEqual({ nodeGroup: stand.reference(child), placementGroupName: "" });
  });

  // The scaler owns the desired size: a plan that sets it back would take GPUs from under running models.
  it("is a GPU group on spot that leaves its size to the scaler", () => {
    const { stand, cluster } = withCluster();
    const taints = [{ key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" }];
    stand.group({
      ...{
        cluster,
        operatingSystem: "AL2023",
        gpu: true,
        instanceTypes: ["g4dn.xlarge", "g4dn.2xlarge"],
        capacityType: "SPOT",
        diskSize: 100,
      },
      ...{
        labels: { pool: "gpu" },
        taints,
        subnetIds: ["subnet-9"],
        scalingConfig: { minSize: 0, maxSize: 4 },
        ignoreScalingChanges: true,
      },
      ...{ version: "1.32", releaseVersion: "1.32.3-20260101", nodeGroupName: "gpu-spot", tags: { team: "ml" } },
    });
    const child = stand.child("NodeGroup", "gpu");
    expect(child.inputs).toEqual({
      ...{ clusterName: "prod", nodeRoleArn: "arn:aws:iam::123456789012:role/nodes", subnetIds: ["subnet-9"] },
      ...{ amiType: "AL2023_x86_64_NVIDIA", instanceTypes: ["g4dn.xlarge", "g4dn.2xlarge"], capacityType: "SPOT", diskSize: 100 },
      ...{ labels: { pool: "gpu" }, taints, scalingConfig: { desiredSize: 2, minSize: 0, maxSize: 4 } },
      ...{ version: "1.32", releaseVersion: "1.32.3-20260101", nodeGroupName: "gpu-spot", tags: { team: "ml" } },
    });
    expect(child.options.ignoreChanges).toEqual(["scalingConfig.desiredSize"]);
    expect(child.outputs).toMatchObject({
      ...{ status: "ACTIVE", arn: "arn:aws:eks:us-east-1:123456789012:nodegroup/prod/gpu-spot/standin" },
      resources: [{ autoscalingGroups: [{ name: "eks-gpu-spot" }] }],
    });
  });

  // `gpu: true` alone reads like a GPU image and is none: the nodes come up without a driver.
  it("gets no GPU image from `gpu` alone, because the provider then leaves the choice to EKS", () => {
    const { stand, cluster } = withCluster();
    stand.group({ cluster, gpu: true, instanceTypes: ["g4dn.xlarge"] });
    expect(stand.child("NodeGroup", "gpu").inputs).not.toHaveProperty("amiType");
  });

  it.each<[Properties, string]>([
    [{ operatingSystem: "AL2023", instanceTypes: ["m7g.large", "im4gn.large"] }, "AL2023_ARM_64_STANDARD"],
    [{ operatingSystem: "AL2", gpu: true }, "AL2_x86_64_GPU"],
    [{ operatingSystem: "Bottlerocket", gpu: true, instanceTypes: ["g5g.xlarge"] }, "BOTTLEROCKET_ARM_64_NVIDIA"],
    [{ operatingSystem: "AL2023", amiType: "AL2023_x86_64_NEURON" }, "AL2023_x86_64_NEURON"],
  ])("picks the image for %p", (inputs, amiType) => {
    const { stand, cluster } = withCluster();
    stand.group({ cluster, ...inputs });
    expect(stand.child("NodeGroup", "gpu").inputs["amiType"]).toBe(amiType);
  });

  it("has a launch template for IMDSv2, and the disk moves into it", () => {
    const { stand, cluster } = withCluster();
    const group = stand.group({ cluster, enableIMDSv2: true, diskSize: 100, amiType: "AL2023_x86_64_NVIDIA" });
    expect(stand.list(group)).toEqual([
      "aws:ec2/launchTemplate:LaunchTemplate gpu-launchTemplate < gpu",
      "aws:eks/nodeGroup:NodeGroup gpu < gpu",
    ]);
    expect(stand.child("LaunchTemplate", "gpu-launchTemplate").inputs).toEqual({
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 100 } }],
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2, httpEndpoint: "enabled" },
    });
    const { inputs } = stand.child("NodeGroup", "gpu");
    expect(inputs).toMatchObject({
      amiType: "AL2023_x86_64_NVIDIA",
      version: "1.33",
      launchTemplate: { id: "gpu-launchTemplate-id", version: "1" },
    });
    expect(inputs).not.toHaveProperty("diskSize");
  });

  it("writes nodeadm user data, names its image itself, and tells EKS neither version nor image", () => {
    const { stand, cluster } = withCluster("apply", { ...PRODUCTION, kubernetesServiceIpAddressRange: "172.20.0.0/16" });
    stand.group({
      ...{ cluster, gpu: true, labels: { pool: "gpu" }, taints: [{ key: "gpu", effect: "NO_EXECUTE" }], instanceTypes: ["g4dn.xlarge"] },
      ...{ kubeletExtraArgs: "--max-pods=20", nodeadmExtraOptions: [{ contentType: "text/x-shellscript", content: "echo hello" }] },
    });
    const { inputs } = stand.child("LaunchTemplate", "gpu-launchTemplate");
    expect(inputs["imageId"]).toBe("/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/nvidia/recommended/image_id");
    const { endpoint, certificateAuthority } = stand.child("Cluster", "main-eksCluster").outputs;
    expect(
      Buffer.from(inputs["userData"] as string, "base64")
        .toString()
        .split("\n"),
    ).toEqual([
      ...["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="BOUNDARY"', ""],
      ...["--BOUNDARY", "Content-Type: application/node.eks.aws", "", "---"],
      ...["apiVersion: node.eks.aws/v1alpha1", "kind: NodeConfig", "spec:", "  cluster:", "    name: prod"],
      `    apiServerEndpoint: ${endpoint as string}`,
      `    certificateAuthority: ${(certificateAuthority as Properties)["data"] as string}`,
      ...["    cidr: 172.20.0.0/16", "", "--BOUNDARY", "Content-Type: application/node.eks.aws", "", "---"],
      ...["apiVersion: node.eks.aws/v1alpha1", "kind: NodeConfig", "spec:", "  kubelet:", "    flags:"],
      ...["      - --max-pods=20", "      - --node-labels=pool=gpu", "      - --register-with-taints=gpu:NoExecute", ""],
      ...["--BOUNDARY", "Content-Type: text/x-shellscript", "", "echo hello", "--BOUNDARY--", ""],
    ]);
    const group = stand.child("NodeGroup", "gpu").inputs;
    expect(["amiType", "version", "releaseVersion"].filter((key) => key in group)).toEqual([]);
  });

  it("writes a bootstrap script for AL2", () => {
    const { stand, cluster } = withCluster();
    stand.group({ cluster, amiId: "ami-1", operatingSystem: "AL2", bootstrapExtraArgs: "--use-max-pods false", labels: { pool: "gpu" } });
    const { inputs } = stand.child("LaunchTemplate", "gpu-launchTemplate");
    const { endpoint, certificateAuthority } = stand.child("Cluster", "main-eksCluster").outputs;
    expect(inputs["imageId"]).toBe("ami-1");
    expect(
      Buffer.from(inputs["userData"] as string, "base64")
        .toString()
        .split("\n"),
    ).toEqual([
      ...["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="==MYBOUNDARY=="', ""],
      ...["--==MYBOUNDARY==", 'Content-Type: text/x-shellscript; charset="us-ascii"', "", "#!/bin/bash", ""],
      `/etc/eks/bootstrap.sh --apiserver-endpoint "${endpoint as string}" --b64-cluster-ca "${(certificateAuthority as Properties)["data"] as string}" "prod" --use-max-pods false --kubelet-extra-args --node-labels=pool=gpu`,
      "--==MYBOUNDARY==--",
    ]);
  });

  it("uses the program's own user data as it is", () => {
    const { stand, cluster } = withCluster();
    stand.group({ cluster, userData: "#!/bin/bash", operatingSystem: "Bottlerocket" });
    const { inputs } = stand.child("LaunchTemplate", "gpu-launchTemplate");
    expect(inputs).toEqual({
      userData: Buffer.from("#!/bin/bash").toString("base64"),
      imageId: "/aws/service/bottlerocket/aws-k8s-1.33/x86_64/latest/image_id",
    });
  });

  it("takes `cluster.core` for the cluster as well, and a launch template of the program's own with its version", () => {
    const stand = new Stand("apply");
    const core = stand.cluster(PRODUCTION).outputs["core"] as Json;
    stand.group({ cluster: core, launchTemplate: { id: "lt-1", version: "3" } });
    const { inputs } = stand.child("NodeGroup", "gpu");
    expect(inputs).toMatchObject({
      clusterName: "prod",
      subnetIds: ["subnet-1", "subnet-2"],
      launchTemplate: { id: "lt-1", version: "3" },
    });
    expect(inputs).not.toHaveProperty("version");
  });

  // Nodes whose role is not in aws-auth never join; EKS reports it half an hour later.
  it("waits for aws-auth, and refuses a role that is not in it", () => {
    const stand = new Stand("apply");
    const role = stand.given("aws:iam/role:Role", "nodes", { arn: "arn:aws:iam::123456789012:role/nodes" });
    const cluster = stand.reference(stand.cluster({ skipDefaultNodeGroup: true, instanceRoles: [role] }));
    stand.build("eks:index:ManagedNodeGroup", "cpu", { cluster, nodeRole: role });
    expect(stand.child("NodeGroup", "cpu").dependencies).toContain(stand.child("ConfigMap", "main-nodeAccess").urn);
    expect(() => stand.group({ cluster, nodeRoleArn: "arn:other" })).toThrow(
      new Error(
        'eks.ManagedNodeGroup "gpu" cannot be built:\n  - nodeRole is arn:other, which is not among the cluster\'s instanceRoles; with CONFIG_MAP no other node gets in: add it there, or use authenticationMode API',
      ),
    );
  });

  it("knows in preview what it was told itself, and nothing of the cluster", () => {
    const { stand, cluster } = withCluster("preview");
    const role = stand.given("aws:iam/role:Role", "nodes", { arn: "arn:invented" });
    const group = stand.build("eks:index:ManagedNodeGroup", "gpu", { cluster, nodeRole: role, amiId: "ami-1", diskSize: 50 });
    expect(stand.child("LaunchTemplate", "gpu-launchTemplate").inputs).toEqual({
      ...{ blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 50 } }], userData: UNKNOWN, imageId: "ami-1" },
    });
    expect(stand.child("NodeGroup", "gpu").inputs).toEqual({
      ...{ clusterName: UNKNOWN, nodeRoleArn: UNKNOWN, subnetIds: UNKNOWN, launchTemplate: { id: UNKNOWN, version: UNKNOWN } },
      scalingConfig: { desiredSize: 2, minSize: 1, maxSize: 2 },
    });
    expect(group.outputs).toEqual({ nodeGroup: stand.reference(stand.child("NodeGroup", "gpu")), placementGroupName: "" });
  });

  it.each<[Properties, string]>([
    [
      { nodeRole: UNKNOWN },
      "nodeRole and nodeRoleArn are both given; one of them says all: keep nodeRole, or the ARN of a role made elsewhere",
    ],
    [{ nodeRoleArn: null }, "nodeRole is not set, and neither is nodeRoleArn; nodes need a role to join: give one of them"],
    [{ amiId: "ami-1", gpu: true }, "amiId is given beside gpu true; an image of your own is what it is: leave gpu out"],
    [
      { launchTemplate: { id: "lt-1" }, enableIMDSv2: false, amiId: "ami-1" },
      "launchTemplate is given beside enableIMDSv2, amiId; the template says all of that: move them into it",
    ],
    [
      { userData: "#!/bin/sh", kubeletExtraArgs: "--v=2" },
      "userData is given beside kubeletExtraArgs; user data of your own is used as it is: move them into it",
    ],
    [
      { enableIMDSv2: true, amiType: "WINDOWS_CORE_2022_x86_64" },
      'amiType is "WINDOWS_CORE_2022_x86_64", whose system is not known: use an amiType of EKS, or give amiId and userData',
    ],
    [
      { enableIMDSv2: true, amiType: "AL2_x86_64", operatingSystem: "AL2023" },
      'operatingSystem is "AL2023" but amiType "AL2_x86_64" is AL2: leave operatingSystem out',
    ],
    [
      { operatingSystem: "AL2023", instanceTypes: ["m7i.large", "m7g.large"] },
      "instanceTypes are m7i.large, m7g.large, of both x86_64 and arm64; one image serves a group: make it two groups",
    ],
    [
      { operatingSystem: "AL2023", gpu: true, instanceTypes: ["g5g.xlarge"] },
      "gpu is true for g5g.xlarge on AL2023, and EKS has no such image: use another operatingSystem, or give amiId",
    ],
    [
      { bootstrapExtraArgs: "--use-max-pods false" },
      "bootstrapExtraArgs is given for AL2023, which starts by nodeadm and not by bootstrap.sh: use nodeadmExtraOptions or kubeletExtraArgs",
    ],
    [
      { bottlerocketSettings: {} },
      "bottlerocketSettings is given for AL2023, which cannot read it: set operatingSystem to Bottlerocket, or leave it out",
    ],
    [
      { kubeletExtraArgs: "--v=2", taints: [{ key: "gpu", effect: "NoSchedule" }] },
      "taints have effect NoSchedule, which EKS does not know: use one of NO_SCHEDULE, NO_EXECUTE, PREFER_NO_SCHEDULE",
    ],
  ])("is refused as the provider would (%#)", (inputs, fault) => {
    const { stand, cluster } = withCluster();
    expect(() => stand.group({ cluster, ...inputs })).toThrow(new Error(`eks.ManagedNodeGroup "gpu" cannot be built:\n  - ${fault}`));
  });

  it.each<[Properties, string]>([
    [
      { enableEfaSupport: true, placementGroupAvailabilityZone: "us-east-1a" },
      "enableEfaSupport is true, and only EC2 knows how many network cards its launch template needs: give a launchTemplate of your own, or leave it out",
    ],
    [
      { operatingSystem: "Bottlerocket", amiId: "ami-1" },
      "operatingSystem is Bottlerocket, whose user data is not modelled: give userData, or leave out what makes the provider write it",
    ],
  ])("is refused where it is not modelled (%#)", (inputs, fault) => {
    const { stand, cluster } = withCluster();
    expect(() => stand.group({ cluster, ...inputs })).toThrow(
      new Error(`eks.ManagedNodeGroup "gpu" cannot be planned offline:\n  - ${fault}`),
    );
  });
});

describe("I2 the smaller eks components", () => {
  it("eks.Addon is one add-on of the cluster that it is given", () => {
    const stand = new Stand("apply");
    const cluster = stand.reference(stand.cluster(PRODUCTION));
    const addon = stand.build("eks:index:Addon", "ebs", {
      ...{ cluster, addonName: "aws-ebs-csi-driver", serviceAccountRoleArn: "arn:role", preserve: false, tags: { team: "ml" } },
      configurationValues: { node: { tolerateAllTaints: true }, controller: {} },
    });
    expect(stand.list(addon)).toEqual(["aws:eks/addon:Addon ebs < ebs"]);
    expect(stand.child("eks/addon:Addon", "ebs").inputs).toEqual({
      ...{ clusterName: "prod", addonName: "aws-ebs-csi-driver", serviceAccountRoleArn: "arn:role", preserve: false, tags: { team: "ml" } },
      configurationValues: '{"node":{"tolerateAllTaints":true},"controller":{}}',
    });
  });

  it("eks.VpcCniAddon is one add-on, and a patch where it shall be privileged", () => {
    const stand = new Stand("apply");
    const options = { clusterName: "prod", addonVersion: "v1.20.0-eksbuild.1", securityContextPrivileged: true };
    const addon = stand.build("eks:index:VpcCniAddon", "cni", options);
    expect(stand.list(addon)).toEqual(["aws:eks/addon:Addon cni < cni", "kubernetes:apps/v1:DaemonSetPatch cni < cni"]);
    expect(stand.child("Addon", "cni").inputs).toMatchObject({
      clusterName: "prod",
      addonName: "vpc-cni",
      addonVersion: "v1.20.0-eksbuild.1",
      preserve: true,
    });
    const patch = stand.child("DaemonSetPatch", "cni");
    expect(patch.inputs["spec"]).toEqual({
      template: { spec: { containers: [{ name: "aws-node", securityContext: { privileged: true } }] } },
    });
    expect(patch.options.retainOnDelete).toBe(true);
    expect(patch.dependencies).toEqual([stand.child("Addon", "cni").urn]);
  });

  it("eks.NodeGroupSecurityGroup is the same six children as a cluster's own", () => {
    const stand = new Stand("apply");
    const clusterSecurityGroup = stand.given("aws:ec2/securityGroup:SecurityGroup", "api");
    const eksCluster = stand.given("aws:eks/cluster:Cluster", "plain", { name: "prod" });
    const group = stand.build("eks:index:NodeGroupSecurityGroup", "main", { vpcId: "vpc-1", clusterSecurityGroup, eksCluster });
    expect(stand.list(group)).toEqual(SECURITY_GROUP_CHILDREN);
    expect(stand.child("SecurityGroupRule", "main-eksClusterIngressRule").inputs["securityGroupId"]).toBe("api-id");
    expect(stand.child("SecurityGroup", "main-nodeSecurityGroup").inputs["tags"]).toMatchObject({ "kubernetes.io/cluster/prod": "owned" });
    expect(Object.keys(group.outputs).sort()).toEqual(declared("nodeGroupSecurityGroup").sort());
  });

  it("cluster.getKubeconfig() scopes the kubeconfig, and is unknown in preview", () => {
    const call = EKS_CALL_MODELS["eks:index:Cluster/getKubeconfig"];
    const results = (["apply", "preview"] as const).map((mode) => {
      const stand = new Stand(mode);
      const self = stand.reference(stand.cluster(PRODUCTION));
      return call?.({ __self__: self, roleArn: "arn:reader", profileName: "work" }, stand)["result"];
    });
    expect(results[0]).toContain('"--cluster-name","prod","--output","json","--role","arn:reader","--profile","work"]');
    expect(results[1]).toBe(UNKNOWN);
  });
});
