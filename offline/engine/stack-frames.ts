/**
 * Stack traces without source maps while a program runs, and the original place of the few that are looked at.
 *
 * The SDK takes a stack trace for each resource and for each promise that it waits for. Where Node maps stacks back to TypeScript (under tsx),
 * that took three quarters of a plan's time: 5.9 s instead of 1.6 s for a thousand resources.
 */
import { findSourceMap } from "node:module";
import { pathToFileURL } from "node:url";

let running = false;

export async function withPlainStacks<T>(run: () => Promise<T>): Promise<T> {
  // Jest maps stacks by itself, without Node's help, and cheaply enough.
  if ((process as { sourceMapsEnabled?: boolean }).sourceMapsEnabled !== true) return run();
  const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  Error.prepareStackTrace = plain;
  running = true;
  try {
    return await run();
  } finally {
    running = false;
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Object.defineProperty(Error, "prepareStackTrace", before);
  }
}

function plain(error: Error, frames: NodeJS.CallSite[]): string {
  return [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frameText(frame)}`)].join("\n");
}

/** Code outside of any function has no name and hence no parentheses; the SDK sees no place in such a line. */
function frameText(frame: NodeJS.CallSite): string {
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- V8's call sites have a toString of their own, which the typings leave out
  const text = frame.toString();
  return text.endsWith(")") ? text : `<anonymous> (${text})`;
}

/** The line that its author wrote. Stacks that were not made plain here are mapped already: to map them twice would name a wrong line. */
export function originalLine(file: string, line: number, column: number): number {
  if (!running) return line;
  const map = findSourceMap(file) ?? findSourceMap(pathToFileURL(file).href);
  const entry = map?.findEntry(line - 1, column - 1);
  return entry !== undefined && "originalLine" in entry ? entry.originalLine + 1 : line;
}
