import { Cache, CacheAccess, type CacheArgs, CacheEngine, EvictionPolicy } from "../../../../components";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const vpc = {
  ...{ vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: ["subnet-a"] },
  ...{ privateSubnetIds: ["subnet-p1", "subnet-p2"], intraSubnetIds: ["subnet-i1", "subnet-i2"] },
};
const cache = (args: Partial<CacheArgs> = {}) =>
  planOf(() => {
    const made = new Cache("cache", { vpc, kmsKeyArn: "arn:key", ...args });
    return { ...made.reference(), readerHost: made.readerHost, arn: made.arn, userNames: made.userNames, userArns: made.userArns };
  });

describe("I5 the smallest cache", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await cache();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:ec2/securityGroup:SecurityGroup cache-entrance",
      "aws:elasticache/parameterGroup:ParameterGroup cache-parameters",
      "aws:elasticache/replicationGroup:ReplicationGroup cache-nodes",
      "aws:elasticache/subnetGroup:SubnetGroup cache-subnets",
      "aws:elasticache/userGroup:UserGroup cache-users",
      "modelloop:index:Cache cache",
    ]);
  });

  // Without the group of users everybody who reaches the port may do everything.
  it("takes TLS only, is encrypted, and knows nobody", () => {
    expect(plan.inputs("cache-nodes")).toEqual({
      ...{
        description: "Cache cache",
        engine: "valkey",
        engineVersion: "8.2",
        nodeType: "cache.t4g.micro",
        numCacheClusters: 1,
        port: 6379,
      },
      ...{ automaticFailoverEnabled: false, multiAzEnabled: false, autoMinorVersionUpgrade: true, applyImmediately: false },
      ...{ transitEncryptionEnabled: true, transitEncryptionMode: "required", atRestEncryptionEnabled: true, kmsKeyId: "arn:key" },
      ...{ userGroupIds: ["cache-users"], securityGroupIds: ["cache-entrance-id"], subnetGroupName: "cache-subnets-standin" },
      ...{ parameterGroupName: "cache-parameters-standin", snapshotRetentionLimit: 1, snapshotWindow: "03:00-04:00" },
      ...{ maintenanceWindow: "sun:04:30-sun:05:30", finalSnapshotIdentifier: "cache-final" },
    });
    expect(plan.inputs("cache-users")).toMatchObject({ engine: "valkey", userGroupId: "cache-users", userIds: [] });
  });

  it("stands in the subnets without a way out, and lets nobody in", () => {
    expect(plan.inputs("cache-subnets")["subnetIds"]).toEqual(["subnet-i1", "subnet-i2"]);
    expect(plan.inputs("cache-entrance")).toEqual({ vpcId: "vpc-1", description: "Cache cache", tags: { Name: "cache-entrance" } });
  });

  it("lets only keys with a time to live give way", () => {
    expect(plan.inputs("cache-parameters")).toMatchObject({
      ...{ family: "valkey8", parameters: [{ name: "maxmemory-policy", value: "volatile-lru" }] },
    });
  });

  it("is kept with all that it stands on", () => {
    expect(plan.resource("cache-nodes").options).toMatchObject({ protect: true, retainOnDelete: true });
    for (const noun of ["subnets", "parameters", "entrance", "users"])
      expect(plan.resource(`cache-${noun}`).options.retainOnDelete).toBe(true);
  });

  it("hands the next component what it needs", () => {
    expect(plan.recording.stackOutputs).toEqual({
      ...{
        host: "cache-nodes.primaryEndpointAddress",
        readerHost: "cache-nodes.readerEndpointAddress",
        port: 6379,
        transitEncryption: true,
      },
      ...{ securityGroupId: "cache-entrance-id", cacheName: "cache-nodes-standin", userNames: {}, userArns: {} },
      arn: plan.resource("cache-nodes").outputs["arn"],
    });
  });
});

describe("I5 arguments", () => {
  it("reach the cache", async () => {
    const plan = await cache({
      ...{ version: "9.0", nodeType: "cache.m7g.large", replicas: 2, evictionPolicy: EvictionPolicy.AllKeysLfu, applyImmediately: true },
      ...{ snapshotRetentionDays: 7, snapshotWindow: "01:00-02:00", maintenanceWindow: "sat:04:00-sat:05:00", tags: { owner: "platform" } },
      finalSnapshotIdentifier: "farewell",
    });
    expect(plan.inputs("cache-nodes")).toMatchObject({
      ...{ engineVersion: "9.0", nodeType: "cache.m7g.large", numCacheClusters: 3, automaticFailoverEnabled: true, multiAzEnabled: true },
      ...{ snapshotRetentionLimit: 7, snapshotWindow: "01:00-02:00", maintenanceWindow: "sat:04:00-sat:05:00", applyImmediately: true },
      ...{ finalSnapshotIdentifier: "farewell", tags: { owner: "platform" } },
    });
    expect(plan.inputs("cache-parameters")).toMatchObject({
      family: "valkey9",
      parameters: [{ name: "maxmemory-policy", value: "allkeys-lfu" }],
    });
  });

  it("give users a token to log in with, and their own keys", async () => {
    const users = [
      { name: "feast", keyPrefixes: ["feast:"] },
      { name: "viewer", access: CacheAccess.ReadOnly },
    ];
    const plan = await cache({ users });
    expect(plan.inputs("cache-user-feast")).toEqual({
      ...{ userId: "cache-feast", userName: "cache-feast", engine: "valkey", authenticationMode: { type: "iam" } },
      accessString: "on ~feast:* -@all +@read +@write +@connection +@transaction +@scripting -@dangerous +info",
    });
    expect(plan.inputs("cache-users")["userIds"]).toEqual(["cache-feast", "cache-viewer"]);
    expect(plan.recording.stackOutputs["userNames"]).toEqual({ feast: "cache-feast", viewer: "cache-viewer" });
  });

  // Redis OSS gives whoever does not log in all rights, unless the user `default` is another one.
  it("put somebody without rights in the place of the default user of Redis", async () => {
    const plan = await cache({ engine: CacheEngine.Redis });
    expect(plan.inputs("cache-nodes")).toMatchObject({ engine: "redis", engineVersion: "7.1" });
    expect(plan.inputs("cache-user-default")).toEqual({
      ...{ userId: "cache-default", userName: "default", engine: "redis", accessString: "off -@all" },
      authenticationMode: { type: "no-password-required" },
    });
    expect(plan.inputs("cache-users")["userIds"]).toEqual(["cache-default"]);
  });

  it("let clients in by their security group", async () => {
    const plan = await planOf(() => {
      const made = new Cache("cache", { vpc, kmsKeyArn: "arn:key", clients: [{ name: "nodes", securityGroupId: "sg-nodes" }] });
      made.allowFrom("notebook", "sg-notebook");
    });
    const rule = { securityGroupId: "cache-entrance-id", ipProtocol: "tcp", fromPort: 6379, toPort: 6379 };
    expect(plan.inputs("cache-from-nodes")).toEqual({ ...rule, referencedSecurityGroupId: "sg-nodes", description: "Cache from nodes" });
    expect(plan.inputs("cache-from-notebook")).toMatchObject({ ...rule, referencedSecurityGroupId: "sg-notebook" });
  });

  it("give up the final snapshot by name only", async () => {
    const plan = await cache({ allowDelete: true, deleteWithoutFinalSnapshot: true });
    expect(plan.inputs("cache-nodes")).not.toHaveProperty("finalSnapshotIdentifier");
    expect((await cache({ allowDelete: true })).inputs("cache-nodes")).toMatchObject({ finalSnapshotIdentifier: "cache-final" });
  });
});

it("fails before anything is created, with every fault", () => {
  const args = { vpc, kmsKeyArn: "arn:key", transitEncryption: false, automaticFailover: true };
  expect(refusalOf(() => new Cache("cache", args))).toBe(
    [
      `Cache "cache" cannot be built:`,
      "  - automaticFailover is true with replicas 0; nothing could take over: use 1 replica or more, or leave it out",
      "  - transitEncryption is false; tokens and data would travel in the clear: leave it out",
    ].join("\n"),
  );
});
