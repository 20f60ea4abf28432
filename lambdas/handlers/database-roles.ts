import { administratorOf } from "../adapters/postgres-administrator";
import { postgresServer } from "../adapters/postgres";
import { tokensFor } from "../adapters/postgres-token";
import { provideDatabases, type ProvidedDatabases } from "../application/database-roles";
import { databaseRolesRequestSchema } from "../domain/database-roles";
import { databaseRolesEnvironmentSchema } from "../runtime/database-roles";

/** Invoked by each `pulumi up` that changes the list of databases. What it answers stands in Pulumi's state, and so holds names only. */
export async function handler(event: unknown): Promise<ProvidedDatabases> {
  const { databases } = databaseRolesRequestSchema.parse(event);
  const { DATABASE_HOST: host, DATABASE_PORT: port, ADMINISTRATOR_SECRET_ARN } = databaseRolesEnvironmentSchema.parse(process.env);
  const address = { host, port };
  const server = postgresServer(address, { administrator: administratorOf(ADMINISTRATOR_SECRET_ARN), token: tokensFor(address) });
  const provided = await provideDatabases(databases, server);
  console.log(JSON.stringify({ level: "INFO", message: "databases and logins are there", ...provided }));
  return provided;
}
