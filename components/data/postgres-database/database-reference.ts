import type { DatabaseShape } from "./postgres-database";

/** What of a reference can be wrong before AWS is asked. */
export type DatabaseReferenceShape = Partial<Record<"host" | "port" | "securityGroupId" | "resourceId" | "instanceIdentifier", unknown>>;

/** Why each is needed, for whoever left it out. TypeScript asks for all of them; JavaScript, other languages and files do not. */
const NEEDED: Record<keyof DatabaseReferenceShape, string> = {
  host: "nobody can connect to it otherwise: give its endpoint's address",
  port: "nobody can connect to it otherwise: give its endpoint's port",
  securityGroupId: "without it nothing can be let in, and nobody can tell who is: give the id of its security group",
  resourceId: "the right to log in by token names it: give the instance's resource id (db-...) or the proxy's (prx-...)",
  instanceIdentifier: "alarms and backups name it: give the identifier of the instance",
};

/** For every component that takes a database made elsewhere. */
export function databaseReferenceFaults(property: string, reference: DatabaseReferenceShape): string[] {
  const needed = Object.entries(NEEDED) as [keyof DatabaseReferenceShape, string][];
  return needed.filter(([key]) => reference[key] === undefined).map(([key, why]) => `${property}.${key} is missing; ${why}`);
}

/** What only an instance of our own can have. */
const DECIDED_BY_EXISTING_DATABASE = [
  ...(["version", "instanceClass", "storage", "multiAz", "backup", "maintenanceWindow", "performanceInsightsRetentionDays"] as const),
  ...(["connectionPooling", "instanceIdentifier", "allowDelete", "deleteWithoutFinalSnapshot"] as const),
];

export function existingDatabaseFaults(shape: DatabaseShape, reference: DatabaseReferenceShape): string[] {
  const set = DECIDED_BY_EXISTING_DATABASE.filter((property) => shape[property] !== undefined);
  const faults = set.map(
    (property) => `${property} is set together with existingDatabase; that database is used as it is: leave one of the two out`,
  );
  if ((shape.databases ?? []).length > 0 && shape.administratorSecretArn === undefined) {
    const rule = "databases are made by the server's administrator";
    faults.push(`administratorSecretArn is missing with existingDatabase and databases; ${rule}: give the ARN of that user's secret`);
  }
  return [...databaseReferenceFaults("existingDatabase", reference), ...faults];
}
