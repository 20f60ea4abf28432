import { clientFaults, type NamedClient } from "../../shared/clients";
import { enumFaults, wholeNumberFaults } from "../../shared/faults";
import { dailyWindowFaults, weeklyWindowFaults, windowsOverlap } from "../../shared/time-windows";
import { type NamedUser, userFaults } from "./cache-users";

export enum CacheEngine {
  Valkey = "valkey",
  /** Dearer than Valkey by a quarter. */
  Redis = "redis",
}

/** What gives way when the cache is full. */
export enum EvictionPolicy {
  /** Of the keys that have a time to live, the least recently used. Others stay, and writing fails when only those are left. */
  VolatileLru = "volatile-lru",
  /** Of the keys that have a time to live, the least often used. */
  VolatileLfu = "volatile-lfu",
  /** Of the keys that have a time to live, the one that ends first. */
  VolatileTtl = "volatile-ttl",
  /** Of all keys, the least recently used: also those that somebody meant to keep. */
  AllKeysLru = "allkeys-lru",
  /** Of all keys, the least often used: also those that somebody meant to keep. */
  AllKeysLfu = "allkeys-lfu",
  /** Nothing: writing fails when the cache is full. */
  NoEviction = "noeviction",
}

/** What of the arguments can be wrong before AWS is asked. */
export interface CacheShape {
  readonly users?: readonly NamedUser[];
  readonly clients?: readonly NamedClient[];
  readonly engine?: CacheEngine;
  readonly version?: string;
  readonly nodeType?: string;
  readonly replicas?: number;
  readonly automaticFailover?: boolean;
  readonly multiAz?: boolean;
  readonly transitEncryption?: boolean;
  readonly evictionPolicy?: EvictionPolicy;
  readonly snapshotRetentionDays?: number;
  readonly snapshotWindow?: string;
  readonly maintenanceWindow?: string;
  readonly allowDelete?: boolean;
  readonly deleteWithoutFinalSnapshot?: boolean;
}

interface EngineFacts {
  readonly defaultVersion: string;
  /** Logging in by IAM token begins here (ElastiCache user guide, "Authenticating with IAM"). */
  readonly oldestMajor: number;
  /** Whether a group of users must have one called `default` (ElastiCache user guide, "Role-Based Access Control"). */
  readonly needsDefaultUser: boolean;
}

export const ENGINES: Record<CacheEngine, EngineFacts> = {
  [CacheEngine.Valkey]: { defaultVersion: "8.2", oldestMajor: 7, needsDefaultUser: false },
  [CacheEngine.Redis]: { defaultVersion: "7.1", oldestMajor: 7, needsDefaultUser: true },
};

export const DEFAULT_NODE_TYPE = "cache.t4g.micro";
export const DEFAULT_SNAPSHOT_DAYS = 1;
export const DEFAULT_SNAPSHOT_WINDOW = "03:00-04:00";
export const DEFAULT_MAINTENANCE_WINDOW = "sun:04:30-sun:05:30";

/** ElastiCache API reference, CreateReplicationGroup: 1 to 6 nodes without shards; SnapshotRetentionLimit; both windows an hour or more. */
const REPLICAS = { min: 0, max: 5, rule: "a cache has 5 replicas at most" };
const SNAPSHOT_DAYS = { min: 0, max: 35, rule: "ElastiCache keeps automatic snapshots for 35 days at most" };
const WINDOW = { shortestMinutes: 60, longestMinutes: 24 * 60, service: "ElastiCache" };

/** `valkey8` for 8.2: the parameters belong to a major version. */
export function parameterFamily(engine: CacheEngine, version: string): string {
  return `${engine}${Number.parseInt(version, 10)}`;
}

export interface Availability {
  readonly automaticFailover: boolean;
  readonly multiAz: boolean;
}

/** A replica that does not take over, or that stands in the same zone, costs as much as one that does. */
export function availability({ replicas = 0, automaticFailover = replicas > 0, multiAz = automaticFailover }: CacheShape): Availability {
  return { automaticFailover, multiAz };
}

export function cacheFaults(name: string, cache: CacheShape): string[] {
  const { engine, evictionPolicy, nodeType, replicas, users = [], clients = [] } = cache;
  return [
    ...enumFaults("engine", engine, CacheEngine),
    ...versionFaults(cache),
    ...nodeTypeFaults(nodeType),
    ...wholeNumberFaults("replicas", replicas, REPLICAS),
    ...availabilityFaults(cache),
    ...encryptionFaults("transitEncryption", cache.transitEncryption),
    ...enumFaults("evictionPolicy", evictionPolicy, EvictionPolicy),
    ...snapshotFaults(cache),
    ...userFaults(name, users),
    ...clientFaults(clients),
    ...deletionFaults(cache),
  ];
}

function versionFaults({ engine = CacheEngine.Valkey, version }: CacheShape): string[] {
  const facts: EngineFacts | undefined = ENGINES[engine];
  if (version === undefined || facts === undefined) return [];
  if (!/^\d+\.\d+$/.test(version)) {
    return [`version is ${JSON.stringify(version)}; ElastiCache wants major and minor, such as ${facts.defaultVersion}: write both`];
  }
  if (Number.parseInt(version, 10) >= facts.oldestMajor) return [];
  return [`version is ${version}; users log in by IAM token from ${facts.oldestMajor}.0 on: use ${facts.oldestMajor}.0 or newer`];
}

function nodeTypeFaults(nodeType: string | undefined): string[] {
  if (nodeType === undefined || /^cache\.[a-z0-9-]+\.[a-z0-9-]+$/.test(nodeType)) return [];
  return [`nodeType is ${JSON.stringify(nodeType)}; ElastiCache writes cache.<family>.<size>: use one such as ${DEFAULT_NODE_TYPE}`];
}

function availabilityFaults(cache: CacheShape): string[] {
  const { replicas = 0, automaticFailover, multiAz } = cache;
  if (replicas === 0) {
    const alone = Object.entries({ automaticFailover, multiAz }).filter(([, value]) => value === true);
    const rule = "nothing could take over";
    return alone.map(([property]) => `${property} is true with replicas 0; ${rule}: use 1 replica or more, or leave it out`);
  }
  if (multiAz !== true || automaticFailover !== false) return [];
  return ["multiAz is true with automaticFailover false; a replica in another zone helps only if it takes over: leave one of the two out"];
}

/** A token is worth a quarter of an hour; whoever reads it on the wire has that long. */
function encryptionFaults(property: string, encrypted: boolean | undefined): string[] {
  if (encrypted !== false) return [];
  return [`${property} is false; tokens and data would travel in the clear: leave it out`];
}

function snapshotFaults(cache: CacheShape): string[] {
  const { snapshotRetentionDays, snapshotWindow = DEFAULT_SNAPSHOT_WINDOW, maintenanceWindow = DEFAULT_MAINTENANCE_WINDOW } = cache;
  const faults = [
    ...wholeNumberFaults("snapshotRetentionDays", snapshotRetentionDays, SNAPSHOT_DAYS),
    ...dailyWindowFaults("snapshotWindow", snapshotWindow, WINDOW),
    ...weeklyWindowFaults("maintenanceWindow", maintenanceWindow, WINDOW),
  ];
  if (windowsOverlap(snapshotWindow, maintenanceWindow)) {
    const rule = "ElastiCache refuses windows that overlap";
    faults.push(`snapshotWindow is ${snapshotWindow} and maintenanceWindow is ${maintenanceWindow}; ${rule}: move one of them`);
  }
  return faults;
}

function deletionFaults({ allowDelete = false, deleteWithoutFinalSnapshot = false }: CacheShape): string[] {
  if (!deleteWithoutFinalSnapshot || allowDelete) return [];
  return ["deleteWithoutFinalSnapshot is true without allowDelete; a protected cache is not deleted at all: set both, or neither"];
}

/** What of a reference can be wrong before AWS is asked. */
export interface CacheReferenceShape extends Partial<Record<"host" | "port" | "securityGroupId" | "cacheName", unknown>> {
  readonly transitEncryption?: boolean;
}

/** Why each is needed, for whoever left it out. */
const NEEDED: Record<"host" | "port" | "securityGroupId" | "cacheName", string> = {
  host: "nobody can connect to it otherwise: give its primary endpoint",
  port: "nobody can connect to it otherwise: give its port",
  securityGroupId: "without it nothing can be let in, and nobody can tell who is: give the id of its security group",
  cacheName: "tokens are signed for it: give the id of the replication group",
};

/** For every component that takes a cache made elsewhere. */
export function cacheReferenceFaults(property: string, reference: CacheReferenceShape): string[] {
  const needed = Object.entries(NEEDED) as [keyof typeof NEEDED, string][];
  return [
    ...needed.filter(([key]) => reference[key] === undefined).map(([key, why]) => `${property}.${key} is missing; ${why}`),
    ...encryptionFaults(`${property}.transitEncryption`, reference.transitEncryption).map((fault) =>
      fault.replace("leave it out", "turn it on there, or use another cache"),
    ),
  ];
}
