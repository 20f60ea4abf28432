import { connectVerified, postgresServer, type PostgresLogin } from "../../../lambdas/adapters/postgres";
import { tokensFor } from "../../../lambdas/adapters/postgres-token";
import { HAS_POSTGRES, realPostgres } from "../support/real-postgres";

const address = { host: "db.example.com", port: 5432 };
const connection = { query: () => Promise.resolve({ rows: [] }), end: () => Promise.resolve() };
const credentials = {
  administrator: () => Promise.resolve({ username: "postgres", password: "from the secret" }),
  token: (username: string) => Promise.resolve(`token of ${username}`),
};

/** A server that refuses the password with this message, and takes a token. */
function serverThatSays(message: string) {
  const tried: PostgresLogin[] = [];
  const server = postgresServer(address, credentials, (login) => {
    tried.push(login);
    return login.password.startsWith("token") ? Promise.resolve(connection) : Promise.reject(new Error(message));
  });
  return { server, tried };
}

describe("the administrator", () => {
  // From version 16 on whoever creates a role is a member of it. Where RDS counts that, its password fails from the second run on.
  it("logs in by token where RDS takes no password from it", async () => {
    const { server, tried } = serverThatSays('PAM authentication failed for user "postgres"');
    await server.open("mlflow");
    const to = { ...address, database: "mlflow", user: "postgres" };
    expect(tried).toEqual([
      { ...to, password: "from the secret" },
      { ...to, password: "token of postgres" },
    ]);
  });

  it("does not try twice where something else is wrong, and says what and where", async () => {
    const { server, tried } = serverThatSays("self-signed certificate");
    await expect(server.open("mlflow")).rejects.toMatchObject({
      message: "Database mlflow at db.example.com:5432 cannot be opened: self-signed certificate",
    });
    expect(tried).toHaveLength(1);
  });
});

describe("tokens", () => {
  const before = { ...process.env };
  beforeAll(() =>
    Object.assign(process.env, { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "AKIASTANDIN", AWS_SECRET_ACCESS_KEY: "stand-in" }),
  );
  afterAll(() => {
    process.env = { ...before };
  });

  it("are for one login at one address, for a quarter of an hour", async () => {
    const token = new URL(`https://${await tokensFor(address)("postgres")}`);
    expect(token.host).toBe("db.example.com:5432");
    expect(Object.fromEntries(token.searchParams)).toMatchObject({ Action: "connect", DBUser: "postgres", "X-Amz-Expires": "900" });
  });
});

(HAS_POSTGRES ? it : it.skip)(
  "gives no password to a server whose certificate it does not trust (skipped without PostgreSQL)",
  async () => {
    const postgres = await realPostgres();
    const login = { host: "localhost", port: postgres.port, database: "postgres", user: "postgres", password: "not a secret" };
    await expect(connectVerified(login)).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    await postgres.stop();
  },
);
