/** A Pulumi project folder: its `Pulumi.yaml` and which environments it has. */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { type ConfigDeclaration, declarations } from "./declared-config";
import { readText } from "./file-faults";
import { isMapping, parseYaml, type Plain } from "./yaml-file";

export interface Project {
  readonly root: string;
  readonly name: string;
  /** File name of the project file, relative to `root`. */
  readonly file: string;
  /** The program, relative to `root`. Absent where Pulumi finds it by itself. */
  readonly main?: string;
  /** What Pulumi would hand to `node`. Absent where nothing is said. */
  readonly nodeArguments?: string[];
  /** Folder of the stack files, relative to `root`. */
  readonly stackFolder: string;
  readonly declared: readonly ConfigDeclaration[];
}

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** @throws ConfigurationError with every fault of the project file. */
export function readProject(folder: string): Project {
  const file = findProjectFile(folder);
  if (file === undefined) {
    throw new ConfigurationError("Pulumi.yaml", [`there is none in ${folder} or above it: run the command in a Pulumi project folder`]);
  }
  const root = path.dirname(file);
  const name = path.basename(file);
  const yaml = parseYaml(readText(file, name));
  if (yaml.faults.length > 0) throw new ConfigurationError(name, yaml.faults);
  if (!isMapping(yaml.content)) throw new ConfigurationError(name, ["it holds no settings: write at least name and runtime"]);

  const { name: project, runtime, main, stackConfigDir, config } = yaml.content;
  const declared = declarations(typeof project === "string" ? project : "", config);
  const faults = [
    ...nameFaults(project),
    ...runtimeFaults(runtime),
    ...textFaults("main", main),
    ...textFaults("stackConfigDir", stackConfigDir),
    ...declared.faults,
  ];
  if (faults.length > 0) throw new ConfigurationError(name, faults);
  refuseBrokenManifest(root);
  return {
    ...{ root, file: name, name: project as string, declared: declared.declarations },
    stackFolder: (stackConfigDir as string | undefined) ?? ".",
    ...(typeof main === "string" ? { main } : {}),
    ...nodeArguments(runtime),
  };
}

/** Node needs it to tell how the program is written, and says of a broken one only that a token was unexpected. */
function refuseBrokenManifest(root: string): void {
  const file = path.join(root, "package.json");
  if (!fs.existsSync(file)) return;
  let content: unknown;
  try {
    content = JSON.parse(readText(file, "package.json"));
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError("package.json", [
      "it is not valid JSON, so Node cannot read it: correct it (npm pkg get shows the place)",
    ]);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new ConfigurationError("package.json", ["it holds no settings: write {} at least, or delete it"]);
}

/** Names of the environments that have a stack file, in alphabetical order. */
export function environmentsOf(project: Project): string[] {
  const folder = path.join(project.root, project.stackFolder);
  if (!fs.existsSync(folder)) return [];
  const extension = path.extname(project.file);
  return fs
    .readdirSync(folder)
    .flatMap((file) => (file.startsWith("Pulumi.") && file.endsWith(extension) ? [file.slice("Pulumi.".length, -extension.length)] : []))
    .filter((name) => name !== "")
    .sort();
}

/** Relative to the project's root, as a person would write it. */
export function stackFileOf(project: Project, environment: string): string {
  return path.join(project.stackFolder, `Pulumi.${environment}${path.extname(project.file)}`);
}

/** Upwards from `folder`, as Pulumi looks for it. */
function findProjectFile(folder: string): string | undefined {
  for (let current = path.resolve(folder); ; current = path.dirname(current)) {
    const found = PROJECT_FILES.map((name) => path.join(current, name)).find((file) => fs.existsSync(file));
    if (found !== undefined || path.dirname(current) === current) return found;
  }
}

function nameFaults(name: Plain | undefined): string[] {
  return typeof name === "string" && name !== "" ? [] : ["name is missing: a project needs one, such as name: my-platform"];
}

function runtimeFaults(runtime: Plain | undefined): string[] {
  const name = isMapping(runtime) ? runtime["name"] : runtime;
  if (name === "nodejs") return [];
  const got = typeof name === "string" ? `runtime is ${name}` : "runtime is missing";
  return [`${got}; only programs in TypeScript or JavaScript can be planned offline: runtime must be nodejs`];
}

function nodeArguments(runtime: Plain | undefined): Pick<Project, "nodeArguments"> {
  const options = isMapping(runtime) ? runtime["options"] : undefined;
  const given = isMapping(options) ? options["nodeargs"] : undefined;
  return typeof given === "string" && given.trim() !== "" ? { nodeArguments: given.trim().split(/\s+/) } : {};
}

function textFaults(property: string, value: Plain | undefined): string[] {
  if (value === undefined || typeof value === "string") return [];
  return [`${property} is ${JSON.stringify(value)}; it must be a path relative to the project folder`];
}
