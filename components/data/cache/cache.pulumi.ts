import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type VpcReference } from "../../foundation/network/network.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { admit, type ClientArgs, createClosedGroup } from "../../shared/private-access.pulumi";
import * as defaults from "./cache";
import { availability, CacheEngine, cacheFaults, ENGINES, EvictionPolicy, parameterFamily } from "./cache";
import { accessString, type CacheAccess, NOBODY, userId } from "./cache-users";

const PORT = 6379;

/** A cache that other components use: what they need to know of it, whoever made it. */
export interface CacheReference {
  /** Address of the node that is written to. */
  host: pulumi.Input<string>;
  /** Port of all nodes. */
  port: pulumi.Input<number>;
  /** Security group that clients are let in to. */
  securityGroupId: pulumi.Input<string>;
  /** Id of the replication group; tokens are signed for it. */
  cacheName: pulumi.Input<string>;
  /** Whether it takes TLS only. One that does not is refused. */
  transitEncryption: boolean;
}

export interface CacheUserArgs {
  /** Lower-case letters, digits and single hyphens. Whoever logs in calls itself `<component's name>-<this name>`. */
  name: string;
  /** What it may do. @default CacheAccess.ReadWrite */
  access?: CacheAccess;
  /** Beginnings of the keys that it may touch, such as `session:`. @default - all keys */
  keyPrefixes?: string[];
}

export interface CacheArgs {
  /** Where it stands: in the intra subnets. */
  vpc: VpcReference;
  /** ARN of the KMS key that encrypts it at rest. Changing it **replaces the cache**. */
  kmsKeyArn: pulumi.Input<string>;
  /** Who may log in, each by IAM token. @default - nobody */
  users?: CacheUserArgs[];
  /** Who may connect. @default - nobody */
  clients?: ClientArgs[];
  /** What it runs. @default CacheEngine.Valkey */
  engine?: CacheEngine;
  /** Major and minor version, 7.0 or newer. There is no way back. @default "8.2", or "7.1" for Redis */
  version?: string;
  /** Size of each node. @default "cache.t4g.micro" */
  nodeType?: string;
  /** Nodes beside the one that is written to, 0 to 5, each at its full price. @default 0 */
  replicas?: number;
  /** Lets a replica take over when the node that is written to fails. @default - true where there are replicas */
  automaticFailover?: boolean;
  /** Spreads the nodes over zones. @default - as `automaticFailover` */
  multiAz?: boolean;
  /** TLS between clients and nodes. Nothing else is accepted; here for whoever looks for it. @default true */
  transitEncryption?: boolean;
  /** What gives way when the cache is full. @default EvictionPolicy.VolatileLru */
  evictionPolicy?: EvictionPolicy;
  /** Days that the daily snapshot is kept, 0 to 35; 0 for none. @default 1 */
  snapshotRetentionDays?: number;
  /** When it is taken, `hh:mm-hh:mm` in UTC, an hour or more. @default "03:00-04:00" */
  snapshotWindow?: string;
  /** When AWS may patch it, `ddd:hh:mm-ddd:hh:mm` in UTC, an hour or more. @default "sun:04:30-sun:05:30" */
  maintenanceWindow?: string;
  /** Makes changes at once and not in the next maintenance window. @default false */
  applyImmediately?: boolean;
  /** Lets `pulumi destroy` delete the cache, after a final snapshot. @default false */
  allowDelete?: boolean;
  /** Lets `pulumi destroy` delete the cache and what is in it; needs `allowDelete`. @default false */
  deleteWithoutFinalSnapshot?: boolean;
  /** Name of the final snapshot. ElastiCache refuses to delete while there is one of that name. @default "<component's name>-final" */
  finalSnapshotIdentifier?: string;
  /** Tags of everything that can have tags. @default - none but names */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * A private, encrypted Valkey or Redis on ElastiCache whose users log in by IAM token.
 *
 * Security: TLS only, encrypted at rest, nobody let in but by security group. No password anywhere: each user comes by token and touches its
 * own keys only; whoever does not log in can do nothing.
 * Cost (us-east-1, 2026-10-02): USD 9.34 a month for each cache.t4g.micro with Valkey, 11.68 with Redis; snapshots beyond one 0.085 a GB.
 * Replaced when: `kmsKeyArn`, or `engine` from Valkey to Redis, changes. Protected, and kept in AWS when it leaves the program.
 */
export class Cache extends pulumi.ComponentResource {
  /** Address of the node that is written to. */
  readonly host: pulumi.Output<string>;
  /** Address of the replicas; without any, of the one node there is. */
  readonly readerHost: pulumi.Output<string>;
  /** Port of all nodes. */
  readonly port: pulumi.Output<number>;
  /** Security group that clients are let in to. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Id of the replication group; tokens are signed for it. */
  readonly cacheName: pulumi.Output<string>;
  /** ARN of the replication group. Who logs in needs `elasticache:Connect` on it and on the user. */
  readonly arn: pulumi.Output<string>;
  /** For each user the name it logs in with. */
  readonly userNames: pulumi.Output<Record<string, string>>;
  /** For each user its ARN. */
  readonly userArns: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("Cache", name, cacheFaults(name, args));
    super("modelloop:index:Cache", name, {}, opts);
    const { vpc, kmsKeyArn, tags, clients = [], replicas = 0, engine = CacheEngine.Valkey, allowDelete = false } = args;
    const { version = ENGINES[engine].defaultVersion } = args;
    const { automaticFailover, multiAz } = availability(args);
    // A cache that is kept keeps what it stands on and who may log in.
    const always = { parent: this, retainOnDelete: !allowDelete };

    const entrance = createClosedGroup(`${name}-entrance`, { vpcId: vpc.vpcId, description: `Cache ${name}`, tags }, always);
    const subnets = new aws.elasticache.SubnetGroup(`${name}-subnets`, { subnetIds: vpc.intraSubnetIds, tags }, always);
    const parameters = createParameters(name, engine, version, args, always);
    const users = (args.users ?? []).map((user) => createUser(name, engine, user, tags, always));
    const group = createUserGroup(name, engine, users, tags, always);
    const cache = new aws.elasticache.ReplicationGroup(
      `${name}-nodes`,
      {
        ...{
          description: `Cache ${name}`,
          engine,
          engineVersion: version,
          autoMinorVersionUpgrade: true,
          parameterGroupName: parameters.name,
        },
        ...{ nodeType: args.nodeType ?? defaults.DEFAULT_NODE_TYPE, numCacheClusters: 1 + replicas },
        ...{ automaticFailoverEnabled: automaticFailover, multiAzEnabled: multiAz },
        ...{ port: PORT, subnetGroupName: subnets.name, securityGroupIds: [entrance.id] },
        ...{ transitEncryptionEnabled: true, transitEncryptionMode: "required", userGroupIds: [group.userGroupId] },
        ...{ atRestEncryptionEnabled: true, kmsKeyId: kmsKeyArn },
        snapshotRetentionLimit: args.snapshotRetentionDays ?? defaults.DEFAULT_SNAPSHOT_DAYS,
        snapshotWindow: args.snapshotWindow ?? defaults.DEFAULT_SNAPSHOT_WINDOW,
        maintenanceWindow: args.maintenanceWindow ?? defaults.DEFAULT_MAINTENANCE_WINDOW,
        applyImmediately: args.applyImmediately ?? false,
        ...(args.deleteWithoutFinalSnapshot !== true && { finalSnapshotIdentifier: args.finalSnapshotIdentifier ?? `${name}-final` }),
        tags,
      },
      { ...always, protect: !allowDelete },
    );
    this.host = cache.primaryEndpointAddress;
    this.readerHost = cache.readerEndpointAddress;
    this.port = cache.port.apply((port) => port ?? PORT);
    this.securityGroupId = entrance.id;
    this.cacheName = cache.replicationGroupId;
    this.arn = cache.arn;
    this.userNames = pulumi.output(Object.fromEntries(users.map(({ user, resource }) => [user, resource.userName])));
    this.userArns = pulumi.output(Object.fromEntries(users.map(({ user, resource }) => [user, resource.arn])));
    entrances.set(this, { name, tags });
    for (const { name: client, securityGroupId } of clients) this.allowFrom(client, securityGroupId);
    this.registerOutputs({
      ...{ host: this.host, readerHost: this.readerHost, port: this.port, securityGroupId: this.securityGroupId },
      ...{ cacheName: this.cacheName, arn: this.arn, userNames: this.userNames, userArns: this.userArns },
    });
  }

  /** What the next component asks for. */
  reference(): CacheReference {
    const { host, port, securityGroupId, cacheName } = this;
    return { host, port, securityGroupId, cacheName, transitEncryption: true };
  }

  /** Lets in the members of a security group that was made later than the cache. `client` becomes part of the rule's name. */
  allowFrom(client: string, securityGroupId: pulumi.Input<string>): void {
    const { name = "", tags } = entrances.get(this) ?? {};
    const path = { from: securityGroupId, to: this.securityGroupId, port: PORT, description: `Cache from ${client}`, tags };
    admit(`${name}-from-${client}`, path, { parent: this });
  }
}

/** Not properties, because each of those would be an output. */
const entrances = new WeakMap<Cache, Pick<CacheArgs, "tags"> & { readonly name: string }>();

function createParameters(
  name: string,
  engine: CacheEngine,
  version: string,
  { evictionPolicy = EvictionPolicy.VolatileLru, tags }: CacheArgs,
  opts: pulumi.CustomResourceOptions,
): aws.elasticache.ParameterGroup {
  const parameters = [{ name: "maxmemory-policy", value: evictionPolicy }];
  return new aws.elasticache.ParameterGroup(`${name}-parameters`, { family: parameterFamily(engine, version), parameters, tags }, opts);
}

interface CreatedUser {
  readonly user: string;
  readonly resource: aws.elasticache.User;
}

function createUser(
  name: string,
  engine: CacheEngine,
  user: CacheUserArgs,
  tags: CacheArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): CreatedUser {
  const id = userId(name, user.name);
  const args = { userId: id, userName: id, engine, accessString: accessString(user), authenticationMode: { type: "iam" }, tags };
  return { user: user.name, resource: new aws.elasticache.User(`${name}-user-${user.name}`, args, opts) };
}

function createUserGroup(
  name: string,
  engine: CacheEngine,
  users: CreatedUser[],
  tags: CacheArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): aws.elasticache.UserGroup {
  const ids = users.map(({ resource }) => resource.userId);
  // Redis OSS lets in whoever does not log in, as `default` with all rights, unless another of that name takes its place.
  const nobody = ENGINES[engine].needsDefaultUser ? [createNobody(name, engine, tags, opts).userId] : [];
  return new aws.elasticache.UserGroup(
    `${name}-users`,
    { userGroupId: userId(name, "users"), engine, userIds: [...nobody, ...ids], tags },
    opts,
  );
}

function createNobody(
  name: string,
  engine: CacheEngine,
  tags: CacheArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): aws.elasticache.User {
  const args = { userId: userId(name, "default"), userName: "default", engine, accessString: NOBODY, tags };
  return new aws.elasticache.User(`${name}-user-default`, { ...args, authenticationMode: { type: "no-password-required" } }, opts);
}
