/**
 * What `config:` of Pulumi.yaml declares, and what it does to a stack's values. Pure.
 *
 * The rules are those of Pulumi 3.259 (sdk/go/common/workspace/project.go, pkg/workspace/config.go): a value or default stands in where the
 * stack file says nothing; what has a type is checked; what is declared without either must be set.
 */
import { isMapping, type Plain } from "./yaml-file";

export interface ConfigDeclaration {
  /** `namespace:name` */
  readonly key: string;
  readonly type?: DeclaredType;
  readonly secret: boolean;
  /** What stands in where the stack file says nothing. */
  readonly value?: Plain;
}

interface DeclaredType {
  readonly name: string;
  readonly items?: DeclaredType;
}

const TYPES = ["string", "integer", "boolean", "array", "object"];

export function declarations(project: string, config: Plain | undefined): { declarations: ConfigDeclaration[]; faults: string[] } {
  const faults: string[] = [];
  if (config === undefined || config === null || typeof config === "string") return { declarations: [], faults };
  if (!isMapping(config)) return { declarations: [], faults: [`config is ${JSON.stringify(config)}; it must map keys to values or types`] };
  const found = Object.entries(config).map(([name, given]) => {
    const key = name.includes(":") ? name : `${project}:${name}`;
    const own = key.startsWith(`${project}:`);
    // The short form, `key: value`, is a value.
    const { type, items, secret, default: standard, value } = isMapping(given) ? given : { value: given };
    const declared = typeOf(type, items);
    if (standard !== undefined && value !== undefined) faults.push(`config.${name} has both a default and a value: keep one`);
    if (type !== undefined && declared === undefined)
      faults.push(`config.${name}.type is ${text(type)}; it must be one of ${TYPES.join(", ")}`);
    if (declared?.name === "array" && declared.items === undefined)
      faults.push(`config.${name} is an array without items: say of what type, such as items: { type: string }`);
    if (!own && (type !== undefined || standard !== undefined))
      faults.push(`config.${name} belongs to another namespace, where Pulumi takes no type and no default: write value instead`);
    if (!own && standard === undefined && value === undefined)
      faults.push(`config.${name} belongs to another namespace and has no value: write one`);
    if (declared !== undefined && standard !== undefined && !matches(declared, standard))
      faults.push(`config.${name}.default is ${text(standard)}; it must be ${typeText(declared)}`);
    const stand = standard ?? value;
    return {
      key,
      secret: secret === true,
      ...(declared === undefined ? {} : { type: declared }),
      ...(stand === undefined ? {} : { value: stand }),
    };
  });
  return { declarations: found, faults };
}

/** What a stack file's value breaks. `undefined`: the file does not set it. */
export function declarationFaults({ key, type, secret, value }: ConfigDeclaration, given: Plain | undefined, isSecret: boolean): string[] {
  if (given === undefined)
    return value === undefined ? [`${key} is not set, and Pulumi.yaml gives it no default: write it under config`] : [];
  if (secret && !isSecret) return [`${key} is in plain text, and Pulumi.yaml declares it secret: run pulumi config set --secret ${key}`];
  if (type === undefined || isSecret || matches(type, given)) return [];
  return [`${key} is ${text(given)}; Pulumi.yaml declares it ${typeText(type)}`];
}

/** Numbers and booleans pass as text as well, because `pulumi config set` writes text. */
function matches(type: DeclaredType, value: Plain): boolean {
  switch (type.name) {
    case "string":
      return typeof value !== "object";
    case "integer":
      return typeof value === "number" ? Number.isInteger(value) : typeof value === "string" && /^[-+]?\d+$/.test(value);
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return isMapping(value);
    default:
      return Array.isArray(value) && value.every((item) => type.items === undefined || matches(type.items, item));
  }
}

function typeOf(type: Plain | undefined, items: Plain | undefined): DeclaredType | undefined {
  if (typeof type !== "string" || !TYPES.includes(type)) return undefined;
  const inner = isMapping(items) ? typeOf(items["type"], items["items"]) : undefined;
  return inner === undefined ? { name: type } : { name: type, items: inner };
}

function typeText(type: DeclaredType): string {
  const of = type.items === undefined ? "" : ` of ${type.items.name} values`;
  return `${/^[aeio]/.test(type.name) ? "an" : "a"} ${type.name}${of}`;
}

function text(value: Plain): string {
  return JSON.stringify(value);
}
