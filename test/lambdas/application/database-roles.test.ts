import fc from "fast-check";
import { provideDatabases } from "../../../lambdas/application/database-roles";
import { type Grant, PUBLIC } from "../../../lambdas/domain/database-roles";
import { FakeDatabaseServer } from "../support/fake-database-server";

const five = ["mlflow", "airflow", "feast", "feedback", "experiments"].map((name) => ({ database: name, role: name }));
const aGrant = (role: string) =>
  fc.record({ grantee: fc.constantFrom(PUBLIC, role, "reader"), privilege: fc.constantFrom("CONNECT", "CREATE", "USAGE") });

/** A server on which somebody has already made some of it, by hand or in a run that was cut short. */
const aServer = fc
  .tuple(
    ...five.map(({ role }) =>
      fc.record({
        login: fc.option(fc.record({ canLogin: fc.boolean(), byToken: fc.boolean() })),
        database: fc.option(fc.record({ grants: fc.array(aGrant(role)), schema: fc.option(fc.array(aGrant(role)), { nil: undefined }) })),
      }),
    ),
  )
  .map((parts) => {
    const server = new FakeDatabaseServer();
    parts.forEach(({ login, database }, index) => {
      const name = five[index]?.role ?? "";
      if (login !== null)
        server.roles.set(name, { name, canLogin: login.canLogin, powers: [], memberOf: login.byToken ? ["rds_iam"] : [] });
      if (database !== null) server.databases.set(name, { owner: "postgres", ...database });
    });
    return server;
  });

const has = (grants: readonly Grant[] | undefined, grantee: string) =>
  grants?.filter((grant) => grant.grantee === grantee).map(({ privilege }) => privilege);

describe("I4 databases for MLflow, Airflow, Feast, feedback and experiments", () => {
  it("are made in one run, each with a login that no other database knows", async () => {
    const server = new FakeDatabaseServer();
    const provided = await provideDatabases(five, server);
    expect(provided.databases).toBe(5);
    expect(provided.statements).toHaveLength(5 * 7);
    for (const { database, role } of five) {
      const { grants, schema } = server.databases.get(database) ?? { grants: [] };
      expect(new Set(grants.map(({ grantee }) => grantee))).toEqual(new Set([role]));
      expect(new Set(schema?.map(({ grantee }) => grantee))).toEqual(new Set([role]));
      expect(server.roles.get(role)).toEqual({ name: role, canLogin: true, powers: [], memberOf: ["rds_iam"] });
    }
  });

  // Every `up` that adds a database runs this again; a run that fails half-way must not need a person to clean up.
  it("come out the same from whatever was there, and a second run changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(aServer, async (server) => {
        await provideDatabases(five, server);
        for (const { database, role } of five) {
          const { grants, schema } = server.databases.get(database) ?? { grants: [] };
          expect(has(grants, PUBLIC)).toEqual([]);
          expect(has(grants, role)).toEqual(expect.arrayContaining(["CONNECT", "CREATE", "TEMPORARY"]));
          if (schema !== undefined)
            expect([has(schema, PUBLIC), has(schema, role)]).toEqual([[], expect.arrayContaining(["CREATE", "USAGE"])]);
        }
        expect((await provideDatabases(five, server)).statements).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it("are changed under a lock, and no session is left open", async () => {
    const server = new FakeDatabaseServer();
    await provideDatabases(five.slice(0, 1), server);
    expect(server.log.filter((line) => /lock|close/.test(line))).toEqual(["postgres: lock", "mlflow: close", "postgres: close"]);
    expect(server.log.indexOf("postgres: lock")).toBe(0);
    expect(server.open_).toBe(0);
  });

  it("fails before anything is changed when something is in the way", async () => {
    const server = new FakeDatabaseServer();
    server.databases.set("feast", { owner: "ops", grants: [] });
    await expect(provideDatabases(five, server)).rejects.toThrow(
      new Error(
        "Nothing was changed:\n  - database feast belongs to ops; only its owner grants on it: give it to postgres, or name another database",
      ),
    );
    expect(server.log).toEqual(["postgres: lock", "postgres: close"]);
    expect(server.open_).toBe(0);
  });

  // PostgreSQL answers "WARNING: no privileges could be revoked" and calls it a success; everybody could still read.
  it("fails when the server accepts a statement and does nothing", async () => {
    const server = new FakeDatabaseServer();
    server.ignores = /^REVOKE .* ON SCHEMA/;
    await expect(provideDatabases(five.slice(0, 1), server)).rejects.toThrow(
      new Error(
        'The server accepted these statements and did nothing: REVOKE ALL PRIVILEGES ON SCHEMA "public" FROM PUBLIC. Its log says why.',
      ),
    );
    expect(server.open_).toBe(0);
  });
});
