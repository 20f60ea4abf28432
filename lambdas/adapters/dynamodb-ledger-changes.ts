/**
 * Parts of a transaction, each with the condition under which it counts. A record counts its revisions, and a change of it names the one that
 * it was made from; so whatever was read and is saved or checked in one transaction was true at one moment.
 */
import { isDeepStrictEqual } from "node:util";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { LEDGER_TABLE, type LedgerKey } from "../domain/ledger-records";

export interface Stored<T> {
  key: LedgerKey;
  /** 0 where nothing is stored. */
  revision: number;
  record: T;
}

export interface Change {
  kind: "Update" | "ConditionCheck" | "Put";
  input: ChangeInput;
}

interface ChangeInput {
  Key?: Record<string, unknown>;
  Item?: Record<string, unknown>;
  UpdateExpression?: string;
  ConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

const { partitionKey, timeToLive } = LEDGER_TABLE;

/** The record as it shall be; a mere check where it shall stay as it is. */
export function save<T extends object>({ key, revision, record = {} as T }: Stored<T | undefined>, next: T): Change {
  const stored = { key, revision, record };
  if (isDeepStrictEqual(record, next)) return check(stored);
  const before = new Map<string, unknown>(Object.entries(record));
  const after = new Map<string, unknown>(Object.entries(next).filter(([, value]) => value !== undefined));
  const set = [...after].filter(([name, value]) => revision === 0 || !isDeepStrictEqual(before.get(name), value));
  const remove = [...before.keys()].filter((name) => revision > 0 && !after.has(name));
  const condition = asRead(revision);
  const SET = ["#revision = :next", ...set.map(([name]) => `#${name} = :${name}`)].join(", ");
  const REMOVE = remove.map((name) => `#${name}`).join(", ");
  return {
    kind: "Update",
    input: {
      Key: { ...key },
      UpdateExpression: `SET ${SET}${REMOVE === "" ? "" : ` REMOVE ${REMOVE}`}`,
      ConditionExpression: condition.ConditionExpression,
      ExpressionAttributeNames: {
        ...condition.ExpressionAttributeNames,
        "#revision": "revision",
        ...Object.fromEntries([...set.map(([name]) => name), ...remove].map((name) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ...condition.ExpressionAttributeValues,
        ":next": revision + 1,
        ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
      },
    },
  };
}

/** That the record is still as it was read. */
export function check<T>({ key, revision }: Stored<T>): Change {
  return { kind: "ConditionCheck", input: { Key: { ...key }, ...asRead(revision) } };
}

/** A record that is written once; until then it must not be there. */
export function mark(key: LedgerKey, record: object, expiresAtSeconds: number): Change {
  return { kind: "Put", input: { Item: { ...key, revision: 1, [timeToLive]: expiresAtSeconds, ...record }, ...asRead(0) } };
}

/** A record whose key follows from its content: the same may be written again, another never in its place. */
export function once(key: LedgerKey, record: object, digest: string): Change {
  return {
    kind: "Put",
    input: {
      Item: { ...key, revision: 1, digest, ...record },
      ConditionExpression: "attribute_not_exists(#pk) OR #digest = :digest",
      ExpressionAttributeNames: { "#pk": partitionKey, "#digest": "digest" },
      ExpressionAttributeValues: { ":digest": digest },
    },
  };
}

/** Narrows a change: `and` must also hold of the record as it is stored. */
export function onlyIf({ kind, input }: Change, and: string, names: Record<string, string>, values: Record<string, unknown>): Change {
  return {
    kind,
    input: {
      ...input,
      ConditionExpression: `(${input.ConditionExpression}) AND (${and})`,
      ExpressionAttributeNames: { ...input.ExpressionAttributeNames, ...names },
      ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ...values },
    },
  };
}

export function asTransactItem({ kind, input }: Change, TableName: string): TransactItem {
  return { [kind]: { TableName, ...input } };
}

function asRead(revision: number): Omit<ChangeInput, "Key"> {
  if (revision === 0) return { ConditionExpression: "attribute_not_exists(#pk)", ExpressionAttributeNames: { "#pk": partitionKey } };
  return {
    ConditionExpression: "#revision = :seen",
    ExpressionAttributeNames: { "#revision": "revision" },
    ExpressionAttributeValues: { ":seen": revision },
  };
}
