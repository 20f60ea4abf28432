/** Who may log in to a cache, and what each may do with which keys. */
import { enumFaults, repeatFaults } from "../../shared/faults";

export enum CacheAccess {
  ReadWrite = "readWrite",
  ReadOnly = "readOnly",
}

export interface NamedUser {
  readonly name: string;
  readonly access?: CacheAccess;
  readonly keyPrefixes?: readonly string[];
}

/** ElastiCache console, "Create user": id and name have up to 40 characters, a letter first, and no two hyphens together. Users and groups alike. */
const LONGEST_ID = 40;

/** Pulumi makes the nodes' id of the name, `-nodes-` and seven letters of its own, so that a replacement can stand beside what it replaces. */
const LONGEST_CACHE_NAME = LONGEST_ID - "-nodes-1234567".length;

/** ElastiCache user guide, "Role-Based Access Control", limits. */
const MOST_USERS = 100;

/**
 * Commands by category (Valkey documentation, "ACL"). Dangerous ones (KEYS, FLUSHALL, CONFIG ...) are nobody's; of these only INFO, which
 * clients ask for before they call a connection ready.
 */
const COMMANDS: Record<CacheAccess, string> = {
  [CacheAccess.ReadWrite]: "-@all +@read +@write +@connection +@transaction +@scripting -@dangerous +info",
  [CacheAccess.ReadOnly]: "-@all +@read +@connection -@dangerous +info",
};
const KEYS: Record<CacheAccess, string> = { [CacheAccess.ReadWrite]: "~", [CacheAccess.ReadOnly]: "%R~" };

/** Belongs to nobody: whoever does not log in gets this one. */
export const NOBODY = "off -@all";

export function accessString({ access = CacheAccess.ReadWrite, keyPrefixes = [""] }: NamedUser): string {
  const keys = keyPrefixes.map((prefix) => `${KEYS[access]}${prefix}*`);
  return ["on", ...keys, COMMANDS[access]].join(" ");
}

/** Unique in the account, and for users by IAM token the name they log in with too. */
export function userId(cacheName: string, user: string): string {
  return `${cacheName}-${user}`;
}

export function userFaults(cacheName: string, users: readonly NamedUser[]): string[] {
  const faults = [
    // The group of users always is there, and its id follows the same rule.
    ...idFaults(`the component's name is ${JSON.stringify(cacheName)}`, userId(cacheName, "users")),
    ...nodesFaults(cacheName),
    ...users.flatMap((user, index) => oneUserFaults(cacheName, user, `users[${index}]`)),
    ...repeatFaults(
      "users",
      users.map(({ name }) => name),
    ),
  ];
  if (users.length > MOST_USERS) faults.push(`users names ${users.length}; a cache has ${MOST_USERS} at most: name fewer`);
  return faults;
}

function oneUserFaults(cacheName: string, { name, access, keyPrefixes }: NamedUser, property: string): string[] {
  const wrongPrefixes = (keyPrefixes ?? []).filter((prefix) => !/^[\w.:-]+$/.test(prefix));
  const faults = [
    ...(["default", "users"].includes(name) ? [`${property}.name is ${name}; that is another's: choose another name`] : []),
    ...idFaults(`${property}.name is ${JSON.stringify(name)}`, userId(cacheName, name)),
    ...enumFaults(`${property}.access`, access, CacheAccess),
    ...wrongPrefixes.map((prefix) => {
      const rule = "a prefix is letters, digits and . : _ -, and a star is put behind it";
      return `${property}.keyPrefixes has ${JSON.stringify(prefix)}; ${rule}: write it so, or leave keyPrefixes out for all keys`;
    }),
  ];
  if (keyPrefixes?.length === 0)
    faults.push(`${property}.keyPrefixes is empty; such a user could touch no key: name one, or leave it out for all keys`);
  return faults;
}

function nodesFaults(cacheName: string): string[] {
  // The longest of all is complained of already.
  if (cacheName.length <= LONGEST_CACHE_NAME || userId(cacheName, "users").length > LONGEST_ID) return [];
  const rule = `the id of its nodes is made from it, and ElastiCache leaves ${LONGEST_CACHE_NAME} characters for that`;
  return [`the component's name is ${JSON.stringify(cacheName)}, of ${cacheName.length} characters; ${rule}: choose a shorter one`];
}

function idFaults(start: string, id: string): string[] {
  if (/^[a-z](-?[a-z0-9])*$/.test(id) && id.length <= LONGEST_ID) return [];
  const rule = `"${id}" is to be an id in ElastiCache, of up to ${LONGEST_ID} lower-case letters, digits and single hyphens`;
  return [`${start}; ${rule}: choose another`];
}
