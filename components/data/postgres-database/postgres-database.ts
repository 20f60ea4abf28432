import { clientFaults, type NamedClient } from "../../shared/clients";
import { wholeNumberFaults } from "../../shared/faults";
import { logRetentionFaults } from "../../shared/log-retention";
import { dailyWindowFaults, weeklyWindowFaults, windowsOverlap } from "../../shared/time-windows";
import { databaseNameFaults, type NamedDatabase } from "./database-names";
import { existingDatabaseFaults } from "./database-reference";

/** What of the arguments can be wrong before AWS is asked. */
export interface DatabaseShape {
  readonly vpc?: { readonly intraSubnetIds?: unknown };
  readonly databases?: readonly NamedDatabase[];
  readonly clients?: readonly NamedClient[];
  readonly version?: string;
  readonly instanceClass?: string;
  readonly storage?: StorageShape;
  readonly multiAz?: boolean;
  readonly backup?: BackupShape;
  readonly maintenanceWindow?: string;
  readonly performanceInsightsRetentionDays?: number;
  readonly connectionPooling?: PoolingShape;
  readonly logs?: LogsShape;
  readonly instanceIdentifier?: string;
  readonly masterUsername?: string;
  readonly existingDatabase?: object;
  readonly administratorSecretArn?: unknown;
  readonly allowDelete?: boolean;
  readonly deleteWithoutFinalSnapshot?: boolean;
}

export interface StorageShape {
  readonly sizeGib?: number;
  readonly maxSizeGib?: number;
}

export interface BackupShape {
  readonly retentionDays?: number;
  readonly window?: string;
  readonly turnedOff?: boolean;
}

export interface PoolingShape {
  readonly maxConnectionsPercent?: number;
  readonly maxIdleConnectionsPercent?: number;
  readonly borrowTimeoutSeconds?: number;
  readonly idleClientTimeoutMinutes?: number;
}

export interface LogsShape {
  readonly retentionDays?: number;
  readonly slowStatementMilliseconds?: number;
}

/** From 15 on not everybody may create in the schema public; the databases of five services on one server need that. */
const OLDEST_VERSION = 15;

/** The newest that Airflow 3 names among the versions it is tested with (README of apache/airflow); RDS has it in all its regions. */
export const DEFAULT_VERSION = "17";
export const DEFAULT_INSTANCE_CLASS = "db.t4g.small";
export const DEFAULT_SIZE_GIB = 20;
/** Growth is one-way: RDS never makes a volume smaller. Five times is room for a year, and a bill that nobody has to explain. */
const DEFAULT_GROWTH = 5;
export const DEFAULT_BACKUP_DAYS = 7;
export const DEFAULT_BACKUP_WINDOW = "03:00-04:00";
export const DEFAULT_MAINTENANCE_WINDOW = "sun:04:30-sun:05:30";
export const DEFAULT_LOG_DAYS = 90;
export const DEFAULT_SLOW_STATEMENT_MILLISECONDS = 1_000;
/** The longest that costs nothing. */
export const DEFAULT_INSIGHTS_DAYS = 7;
export const DEFAULT_POOLING = {
  maxConnectionsPercent: 90,
  maxIdleConnectionsPercent: 50,
  borrowTimeoutSeconds: 60,
  idleClientTimeoutMinutes: 30,
};

/** RDS user guide, "Amazon RDS DB instance storage": gp3 for PostgreSQL. */
const SIZE = { min: 20, max: 65_536, rule: "RDS gives PostgreSQL 20 to 65,536 GiB" };
/** "at least 10% more than the current allocated storage" (RDS user guide, "Managing capacity automatically with Amazon RDS storage autoscaling"). */
const leastBound = (sizeGib: number) => Math.ceil((sizeGib * 11) / 10);
/** RDS API reference, CreateDBInstance, BackupRetentionPeriod: 0 to 35, where 0 is none. */
const BACKUP_DAYS = { min: 1, max: 35, rule: "RDS keeps automated backups for 35 days at most" };
/** RDS API reference, PreferredBackupWindow and PreferredMaintenanceWindow: 30 minutes or more; a maintenance window of a day at most. */
const WINDOW = { shortestMinutes: 30, longestMinutes: 24 * 60, service: "RDS" };
const MILLISECONDS = { min: 1, max: 3_600_000, rule: "a statement counts as slow from some milliseconds on" };

/** RDS API reference, ConnectionPoolConfiguration and CreateDBProxy, IdleClientTimeout (8 hours). */
const POOLING: Record<keyof PoolingShape, { min: number; max: number; rule: string }> = {
  maxConnectionsPercent: { min: 1, max: 100, rule: "it is a share of what the server takes" },
  maxIdleConnectionsPercent: { min: 0, max: 100, rule: "it is a share of what the server takes" },
  borrowTimeoutSeconds: { min: 0, max: 300, rule: "a proxy lets nobody wait for more than 5 minutes" },
  idleClientTimeoutMinutes: { min: 1, max: 480, rule: "a proxy keeps idle clients for 8 hours at most" },
};

export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

/** Up to which storage grows; its own size where it is not to grow. */
export function maxSizeGib({ sizeGib = DEFAULT_SIZE_GIB, maxSizeGib }: StorageShape): number {
  return maxSizeGib ?? Math.min(sizeGib * DEFAULT_GROWTH, SIZE.max);
}

/** What RDS is told: the size itself as a bound it refuses (CreateDBInstance wants 10 % more), so no growth is said by saying nothing. */
export function growthBound(storage: StorageShape): number | undefined {
  const most = maxSizeGib(storage);
  return most === (storage.sizeGib ?? DEFAULT_SIZE_GIB) ? undefined : most;
}

export function databaseFaults(name: string, shape: DatabaseShape): string[] {
  return [
    ...(shape.existingDatabase === undefined ? ownDatabaseFaults(name, shape) : existingDatabaseFaults(shape, shape.existingDatabase)),
    ...databaseNameFaults(shape.databases ?? [], shape.masterUsername),
    ...clientFaults(shape.clients ?? []),
    ...logRetentionFaults("logs.retentionDays", shape.logs?.retentionDays),
  ];
}

function ownDatabaseFaults(name: string, shape: DatabaseShape): string[] {
  const { version, instanceClass, logs, connectionPooling, databases = [], administratorSecretArn } = shape;
  return [
    ...versionFaults(version),
    ...instanceClassFaults(instanceClass),
    ...identifierFaults(shape.instanceIdentifier ?? name),
    ...subnetFaults(shape.vpc?.intraSubnetIds),
    ...storageFaults(shape.storage ?? {}),
    ...backupFaults(shape),
    ...insightsFaults(shape.performanceInsightsRetentionDays),
    ...wholeNumberFaults("logs.slowStatementMilliseconds", logs?.slowStatementMilliseconds, MILLISECONDS),
    ...(connectionPooling === undefined ? [] : poolingFaults(connectionPooling, databases)),
    ...deletionFaults(shape),
    ...(administratorSecretArn === undefined
      ? []
      : ["administratorSecretArn is set without existingDatabase; RDS makes the secret of a database of ours: leave it out"]),
  ];
}

function versionFaults(version: string | undefined): string[] {
  if (version === undefined) return [];
  if (!/^\d+(\.\d+)?$/.test(version)) return [`version is ${JSON.stringify(version)}; it is a number such as 17 or 17.7: write one`];
  if (majorOf(version) >= OLDEST_VERSION) return [];
  const rule = "before 15 everybody who can connect may create in the schema public";
  return [`version is ${version}; ${rule}: use ${OLDEST_VERSION} or newer`];
}

function instanceClassFaults(instanceClass: string | undefined): string[] {
  if (instanceClass === undefined || /^db\.[a-z0-9-]+\.[a-z0-9-]+$/.test(instanceClass)) return [];
  return [`instanceClass is ${JSON.stringify(instanceClass)}; RDS writes db.<family>.<size>: use one such as ${DEFAULT_INSTANCE_CLASS}`];
}

/** RDS user guide, "Settings for DB instances", DB instance identifier. The final snapshot's name is made from it. */
function identifierFaults(identifier: string): string[] {
  if (/^[a-z](-?[a-z0-9])*$/.test(identifier) && identifier.length <= 63) return [];
  const rule = "RDS takes 1 to 63 lower-case letters, digits and single hyphens, a letter first and no hyphen last";
  return [`instanceIdentifier is ${JSON.stringify(identifier)}; ${rule}: set it, or name the component so`];
}

/** Only where the list is known now: an output is AWS's to judge. */
function subnetFaults(subnetIds: unknown): string[] {
  if (!Array.isArray(subnetIds) || subnetIds.length >= 2) return [];
  const rule = "RDS wants subnets in two zones, for one instance too";
  return [`vpc.intraSubnetIds names ${subnetIds.length}; ${rule}: give a VPC with intra subnets in two zones`];
}

export function storageFaults(storage: StorageShape): string[] {
  const { sizeGib = DEFAULT_SIZE_GIB, maxSizeGib: max } = storage;
  const faults = [...wholeNumberFaults("storage.sizeGib", storage.sizeGib, SIZE), ...wholeNumberFaults("storage.maxSizeGib", max, SIZE)];
  if (max !== undefined && max !== sizeGib && max < leastBound(sizeGib)) {
    const rule = `RDS grows storage only towards a bound at least 10 % above the ${sizeGib} GiB it starts with`;
    faults.push(`storage.maxSizeGib is ${max}; ${rule}: use ${leastBound(sizeGib)} or more, or ${sizeGib} for no growth`);
  }
  return faults;
}

function backupFaults({ backup = {}, maintenanceWindow = DEFAULT_MAINTENANCE_WINDOW }: DatabaseShape): string[] {
  const { retentionDays, window = DEFAULT_BACKUP_WINDOW, turnedOff = false } = backup;
  const faults = [
    ...backupDaysFaults(retentionDays),
    ...dailyWindowFaults("backup.window", window, WINDOW),
    ...weeklyWindowFaults("maintenanceWindow", maintenanceWindow, WINDOW),
  ];
  if (turnedOff && retentionDays !== undefined) {
    faults.push("backup.turnedOff is true together with backup.retentionDays; nothing is kept: leave one of the two out");
  }
  if (windowsOverlap(window, maintenanceWindow)) {
    const rule = "RDS refuses windows that overlap";
    faults.push(`backup.window is ${window} and maintenanceWindow is ${maintenanceWindow}; ${rule}: move one of them`);
  }
  return faults;
}

function backupDaysFaults(days: number | undefined): string[] {
  if (days !== 0) return wholeNumberFaults("backup.retentionDays", days, BACKUP_DAYS);
  return ["backup.retentionDays is 0; that gives up every way back to yesterday: use 1 to 35, or set backup.turnedOff to true"];
}

/** RDS API reference, PerformanceInsightsRetentionPeriod. */
function insightsFaults(days: number | undefined): string[] {
  if (days === undefined || days === 0 || days === 7 || days === 731 || (days % 31 === 0 && days > 0 && days <= 23 * 31)) return [];
  const rule = "RDS keeps them for 7 days, for 1 to 23 months of 31 days, or for 731 days";
  return [`performanceInsightsRetentionDays is ${days}; ${rule}: use one of these, or 0 for none`];
}

function poolingFaults(pooling: PoolingShape, databases: readonly NamedDatabase[]): string[] {
  const settings = Object.keys(POOLING) as (keyof PoolingShape)[];
  const faults = settings.flatMap((setting) => wholeNumberFaults(`connectionPooling.${setting}`, pooling[setting], POOLING[setting]));
  const { maxConnectionsPercent: most, maxIdleConnectionsPercent: idle } = { ...DEFAULT_POOLING, ...pooling };
  if (idle > most) {
    faults.push(`connectionPooling.maxIdleConnectionsPercent is ${idle}; of ${most} % no more can be idle: use ${most} or less`);
  }
  if (databases.length === 0) {
    faults.push("connectionPooling is set without databases; the proxy logs in as their logins and as nobody else: name a database");
  }
  return faults;
}

function deletionFaults({ allowDelete = false, deleteWithoutFinalSnapshot = false }: DatabaseShape): string[] {
  if (!deleteWithoutFinalSnapshot || allowDelete) return [];
  return ["deleteWithoutFinalSnapshot is true without allowDelete; a protected database is not deleted at all: set both, or neither"];
}
