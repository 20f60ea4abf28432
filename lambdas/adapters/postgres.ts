import { Client } from "pg";
import type { DatabaseServer } from "../ports/database-server";
import type { Administrator } from "./postgres-administrator";
import { type PostgresConnection, postgresSession } from "./postgres-session";

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
}

export interface PostgresCredentials {
  administrator(): Promise<Administrator>;
  /** A token of a quarter of an hour that stands for the password. */
  token(username: string): Promise<string>;
}

export interface PostgresLogin extends PostgresAddress {
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** The server at this address, as its administrator. */
export function postgresServer(address: PostgresAddress, credentials: PostgresCredentials, connect = connectVerified): DatabaseServer {
  return {
    async open(database) {
      // Read anew for each session: RDS changes the password whenever its rotation is due.
      const { username: user, password } = await credentials.administrator();
      const to = { ...address, database, user };
      try {
        return postgresSession(
          await connect({ ...to, password }).catch(async (error: unknown) => {
            if (!asksForToken(error)) throw error;
            return connect({ ...to, password: await credentials.token(user) });
          }),
        );
      } catch (error) {
        const { host, port } = address;
        throw new Error(`Database ${database} at ${host}:${port} cannot be opened: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

/**
 * RDS takes no password from a member of rds_iam, at whatever remove. From version 16 on PostgreSQL makes whoever creates a role a member of
 * it, for the sake of its administration only; community PostgreSQL counts that at the door. Where RDS does too, the administrator of logins
 * by token has become one.
 */
function asksForToken(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("PAM authentication failed");
}

/** Over TLS, the server's certificate and name checked against what this process trusts. */
export async function connectVerified(login: PostgresLogin): Promise<PostgresConnection> {
  const client = new Client({
    ...{ ...login, application_name: "modelloop-database-roles" },
    // Said although it is the default: a client that takes any certificate hands its password to whoever answers.
    ssl: { rejectUnauthorized: true },
    // Each well below the function's own limit, so that the reason is told before the function is stopped.
    ...{ connectionTimeoutMillis: 10_000, statement_timeout: 30_000, query_timeout: 35_000 },
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
