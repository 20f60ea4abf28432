/**
 * Which outputs a resource type declares, read from the typings of the SDK package that the program itself uses, and a value that stands in
 * for each. Without it an output that no input gives is `undefined` in apply mode and vanishes from whatever uses it, without a word.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Json, Properties } from "./recording";

/** Output name → its declared type, as text. */
export type DeclaredOutputs = Readonly<Record<string, string>>;

const cache = new Map<string, DeclaredOutputs | undefined>();

/**
 * @param type a type token: `aws:rds/instance:Instance` is declared in `@pulumi/aws/rds/instance.d.ts`.
 * @param root folder from which the program would resolve the package.
 * @returns undefined where no typings are found.
 */
export function declaredOutputs(type: string, root: string): DeclaredOutputs | undefined {
  const key = `${root}\0${type}`;
  if (!cache.has(key)) cache.set(key, read(type, root));
  return cache.get(key);
}

function read(type: string, root: string): DeclaredOutputs | undefined {
  const file = typingsOf(type, root);
  if (file === undefined) return undefined;
  const declaration = /export declare class [\s\S]*?\n}\r?\n/.exec(fs.readFileSync(file, "utf8"))?.[0] ?? "";
  const outputs: Record<string, string> = {};
  for (const [, name, declared] of declaration.matchAll(/^ {4}(?:\/\*\*[^*]*\*\/ )?readonly (\w+): pulumi\.Output<([\s\S]*?)>;$/gm)) {
    if (name !== undefined && declared !== undefined) outputs[name] = declared;
  }
  return outputs;
}

function typingsOf(type: string, root: string): string | undefined {
  const [, packageName, module, className] = /^([\w-]+):([\w/-]+):(\w+)$/.exec(type) ?? [];
  if (packageName === undefined || module === undefined || className === undefined) return undefined;
  const folder = packageFolder(`@pulumi/${packageName}`, root);
  if (folder === undefined) return undefined;
  const file = className.charAt(0).toLowerCase() + className.slice(1);
  // "index" stands for the package's own folder.
  const inside = module === "index" ? "" : module.replace(/^index\//, "");
  const candidates = [path.join(folder, `${inside}.d.ts`), path.join(folder, inside, `${file}.d.ts`)];
  return candidates.find((candidate) => path.basename(candidate) !== ".d.ts" && fs.existsSync(candidate));
}

function packageFolder(name: string, root: string): string | undefined {
  for (const from of [path.join(root, "package.json"), __filename]) {
    try {
      return path.dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      // Not installed there; the next place decides.
    }
  }
  return undefined;
}

/** Names that AWS checks the characters of; `<name>.<output>` would be refused by the validations of our own components. */
const NAME_LIKE = /^(name|bucket|identifier|clusterIdentifier|clusterName|replicationGroupId)$/;

/** A value of the declared type from which a reader can tell where it came from: `vpc.defaultRouteTableId`. */
export function standIn(resource: string, output: string, declared: string, arn: (name: string) => string): Json {
  const type = declared.replace(/ \| undefined$/, "");
  if (type.endsWith("[]")) return type === "string[]" ? [`${resource}.${output}.0`] : [];
  if (type === "number") return 1;
  if (type === "boolean") return false;
  if (type.startsWith("{") || type.startsWith("outputs.")) return {};
  if (/(^a|A)rn$/.test(output)) return arn(output === "arn" ? resource : `${resource}/${output}`);
  if (NAME_LIKE.test(output)) return `${resource}-standin`;
  return `${resource}.${output}`;
}

/** Stand-ins for all declared outputs that `given` does not hold. */
export function standIns(resource: string, outputs: DeclaredOutputs, given: Properties, arn: (name: string) => string): Properties {
  const missing = Object.entries(outputs).filter(([output]) => output !== "id" && output !== "urn" && given[output] === undefined);
  // An output that may be undefined stays so: inventing it would take the branch that the program takes for the rare case.
  const always = missing.filter(([, declared]) => !declared.endsWith("| undefined"));
  return Object.fromEntries(always.map(([output, declared]) => [output, standIn(resource, output, declared, arn)]));
}
