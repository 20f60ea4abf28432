/** Protocol Buffers' text format (protobuf.dev, "Text Format Language"), as Triton reads `config.pbtxt`. */
export type PbtxtValue = string | number | boolean | Token | PbtxtMessage | readonly PbtxtValue[];

export interface PbtxtMessage {
  readonly [field: string]: PbtxtValue | undefined;
}

/** A name of an enum, written without quotes. */
export class Token {
  constructor(readonly name: string) {}
}

export function pbtxt(message: PbtxtMessage): string {
  return linesOf(message, "").join("\n") + "\n";
}

function linesOf(message: PbtxtMessage, indent: string): string[] {
  return Object.entries(message).flatMap(([field, value]) => (value === undefined ? [] : fieldLines(field, value, indent)));
}

function fieldLines(field: string, value: PbtxtValue, indent: string): string[] {
  if (isList(value)) {
    const scalars = value.map(scalar).filter((text) => text !== undefined);
    // Numbers on one line; messages one after the other, which is the same and reads better.
    if (scalars.length === value.length) return [`${indent}${field}: [ ${scalars.join(", ")} ]`];
    return value.flatMap((each) => fieldLines(field, each, indent));
  }
  const text = scalar(value);
  if (text !== undefined) return [`${indent}${field}: ${text}`];
  return [`${indent}${field} {`, ...linesOf(value as PbtxtMessage, `${indent}  `), `${indent}}`];
}

function isList(value: PbtxtValue): value is readonly PbtxtValue[] {
  return Array.isArray(value);
}

function scalar(value: PbtxtValue): string | undefined {
  if (value instanceof Token) return value.name;
  // JSON's escapes are among the text format's own.
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" ? undefined : String(value);
}

/** A map: one entry after the other. */
export function pbtxtMap(entries: Readonly<Record<string, PbtxtValue>>): PbtxtMessage[] {
  return Object.entries(entries).map(([key, value]) => ({ key, value }));
}
