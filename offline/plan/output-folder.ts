/**
 * Writes `out/<env>/` as a whole or not at all: the files go to a folder beside it, which then takes its place. A run that is refused, or
 * killed half-way, leaves what was there.
 */
import fs from "node:fs";
import path from "node:path";
import type { Files } from "./sent-documents";

export function writeOutput(outFolder: string, environment: string, files: Files): string {
  const target = path.join(outFolder, environment);
  fs.mkdirSync(outFolder, { recursive: true });
  removeLeftovers(outFolder, environment);
  const fresh = fs.mkdtempSync(path.join(outFolder, `.${environment}.new-${process.pid}-`));
  const old = path.join(outFolder, `.${environment}.old-${process.pid}`);
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
  } catch (error) {
    if (fs.existsSync(old) && !fs.existsSync(target)) fs.renameSync(old, target);
    fs.rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  fs.rmSync(old, { recursive: true, force: true });
  return target;
}

/** What a run that was killed left. An old folder without its successor is the only copy there is: it goes back. */
function removeLeftovers(outFolder: string, environment: string): void {
  const target = path.join(outFolder, environment);
  for (const name of fs.readdirSync(outFolder)) {
    const [, of, kind, owner] = /^\.(.+)\.(new|old)-(\d+)/.exec(name) ?? [];
    if (of !== environment || kind === undefined || isRunning(Number(owner))) continue;
    const full = path.join(outFolder, name);
    if (kind === "old" && !fs.existsSync(target)) fs.renameSync(full, target);
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
