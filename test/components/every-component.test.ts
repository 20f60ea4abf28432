/** What holds for every component, whatever it builds. A component that is exported without a row here fails. */
import * as pulumi from "@pulumi/pulumi";
import * as modelloop from "../../components";
import { type RecordedResource } from "../../offline/engine";
import { type Plan, planOf } from "./shared/plan-of";
import { openToTheWorld, plaintextSecrets, trustOfStrangers, unprotectedState } from "./shared/safety";

type Create = (name: string, opts?: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

interface Row {
  /** With the fewest arguments that are accepted. */
  readonly smallest: Create;
  /** The same, with all state given up by name. Only where there is state. */
  readonly unprotected?: Create;
}

const key = { kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1" };
const vpc = {
  ...{ vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: ["subnet-1"] },
  ...{ privateSubnetIds: ["subnet-2", "subnet-3"], intraSubnetIds: ["subnet-4", "subnet-5"] },
};

const cluster = {
  ...{ clusterName: "ml", vpcId: "vpc-1", clusterSecurityGroupId: "sg-1", endpoint: "https://ml", certificateAuthority: "Y2E=" },
  ...{ oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/issuer", oidcIssuer: "issuer" },
};
const nodes = { cluster, subnetIds: vpc.privateSubnetIds };
const route = { host: "mlflow", namespace: "mlflow", serviceName: "mlflow", servicePort: 80, podPort: 5_000 };

const loop = {
  ...{ environment: "dev", models: [{ name: "log-anomaly" }], channels: { emailAddresses: ["ml@example.com"] } },
  assetsBucketName: "assets",
};

const router = {
  ...{ namespace: "serving", model: "anomaly", experiment: { variants: [{ variant: "xgboost", model: "anomaly_xgboost", percent: 100 }] } },
  modelServer: { namespace: "serving", slotAServiceName: "triton-a", slotBServiceName: "triton-b" },
};

const deployed = {
  ...{ repository: "us/platform", environments: [{ name: "dev" }], actions: ["ec2:CreateVpc", "ec2:DescribeVpcs"] },
  state: { ...key, bucketArn: "arn:aws:s3:::state", project: "platform" },
};

const ROWS: Record<string, Row> = {
  AddOns: { smallest: (name, opts) => new modelloop.AddOns(name, { cluster }, opts) },
  AuditTrail: {
    smallest: (name, opts) => new modelloop.AuditTrail(name, key, opts),
    unprotected: (name, opts) => new modelloop.AuditTrail(name, { ...key, allowDelete: true }, opts),
  },
  BackupPlan: {
    smallest: (name, opts) => new modelloop.BackupPlan(name, { ...key, resourceArns: ["arn:db"] }, opts),
    unprotected: (name, opts) => new modelloop.BackupPlan(name, { ...key, resourceArns: ["arn:db"], allowDelete: true }, opts),
  },
  Bucket: {
    smallest: (name, opts) => new modelloop.Bucket(name, key, opts),
    unprotected: (name, opts) => new modelloop.Bucket(name, { ...key, allowDelete: true }, opts),
  },
  Budget: {
    smallest: (name, opts) => new modelloop.Budget(name, { monthlyLimitUsd: 1, emailAddresses: ["a@example.com"] }, opts),
  },
  Cache: {
    smallest: (name, opts) => new modelloop.Cache(name, { ...key, vpc }, opts),
    unprotected: (name, opts) => new modelloop.Cache(name, { ...key, vpc, allowDelete: true }, opts),
  },
  ContainerRegistry: {
    smallest: (name, opts) => new modelloop.ContainerRegistry(name, { ...key, repositories: ["api"] }, opts),
    unprotected: (name, opts) => new modelloop.ContainerRegistry(name, { ...key, repositories: ["api"], allowDelete: true }, opts),
  },
  DeployRunner: {
    smallest: (name, opts) => {
      const connectionArn = "arn:aws:codeconnections:us-east-1:123456789012:connection/1";
      return new modelloop.DeployRunner(name, { ...key, vpc, repository: "us/platform", connectionArn, workflowNames: ["Deploy"] }, opts);
    },
  },
  Cluster: {
    smallest: (name, opts) => new modelloop.Cluster(name, { ...key, vpc }, opts),
    unprotected: (name, opts) => new modelloop.Cluster(name, { ...key, vpc, allowDelete: true }, opts),
  },
  EncryptionKey: {
    smallest: (name, opts) => new modelloop.EncryptionKey(name, {}, opts),
    unprotected: (name, opts) => new modelloop.EncryptionKey(name, { allowDelete: true }, opts),
  },
  ManagedSecret: {
    smallest: (name, opts) => new modelloop.ManagedSecret(name, key, opts),
    unprotected: (name, opts) => new modelloop.ManagedSecret(name, { ...key, allowDelete: true }, opts),
  },
  GitHubDeployRoles: {
    smallest: (name, opts) => new modelloop.GitHubDeployRoles(name, deployed, opts),
    unprotected: (name, opts) => new modelloop.GitHubDeployRoles(name, { ...deployed, allowDelete: true }, opts),
  },
  GpuNodeGroup: { smallest: (name, opts) => new modelloop.GpuNodeGroup(name, nodes, opts) },
  InternalGateway: {
    smallest: (name, opts) =>
      new modelloop.InternalGateway(name, { vpc, cluster, domainName: "ml.example.com", allowPlainHttp: true, routes: [route] }, opts),
  },
  ModelLoop: {
    smallest: (name, opts) => new modelloop.ModelLoop(name, loop, opts),
    unprotected: (name, opts) => new modelloop.ModelLoop(name, { ...loop, allowDelete: true }, opts),
  },
  ModelRouter: { smallest: (name, opts) => new modelloop.ModelRouter(name, router, opts) },
  Namespaces: {
    smallest: (name, opts) => new modelloop.Namespaces(name, { vpcCidr: vpc.cidr }, opts),
    unprotected: (name, opts) => new modelloop.Namespaces(name, { vpcCidr: vpc.cidr, allowDelete: true }, opts),
  },
  Network: { smallest: (name, opts) => new modelloop.Network(name, {}, opts) },
  NodeAutoscaling: { smallest: (name, opts) => new modelloop.NodeAutoscaling(name, { cluster }, opts) },
  NodeGroup: { smallest: (name, opts) => new modelloop.NodeGroup(name, nodes, opts) },
  PostgresDatabase: {
    smallest: (name, opts) => new modelloop.PostgresDatabase(name, { ...key, vpc }, opts),
    unprotected: (name, opts) => new modelloop.PostgresDatabase(name, { ...key, vpc, allowDelete: true }, opts),
  },
  VllmServer: {
    smallest: (name, opts) =>
      new modelloop.VllmServer(
        name,
        {
          ...{ cluster, namespace: "serving", weights: { bucketName: "models", prefix: "llm/v1/" } },
          apiKey: { clusterSecretStoreName: "store", secretName: "llm-key" },
        },
        opts,
      ),
  },
  TritonServer: {
    smallest: (name, opts) => {
      const models = [{ name: "anomaly_xgboost", kind: modelloop.ModelKind.XGBoost }];
      return new modelloop.TritonServer(name, { cluster, namespace: "serving", bucketName: "models", models, stsCidrs: [vpc.cidr] }, opts);
    },
  },
  WebService: { smallest: (name, opts) => new modelloop.WebService(name, { namespace: "serving", image: "registry/api:1.0.0" }, opts) },
};

function componentsIn(exported: Record<string, unknown>): string[] {
  const isComponent = (value: unknown) => typeof value === "function" && value.prototype instanceof pulumi.ComponentResource;
  return Object.keys(exported).filter((name) => isComponent(exported[name]));
}

it("has a row for every component that the package exports, and for no other", () => {
  expect(Object.keys(ROWS).sort()).toEqual(componentsIn(modelloop).sort());
});

describe.each(Object.entries(ROWS))("C2 %s", (className, { smallest, unprotected }) => {
  let plan: Plan;
  let component: pulumi.ComponentResource;
  const reached = new Set<string>();
  let own: RecordedResource[];
  let root: RecordedResource;

  beforeAll(async () => {
    const transforms = [({ name }: pulumi.ResourceTransformArgs) => void reached.add(name)];
    plan = await planOf(() => {
      component = smallest("mine", { transforms });
    });
    root = plan.resource("mine");
    own = plan.resources.filter(({ urn }) => urn !== root.urn);
  });

  it("bears its own name as its type", () => {
    expect(root.type).toBe(`modelloop:index:${className}`);
  });

  // A child of the stack is not deleted, protected or given a provider together with its component.
  it("is the ancestor of everything that it creates", () => {
    const parents = new Map(plan.resources.map(({ urn, parent }) => [urn, parent]));
    const strangers = own.filter(({ urn }) => {
      let ancestor = parents.get(urn);
      while (ancestor !== undefined && ancestor !== root.urn) ancestor = parents.get(ancestor);
      return ancestor === undefined;
    });
    expect(strangers.map(({ name }) => name)).toEqual([]);
  });

  // Two components with a child of the same name cannot stand in one stack.
  it("begins the name of each child with its own", () => {
    expect(own.map(({ name }) => name).filter((name) => !name.startsWith("mine-"))).toEqual([]);
  });

  // What is not registered is missing in the state, in `pulumi stack`, and for every program in another language.
  it("registers each of its properties as an output, and nothing else", () => {
    const properties = Object.keys(component).filter((property) => property !== "urn" && !property.startsWith("__"));
    expect(root.registeredOutputs).toBe(true);
    expect(Object.keys(root.outputs).sort()).toEqual(properties.sort());
  });

  it("puts no secret into the state in plain text, and opens nothing to the world", () => {
    expect(own.flatMap((resource) => [...plaintextSecrets(resource), ...openToTheWorld(resource)])).toEqual([]);
  });

  // A stranger names our role in the service's settings, and the service writes or reads here for them.
  it("has AWS services take its roles on behalf of this account only", () => {
    expect(own.flatMap(trustOfStrangers)).toEqual([]);
  });

  it("protects and keeps what holds data, unless that is given up by name", async () => {
    expect(own.flatMap(unprotectedState)).toEqual([]);
    const given = unprotected === undefined ? plan : await planOf(() => unprotected("mine"));
    const still = given.resources.filter(({ options }) => options.protect === true || options.retainOnDelete === true);
    expect(still.map(({ name }) => name)).toEqual([]);
  });

  // The way out for all that we did not think of.
  it("lets `transforms` reach each child", () => {
    // Offline, what a provider would create in turn (the children of eks.Cluster) is recorded past them.
    const ours = own.filter(({ modelled }) => !modelled);
    expect(ours.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
  });

  // A preview that shows other resources than the update is worse than none.
  it("creates the same in a preview, where ids are not known yet", async () => {
    const preview = await planOf(() => smallest("mine"), { mode: "preview" });
    expect(preview.list).toEqual(plan.list);
  });
});

describe("the checks above can fail", () => {
  const resource = (type: string, inputs: RecordedResource["inputs"], options = {}): RecordedResource =>
    ({ type, name: "x", inputs, secrets: [["known", "password"]], options }) as unknown as RecordedResource;

  it("sees an exported component that has no row", () => {
    class Forgotten extends pulumi.ComponentResource {}
    expect(componentsIn({ Forgotten, NatGateways: modelloop.NatGateways, text: "" })).toEqual(["Forgotten"]);
  });

  it("sees a password in plain text, at any depth, and leaves marked ones and names of secrets alone", () => {
    const inputs = { known: { password: "hidden" }, list: [{ masterPassword: "plain" }], secretArn: "arn:x" };
    expect(plaintextSecrets(resource("any", inputs))).toEqual(["x: list.0.masterPassword stands in the state in plain text"]);
  });

  it.each([
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { cidrIpv4: "0.0.0.0/0" }, "cidrIpv4"],
    ["aws:ec2/securityGroup:SecurityGroup", { ingress: [{ ipv6CidrBlocks: ["::/0"] }] }, "ingress.0.ipv6CidrBlocks.0"],
    ["aws:rds/instance:Instance", { publiclyAccessible: true }, "publiclyAccessible"],
    ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { blockPublicAcls: false }, "blockPublicAcls"],
    ["aws:s3/bucketPolicy:BucketPolicy", { policy: `{"Statement":[{"Effect":"Allow","Principal":"*"}]}` }, "policy"],
    ["aws:kms/key:Key", { policy: `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"}}]}` }, "policy"],
  ])("sees an open %s", (type, inputs, property) => {
    expect(openToTheWorld(resource(type, inputs))).toEqual([`x: ${property} is open to the whole world`]);
  });

  it("leaves the way out, denials and conditions alone", () => {
    const policy = `{"Statement":[{"Effect":"Deny","Principal":"*"},{"Effect":"Allow","Principal":"*","Condition":{}}]}`;
    expect(openToTheWorld(resource("aws:s3/bucketPolicy:BucketPolicy", { policy }))).toEqual([]);
    expect(openToTheWorld(resource("aws:ec2/route:Route", { destinationCidrBlock: "0.0.0.0/0" }))).toEqual([]);
    expect(openToTheWorld(resource("aws:ec2/securityGroup:SecurityGroup", { egress: [{ cidrBlocks: ["0.0.0.0/0"] }] }))).toEqual([]);
  });

  it("sees a role that a service takes for anybody", () => {
    const trusting = (statement: object) => resource("aws:iam/role:Role", { assumeRolePolicy: JSON.stringify({ Statement: [statement] }) });
    const cloudTrail = { Principal: { Service: "cloudtrail.amazonaws.com" } };
    expect(trustOfStrangers(trusting(cloudTrail))).toEqual(["x trusts cloudtrail.amazonaws.com on behalf of any account"]);
    expect(trustOfStrangers(trusting({ ...cloudTrail, Condition: {} }))).toEqual([]);
    expect(trustOfStrangers(trusting({ Principal: { Service: "ec2.amazonaws.com" } }))).toEqual([]);
  });

  it("sees state that would be lost", () => {
    expect(unprotectedState(resource("aws:s3/bucket:Bucket", {}, { protect: true }))).toEqual(["x is not kept when it leaves the program"]);
    expect(unprotectedState(resource("aws:kms/key:Key", {}, { retainOnDelete: true }))).toEqual(["x is not protected against deletion"]);
    expect(unprotectedState(resource("aws:ec2/vpc:Vpc", {}))).toEqual([]);
  });
});
