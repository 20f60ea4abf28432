/** What the file system refuses, as sentences; and text that is what its bytes say. */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";

/** What is wrong, and what helps. */
const FAULTS: Record<string, string> = {
  EACCES: "this user may not do that there: change the owner or the mode, or name another place",
  EPERM: "this user may not do that there: change the owner or the mode, or name another place",
  EROFS: "nothing can be written there, the file system is read-only: name another place",
  ENOSPC: "the disk is full: make room, or name another place",
  EDQUOT: "this user's share of the disk is used up: make room, or name another place",
  EMFILE: "this process has too many files open: raise the limit (ulimit -n)",
  ENAMETOOLONG: "its path is longer than the file system allows: name a place with a shorter one",
  ENOENT: "it, or a folder above it, does not exist (any more): name another place, or run the command again",
  ENOTDIR: "something on the way there is a file, where a folder is needed: name another place, or move the file away",
  EEXIST: "it is a file, where a folder is needed: name another place, or move the file away",
  EISDIR: "it is a folder, where a file is needed: name the file, or move the folder away",
  ENOTEMPTY: "another program writes there at the same time: run the command again when it is done",
  EBUSY: "another program uses it: run the command again when it is done",
  ELOOP: "its links lead in a circle: correct them, or name another place",
};

/** A refusal of the file system in words of ours; anything else as it was. */
export function fileFault(error: unknown, shown: string): unknown {
  const { code, syscall } = error as Partial<NodeJS.ErrnoException>;
  const says = FAULTS[code ?? ""];
  // A network error has a code too, but fails in a call that is no business of files.
  if (says === undefined || syscall === undefined) return error;
  return new ConfigurationError(shown, [`${says} (${code})`]);
}

/**
 * Node puts U+FFFD in the place of bytes that are no UTF-8, and a value would reach the cloud with it.
 *
 * @param shown the file as the user knows it
 * @throws ConfigurationError where it cannot be read, or is no text.
 */
export function readText(file: string, shown: string): string {
  const bytes = bytesOf(file, shown);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigurationError(shown, [`line ${firstBadLine(bytes)}: it holds bytes that are no UTF-8: save the file as UTF-8`]);
  }
}

function bytesOf(file: string, shown: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw fileFault(error, shown);
  }
}

/** A line feed is never part of a longer character in UTF-8, so each line can be asked by itself. */
function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const next = end === -1 ? bytes.length : end + 1;
    if (bytes.subarray(start, next).toString("utf8").includes("\uFFFD")) return line;
    start = next;
  }
  return line;
}

/** As a person would write it who stands where the command was given. */
export function shownPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative === "" ? "." : relative.startsWith("..") ? file : relative;
}
