import {
  databaseFaults,
  type DatabaseShape,
  growthBound,
  majorOf,
  maxSizeGib,
} from "../../../../components/data/postgres-database/postgres-database";

const faults = (shape: DatabaseShape, name = "db") => databaseFaults(name, shape);

describe("I4 what is accepted", () => {
  it.each<[string, DatabaseShape]>([
    ["nothing at all", {}],
    ["the oldest version", { version: "15" }],
    ["a version that is not out yet", { version: "19.1" }],
    ["the smallest growth", { storage: { sizeGib: 100, maxSizeGib: 110 } }],
    ["no growth", { storage: { sizeGib: 100, maxSizeGib: 100 } }],
    ["a bound above the size that is the default", { storage: { maxSizeGib: 22 } }],
    ["the longest backups", { backup: { retentionDays: 35 } }],
    ["no backups, by name", { backup: { turnedOff: true } }],
    ["windows that touch", { backup: { window: "03:00-04:00" }, maintenanceWindow: "sun:04:00-sun:05:00" }],
    ["no insights", { performanceInsightsRetentionDays: 0 }],
    ["insights for 23 months", { performanceInsightsRetentionDays: 713 }],
    ["a pool for one database", { connectionPooling: {}, databases: [{ name: "mlflow" }] }],
    ["subnets that are not known yet", { vpc: { intraSubnetIds: "an output" } }],
  ])("%s", (_, shape) => expect(faults(shape)).toEqual([]));
});

describe("I4 refusals", () => {
  // AWS says most of these only after ten minutes of creating, and one of them (overlapping windows) not even in words.
  it.each<[string, DatabaseShape, string[]]>([
    [
      "a version in whose schema public everybody creates",
      { version: "14.9" },
      ["version is 14.9; before 15 everybody who can connect may create in the schema public: use 15 or newer"],
    ],
    ["a version that is none", { version: "latest" }, ['version is "latest"; it is a number such as 17 or 17.7: write one']],
    [
      "a class of a cache",
      { instanceClass: "cache.t4g.small" },
      ['instanceClass is "cache.t4g.small"; RDS writes db.<family>.<size>: use one such as db.t4g.small'],
    ],
    [
      "storage that grows to less than it has",
      { storage: { sizeGib: 100, maxSizeGib: 50 } },
      [
        "storage.maxSizeGib is 50; RDS grows storage only towards a bound at least 10 % above the 100 GiB it starts with: use 110 or more, or 100 for no growth",
      ],
    ],
    [
      "storage with too little room to grow",
      { storage: { maxSizeGib: 21 } },
      [
        "storage.maxSizeGib is 21; RDS grows storage only towards a bound at least 10 % above the 20 GiB it starts with: use 22 or more, or 20 for no growth",
      ],
    ],
    [
      "too little storage",
      { storage: { sizeGib: 5 } },
      ["storage.sizeGib is 5; RDS gives PostgreSQL 20 to 65,536 GiB: use a whole number from 20 to 65,536"],
    ],
    [
      "backups that AWS does not keep so long",
      { backup: { retentionDays: 36 } },
      ["backup.retentionDays is 36; RDS keeps automated backups for 35 days at most: use a whole number from 1 to 35"],
    ],
    [
      "no backups by a number",
      { backup: { retentionDays: 0 } },
      ["backup.retentionDays is 0; that gives up every way back to yesterday: use 1 to 35, or set backup.turnedOff to true"],
    ],
    [
      "backups that are off and kept",
      { backup: { retentionDays: 7, turnedOff: true } },
      ["backup.turnedOff is true together with backup.retentionDays; nothing is kept: leave one of the two out"],
    ],
    [
      "windows that overlap",
      { backup: { window: "05:00-06:00" }, maintenanceWindow: "sun:05:30-sun:06:30" },
      ["backup.window is 05:00-06:00 and maintenanceWindow is sun:05:30-sun:06:30; RDS refuses windows that overlap: move one of them"],
    ],
    [
      "a backup window that overlaps the default of the other",
      { backup: { window: "04:00-05:00" } },
      ["backup.window is 04:00-05:00 and maintenanceWindow is sun:04:30-sun:05:30; RDS refuses windows that overlap: move one of them"],
    ],
    [
      "a window that is too short",
      { backup: { window: "03:00-03:10" } },
      ["backup.window is 03:00-03:10, 10 minutes; RDS takes 30 minutes to 24 hours: choose a window of that length"],
    ],
    [
      "insights for a time that RDS does not sell",
      { performanceInsightsRetentionDays: 30 },
      [
        "performanceInsightsRetentionDays is 30; RDS keeps them for 7 days, for 1 to 23 months of 31 days, or for 731 days: use one of these, or 0 for none",
      ],
    ],
    [
      "a pool that could log in as nobody",
      { connectionPooling: {} },
      ["connectionPooling is set without databases; the proxy logs in as their logins and as nobody else: name a database"],
    ],
    [
      "a pool with more idle than all",
      { connectionPooling: { maxConnectionsPercent: 40, borrowTimeoutSeconds: 301 }, databases: [{ name: "mlflow" }] },
      [
        "connectionPooling.borrowTimeoutSeconds is 301; a proxy lets nobody wait for more than 5 minutes: use a whole number from 0 to 300",
        "connectionPooling.maxIdleConnectionsPercent is 50; of 40 % no more can be idle: use 40 or less",
      ],
    ],
    [
      "one zone only",
      { vpc: { intraSubnetIds: ["subnet-1"] } },
      ["vpc.intraSubnetIds names 1; RDS wants subnets in two zones, for one instance too: give a VPC with intra subnets in two zones"],
    ],
    [
      "a log group that CloudWatch does not keep so long",
      { logs: { retentionDays: 45 } },
      ["logs.retentionDays is 45; CloudWatch Logs keeps logs for certain periods only: use 60"],
    ],
    [
      "deletion without a snapshot of what is protected",
      { deleteWithoutFinalSnapshot: true },
      ["deleteWithoutFinalSnapshot is true without allowDelete; a protected database is not deleted at all: set both, or neither"],
    ],
    [
      "a secret of a server of ours",
      { administratorSecretArn: "arn:secret" },
      ["administratorSecretArn is set without existingDatabase; RDS makes the secret of a database of ours: leave it out"],
    ],
  ])("fails on %s", (_, shape, expected) => expect(faults(shape)).toEqual(expected));

  it("fails on a component's name that RDS does not take for an instance", () => {
    expect(faults({}, "My_Database")).toEqual([
      'instanceIdentifier is "My_Database"; RDS takes 1 to 63 lower-case letters, digits and single hyphens, a letter first and no hyphen last: set it, or name the component so',
    ]);
    expect(faults({ instanceIdentifier: "my-database" }, "My_Database")).toEqual([]);
  });
});

describe("storage", () => {
  it.each([
    [{}, 100],
    [{ sizeGib: 50 }, 250],
    [{ sizeGib: 50, maxSizeGib: 60 }, 60],
    [{ sizeGib: 20_000 }, 65_536],
  ])("of %j grows up to %p GiB", (storage, most) => expect(maxSizeGib(storage)).toBe(most));
});

it.each([
  ["17", 17],
  ["16.11", 16],
])("version %s is of major version %p", (version, major) => expect(majorOf(version)).toBe(major));

// CreateDBInstance refuses a bound that is the size itself, ten minutes into the first update.
it("I4 tells RDS no bound where storage is not to grow", () => {
  expect([{ sizeGib: 100, maxSizeGib: 100 }, { maxSizeGib: 20 }, { sizeGib: 65_536 }].map(growthBound)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([{}, { sizeGib: 100, maxSizeGib: 110 }].map(growthBound)).toEqual([100, 110]);
});
