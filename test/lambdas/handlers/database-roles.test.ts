import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { databaseRolesEnvironmentSchema } from "../../../lambdas/runtime/database-roles";
import { type FakeSecretsManager, fakeSecretsManager } from "../support/fake-secrets-manager";
import { HAS_POSTGRES, type RealPostgres, realPostgres } from "../support/real-postgres";

const root = path.resolve(__dirname, "../../..");
const secret = { username: "postgres", password: "not a secret" };
const folder = path.join(root, "dist/lambdas");

/** What Lambda would do: load the bundle in a process of its own and hand it one event. */
async function invoke(event: object, environment: Record<string, string>): Promise<string> {
  const script = `require(${JSON.stringify(path.join(folder, "database-roles/index.js"))}).handler(${JSON.stringify(event)})
    .then((answer) => console.log(JSON.stringify(answer)), (error) => console.log("refused: " + error.message))`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env: { PATH: process.env["PATH"], ...environment } });
  return stdout;
}

describe("the bundle", () => {
  // Two machines that disagree about the bytes replace the function with every `up`, each time for the other's reason.
  it("is the same each time, names no path of the machine, and is small enough to start fast", () => {
    const file = path.join(folder, "database-roles/index.js");
    const first = fs.readFileSync(file, "utf8");
    const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), "bundles-"));
    execFileSync(process.execPath, [path.join(root, "scripts/bundle-handlers.mjs"), elsewhere], { cwd: os.tmpdir() });
    expect(fs.readFileSync(path.join(elsewhere, "database-roles/index.js"), "utf8")).toBe(first);
    fs.rmSync(elsewhere, { recursive: true });
    expect(first.includes(root)).toBe(false);
    expect(first.length).toBeLessThan(2_000_000);
  });

  it("refuses an event that asks for anything but databases and logins", async () => {
    expect(await invoke({ databases: [{ database: "mlflow; DROP DATABASE feast", role: "mlflow" }] }, {})).toMatch(/^refused: /);
    expect(await invoke({ databases: [{ database: "mlflow", role: "mlflow" }] }, {})).toMatch(/DATABASE_HOST/);
  });
});

(HAS_POSTGRES ? describe : describe.skip)("I4 the function against a real server (skipped where no PostgreSQL is installed)", () => {
  let postgres: RealPostgres;
  let secrets: FakeSecretsManager;
  let environment: Record<string, string>;
  beforeAll(async () => {
    postgres = await realPostgres();
    secrets = await fakeSecretsManager({ body: { SecretString: JSON.stringify(secret) } });
    const settings = databaseRolesEnvironmentSchema.parse({
      ...{ DATABASE_HOST: "localhost", DATABASE_PORT: String(postgres.port) },
      ADMINISTRATOR_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1",
    });
    environment = {
      ...secrets.environment,
      ...settings,
      DATABASE_PORT: String(settings.DATABASE_PORT),
      NODE_EXTRA_CA_CERTS: postgres.authority,
    };
  });
  afterAll(async () => {
    await secrets.stop();
    await postgres.stop();
  });
  const request = {
    databases: [
      { database: "mlflow", role: "mlflow" },
      { database: "feast", role: "feast_service" },
    ],
  };

  it("makes what is asked for, once, and says nothing secret", async () => {
    const output = await invoke(request, environment);
    const [log, answer] = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { databases: number; statements: string[] });
    expect(answer?.databases).toBe(2);
    expect(answer?.statements).toHaveLength(14);
    expect(log).toEqual({ level: "INFO", message: "databases and logins are there", ...answer });
    expect(output).not.toContain(secret.password);
    expect(postgres.superuser("SELECT has_database_privilege('feast_service', 'feast', 'CONNECT')")).toBe("t");
    expect(await invoke(request, environment)).toContain('"statements":[]');
  });

  // Verification of the name, not of the authority alone: any RDS customer's server has a certificate of the same authority.
  it("refuses a server that answers under another name", async () => {
    expect(await invoke(request, { ...environment, DATABASE_HOST: "127.0.0.1" })).toMatch(
      /^refused: Database postgres at 127\.0\.0\.1:\d+ cannot be opened: Hostname\/IP does not match certificate's altnames/,
    );
  });

  it("refuses a server that nobody vouches for", async () => {
    const { NODE_EXTRA_CA_CERTS: _authority, ...untrusting } = environment;
    expect(await invoke(request, untrusting)).toMatch(
      /^refused: Database postgres at localhost:\d+ cannot be opened: unable to verify the first certificate/,
    );
  });
});
