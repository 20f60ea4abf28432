/** Names of databases, logins and clients: what becomes an identifier in SQL, an ARN or a child's name. */
import { DATABASE_IDENTIFIER, RESERVED_DATABASES, RESERVED_ROLE, type WantedDatabase } from "../../../lambdas/domain/database-roles";
import { repeatFaults } from "../../shared/faults";

export interface NamedDatabase {
  readonly name: string;
  readonly login?: string;
}

export interface NamedClient {
  readonly name: string;
  readonly securityGroupId?: unknown;
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

export function clientFaults(clients: readonly NamedClient[]): string[] {
  return [
    ...clients.flatMap(({ name, securityGroupId }, index) => [
      ...(/^[a-z](-?[a-z0-9])*$/.test(name)
        ? []
        : [
            `clients[${index}].name is ${JSON.stringify(name)}; a rule's name is made from it: use lower-case letters, digits and single hyphens`,
          ]),
      ...(securityGroupId === undefined
        ? [`clients[${index}].securityGroupId is missing; nobody is let in by address: give the id of the client's security group`]
        : []),
    ]),
    ...repeatFaults(
      "clients",
      clients.map(({ name }) => name),
    ),
  ];
}
