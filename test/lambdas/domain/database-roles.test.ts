import fc from "fast-check";
import {
  databaseRolesRequestSchema,
  type Grant,
  planSchema,
  planServer,
  PUBLIC,
  quoted,
  type ServerCatalogue,
} from "../../../lambdas/domain/database-roles";

const rdsIam = { name: "rds_iam", canLogin: false, powers: [], memberOf: [] };
const mlflow = { database: "mlflow", role: "mlflow" };
const empty: ServerCatalogue = { currentUser: "postgres", roles: [rdsIam], databases: [] };
const grants = (grantee: string, ...privileges: string[]): Grant[] => privileges.map((privilege) => ({ grantee, privilege }));
const right: ServerCatalogue = {
  currentUser: "postgres",
  roles: [rdsIam, { name: "mlflow", canLogin: true, powers: [], memberOf: ["rds_iam"] }],
  databases: [{ name: "mlflow", owner: "postgres", grants: grants("mlflow", "CONNECT", "CREATE", "TEMPORARY") }],
};
const withRole = (change: Partial<ServerCatalogue["roles"][number]>): ServerCatalogue => ({
  ...right,
  roles: [rdsIam, { name: "mlflow", canLogin: true, powers: [], memberOf: ["rds_iam"], ...change }],
});

describe("I4 a new server", () => {
  // The login gets its rights after everybody has lost theirs: the other way round, for a moment everybody could read a database in use.
  it("gets a login by token, a database that is closed to all others, and nothing else", () => {
    expect(planServer([mlflow], empty)).toEqual({
      kind: "apply",
      statements: [
        'CREATE ROLE "mlflow" LOGIN',
        'GRANT "rds_iam" TO "mlflow"',
        'CREATE DATABASE "mlflow"',
        'REVOKE ALL PRIVILEGES ON DATABASE "mlflow" FROM PUBLIC',
        'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE "mlflow" TO "mlflow"',
      ],
    });
  });

  it("closes the schema public inside", () => {
    expect(planSchema(mlflow, grants(PUBLIC, "USAGE"))).toEqual([
      'REVOKE ALL PRIVILEGES ON SCHEMA "public" FROM PUBLIC',
      'GRANT CREATE, USAGE ON SCHEMA "public" TO "mlflow"',
    ]);
  });

  // A member of a login that has rds_iam must itself log in by token: the administrator's password would never work again.
  it("never makes the administrator a member of a login", () => {
    const plan = planServer([mlflow, { database: "airflow", role: "airflow" }], empty);
    expect(JSON.stringify(plan)).not.toMatch(/TO \\"postgres|CURRENT_USER|OWNER/);
  });
});

describe("I4 a server where something is there already", () => {
  it("is left alone when all is right", () => {
    expect(planServer([mlflow], right)).toEqual({ kind: "apply", statements: [] });
    expect(planSchema(mlflow, grants("mlflow", "USAGE", "CREATE"))).toEqual([]);
  });

  it.each<[string, ServerCatalogue, string[]]>([
    ["a login that may not log in", withRole({ canLogin: false }), ['ALTER ROLE "mlflow" LOGIN']],
    ["a login with a password only", withRole({ memberOf: [] }), ['GRANT "rds_iam" TO "mlflow"']],
    [
      "a database that is open to all",
      {
        ...right,
        databases: [{ name: "mlflow", owner: "postgres", grants: [...grants(PUBLIC, "CONNECT"), ...grants("mlflow", "CONNECT")] }],
      },
      ['REVOKE ALL PRIVILEGES ON DATABASE "mlflow" FROM PUBLIC', 'GRANT CREATE, TEMPORARY ON DATABASE "mlflow" TO "mlflow"'],
    ],
    [
      "a database without its login",
      { ...right, roles: [rdsIam], databases: [{ name: "mlflow", owner: "postgres", grants: grants("reader", "CONNECT") }] },
      ['CREATE ROLE "mlflow" LOGIN', 'GRANT "rds_iam" TO "mlflow"', 'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE "mlflow" TO "mlflow"'],
    ],
  ])("gets only what is missing: %s", (_, catalogue, statements) => {
    expect(planServer([mlflow], catalogue)).toEqual({ kind: "apply", statements });
  });

  it("keeps what others were granted by hand", () => {
    const catalogue = {
      ...right,
      databases: right.databases.map((each) => ({ ...each, grants: [...each.grants, ...grants("reader", "CONNECT")] })),
    };
    expect(planServer([mlflow], catalogue)).toEqual({ kind: "apply", statements: [] });
  });

  it("is left alone where somebody dropped the schema public", () => expect(planSchema(mlflow, undefined)).toEqual([]));
});

describe("I4 refusals", () => {
  // A login that is more than it seems would read every database of the list.
  it.each<[string, ServerCatalogue, string[]]>([
    [
      "IAM authentication is off",
      { ...empty, roles: [] },
      ["role rds_iam is missing; the logins come by IAM token: turn IAM database authentication on"],
    ],
    [
      "the login has power beyond its database",
      withRole({ powers: ["createrole", "createdb"] }),
      [
        "role mlflow exists and has createrole, createdb; the login of one database has no power over others: take that away, or name another role",
      ],
    ],
    [
      "the login is a member of another role",
      withRole({ memberOf: ["rds_iam", "rds_superuser"] }),
      ["role mlflow exists and is a member of rds_superuser; what they may, it may too: take that away, or name another role"],
    ],
    [
      "the database is somebody else's",
      { ...right, databases: [{ name: "mlflow", owner: "ops", grants: [] }] },
      ["database mlflow belongs to ops; only its owner grants on it: give it to postgres, or name another database"],
    ],
    [
      "the login is the administrator",
      { ...right, currentUser: "mlflow", databases: [] },
      ["role mlflow is the administrator; a consumer gets a login of its own: name another role"],
    ],
  ])("fails when %s", (_, catalogue, faults) => {
    expect(planServer([mlflow], catalogue)).toEqual({ kind: "refuse", faults });
  });

  it("fails with all faults at once, and plans nothing", () => {
    const catalogue = { ...withRole({ powers: ["superuser"] }), databases: [{ name: "mlflow", owner: "ops", grants: [] }] };
    expect(planServer([mlflow], catalogue)).toEqual({ kind: "refuse", faults: [expect.any(String), expect.any(String)] });
  });
});

describe("quoting", () => {
  // One name that ends its own quotes and the function runs what somebody wrote into a configuration file, as administrator.
  it("leaves nothing but a name, whatever the name", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((name) => !name.includes("\0")),
        (name) => {
          const text = quoted(name);
          expect(text.startsWith('"') && text.endsWith('"')).toBe(true);
          expect(text.slice(1, -1).replaceAll('""', "")).not.toContain('"');
          expect(text.slice(1, -1).replaceAll('""', '"')).toBe(name);
        },
      ),
    );
  });

  it.each(["", "a\0b"])("refuses %j, which PostgreSQL cannot store", (name) => {
    expect(() => quoted(name)).toThrow(new RangeError(`${JSON.stringify(name)} cannot be an identifier`));
  });
});

describe("a request", () => {
  it.each([
    [{}],
    [{ databases: [] }],
    [{ databases: [{ database: "mlflow" }] }],
    [{ databases: [{ database: "MLflow", role: "mlflow" }] }],
    [{ databases: [{ database: "a; DROP DATABASE b", role: "mlflow" }] }],
    [{ databases: [mlflow], drop: true }],
  ])("is refused where it is not one: %j", (request) => {
    expect(databaseRolesRequestSchema.safeParse(request).success).toBe(false);
  });
});
