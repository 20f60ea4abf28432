import { databaseReferenceFaults, existingDatabaseFaults } from "../../../../components/data/postgres-database/database-reference";

const reference = { host: "db.example.com", port: 5432, securityGroupId: "sg-1", resourceId: "db-ABC", instanceIdentifier: "company" };

describe("I4 a database that was made elsewhere", () => {
  it("is accepted with all that is needed of it", () => {
    expect(databaseReferenceFaults("database", reference)).toEqual([]);
    expect(existingDatabaseFaults({ databases: [{ name: "mlflow" }], administratorSecretArn: "arn:secret" }, reference)).toEqual([]);
  });

  // Without its group a component would open the way by address range, or not at all, and be found out when the first pod starts.
  it("fails without a security group", () => {
    const { securityGroupId: _, ...without } = reference;
    expect(databaseReferenceFaults("database", without)).toEqual([
      "database.securityGroupId is missing; without it nothing can be let in, and nobody can tell who is: give the id of its security group",
    ]);
  });

  it("fails with all that is missing at once", () => {
    expect(databaseReferenceFaults("database", {})).toEqual([
      "database.host is missing; nobody can connect to it otherwise: give its endpoint's address",
      "database.port is missing; nobody can connect to it otherwise: give its endpoint's port",
      "database.securityGroupId is missing; without it nothing can be let in, and nobody can tell who is: give the id of its security group",
      "database.resourceId is missing; the right to log in by token names it: give the instance's resource id (db-...) or the proxy's (prx-...)",
      "database.instanceIdentifier is missing; alarms and backups name it: give the identifier of the instance",
    ]);
  });

  // Otherwise somebody reads "multiAz: true" in the program and believes it.
  it("fails with what only a server of ours can have", () => {
    expect(existingDatabaseFaults({ multiAz: true, connectionPooling: {} }, reference)).toEqual([
      "multiAz is set together with existingDatabase; that database is used as it is: leave one of the two out",
      "connectionPooling is set together with existingDatabase; that database is used as it is: leave one of the two out",
    ]);
  });

  it("fails when databases are to be made and nobody can make them", () => {
    expect(existingDatabaseFaults({ databases: [{ name: "mlflow" }] }, reference)).toEqual([
      "administratorSecretArn is missing with existingDatabase and databases; databases are made by the server's administrator: give the ARN of that user's secret",
    ]);
  });
});
