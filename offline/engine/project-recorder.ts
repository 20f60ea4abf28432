/** Which of the two ways to record fits a project folder. */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { recordFolder } from "./grpc";
import { entryOf, loadProgram } from "./program";
import { record, type RecordOptions } from "./record";
import type { Recording } from "./recording";

export interface ProjectProgram {
  /** The project folder. */
  root: string;
  /** `main` of Pulumi.yaml. @default - the `main` of package.json, else the folder itself */
  main?: string;
  /** `options.nodeargs` of Pulumi.yaml. @default - none; for TypeScript in an ES module, tsx */
  nodeArguments?: string[];
}

export type Recorder = (run: Omit<RecordOptions, "program" | "root">) => Promise<Recording>;

/**
 * In this process, where that can be: it is faster by seconds. Node loads an ES module once in a process and never again, so that a program
 * that creates its resources while it is loaded would be empty from its second run on; such a folder is started by Pulumi's own runner, each
 * time in a process of its own.
 *
 * @throws ProgramError where there is no program.
 */
export function projectRecorder({ root, main, nodeArguments }: ProjectProgram): Recorder {
  const entry = entryOf(root, main);
  if (!isEsModule(root, entry)) {
    const program = loadProgram(root, main);
    return (run) => record({ ...run, root, program });
  }
  const loader = /\.m?ts$/.test(entry) ? ["--import", pathToFileURL(require.resolve("tsx")).href] : [];
  return (run) =>
    recordFolder({ ...run, root, main: path.relative(root, entry), nodeArguments: nodeArguments ?? loader, typescript: false });
}

function isEsModule(root: string, entry: string): boolean {
  if (/\.m[jt]s$/.test(entry)) return true;
  if (/\.c[jt]s$/.test(entry)) return false;
  const manifest = path.join(root, "package.json");
  return fs.existsSync(manifest) && (JSON.parse(fs.readFileSync(manifest, "utf8")) as { type?: string }).type === "module";
}
