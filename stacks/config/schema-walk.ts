/** Reads zod's own description of a schema, so that conversion, fault sentences and the editor's help all follow from the one schema. */
import { z } from "zod";

export type Path = readonly PropertyKey[];

/** The schema without what `.optional()`, `.default()` and `.prefault()` wrapped around it. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  return isWrapper(schema) ? bare(schema.def.innerType) : schema;
}

function isWrapper(schema: z.core.$ZodType): schema is z.ZodOptional | z.ZodDefault | z.ZodPrefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
}

/** The schema that judges the value at a path, or nothing where the path leads out of the schema. */
export function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const child = childOf(bare(schema), key);
  return child === undefined ? undefined : schemaAt(child, rest);
}

export function childOf(container: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (container instanceof z.ZodObject)
    return keysOf(container).includes(String(key)) ? (container.shape[String(key)] as z.core.$ZodType) : undefined;
  if (container instanceof z.ZodArray) return container.def.element;
  if (container instanceof z.ZodRecord) return container.def.valueType;
  return undefined;
}

export function keysOf(container: z.core.$ZodType): string[] {
  return container instanceof z.ZodObject ? Object.keys(container.shape) : [];
}

/** What `.meta()` said about the schema; wrappers first, because that is where a line of the schema ends. */
export function metaOf(schema: z.core.$ZodType): z.core.GlobalMeta {
  const own = z.globalRegistry.get(schema) ?? {};
  return isWrapper(schema) ? { ...metaOf(schema.def.innerType), ...own } : own;
}
