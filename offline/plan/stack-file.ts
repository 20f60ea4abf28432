/**
 * `Pulumi.<env>.yaml`, read as Pulumi reads it: every value becomes text, objects become JSON with sorted keys.
 *
 * What is encrypted cannot be read here, by design: no key is asked for. A stand-in takes its place and stays marked as secret.
 */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { declarationFaults } from "./declared-config";
import { readText } from "./file-faults";
import { environmentsOf, type Project, stackFileOf } from "./project";
import { canonical } from "./stable-json";
import { isMapping, parseYaml, type Plain, type YamlFile } from "./yaml-file";

export interface StackFile {
  readonly environment: string;
  /** Relative to the project's root. */
  readonly file: string;
  /** `namespace:key` → text, as Pulumi hands it to the program. */
  readonly config: Record<string, string>;
  readonly secretKeys: string[];
  /** Whole sentences on what could not be read here. */
  readonly notes: string[];
}

/** Long enough for a password rule, plain enough for a URL. Never a real secret. */
const STAND_IN = "offline-stand-in";
/** A program that asks for a secret number or boolean must not fail on a stand-in that is neither. */
const STAND_INS: Record<string, string> = { integer: "0", boolean: "false" };

const OTHER_KEYS = ["environment", "encryptionsalt", "secretsprovider", "encryptedkey"];

/** @throws ConfigurationError with every fault of the file, or with what there is where it does not exist. */
export function readStackFile(project: Project, environment: string): StackFile {
  const file = stackFileOf(project, environment);
  const full = path.join(project.root, file);
  if (!fs.existsSync(full)) throw new ConfigurationError(file, [missing(file, environmentsOf(project), project)]);
  const yaml = parseYaml(readText(full, file));
  const stack = yaml.faults.length > 0 ? undefined : interpret(project, environment, file, yaml);
  const faults = [...yaml.faults, ...(stack?.faults ?? [])];
  if (stack === undefined || faults.length > 0) throw new ConfigurationError(file, faults);
  return stack.result;
}

function missing(file: string, environments: readonly string[], project: Project): string {
  const [first] = environments;
  if (first === undefined)
    return `${file} does not exist, and no other environment does: write it (an empty file will do where the program needs no configuration)`;
  const one = environments.length === 1;
  return `${file} does not exist; there ${one ? "is only" : "are"} ${listed(environments)}: name ${one ? "that one" : "one of them"}, or write it (copy ${stackFileOf(project, first)})`;
}

export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

function interpret(project: Project, environment: string, file: string, yaml: YamlFile): { result: StackFile; faults: string[] } {
  const faults: string[] = [];
  const notes: string[] = [];
  const content = yaml.content ?? {};
  if (!isMapping(content))
    return {
      result: { environment, file, config: {}, secretKeys: [], notes },
      faults: ["it holds a list or a single value: it must map config to the settings"],
    };
  for (const key of Object.keys(content)) {
    if (key === "config" || OTHER_KEYS.includes(key)) continue;
    faults.push(`line ${yaml.lineOf(key)}: ${key} stands beside config, where Pulumi ignores it: indent it under config`);
  }
  if (content["environment"] !== undefined) {
    notes.push(`${file} names Pulumi ESC environments; what they hold is known to Pulumi Cloud only and is missing from this plan`);
  }
  const values = content["config"] ?? {};
  if (!isMapping(values))
    faults.push(`line ${yaml.lineOf("config")}: config is ${JSON.stringify(values)}; it must map keys such as aws:region to values`);
  const given = isMapping(values) ? withNamespaces(project.name, values, yaml, faults) : {};

  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const declaration of project.declared) {
    faults.push(...declarationFaults(declaration, given[declaration.key], hasSecret(given[declaration.key])));
    if (declaration.value !== undefined) config[declaration.key] = asText(declaration.value);
  }
  for (const [key, value] of Object.entries(given)) {
    const type = project.declared.find((declaration) => declaration.key === key)?.type?.name ?? "";
    config[key] = asText(withStandIns(value, STAND_INS[type] ?? STAND_IN));
    if (hasSecret(value)) secretKeys.push(key);
  }
  if (secretKeys.length > 0)
    notes.push(`${listed(secretKeys.sort())} ${secretKeys.length === 1 ? "is" : "are"} encrypted: the plan uses a stand-in`);
  return { result: { environment, file, config, secretKeys, notes }, faults };
}

/** `region` means `<project>:region`; `ns:config:key` is an old way to write `ns:key`. */
function withNamespaces(project: string, values: { [key: string]: Plain }, yaml: YamlFile, faults: string[]): Record<string, Plain> {
  const given: Record<string, Plain> = {};
  for (const [key, value] of Object.entries(values)) {
    const parts = key.split(":");
    const full =
      parts.length === 1 ? `${project}:${key}` : parts.length === 3 && parts[1] === "config" ? `${parts[0] ?? ""}:${parts[2] ?? ""}` : key;
    if (full.split(":").length !== 2)
      faults.push(`line ${yaml.lineOf("config", key)}: ${key} is no configuration key: write namespace:name`);
    if (full in given) faults.push(`line ${yaml.lineOf("config", key)}: ${full} is set twice, once in a longer form: keep one`);
    given[full] = value;
  }
  return given;
}

/** Exactly a map with the one key `secure`: so Pulumi writes an encrypted value. */
function isSecret(value: Plain): boolean {
  return isMapping(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

function hasSecret(value: Plain | undefined): boolean {
  if (value === undefined || value === null || typeof value !== "object") return false;
  return isSecret(value) || Object.values(value).some((item: Plain) => hasSecret(item));
}

function withStandIns(value: Plain, standIn: string): Plain {
  if (isSecret(value)) return standIn;
  if (Array.isArray(value)) return value.map((item) => withStandIns(item, standIn));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withStandIns(item, standIn)]));
}

/** Byte for byte what Go writes (tried with Pulumi 3.259): nothing for null, and JSON that would be safe inside HTML. */
function asText(value: Plain): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  return JSON.stringify(canonical(value)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
