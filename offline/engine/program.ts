/** Loads the program of a Pulumi project folder the way Pulumi's own Node runner does, and runs it as often as it is asked to. */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { ProgramError } from "./failures";

/**
 * @param root the project folder.
 * @param main `main` of Pulumi.yaml: a file or a folder, relative to `root`. @default - the `main` of package.json, else the folder itself
 * @returns a function that runs the program once. A module that exports a function is loaded once and called each time; one that creates its
 *   resources while it is loaded is loaded anew each time, with every file of the project that it imports, dependencies excepted.
 * @throws ProgramError where there is no such program.
 */
export function loadProgram(root: string, main?: string): () => unknown {
  const entry = entryOf(root, main);
  const load = createRequire(entry);
  if (/\.[mc]?ts$/.test(entry)) registerTypeScript(load, entry);
  let exported: unknown;
  return () => {
    if (typeof exported === "function") return (exported as () => unknown)();
    forget(load, root);
    exported = defaultOf(load(entry));
    return typeof exported === "function" ? (exported as () => unknown)() : exported;
  };
}

/** @throws ProgramError where there is no such program. */
export function entryOf(root: string, main: string | undefined): string {
  const wanted = path.resolve(root, main ?? packageMain(root) ?? ".");
  const endings = [".ts", ".js", ".mts", ".mjs", ".cts", ".cjs"];
  const candidates = [wanted, ...endings.map((ending) => wanted + ending), ...endings.map((ending) => path.join(wanted, `index${ending}`))];
  const entry = candidates.find((candidate) => fs.existsSync(candidate) && fs.statSync(candidate).isFile());
  if (entry === undefined) {
    throw new ProgramError(
      `${root} holds no program: ${path.relative(root, wanted) || "."} is neither a file nor a folder with an index.ts or index.js; name the program in "main" of Pulumi.yaml`,
    );
  }
  return entry;
}

function packageMain(root: string): string | undefined {
  const file = path.join(root, "package.json");
  if (!fs.existsSync(file)) return undefined;
  const main = (JSON.parse(fs.readFileSync(file, "utf8")) as { main?: string }).main;
  return main === "" ? undefined : main;
}

/** Where the process itself runs under tsx or Jest, TypeScript is understood already. */
function registerTypeScript(load: NodeJS.Require, entry: string): void {
  if (load.extensions[".ts"] !== undefined || "__realProcess" in globalThis) return;
  // Loaded only where it is needed: a JavaScript program does not pay for a compiler.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- for the same reason
  const tsx = require("tsx/cjs/api") as { register(): () => void };
  tsx.register();
  if (load.extensions[".ts"] === undefined && !entry.endsWith(".ts")) throw new ProgramError(`${entry} cannot be loaded as TypeScript`);
}

function forget(load: NodeJS.Require, root: string): void {
  for (const file of Object.keys(load.cache)) {
    const below = path.relative(root, file);
    if (!below.startsWith("..") && !path.isAbsolute(below) && !below.split(path.sep).includes("node_modules")) delete load.cache[file];
  }
}

function defaultOf(exported: unknown): unknown {
  const module = exported as { __esModule?: boolean; default?: unknown } | undefined;
  return module?.__esModule === true && module.default !== undefined ? module.default : exported;
}
