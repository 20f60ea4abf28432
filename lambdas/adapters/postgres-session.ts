import { type CatalogueDatabase, type CatalogueRole, type Grant, IAM_LOGIN, PUBLIC, type WantedDatabase } from "../domain/database-roles";
import type { DatabaseSession } from "../ports/database-server";

/** What a PostgreSQL client can do; `pg` fits as it is. */
export interface PostgresConnection {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  end(): Promise<void>;
}

/** One number for all that change roles through us, on whichever server: "roles" as ASCII. */
const ROLES_LOCK = 491_495_646_579;

/** Lists are cast, because the client leaves arrays of type `name` as text. A role cannot be called public, so the word is free. */
const GRANTEE = `CASE grantee WHEN 0 THEN '${PUBLIC}' ELSE pg_get_userbyid(grantee)::text END`;

const ROLES = `
  SELECT rolname::text AS "name", rolcanlogin AS "canLogin",
    array_remove(ARRAY[
      CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolcreatedb THEN 'createdb' END,
      CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolbypassrls THEN 'bypassrls' END], NULL) AS "powers",
    ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = pg_roles.oid ORDER BY 1) AS "memberOf"
  FROM pg_roles WHERE rolname = ANY ($1::text[]) ORDER BY 1`;

const DATABASES = `
  SELECT datname::text AS "name", pg_get_userbyid(datdba)::text AS "owner",
    (SELECT json_agg(json_build_object('grantee', ${GRANTEE}, 'privilege', privilege_type))
       FROM aclexplode(coalesce(datacl, acldefault('d', datdba)))) AS "grants"
  FROM pg_database WHERE datname = ANY ($1::text[]) ORDER BY 1`;

const PUBLIC_SCHEMA = `
  SELECT (SELECT json_agg(json_build_object('grantee', ${GRANTEE}, 'privilege', privilege_type))
            FROM aclexplode(coalesce(nspacl, acldefault('n', nspowner)))) AS "grants"
  FROM pg_namespace WHERE nspname = 'public'`;

export function postgresSession(connection: PostgresConnection): DatabaseSession {
  const rows = async <Row>(text: string, values?: unknown[]) => (await connection.query(text, values)).rows as Row[];
  return {
    lock: async () => void (await connection.query(`SELECT pg_advisory_lock(${ROLES_LOCK})`)),
    server: async (wanted: readonly WantedDatabase[]) => ({
      currentUser: (await rows<{ name: string }>(`SELECT current_user::text AS "name"`))[0]?.name ?? "",
      roles: await rows<CatalogueRole>(ROLES, [[IAM_LOGIN, ...wanted.map(({ role }) => role)]]),
      databases: (await rows<Listed<CatalogueDatabase>>(DATABASES, [wanted.map(({ database }) => database)])).map(withGrants),
    }),
    publicSchema: async () => (await rows<Listed<{ grants: Grant[] }>>(PUBLIC_SCHEMA)).map(withGrants)[0]?.grants,
    run: async (statement) => void (await connection.query(statement)),
    close: () => connection.end(),
  };
}

/** json_agg of no row is null and not an empty list: everything was revoked, from the owner too. */
type Listed<T> = Omit<T, "grants"> & { grants: Grant[] | null };

function withGrants<T extends { grants: Grant[] | null }>(row: T): T & { grants: Grant[] } {
  return { ...row, grants: row.grants ?? [] };
}
