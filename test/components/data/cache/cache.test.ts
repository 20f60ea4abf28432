import {
  availability,
  CacheEngine,
  cacheFaults,
  cacheReferenceFaults,
  type CacheShape,
  EvictionPolicy,
  parameterFamily,
} from "../../../../components/data/cache/cache";

const faults = (shape: CacheShape) => cacheFaults("cache", shape);

describe("I5 what is accepted", () => {
  it.each<[string, CacheShape]>([
    ["nothing at all", {}],
    ["Redis", { engine: CacheEngine.Redis, version: "7.0" }],
    ["the newest Valkey", { version: "9.1", evictionPolicy: EvictionPolicy.AllKeysLru }],
    ["replicas in two zones", { replicas: 2, automaticFailover: true, multiAz: true }],
    ["replicas that only read", { replicas: 1, automaticFailover: false }],
    ["TLS, said", { transitEncryption: true }],
    ["no snapshots", { snapshotRetentionDays: 0 }],
  ])("%s", (_, shape) => expect(faults(shape)).toEqual([]));
});

describe("I5 refusals", () => {
  it.each<[string, CacheShape, string[]]>([
    [
      "a cache without TLS",
      { transitEncryption: false },
      ["transitEncryption is false; tokens and data would travel in the clear: leave it out"],
    ],
    [
      "a version whose users have passwords",
      { engine: CacheEngine.Redis, version: "6.2" },
      ["version is 6.2; users log in by IAM token from 7.0 on: use 7.0 or newer"],
    ],
    ["a version without its minor", { version: "8" }, ['version is "8"; ElastiCache wants major and minor, such as 8.2: write both']],
    [
      "an engine that is none",
      { engine: "memcached" as CacheEngine },
      ['engine is "memcached"; it must be one of valkey, redis: use one of these'],
    ],
    [
      "a type of a database",
      { nodeType: "db.t4g.micro" },
      ['nodeType is "db.t4g.micro"; ElastiCache writes cache.<family>.<size>: use one such as cache.t4g.micro'],
    ],
    // Somebody who set this believes that the cache survives a zone.
    [
      "failover to nobody",
      { automaticFailover: true, multiAz: true },
      [
        "automaticFailover is true with replicas 0; nothing could take over: use 1 replica or more, or leave it out",
        "multiAz is true with replicas 0; nothing could take over: use 1 replica or more, or leave it out",
      ],
    ],
    [
      "zones without failover",
      { replicas: 1, multiAz: true, automaticFailover: false },
      ["multiAz is true with automaticFailover false; a replica in another zone helps only if it takes over: leave one of the two out"],
    ],
    ["too many replicas", { replicas: 6 }, ["replicas is 6; a cache has 5 replicas at most: use a whole number from 0 to 5"]],
    [
      "a policy that is none",
      { evictionPolicy: "lru" as EvictionPolicy },
      [
        'evictionPolicy is "lru"; it must be one of volatile-lru, volatile-lfu, volatile-ttl, allkeys-lru, allkeys-lfu, noeviction: use one of these',
      ],
    ],
    [
      "snapshots that AWS does not keep so long",
      { snapshotRetentionDays: 36 },
      ["snapshotRetentionDays is 36; ElastiCache keeps automatic snapshots for 35 days at most: use a whole number from 0 to 35"],
    ],
    [
      "windows that are too short or overlap",
      { snapshotWindow: "05:00-05:30", maintenanceWindow: "sun:05:00-sun:06:00" },
      [
        "snapshotWindow is 05:00-05:30, 30 minutes; ElastiCache takes 60 minutes to 24 hours: choose a window of that length",
        "snapshotWindow is 05:00-05:30 and maintenanceWindow is sun:05:00-sun:06:00; ElastiCache refuses windows that overlap: move one of them",
      ],
    ],
    [
      "a client without a security group",
      { clients: [{ name: "nodes" }] },
      ["clients[0].securityGroupId is missing; nobody is let in by address: give the id of the client's security group"],
    ],
    [
      "deletion without a snapshot of what is protected",
      { deleteWithoutFinalSnapshot: true },
      ["deleteWithoutFinalSnapshot is true without allowDelete; a protected cache is not deleted at all: set both, or neither"],
    ],
  ])("fails on %s", (_, shape, expected) => expect(faults(shape)).toEqual(expected));
});

describe("availability", () => {
  it.each<[CacheShape, boolean, boolean]>([
    [{}, false, false],
    [{ replicas: 1 }, true, true],
    [{ replicas: 1, multiAz: false }, true, false],
    [{ replicas: 1, automaticFailover: false }, false, false],
  ])("of %j is failover %p and several zones %p", (shape, automaticFailover, multiAz) => {
    expect(availability(shape)).toEqual({ automaticFailover, multiAz });
  });
});

it.each([
  [CacheEngine.Valkey, "8.2", "valkey8"],
  [CacheEngine.Redis, "7.1", "redis7"],
])("%s %s takes the parameters of %s", (engine, version, family) => expect(parameterFamily(engine, version)).toBe(family));

describe("I5 a cache that was made elsewhere", () => {
  const reference = { host: "cache.example.com", port: 6379, securityGroupId: "sg-1", cacheName: "company", transitEncryption: true };

  it("is accepted with all that is needed of it", () => expect(cacheReferenceFaults("cache", reference)).toEqual([]));

  it("fails without TLS, and with all that is missing at once", () => {
    expect(cacheReferenceFaults("cache", { host: "cache.example.com", transitEncryption: false })).toEqual([
      "cache.port is missing; nobody can connect to it otherwise: give its port",
      "cache.securityGroupId is missing; without it nothing can be let in, and nobody can tell who is: give the id of its security group",
      "cache.cacheName is missing; tokens are signed for it: give the id of the replication group",
      "cache.transitEncryption is false; tokens and data would travel in the clear: turn it on there, or use another cache",
    ]);
  });
});
