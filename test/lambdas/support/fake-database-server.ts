/** A PostgreSQL server in memory that understands the statements of ours, each only as its administrator could run it. */
import { type CatalogueRole, type Grant, PUBLIC } from "../../../lambdas/domain/database-roles";
import type { DatabaseServer, DatabaseSession } from "../../../lambdas/ports/database-server";

export interface FakeDatabase {
  owner: string;
  grants: Grant[];
  /** Undefined where somebody dropped the schema. */
  schema?: Grant[] | undefined;
}

export class FakeDatabaseServer implements DatabaseServer {
  readonly roles = new Map<string, CatalogueRole>([["rds_iam", { name: "rds_iam", canLogin: false, powers: [], memberOf: [] }]]);
  readonly databases = new Map<string, FakeDatabase>([["postgres", { owner: "rdsadmin", grants: [] }]]);
  /** Everything that was asked of it, `database: statement`. */
  readonly log: string[] = [];
  /** Statements that are accepted with a warning and do nothing. */
  ignores: RegExp | undefined;
  open_ = 0;

  constructor(readonly administrator = "postgres") {}

  open(name: string): Promise<DatabaseSession> {
    if (!this.databases.has(name)) return Promise.reject(new Error(`database "${name}" does not exist`));
    this.open_ += 1;
    return Promise.resolve({
      lock: () => this.note(name, "lock"),
      server: (wanted) =>
        Promise.resolve({
          currentUser: this.administrator,
          roles: [...this.roles.values()].filter((role) => role.name === "rds_iam" || wanted.some((each) => each.role === role.name)),
          databases: wanted.flatMap((each) => {
            const found = this.databases.get(each.database);
            return found === undefined ? [] : [{ name: each.database, ...found }];
          }),
        }),
      publicSchema: () => Promise.resolve(this.databases.get(name)?.schema),
      run: async (statement) => {
        await this.note(name, statement);
        if (this.ignores?.test(statement) !== true) this.apply(name, statement);
      },
      close: async () => {
        this.open_ -= 1;
        await this.note(name, "close");
      },
    });
  }

  private note(database: string, what: string): Promise<void> {
    this.log.push(`${database}: ${what}`);
    return Promise.resolve();
  }

  private apply(inside: string, statement: string): void {
    const [form = "", ...words] = matched(statement);
    const [first = "", second = "", third = ""] = words;
    switch (form) {
      case "create-role":
        if (this.roles.has(first)) throw new Error(`role "${first}" already exists`);
        this.roles.set(first, { name: first, canLogin: true, powers: [], memberOf: [] });
        return;
      case "alter-role":
        this.roles.set(first, { ...this.role(first), canLogin: true });
        return;
      case "join":
        this.roles.set(second, { ...this.role(second), memberOf: [...this.role(second).memberOf, this.role(first).name] });
        return;
      case "create-database":
        if (this.databases.has(first)) throw new Error(`database "${first}" already exists`);
        this.databases.set(first, {
          owner: this.administrator,
          grants: ["CONNECT", "TEMPORARY"].map((privilege) => ({ grantee: PUBLIC, privilege })),
          schema: [{ grantee: PUBLIC, privilege: "USAGE" }],
        });
        return;
      case "revoke":
        this.change(inside, first, second, (grants) => grants.filter(({ grantee }) => grantee !== PUBLIC));
        return;
      case "grant": {
        const added = first.split(", ").map((privilege) => ({ grantee: this.role(words[3] ?? "").name, privilege }));
        this.change(inside, second, third, (grants) => [...grants, ...added]);
        return;
      }
      default:
        throw new Error(`syntax error: ${statement}`);
    }
  }

  private role(name: string): CatalogueRole {
    const found = this.roles.get(name);
    if (found === undefined) throw new Error(`role "${name}" does not exist`);
    return found;
  }

  private change(inside: string, kind: string, name: string, change: (grants: Grant[]) => Grant[]): void {
    const database = this.databases.get(kind === "DATABASE" ? name : inside);
    if (database === undefined) throw new Error(`database "${name}" does not exist`);
    if (kind === "DATABASE") database.grants = change(database.grants);
    else database.schema = change(database.schema ?? []);
  }
}

const NAME = '"((?:[^"]|"")+)"';
const FORMS: readonly (readonly [string, RegExp])[] = [
  ["create-role", new RegExp(`^CREATE ROLE ${NAME} LOGIN$`)],
  ["alter-role", new RegExp(`^ALTER ROLE ${NAME} LOGIN$`)],
  ["create-database", new RegExp(`^CREATE DATABASE ${NAME}$`)],
  ["revoke", new RegExp(`^REVOKE ALL PRIVILEGES ON (DATABASE|SCHEMA) ${NAME} FROM PUBLIC$`)],
  ["grant", new RegExp(`^GRANT ([A-Z, ]+) ON (DATABASE|SCHEMA) ${NAME} TO ${NAME}$`)],
  ["join", new RegExp(`^GRANT ${NAME} TO ${NAME}$`)],
];

function matched(statement: string): string[] {
  for (const [form, pattern] of FORMS) {
    const groups = pattern.exec(statement)?.slice(1);
    if (groups !== undefined) return [form, ...groups];
  }
  return [""];
}
