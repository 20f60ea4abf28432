/**
 * Which statements turn what a PostgreSQL server's catalogue says into one database and one login for each consumer.
 *
 * Only what is missing is planned, so a second run plans nothing, and what is still planned after a run did not work: PostgreSQL answers a
 * GRANT or REVOKE by somebody who may not with a warning, and goes on. Nothing is ever dropped, taken over or renamed.
 *
 * The databases stay with the administrator, and the logins get what an application with migrations needs. Owning would be simpler, but would
 * let the application drop its database; and to hand a database over, the administrator must be a member of its login. A member of a
 * login that has rds_iam has rds_iam itself, and RDS then refuses its password
 * (https://github.com/cyrilgdn/terraform-provider-postgresql/issues/289).
 */
import { z } from "zod";

/** What an identifier of ours may be; in the catalogue nothing is cut (NAMEDATALEN, 63 bytes) or folded to lower case. */
export const DATABASE_IDENTIFIER = /^[a-z][a-z0-9_]{0,62}$/;

/** Databases that are there already, and whose grants are not ours. */
export const RESERVED_DATABASES: readonly string[] = ["postgres", "rdsadmin", "template0", "template1"];

/** PostgreSQL refuses roles that begin with pg_; RDS has its own, all with this beginning (RDS user guide, "Understanding the rds_superuser role"). */
export const RESERVED_ROLE = /^(pg_|rds|public$)/;

const identifier = z.string().regex(DATABASE_IDENTIFIER);

export const databaseRolesRequestSchema = z.strictObject({
  databases: z.array(z.strictObject({ database: identifier, role: identifier })).min(1),
});

export interface WantedDatabase {
  readonly database: string;
  /** Logs in to this database by IAM token, and to no other of the list. */
  readonly role: string;
}

/** What the catalogue says of the names that were asked for. */
export interface ServerCatalogue {
  readonly currentUser: string;
  readonly roles: readonly CatalogueRole[];
  readonly databases: readonly CatalogueDatabase[];
}

export interface CatalogueRole {
  readonly name: string;
  readonly canLogin: boolean;
  /** Attributes that reach beyond one database: superuser, createrole, createdb, replication, bypassrls. */
  readonly powers: readonly string[];
  readonly memberOf: readonly string[];
}

export interface CatalogueDatabase {
  readonly name: string;
  readonly owner: string;
  readonly grants: readonly Grant[];
}

export interface Grant {
  /** `PUBLIC` is everybody. */
  readonly grantee: string;
  readonly privilege: string;
}

export const PUBLIC = "public";
export const IAM_LOGIN = "rds_iam";

export type ServerPlan =
  { readonly kind: "apply"; readonly statements: readonly string[] } | { readonly kind: "refuse"; readonly faults: readonly string[] };

/** TEMPORARY, because Feast joins points in time through temporary tables; CREATE, because migrations may bring a schema of their own. */
const ON_DATABASE = ["CONNECT", "CREATE", "TEMPORARY"];
const ON_SCHEMA = ["CREATE", "USAGE"];

/** What PostgreSQL lets everybody do with a new database (manual, 5.8 "Privileges"). */
const NEW_DATABASE: readonly Grant[] = ["CONNECT", "TEMPORARY"].map((privilege) => ({ grantee: PUBLIC, privilege }));

/** What is to be done on the server as a whole. */
export function planServer(wanted: readonly WantedDatabase[], catalogue: ServerCatalogue): ServerPlan {
  const faults = [...serverFaults(catalogue), ...wanted.flatMap((each) => conflicts(each, catalogue))];
  if (faults.length > 0) return { kind: "refuse", faults };
  return { kind: "apply", statements: wanted.flatMap((each) => [...login(each, catalogue), ...database(each, catalogue)]) };
}

/** What is to be done inside one database; it has no schema public where somebody dropped that, and then there is nothing to do. */
export function planSchema({ role }: WantedDatabase, grants: readonly Grant[] | undefined): string[] {
  return grants === undefined ? [] : access(`SCHEMA ${quoted("public")}`, role, ON_SCHEMA, grants);
}

function login({ role }: WantedDatabase, { roles }: ServerCatalogue): string[] {
  const found = roles.find(({ name }) => name === role);
  const create = found === undefined ? [`CREATE ROLE ${quoted(role)} LOGIN`] : [];
  const enable = found?.canLogin === false ? [`ALTER ROLE ${quoted(role)} LOGIN`] : [];
  const byToken = found?.memberOf.includes(IAM_LOGIN) === true ? [] : [`GRANT ${quoted(IAM_LOGIN)} TO ${quoted(role)}`];
  return [...create, ...enable, ...byToken];
}

function database({ database: name, role }: WantedDatabase, { databases }: ServerCatalogue): string[] {
  const found = databases.find((each) => each.name === name);
  const create = found === undefined ? [`CREATE DATABASE ${quoted(name)}`] : [];
  return [...create, ...access(`DATABASE ${quoted(name)}`, role, ON_DATABASE, found?.grants ?? NEW_DATABASE)];
}

/** Grants to others stay: a reader that somebody added by hand is theirs. */
function access(target: string, role: string, needed: readonly string[], grants: readonly Grant[]): string[] {
  const open = grants.some(({ grantee }) => grantee === PUBLIC);
  const missing = needed.filter((privilege) => !grants.some((grant) => grant.grantee === role && grant.privilege === privilege));
  return [
    ...(open ? [`REVOKE ALL PRIVILEGES ON ${target} FROM PUBLIC`] : []),
    ...(missing.length === 0 ? [] : [`GRANT ${missing.join(", ")} ON ${target} TO ${quoted(role)}`]),
  ];
}

function serverFaults({ roles }: ServerCatalogue): string[] {
  if (roles.some(({ name }) => name === IAM_LOGIN)) return [];
  return [`role ${IAM_LOGIN} is missing; the logins come by IAM token: turn IAM database authentication on`];
}

/** What was there before and is not ours to change. */
function conflicts({ database: name, role }: WantedDatabase, { currentUser, roles, databases }: ServerCatalogue): string[] {
  const faults: string[] = [];
  const login = roles.find((each) => each.name === role);
  const owner = databases.find((each) => each.name === name)?.owner;
  if (role === currentUser) faults.push(`role ${role} is the administrator; a consumer gets a login of its own: name another role`);
  if (login !== undefined && login.powers.length > 0) {
    const rule = "the login of one database has no power over others";
    faults.push(`role ${role} exists and has ${login.powers.join(", ")}; ${rule}: take that away, or name another role`);
  }
  const others = login?.memberOf.filter((group) => group !== IAM_LOGIN) ?? [];
  if (others.length > 0) {
    const rule = "what they may, it may too";
    faults.push(`role ${role} exists and is a member of ${others.join(", ")}; ${rule}: take that away, or name another role`);
  }
  if (owner !== undefined && owner !== currentUser) {
    faults.push(`database ${name} belongs to ${owner}; only its owner grants on it: give it to ${currentUser}, or name another database`);
  }
  return faults;
}

/** As PostgreSQL's own quote_ident, but always quoted: a name can then be a keyword, and can never be anything but a name. */
export function quoted(name: string): string {
  if (name.length === 0 || name.includes("\0")) throw new RangeError(`${JSON.stringify(name)} cannot be an identifier`);
  return `"${name.replaceAll('"', '""')}"`;
}
