import { Client } from "pg";
import { postgresSession } from "../../../lambdas/adapters/postgres-session";
import { provideDatabases } from "../../../lambdas/application/database-roles";
import type { DatabaseServer } from "../../../lambdas/ports/database-server";
import { HAS_POSTGRES, type RealPostgres, realPostgres } from "../support/real-postgres";

const five = ["mlflow", "airflow", "feast", "feedback", "experiments"].map((name) => ({ database: name, role: name }));

(HAS_POSTGRES ? describe : describe.skip)("I4 on a real PostgreSQL (skipped where none is installed)", () => {
  let postgres: RealPostgres;
  let server: DatabaseServer;
  beforeAll(async () => {
    postgres = await realPostgres();
    server = {
      open: async (database) => {
        const client = new Client({
          host: "localhost",
          port: postgres.port,
          database,
          user: "postgres",
          password: "not a secret",
          ssl: { rejectUnauthorized: false },
        });
        await client.connect();
        return postgresSession(client);
      },
    };
  });
  afterAll(() => postgres.stop());

  const as = (role: string, database: string, sql: string) => {
    try {
      return postgres.superuser([`SET SESSION AUTHORIZATION "${role}"`, sql], database);
    } catch (error) {
      return (error as Error).message.split("\n").find((line) => line.startsWith("ERROR")) ?? String(error);
    }
  };
  const mayConnect = (role: string, database: string) =>
    postgres.superuser(`SELECT has_database_privilege('${role}', '${database}', 'CONNECT')`);

  it("makes five databases, and a second run makes nothing", async () => {
    expect((await provideDatabases(five, server)).statements).toHaveLength(5 * 7);
    expect((await provideDatabases(five, server)).statements).toEqual([]);
  });

  it("lets each login migrate its own database", () => {
    expect(as("mlflow", "mlflow", "CREATE TABLE runs (id int); INSERT INTO runs VALUES (7); SELECT id FROM runs")).toBe("7");
    expect(as("feast", "feast", "CREATE TEMPORARY TABLE points (id int); CREATE SCHEMA registry; SELECT 'made'")).toBe("made");
  });

  // One leaked token of the feedback service must not open the registry of models.
  it("keeps each login out of every other database, and out of its neighbours' objects", () => {
    for (const { role } of five) {
      for (const { database } of five)
        expect([role, database, mayConnect(role, database)]).toEqual([role, database, role === database ? "t" : "f"]);
    }
    expect(as("airflow", "mlflow", "SELECT * FROM runs")).toMatch(/permission denied|does not exist/);
  });

  it("lets no login drop its database, or make roles or databases", () => {
    expect(as("mlflow", "postgres", "DROP DATABASE mlflow")).toBe("ERROR:  must be owner of database mlflow");
    expect(as("mlflow", "mlflow", "CREATE ROLE another")).toMatch(/permission denied/);
    expect(as("mlflow", "mlflow", "CREATE DATABASE another")).toMatch(/permission denied/);
  });

  // A member of a login that has rds_iam has rds_iam, and RDS then refuses its password: nobody could administer the server any more.
  it("leaves the administrator out of every membership that it would inherit from", () => {
    const inherits = "pg_has_role('postgres', oid, 'USAGE')";
    const logins = five.map(({ role }) => `'${role}'`).join(", ");
    expect(postgres.superuser(`SELECT count(*) FROM pg_roles WHERE rolname IN (${logins}) AND ${inherits}`)).toBe("0");
  });

  it("repairs what somebody changed", async () => {
    postgres.superuser(
      "GRANT CONNECT ON DATABASE feedback TO PUBLIC; REVOKE CREATE ON DATABASE feedback FROM feedback; ALTER ROLE feedback NOLOGIN",
    );
    expect((await provideDatabases(five, server)).statements).toEqual([
      'ALTER ROLE "feedback" LOGIN',
      'REVOKE ALL PRIVILEGES ON DATABASE "feedback" FROM PUBLIC',
      'GRANT CREATE ON DATABASE "feedback" TO "feedback"',
    ]);
  });

  it("gives back what was taken, and does without a schema that was dropped", async () => {
    postgres.superuser("DROP SCHEMA public; REVOKE ALL ON DATABASE experiments FROM experiments", "experiments");
    expect((await provideDatabases(five.slice(4), server)).statements).toEqual([
      'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE "experiments" TO "experiments"',
    ]);
  });

  it("refuses a login with more power than one database", async () => {
    postgres.superuser("CREATE ROLE strong LOGIN CREATEROLE BYPASSRLS IN ROLE pg_read_all_data");
    await expect(provideDatabases([{ database: "strong", role: "strong" }], server)).rejects.toThrow(
      new Error(
        [
          "Nothing was changed:",
          "  - role strong exists and has createrole, bypassrls; the login of one database has no power over others: take that away, or name another role",
          "  - role strong exists and is a member of pg_read_all_data; what they may, it may too: take that away, or name another role",
        ].join("\n"),
      ),
    );
  });

  it("waits for a run that is under way", async () => {
    const first = await server.open("postgres");
    await first.lock();
    const second = provideDatabases(five, server).then(() => "done");
    expect(await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 300, "waiting"))])).toBe("waiting");
    await first.close();
    expect(await second).toBe("done");
  });
});
