/** Names of databases and logins: what becomes an identifier in SQL and a part of an ARN. */
import { DATABASE_IDENTIFIER, RESERVED_DATABASES, RESERVED_ROLE, type WantedDatabase } from "../../../lambdas/domain/database-roles";
import { repeatFaults } from "../../shared/faults";

export interface NamedDatabase {
  readonly name: string;
  readonly login?: string;
}

export const DEFAULT_MASTER_USERNAME = "postgres";

/** As the function that makes them wants them. */
export function wantedDatabases(databases: readonly NamedDatabase[]): WantedDatabase[] {
  return databases.map(({ name, login = name }) => ({ database: name, role: login }));
}

export function databaseNameFaults(databases: readonly NamedDatabase[], masterUsername: string = DEFAULT_MASTER_USERNAME): string[] {
  const logins = databases.map(({ name, login = name }) => login);
  return [
    ...identifierFaults("masterUsername", masterUsername),
    ...databases.flatMap(({ name, login }, index) => [
      ...identifierFaults(`databases[${index}].name`, name),
      ...(login === undefined ? [] : identifierFaults(`databases[${index}].login`, login)),
      ...reservedFaults(index, name, login ?? name, masterUsername),
    ]),
    ...repeatFaults(
      "databases",
      databases.map(({ name }) => name),
    ),
    ...repeatedLogins(logins),
  ];
}

function identifierFaults(property: string, name: string): string[] {
  if (DATABASE_IDENTIFIER.test(name)) return [];
  const rule = "it is 1 to 63 of a-z, 0-9 and _, a letter first";
  return [`${property} is ${JSON.stringify(name)}; ${rule}: name it so`];
}

function reservedFaults(index: number, name: string, login: string, masterUsername: string): string[] {
  const faults: string[] = [];
  if (RESERVED_DATABASES.includes(name)) {
    faults.push(`databases[${index}].name is ${name}; every server has it already, for its own use: choose another name`);
  }
  // "pg_x" and "rds_x" would be refused by the server itself, in the middle of the list.
  if (RESERVED_ROLE.test(login) || login === masterUsername) {
    const rule = login === masterUsername ? "that is the administrator" : "PostgreSQL and RDS keep such names for themselves";
    faults.push(`databases[${index}] has the login ${login}; ${rule}: set login to another name`);
  }
  return faults;
}

/** Two databases behind one login would be one database for whoever holds its token. */
function repeatedLogins(logins: readonly string[]): string[] {
  const repeated = logins.filter((login, index) => logins.indexOf(login) !== index);
  return [...new Set(repeated)].map((login) => `databases share the login ${login}; each has one of its own: set login to another name`);
}
