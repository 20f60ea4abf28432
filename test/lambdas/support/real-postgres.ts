/** A throw-away PostgreSQL server with TLS, where one is installed. Like RDS, its administrator is no superuser and there is a role rds_iam. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

export interface RealPostgres {
  readonly port: number;
  /** Certificate of the authority that signed the server's, for `localhost`. */
  readonly authority: string;
  /** Runs SQL as superuser, each text in a transaction of its own, and gives back what psql prints. */
  superuser(sql: string | string[], database?: string): string;
  stop(): Promise<void>;
}

const FOLDERS = [
  ...(process.env["PATH"] ?? "").split(path.delimiter),
  ...installed("/usr/lib/postgresql"),
  ...installed("/opt/homebrew/opt"),
];

/** Whether this machine has what it takes. Without it the tests that need it are skipped, and say so. */
export const HAS_POSTGRES =
  ["initdb", "postgres", "psql", "openssl"].every((tool) => located(tool) !== undefined) && unprivileged() !== undefined;

export async function realPostgres(): Promise<RealPostgres> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "postgres-"));
  const owner = unprivileged() ?? {};
  const run = (tool: string, args: string[]) =>
    execFileSync(located(tool) ?? tool, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...owner });
  if (owner.uid !== undefined) fs.chownSync(folder, owner.uid, owner.gid ?? owner.uid);
  certificates(run);
  run("initdb", ["-D", "data", "-U", "rdsadmin", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"]);
  const port = await freePort();
  const settings = [
    "-c",
    "fsync=off",
    "-c",
    "ssl=on",
    "-c",
    `ssl_cert_file=${folder}/server.pem`,
    "-c",
    `ssl_key_file=${folder}/server.key`,
  ];
  const args = ["-D", "data", "-p", String(port), "-k", folder, "-c", "listen_addresses=localhost", ...settings];
  const server = spawn(located("postgres") ?? "postgres", args, { cwd: folder, stdio: "ignore", ...owner });
  const superuser = (sql: string | string[], database = "postgres") =>
    run("psql", [
      "-h",
      folder,
      "-p",
      String(port),
      "-U",
      "rdsadmin",
      "-d",
      database,
      "-qAtX",
      "-v",
      "ON_ERROR_STOP=1",
      ...[sql].flat().flatMap((text) => ["-c", text]),
    ]).trim();
  await until(() => superuser("SELECT 1") === "1");
  superuser("CREATE ROLE rds_iam; CREATE ROLE postgres LOGIN CREATEROLE CREATEDB PASSWORD 'not a secret'");
  if (Number(superuser("SHOW server_version_num")) >= 160_000)
    superuser("GRANT rds_iam TO postgres WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
  return {
    ...{ port, authority: path.join(folder, "authority.pem"), superuser },
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function certificates(run: (tool: string, args: string[]) => string): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  run("openssl", ["req", "-x509", ...key, "-keyout", "authority.key", "-out", "authority.pem", "-days", "2", "-subj", "/CN=authority"]);
  run("openssl", [
    "req",
    ...key,
    "-keyout",
    "server.key",
    "-out",
    "server.csr",
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
  ]);
  const signed = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-copy_extensions", "copy", "-days", "2"];
  run("openssl", ["x509", "-req", "-in", "server.csr", "-out", "server.pem", ...signed]);
}

/** PostgreSQL refuses to run as root; where the tests do, it runs as the system's own user for it. */
function unprivileged(): { uid?: number; gid?: number } | undefined {
  if (process.getuid?.() !== 0) return {};
  const line = fs
    .readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((each) => each.startsWith("postgres:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function located(tool: string): string | undefined {
  return FOLDERS.map((folder) => path.join(folder, tool)).find((file) => fs.existsSync(file));
}

function installed(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder).map((each) => path.join(folder, each, "bin")) : [];
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  return port;
}

async function until(ready: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      if (ready()) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("PostgreSQL did not start within 10 s");
}
