/**
 * Writes `out/<env>/` as a whole or not at all: the files go to a folder beside it, which then takes its place. A run that is refused, or
 * killed half-way, leaves what was there. Of several runs at once the last one stays.
 *
 * Only what this program wrote is ever replaced: `--out` takes any folder, and `dev` in it may be somebody's only copy of something.
 */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { fileFault, shownPath } from "./file-faults";
import { readPlanDocument } from "./plan-document";
import type { Files } from "./sent-documents";

/** All that any command of this program writes, or wrote, into the folder of an environment. A new one must be named here. */
const OUR_FILES = ["plan.json", "stack.json", "preview.json", "report.html", "destroy.txt", "cost.json", "fit.json", "policies.json"];
const OUR_FOLDERS = ["kubernetes", "charts", "cloudformation", "state-machines", "dashboards", "alerts", "rehearsal"];
/** What a file manager leaves wherever somebody looks. */
const NOBODYS_FILES = [".DS_Store", "Thumbs.db", "desktop.ini"];

/** What another run does to the same folder between two of our calls. */
const COLLISIONS = new Set(["ENOENT", "ENOTEMPTY", "EEXIST"]);
const ATTEMPTS = 20;

/** @throws ConfigurationError where the folder is not ours to replace, or cannot be written. */
export function writeOutput(outFolder: string, environment: string, files: Files): string {
  const target = path.join(outFolder, environment);
  for (let attempt = 1; ; attempt++) {
    try {
      replace(outFolder, environment, files);
      return target;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt < ATTEMPTS && COLLISIONS.has(code ?? "")) continue;
      throw fileFault(error, shownPath(placeOf(error) ?? target));
    }
  }
}

function replace(outFolder: string, environment: string, files: Files): void {
  const target = path.join(outFolder, environment);
  fs.mkdirSync(outFolder, { recursive: true });
  refuseForeign(target);
  removeLeftovers(outFolder, environment);
  const fresh = fs.mkdtempSync(path.join(outFolder, `.${environment}.new-${process.pid}-`));
  const old = fresh.replace(`.${environment}.new-`, `.${environment}.old-`);
  try {
    // mkdtemp makes a folder for its owner only; what was asked for is an ordinary one.
    fs.chmodSync(fresh, 0o777 & ~process.umask());
    for (const [file, content] of Object.entries(files)) {
      const full = path.join(fresh, file);
      fs.mkdirSync(path.dirname(full), { recursive: true });
      fs.writeFileSync(full, content);
    }
    if (fs.existsSync(target)) fs.renameSync(target, old);
    fs.renameSync(fresh, target);
  } finally {
    putBack(old, target);
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

/** The old folder takes its place again, unless a newer one has. */
function putBack(old: string, target: string): void {
  try {
    if (!fs.existsSync(target)) fs.renameSync(old, target);
  } catch (error) {
    if (!COLLISIONS.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  fs.rmSync(old, { recursive: true, force: true });
}

function refuseForeign(target: string): void {
  const found = fs.lstatSync(target, { throwIfNoEntry: false });
  if (found === undefined) return;
  const fault = foreignFault(target, found);
  if (fault === undefined) return;
  // Another run may have taken away under our eyes what we were looking at; only of what is still there can anything be said.
  if (fs.lstatSync(target, { throwIfNoEntry: false })?.ino !== found.ino) return refuseForeign(target);
  throw new ConfigurationError(shownPath(target), [`${fault}: name another folder with --out, or move what is there away`]);
}

function foreignFault(target: string, found: fs.Stats): string | undefined {
  if (found.isSymbolicLink()) return "it is a link, and a folder would take its place";
  if (!found.isDirectory()) return "it is a file, and a folder would take its place";
  const entries = fs.readdirSync(target, { withFileTypes: true }).filter(({ name }) => !NOBODYS_FILES.includes(name));
  const foreign = entries.filter((entry) => !isOurs(entry)).map(({ name }) => name);
  if (foreign.length > 0) return `it holds files that modelloop did not write (${foreign.sort().join(", ")})`;
  if (entries.length === 0 || isPlan(path.join(target, "plan.json"), entries)) return undefined;
  return "it holds files that modelloop may not have written, for its plan.json is not among them";
}

function isOurs(entry: fs.Dirent): boolean {
  return (entry.isFile() && OUR_FILES.includes(entry.name)) || (entry.isDirectory() && OUR_FOLDERS.includes(entry.name));
}

function isPlan(file: string, entries: readonly fs.Dirent[]): boolean {
  return entries.some(({ name }) => name === "plan.json") && readPlanDocument(fs.readFileSync(file, "utf8")) !== undefined;
}

/** What a run that was killed left. An old folder without its successor is the only copy there is: it goes back. */
function removeLeftovers(outFolder: string, environment: string): void {
  for (const name of fs.readdirSync(outFolder)) {
    const [, of, kind, owner] = /^\.(.+)\.(new|old)-(\d+)(?:-\w{6})?$/.exec(name) ?? [];
    if (of !== environment || kind === undefined || isRunning(Number(owner))) continue;
    const full = path.join(outFolder, name);
    if (kind === "old") putBack(full, path.join(outFolder, environment));
    else fs.rmSync(full, { recursive: true, force: true });
  }
}

/** Signal 0 asks without sending; a process of another user answers EPERM, and runs. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The path that the file system refused says more than the folder does; the folder that is there for a moment says nothing to anybody. */
function placeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).path?.replace(/\.([^/\\]+)\.(?:new|old)-\d+-\w{6}/, "$1");
}
