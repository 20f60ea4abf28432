import { databaseNameFaults, wantedDatabases } from "../../../../components/data/postgres-database/database-names";

describe("I4 databases and logins", () => {
  it("gives each database a login of its own name, or of the name that is given", () => {
    expect(wantedDatabases([{ name: "mlflow" }, { name: "feast", login: "feast_service" }])).toEqual([
      { database: "mlflow", role: "mlflow" },
      { database: "feast", role: "feast_service" },
    ]);
  });

  it.each<[string, Parameters<typeof databaseNameFaults>, string[]]>([
    ["five services", [["mlflow", "airflow", "feast", "feedback", "experiments"].map((name) => ({ name }))], []],
    [
      "a name that would need quotes",
      [[{ name: "ML-flow", login: "1st" }]],
      [
        'databases[0].name is "ML-flow"; it is 1 to 63 of a-z, 0-9 and _, a letter first: name it so',
        'databases[0].login is "1st"; it is 1 to 63 of a-z, 0-9 and _, a letter first: name it so',
      ],
    ],
    [
      "the database that every server has",
      [[{ name: "template1" }]],
      ["databases[0].name is template1; every server has it already, for its own use: choose another name"],
    ],
    [
      "names that RDS keeps",
      [[{ name: "rds_reports" }]],
      ["databases[0] has the login rds_reports; PostgreSQL and RDS keep such names for themselves: set login to another name"],
    ],
    [
      "the administrator's name",
      [[{ name: "airflow", login: "admin" }], "admin"],
      ["databases[0] has the login admin; that is the administrator: set login to another name"],
    ],
    [
      "the same database twice",
      [[{ name: "feast" }, { name: "feast", login: "other" }]],
      ["databases names feast more than once; each counts once: name it once"],
    ],
    [
      "one login for two databases",
      [[{ name: "feast" }, { name: "mlflow", login: "feast" }]],
      ["databases share the login feast; each has one of its own: set login to another name"],
    ],
  ])("judges %s", (_, args, faults) => expect(databaseNameFaults(...args)).toEqual(faults));
});
