/** Why a program could not be planned, with the place where its author would look first. */

import { originalLine } from "./stack-frames";

/** The program failed. Its message is the real reason; nothing of the SDK's storm of follow-up rejections is left in it. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  /** `stacks/data.ts#12`, relative to the program's root folder, where it is known. */
  readonly place?: string;

  constructor(reason: string, place?: string, options?: ErrorOptions) {
    super(place === undefined ? reason : `${reason}\n  at ${place}`, options);
    this.place = place;
  }
}

/** Errors that are whole sentences for the user already, wherever their class was loaded from (two copies of a package may be at work). */
const FOR_THE_USER = new Set(["ConfigurationError", "InvalidArgumentsError", "ProgramError"]);

/** The SDK rejects whatever hung on a registration that the monitor refused; those rejections only repeat that there was one. */
const ECHOES = [
  /^Resource monitor is terminating/,
  /^failed to (register|read) new resource .*terminating/,
  /\bterminating$/,
  /^monitor is shutting down/,
];

/** The SDK adds its prefix to one and the same error once for each resource that uses the faulty value. */
const REPEATED = /^(error serializing property "[^"]*": )\1+/;
const PREFIXES = /^(error serializing property "[^"]*": )+/;

const ENGINE = `${__dirname.replaceAll("\\", "/")}/`;

/** The one error to show, out of all that a failing program left behind, in the order in which they came. */
export function realReason(errors: readonly unknown[], root: string): Error {
  const unique = [...new Set(errors)];
  const telling = unique.filter((error) => !ECHOES.some((echo) => echo.test(messageOf(error))));
  const forTheUser = telling.map(unwrapped).find((error) => error !== undefined);
  if (forTheUser !== undefined) {
    // Thrown inside an `apply`, it was prefixed in place by the SDK; a refusal speaks for itself.
    forTheUser.message = forTheUser.message.replace(PREFIXES, "");
    return forTheUser;
  }
  const first = telling[0] ?? unique[0];
  return new ProgramError(messageOf(first).replace(REPEATED, "$1"), placeOf(first, root), { cause: first });
}

function unwrapped(error: unknown): Error | undefined {
  for (let current = error; current instanceof Error || isErrorLike(current); current = (current as Error).cause) {
    if (FOR_THE_USER.has((current as Error).name)) return current as Error;
  }
  return undefined;
}

/** Jest gives tests an `Error` class of their own, so `instanceof` says no to errors of Node's. */
function isErrorLike(error: unknown): boolean {
  return typeof error === "object" && error !== null && "message" in error && "stack" in error;
}

function messageOf(error: unknown): string {
  return isErrorLike(error) ? (error as Error).message : String(error);
}

/** The first frame that lies in the program's own folder: not in a dependency, not in Node. */
export function placeOf(error: unknown, root: string): string | undefined {
  const stack = isErrorLike(error) ? ((error as Error).stack ?? "") : "";
  for (const [, file, line, column] of stack.matchAll(/(?:\(|at )(?:file:\/\/)?([^()\s]+):(\d+):(\d+)\)?/g)) {
    const place = file === undefined ? undefined : relativePlace(file, root);
    if (place !== undefined && file !== undefined) return `${place}#${originalLine(file, Number(line), Number(column))}`;
  }
  return undefined;
}

/** The path below `root` with forward slashes; undefined for files elsewhere, for dependencies and for this engine. */
export function relativePlace(file: string, root: string): string | undefined {
  const normal = file.replaceAll("\\", "/");
  if (normal.startsWith(ENGINE)) return undefined;
  const base = `${root.replaceAll("\\", "/").replace(/\/$/, "")}/`;
  if (!normal.startsWith(base)) return undefined;
  const below = normal.slice(base.length);
  return below.startsWith("node_modules/") || below.includes("/node_modules/") ? undefined : below;
}
