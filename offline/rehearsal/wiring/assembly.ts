/** A synthesised cloud assembly as a list of resources, those of nested stacks among them, with every reference resolved. */
import fs from "node:fs";
import path from "node:path";
import type { Json, Properties } from "../../engine/recording";
import { type Names, physicalNames } from "./names";
import { resolve } from "./resolve";

export interface Declared {
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
  readonly names: Names;
}

export interface Assembly {
  readonly resources: readonly Declared[];
  /** Where the file or folder lies that was to be uploaded under this key. */
  asset(key: string): string;
  /** Content of the document that was to be uploaded under this key. */
  document(key: string): string;
}

export interface Template {
  readonly Resources?: Record<string, { Type: string; Properties?: Properties }>;
  readonly Parameters?: Record<string, { Default?: Json }>;
  readonly Mappings?: Record<string, Record<string, Record<string, Json>>>;
}

type Files = Record<string, { source: { path: string } }>;

/** @param folder `cdk.out`, or another folder with a template and its assets beside it */
export function readAssembly(folder: string, stack: string): Assembly {
  const assets = path.join(folder, `${stack}.assets.json`);
  const files = fs.existsSync(assets) ? (JSON.parse(fs.readFileSync(assets, "utf8")) as { files: Files }).files : {};
  const asset = (key: string): string => {
    const hash = path.basename(key).replace(/\.\w+$/, "");
    const source = files[hash]?.source.path;
    if (source === undefined) throw new Error(`${assets} knows no asset ${key}: synthesise again`);
    return path.join(folder, source);
  };
  const read = (file: string) => JSON.parse(fs.readFileSync(file, "utf8")) as Template;
  const nested = (url: string) => read(asset(url));
  return {
    resources: resourcesOf(read(path.join(folder, `${stack}.template.json`)), {}, nested),
    asset,
    document: (key) => fs.readFileSync(asset(key), "utf8"),
  };
}

/**
 * @param given values of the template's parameters
 * @param nested the template at a URL
 */
export function resourcesOf(
  { Resources = {}, Parameters = {}, Mappings = {} }: Template,
  given: Readonly<Record<string, Json>>,
  nested: (url: string) => Template,
): Declared[] {
  const defaults = Object.entries(Parameters).map(([name, { Default = "" }]) => [name, Default] as const);
  const parameters = { ...Object.fromEntries(defaults), ...given };
  const known = new Map<string, Declared>();
  // Depth first, as CloudFormation orders by reference: what a name is made of must be known before the name.
  const declared = (id: string): Declared => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const resource = Resources[id];
    if (resource === undefined) throw new Error(`the template refers to ${id}, which it does not hold`);
    const scope = {
      ref: (name: string) => parameters[name] ?? declared(name).names.ref,
      mapping: (name: string, first: string, second: string) => {
        const value = Mappings[name]?.[first]?.[second];
        if (value === undefined) throw new Error(`the mapping ${name} of the template holds nothing for ${first}, ${second}`);
        return value;
      },
      attribute: (name: string, attribute: string) => declared(name).names.attributes[attribute] ?? `${name}.${attribute}`,
    };
    const properties = resolve(resource.Properties ?? {}, scope) as Properties;
    const made = { id, type: resource.Type, properties, names: physicalNames(resource.Type, id, properties) };
    known.set(id, made);
    return made;
  };
  const own = Object.keys(Resources).map(declared);
  const inNested = own
    .filter(({ type }) => type === "AWS::CloudFormation::Stack")
    .flatMap(({ properties }) => {
      const { TemplateURL, Parameters: values = {} } = properties as { TemplateURL: string; Parameters?: Record<string, Json> };
      return resourcesOf(nested(TemplateURL), values, nested);
    });
  return [...own, ...inNested];
}
