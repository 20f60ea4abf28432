import * as pulumi from "@pulumi/pulumi";
import { type VpcReference } from "../../foundation/network/network.pulumi";
import { accountOf } from "../../shared/account.pulumi";
import { refuseInvalidArguments } from "../../shared/errors";
import { admit, type ClientArgs } from "../../shared/private-access.pulumi";
import { wantedDatabases } from "./database-names";
import { createInstance } from "./instance.pulumi";
import { createLogins } from "./logins.pulumi";
import { createPool } from "./pool.pulumi";
import { instanceArn, loginArns } from "./login-rights";
import { databaseFaults } from "./postgres-database";

/** A PostgreSQL server that other components use: what they need to know of it, whoever made it. */
export interface DatabaseReference {
  /** Address to connect to. */
  host: pulumi.Input<string>;
  /** Port to connect to. */
  port: pulumi.Input<number>;
  /** Security group that clients are let in to. */
  securityGroupId: pulumi.Input<string>;
  /** What the right to log in by token names: the instance's resource id (`db-...`) or the proxy's (`prx-...`). */
  resourceId: pulumi.Input<string>;
  /** Identifier of the instance, for alarms and backups. */
  instanceIdentifier: pulumi.Input<string>;
}

export interface DatabaseArgs {
  /** Name of the database: 1 to 63 of a-z, 0-9 and _, a letter first. */
  name: string;
  /** Name of the only role that may use it, by IAM token. @default - the name of the database */
  login?: string;
}

export interface DatabaseStorageArgs {
  /** GiB to begin with, 20 to 65,536. RDS never makes it smaller. @default 20 */
  sizeGib?: number;
  /** GiB up to which RDS lets it grow by itself; the same as `sizeGib` for no growth. @default - five times `sizeGib` */
  maxSizeGib?: number;
}

export interface DatabaseBackupArgs {
  /** Days back to any second of which the server can be restored, 1 to 35. @default 7 */
  retentionDays?: number;
  /** When the daily snapshot is taken, `hh:mm-hh:mm` in UTC. @default "03:00-04:00" */
  window?: string;
  /** Gives up automated backups and every way back to yesterday. @default false */
  turnedOff?: boolean;
}

export interface ConnectionPoolingArgs {
  /** Percent of the server's connections that the proxy may use. @default 90 */
  maxConnectionsPercent?: number;
  /** Percent of the server's connections that the proxy keeps open unused. @default 50 */
  maxIdleConnectionsPercent?: number;
  /** Seconds that a client waits for a connection, 0 to 300. @default 60 */
  borrowTimeoutSeconds?: number;
  /** Minutes after which an idle client is disconnected, 1 to 480. @default 30 */
  idleClientTimeoutMinutes?: number;
}

export interface DatabaseLogsArgs {
  /** Days that CloudWatch keeps them. @default 90 */
  retentionDays?: number;
  /** ARN of the KMS key of the log groups; its policy must admit CloudWatch Logs. @default - encrypted by CloudWatch's own key */
  kmsKeyArn?: pulumi.Input<string>;
  /** Milliseconds from which on a statement is logged with its text. @default 1000 */
  slowStatementMilliseconds?: number;
}

export interface PostgresDatabaseArgs {
  /** Where it stands: the server in the intra subnets, in two zones at least; the function that makes logins in the private ones. */
  vpc: VpcReference;
  /** ARN of the KMS key that encrypts storage, snapshots, insights and the administrator's password. Changing it **replaces the server**. */
  kmsKeyArn: pulumi.Input<string>;
  /** Databases, each with one login. One that is taken from the list stays on the server. @default - none */
  databases?: DatabaseArgs[];
  /** Who may connect. @default - nobody */
  clients?: ClientArgs[];
  /** PostgreSQL version, 15 or newer: `17`, or `17.7` to choose the minor one. A major change needs `allowMajorVersionUpgrade`. @default "17" */
  version?: string;
  /** Lets a change of `version` upgrade to another major version, with an outage and no way back. @default false */
  allowMajorVersionUpgrade?: boolean;
  /** Size of the server. @default "db.t4g.small" */
  instanceClass?: string;
  /** How much it holds. @default - 20 GiB, growing up to 100 */
  storage?: DatabaseStorageArgs;
  /** Keeps a standby in a second zone, and doubles the cost. @default false */
  multiAz?: boolean;
  /** Automated backups. @default - kept for 7 days */
  backup?: DatabaseBackupArgs;
  /** When AWS may patch it, `ddd:hh:mm-ddd:hh:mm` in UTC. @default "sun:04:30-sun:05:30" */
  maintenanceWindow?: string;
  /** Makes changes at once and not in the next maintenance window; some of them restart the server. @default false */
  applyImmediately?: boolean;
  /** Days that Performance Insights are kept: 7 free of charge, 31 to 713 in months of 31 days, 731, or 0 for none. @default 7 */
  performanceInsightsRetentionDays?: number;
  /** A pool of connections in front of the server: many clients, few connections. @default - clients connect to the server itself */
  connectionPooling?: ConnectionPoolingArgs;
  /** Logs of the server, and of the function that makes logins. @default - kept for 90 days */
  logs?: DatabaseLogsArgs;
  /** Name of the instance in AWS, unique in account and region; a change renames it, with a short outage. @default - the component's name */
  instanceIdentifier?: string;
  /** Name of the administrator. Changing it **replaces the server**. @default "postgres" */
  masterUsername?: string;
  /** Stays on its major version after AWS ends its support, at a surcharge an hour and vCPU. Decided when the server is made. @default false */
  extendedSupport?: boolean;
  /** Use this server and make none. Databases, logins and clients are added to it; `kmsKeyArn` is then the key of its secret. @default - a server of its own */
  existingDatabase?: DatabaseReference;
  /** ARN of the secret of the existing server's administrator, as RDS writes it; needed there to make databases. @default - none */
  administratorSecretArn?: pulumi.Input<string>;
  /** Lets `pulumi destroy` delete the server, after a final snapshot. @default false */
  allowDelete?: boolean;
  /** Lets `pulumi destroy` delete the server, its backups and all data; needs `allowDelete`. @default false */
  deleteWithoutFinalSnapshot?: boolean;
  /** Name of the final snapshot. RDS refuses to delete while there is one of that name. @default "<instanceIdentifier>-final" */
  finalSnapshotIdentifier?: string;
  /** Tags of everything that can have tags. @default - none but names */
  tags?: Record<string, pulumi.Input<string>>;
}

/**
 * A private, encrypted PostgreSQL server on RDS with one database and one login for each of its consumers.
 *
 * Security: TLS only, no public address, nobody let in but by security group. The administrator's password is made and rotated by RDS and is
 * never in the state; logins have none, they come by IAM token, and each is confined to its database.
 * Cost (us-east-1, 2026-10-06): USD 23.36 a month for a db.t4g.small and 0.115 for each GB; Multi-AZ 47.45 and 0.23; pooling 21.90 and more
 * (0.015 for each hour and vCPU of the server, 2 at least); backups beyond the size of the storage 0.095 a GB.
 * Replaced when: `kmsKeyArn` or `masterUsername` changes. Protected, and kept in AWS when it leaves the program.
 */
export class PostgresDatabase extends pulumi.ComponentResource {
  /** Address to connect to: the pool's where there is one. */
  readonly host: pulumi.Output<string>;
  /** Port to connect to. */
  readonly port: pulumi.Output<number>;
  /** Security group that clients are let in to. */
  readonly securityGroupId: pulumi.Output<string>;
  /** What the right to log in by token names. */
  readonly resourceId: pulumi.Output<string>;
  /** Identifier of the instance. */
  readonly instanceIdentifier: pulumi.Output<string>;
  /** ARN of the instance. */
  readonly instanceArn: pulumi.Output<string>;
  /** ARN of the administrator's secret, where it is known. */
  readonly administratorSecretArn?: pulumi.Output<string>;
  /** For each database what `rds-db:connect` must name, known once the login is there. */
  readonly loginArns: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: PostgresDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseInvalidArguments("PostgresDatabase", name, databaseFaults(name, args));
    super("modelloop:index:PostgresDatabase", name, {}, opts);
    const { tags, clients = [], connectionPooling } = args;
    const wanted = wantedDatabases(args.databases ?? []);

    const server = serverOf(this, name, args);
    const logins = wanted.length === 0 ? undefined : createLogins(this, name, server, wanted, args);
    const entrance = connectionPooling === undefined ? server : createPool(this, name, server, wanted, { ...args, connectionPooling });

    this.host = pulumi.output(entrance.host);
    this.port = pulumi.output(entrance.port);
    this.securityGroupId = pulumi.output(entrance.securityGroupId);
    this.resourceId = pulumi.output(entrance.resourceId);
    this.instanceIdentifier = pulumi.output(server.instanceIdentifier);
    const facts = pulumi.all([accountOf(this), this.resourceId, this.instanceIdentifier, logins]);
    this.instanceArn = facts.apply(([account, , identifier]) => instanceArn(account, identifier));
    this.loginArns = facts.apply(([account, resourceId]) => loginArns(account, resourceId, wanted));
    if (server.secretArn !== undefined) this.administratorSecretArn = pulumi.output(server.secretArn);
    entrances.set(this, { name, tags });
    for (const { name: client, securityGroupId } of clients) this.allowFrom(client, securityGroupId);
    this.registerOutputs({
      ...{ ...this.reference(), instanceArn: this.instanceArn, loginArns: this.loginArns },
      ...{ administratorSecretArn: this.administratorSecretArn },
    });
  }

  /** What the next component asks for. */
  reference(): DatabaseReference {
    const { host, port, securityGroupId, resourceId, instanceIdentifier } = this;
    return { host, port, securityGroupId, resourceId, instanceIdentifier };
  }

  /** Lets in the members of a security group that was made later than the database. `client` becomes part of the rule's name. */
  allowFrom(client: string, securityGroupId: pulumi.Input<string>): void {
    const { name = "", tags } = entrances.get(this) ?? {};
    const path = { from: securityGroupId, to: this.securityGroupId, port: this.port, description: `PostgreSQL from ${client}`, tags };
    admit(`${name}-from-${client}`, path, { parent: this });
  }
}

/** Not properties, because each of those would be an output. */
const entrances = new WeakMap<PostgresDatabase, Pick<PostgresDatabaseArgs, "tags"> & { readonly name: string }>();

/** The server itself, behind whatever pool stands in front of it. */
export interface Server extends DatabaseReference {
  readonly secretArn: pulumi.Input<string> | undefined;
}

function serverOf(parent: PostgresDatabase, name: string, args: PostgresDatabaseArgs): Server {
  const { existingDatabase, administratorSecretArn: secretArn } = args;
  return existingDatabase === undefined ? createInstance(parent, name, args) : { ...existingDatabase, secretArn };
}
