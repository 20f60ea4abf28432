/** DynamoDB's own way to write a value, and what can be said of two of them. Only the types that our records use; others are refused. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type { AttributeValue };
export type Item = Record<string, AttributeValue>;

/** What DynamoDB answers with: the name of its exception and its message, or more fields. */
export class DynamoDbRefusal extends Error {
  constructor(
    readonly exception: string,
    message: string,
    readonly fields: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export function invalid(message: string): DynamoDbRefusal {
  return new DynamoDbRefusal("ValidationException", message);
}

const TYPES = ["S", "N", "BOOL", "NULL", "M", "L"] as const;

export function typeOf(value: AttributeValue): (typeof TYPES)[number] {
  const type = TYPES.find((name) => value[name] !== undefined);
  if (type === undefined) throw new Error(`the stand-in for DynamoDB knows no values of type ${Object.keys(value).join()}: add it`);
  return type;
}

/** As whoever wrote it had it. */
export function plain(value: AttributeValue): unknown {
  if (value.M !== undefined) return Object.fromEntries(Object.entries(value.M).map(([name, each]) => [name, plain(each)]));
  if (value.L !== undefined) return value.L.map(plain);
  const type = typeOf(value);
  return type === "N" ? Number(value.N) : type === "NULL" ? null : value[type];
}

/** Less than 0, 0 or more; undefined where the two cannot be ordered, in which case every comparison is false. */
export function compare(one: AttributeValue, other: AttributeValue): number | undefined {
  if (one.S !== undefined && other.S !== undefined) return Buffer.compare(Buffer.from(one.S), Buffer.from(other.S));
  if (one.N !== undefined && other.N !== undefined) return Number(one.N) - Number(other.N);
  return undefined;
}

export function equal(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const type = typeOf(one);
  if (type !== typeOf(other)) return false;
  if (type === "N") return Number(one.N) === Number(other.N);
  return canonical(one) === canonical(other);
}

/** Bytes, as they count against the limits of an item and of a page; DynamoDB's own figure differs in the length of numbers. */
export function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);
}

function sizeOfValue(value: AttributeValue): number {
  if (value.M !== undefined) return 3 + sizeOf(value.M) + Object.keys(value.M).length;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, each) => sum + 1 + sizeOfValue(each), 0);
  return value.S !== undefined ? Buffer.byteLength(value.S) : (value.N?.length ?? 1);
}

function canonical(value: AttributeValue): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === "object" && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}
