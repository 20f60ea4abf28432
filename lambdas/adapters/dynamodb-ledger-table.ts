/**
 * Records in one DynamoDB table, and the only two ways to touch them: read some, and write some on condition that they are still as read.
 *
 * Every write is a transaction, even of one record: the client gives a transaction a token, so that one whose answer was lost and which is
 * sent again succeeds, where a plain conditional write would find its own work and take it for somebody else's.
 */
import { BatchGetCommand, QueryCommand, TransactWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { LEDGER_TABLE, type LedgerKey } from "../domain/ledger-records";
import { LedgerBusyError } from "../ports/ledger";
import { asTransactItem, type Change, type Stored } from "./dynamodb-ledger-changes";

/** A kind of record at one place; `absent` stands for it until it is first written. */
export interface Shape<T> {
  key: LedgerKey;
  schema: z.ZodType<T>;
  absent: T;
}

/** What one attempt found, and would write. */
export interface Attempt<T> {
  answer: T;
  changes: readonly Change[];
}

export interface Patience {
  /** Attempts at one write. Of those who collide one gets through, so more than there are writers at once. */
  attempts: number;
  /** Waits after an attempt that was overtaken; the first is 1. */
  pause(attempt: number): Promise<void>;
}

/** Full jitter, up to half a second. */
export const PATIENT: Patience = {
  attempts: 60,
  pause: (attempt) => new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(500, 10 * 2 ** attempt))),
};

/** A workflow's record of its run counts no revisions; it is read here and never written, since no condition on a revision would hold of it. */
const itemSchema = z.looseObject({ pk: z.string(), sk: z.string(), revision: z.int().min(1).default(1) });

type StoredItem = z.infer<typeof itemSchema>;

export class LedgerTable {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly name: string,
    private readonly patience: Patience = PATIENT,
  ) {}

  /** Reads, and writes what follows from it, until nobody was quicker. `attempt` may run several times. */
  async persist<T>(attempt: () => Promise<Attempt<T>>): Promise<T> {
    for (let count = 1; count <= this.patience.attempts; count++) {
      const { answer, changes } = await attempt();
      if (changes.every(({ kind }) => kind === "ConditionCheck") || (await this.write(changes))) return answer;
      await this.patience.pause(count);
    }
    throw new LedgerBusyError(
      `The ledger ${this.name} was changed by others during each of ${this.patience.attempts} attempts. Nothing was written: try again.`,
    );
  }

  /** Each as of its last completed write. Together they are of one moment only once a write has checked them all. */
  async read<T extends Record<string, unknown>>(shapes: { [K in keyof T]: Shape<T[K]> }): Promise<{ [K in keyof T]: Stored<T[K]> }> {
    const all = Object.entries(shapes) as [string, Shape<unknown>][];
    const items = await this.batch(all.map(([, { key }]) => ({ ...key })));
    const entries = all.map(([name, shape]) => {
      const item = items.find(({ pk, sk }) => pk === shape.key.pk && sk === shape.key.sk);
      return [name, item === undefined ? { key: shape.key, revision: 0, record: shape.absent } : parsed(item, shape.schema)];
    });
    return Object.fromEntries(entries) as { [K in keyof T]: Stored<T[K]> };
  }

  /**
   * In the order of their sort keys; both ends included. With `last`, so many from the end alone, which is also all that is read: after a
   * storm, the whole of a quarter is tens of megabytes.
   */
  async range<T>(pk: string, from: string, to: string, schemaAt: (key: LedgerKey) => z.ZodType<T>, last?: number): Promise<Stored<T>[]> {
    const found: Stored<T>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.client.send(
        new QueryCommand({
          TableName: this.name,
          ConsistentRead: true,
          KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :to",
          ExpressionAttributeNames: { "#pk": LEDGER_TABLE.partitionKey, "#sk": LEDGER_TABLE.sortKey },
          ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to },
          ExclusiveStartKey: start,
          ...(last !== undefined && { ScanIndexForward: false, Limit: last - found.length }),
        }),
      );
      found.push(...(page.Items ?? []).map((raw) => itemSchema.parse(raw)).map((item) => parsed(item, schemaAt(item))));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && found.length < (last ?? Infinity));
    return last === undefined ? found : found.reverse();
  }

  private async batch(wanted: Record<string, unknown>[]): Promise<StoredItem[]> {
    const found: StoredItem[] = [];
    let keys = wanted;
    for (let count = 1; keys.length > 0; count++) {
      if (count > this.patience.attempts) throw new LedgerBusyError(`The ledger ${this.name} answers no reads at the moment: try again.`);
      if (count > 1) await this.patience.pause(count - 1);
      const { Responses, UnprocessedKeys } = await this.client.send(
        new BatchGetCommand({ RequestItems: { [this.name]: { Keys: keys, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[this.name] ?? []).map((item) => itemSchema.parse(item)));
      keys = UnprocessedKeys?.[this.name]?.Keys ?? [];
    }
    return found;
  }

  /** False where nothing was written and trying again may help. */
  private async write(changes: readonly Change[]): Promise<boolean> {
    try {
      await this.client.send(new TransactWriteCommand({ TransactItems: changes.map((change) => asTransactItem(change, this.name)) }));
      return true;
    } catch (error) {
      if (mayBeRepeated(error)) return false;
      throw error;
    }
  }
}

function parsed<T>({ pk, sk, revision, ...rest }: StoredItem, schema: z.ZodType<T>): Stored<T> {
  const { [LEDGER_TABLE.timeToLive]: _expiresAt, digest: _digest, ...record } = rest;
  const read = schema.safeParse(record);
  if (read.success) return { key: { pk, sk }, revision, record: read.data };
  throw new Error(
    `Ledger record ${pk} ${sk} has schema version ${JSON.stringify(record["schemaVersion"])} and cannot be read: a newer version of the loop ` +
      `wrote it, or it is damaged. It was left as it is.\n${z.prettifyError(read.error)}`,
    { cause: read.error },
  );
}

/** Reasons for which DynamoDB cancels a transaction that was all right (API reference, TransactionCanceledException, 2026). */
const PASSING = ["ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

function mayBeRepeated(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "TransactionInProgressException") return true;
  if (error.name !== "TransactionCanceledException" || !("CancellationReasons" in error)) return false;
  const codes = (error.CancellationReasons as { Code?: string }[]).map(({ Code = "None" }) => Code).filter((code) => code !== "None");
  return codes.length > 0 && codes.every((code) => PASSING.includes(code));
}
