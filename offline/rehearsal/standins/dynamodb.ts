/**
 * A table that lives in memory and speaks DynamoDB's own JSON, so that the real client, its serialisation, its errors and its retries are
 * rehearsed too. Hand it to a client as `requestHandler`.
 *
 * It knows the four operations that the ledger uses and refuses all others. One request at a time, so two transactions never collide by
 * themselves: `around` is the place to make them collide, to lose an answer, to let a caller die or to hold a request back.
 */
import { Expressions, type Names } from "./dynamodb-expressions";
import { DynamoDbRefusal, invalid, sizeOf, type AttributeValue, type Item } from "./dynamodb-values";

export interface DynamoDbCall {
  operation: string;
  input: unknown;
}

export interface DynamoDbStandInOptions {
  /** Called for each request; what it throws reaches the client as a fault of the network. */
  around?: (call: DynamoDbCall, perform: (input?: unknown) => unknown) => Promise<unknown>;
  /** Smaller than DynamoDB's where a test wants to see a second page. */
  pageBytes?: number;
}

interface Table {
  keyNames: string[];
  items: Map<string, Item>;
}

interface Keyed extends Names {
  TableName: string;
  Key?: Item;
  Item?: Item;
  ConditionExpression?: string;
  UpdateExpression?: string;
}

/** Limits of DynamoDB (developer guide, "Quotas in Amazon DynamoDB", 2026). */
const LIMITS = { itemBytes: 400 * 1024, pageBytes: 1024 * 1024, transactionItems: 100, batchKeys: 100, transactionBytes: 4 * 1024 * 1024 };

interface Request {
  headers: Record<string, string>;
  body?: unknown;
}

interface QueryInput extends Keyed {
  KeyConditionExpression: string;
  ExclusiveStartKey?: Item;
  ScanIndexForward?: boolean;
  Limit?: number;
}

export class DynamoDbStandIn {
  private readonly tables = new Map<string, Table>();
  /** Requests of the last ten minutes answer again as they did; here, those of all time. */
  private readonly tokens = new Map<string, string>();
  private readonly operations: Record<string, (input: never) => unknown> = {
    BatchGetItem: (input: Parameters<DynamoDbStandIn["batchGet"]>[0]) => this.batchGet(input),
    CreateTable: (input: Parameters<DynamoDbStandIn["createTable"]>[0]) => this.createTable(input),
    Query: (input: Parameters<DynamoDbStandIn["query"]>[0]) => this.query(input),
    TransactWriteItems: (input: Parameters<DynamoDbStandIn["transactWrite"]>[0]) => this.transactWrite(input),
  };

  constructor(private readonly options: DynamoDbStandInOptions = {}) {}

  /** The client's door. */
  async handle(request: Request): Promise<{ response: { statusCode: number; headers: Record<string, string>; body: Uint8Array } }> {
    const operation = (request.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
    const call = { operation, input: JSON.parse(textOf(request.body)) as unknown };
    const perform = (input: unknown = call.input) => this.perform(operation, input);
    try {
      return answer(200, await (this.options.around?.(call, perform) ?? perform()));
    } catch (error) {
      if (!(error instanceof DynamoDbRefusal)) throw error;
      const type = `com.amazonaws.dynamodb.v20120810#${error.exception}`;
      return answer(400, { __type: type, message: error.message, Message: error.message, ...error.fields });
    }
  }

  updateHttpClientConfig(): void {
    // The client's own settings concern sockets, of which there are none.
  }

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  /** Everything in the table, in the order of its keys. */
  items(table: string): Item[] {
    return sorted(this.table(table));
  }

  /** DynamoDB deletes what has expired some day, or not; a test decides when. */
  deleteExpired(table: string, attribute: string, epochSeconds: number): void {
    const { items } = this.table(table);
    for (const [key, item] of items) if (Number(item[attribute]?.N ?? Infinity) < epochSeconds) items.delete(key);
  }

  private perform(operation: string, input: unknown): unknown {
    const run = this.operations[operation];
    if (run === undefined) {
      throw new DynamoDbRefusal("UnknownOperationException", `the stand-in for DynamoDB does not know ${operation}: add it`);
    }
    return run(input as never);
  }

  private createTable({ TableName, KeySchema }: { TableName: string; KeySchema: { AttributeName: string }[] }): unknown {
    if (this.tables.has(TableName)) throw new DynamoDbRefusal("ResourceInUseException", `Table already exists: ${TableName}`);
    this.tables.set(TableName, { keyNames: KeySchema.map(({ AttributeName }) => AttributeName), items: new Map() });
    return { TableDescription: { TableName, TableStatus: "ACTIVE" } };
  }

  private batchGet({ RequestItems }: { RequestItems: Record<string, { Keys: Item[] }> }): unknown {
    const Responses: Record<string, Item[]> = {};
    for (const [name, { Keys }] of Object.entries(RequestItems)) {
      const table = this.table(name);
      const keys = Keys.map((key) => keyOf(table, key));
      if (Keys.length > LIMITS.batchKeys) throw invalid("Too many items requested for the BatchGetItem call");
      if (new Set(keys).size < keys.length) throw invalid("Provided list of item keys contains duplicates");
      Responses[name] = keys.flatMap((key) => shown(table.items.get(key)));
    }
    return { Responses, UnprocessedKeys: {} };
  }

  private query(input: QueryInput): unknown {
    const table = this.table(input.TableName);
    const expressions = new Expressions(input);
    const matches = expressions.condition(input.KeyConditionExpression);
    expressions.refuseUnused();
    const start = input.ExclusiveStartKey === undefined ? undefined : keyOf(table, input.ExclusiveStartKey);
    const { ScanIndexForward: forwards = true, Limit: most = Infinity } = input;
    const isLeft = (key: string): boolean => start === undefined || (forwards ? key > start : key < start);
    const matching = sorted(table).filter((item) => matches(item) && isLeft(keyOf(table, item)));
    const found = forwards ? matching : matching.reverse();
    const page: Item[] = [];
    let bytes = 0;
    for (const item of found) {
      page.push(item);
      bytes += sizeOf(item);
      if (page.length >= most || bytes >= (this.options.pageBytes ?? LIMITS.pageBytes)) break;
    }
    const last = page.at(-1);
    return {
      Items: page.flatMap(shown),
      Count: page.length,
      ...(last && page.length < found.length && { LastEvaluatedKey: onlyKey(table, last) }),
    };
  }

  private transactWrite(input: { TransactItems: Record<string, Keyed>[]; ClientRequestToken?: string }): unknown {
    const { TransactItems, ClientRequestToken: token } = input;
    const content = JSON.stringify(TransactItems);
    const before = token === undefined ? undefined : this.tokens.get(token);
    if (before === content) return {};
    if (before !== undefined) throw new DynamoDbRefusal("IdempotentParameterMismatchException", "Request token was used with other items");
    if (TransactItems.length > LIMITS.transactionItems) throw invalid("Member must have length less than or equal to 100");
    if (Buffer.byteLength(content) > LIMITS.transactionBytes) throw invalid("Transaction exceeds 4 MB");

    const writes = TransactItems.map((item) => this.plan(item));
    if (new Set(writes.map(({ table, key }) => `${table.keyNames.join()}${key}`)).size < writes.length) {
      throw invalid("Transaction request cannot include multiple operations on one item");
    }
    if (writes.some(({ allowed }) => !allowed)) {
      const CancellationReasons = writes.map(({ allowed }) => ({ Code: allowed ? "None" : "ConditionalCheckFailed" }));
      const codes = CancellationReasons.map(({ Code }) => Code).join(", ");
      const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
      throw new DynamoDbRefusal("TransactionCanceledException", message, { CancellationReasons });
    }
    for (const { table, key, next } of writes) if (next !== undefined) table.items.set(key, next);
    if (token !== undefined) this.tokens.set(token, content);
    return {};
  }

  private plan(write: Record<string, Keyed>): { table: Table; key: string; allowed: boolean; next?: Item } {
    const [[kind, input] = ["nothing"]] = Object.entries(write);
    if (input === undefined || !(kind === "Put" || kind === "Update" || kind === "ConditionCheck")) {
      throw invalid(`the stand-in for DynamoDB does not know ${kind} in a transaction: add it`);
    }
    const table = this.table(input.TableName);
    const keys = input.Key ?? input.Item ?? {};
    const key = keyOf(table, keys);
    const item = table.items.get(key);
    const expressions = new Expressions(input);
    const allowed = expressions.condition(input.ConditionExpression)(item);
    const update = input.UpdateExpression === undefined ? undefined : expressions.update(input.UpdateExpression);
    expressions.refuseUnused();
    if (!allowed || kind === "ConditionCheck") return { table, key, allowed };
    const next = update === undefined ? keys : update(item ?? keys);
    if (sizeOf(next) > LIMITS.itemBytes) throw invalid("Item size has exceeded the maximum allowed size");
    return { table, key, allowed, next };
  }

  private table(name: string): Table {
    const table = this.tables.get(name);
    if (table === undefined)
      throw new DynamoDbRefusal("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
    return table;
  }
}

/** Sorts as the table does: by the partition, then by the sort key. */
function keyOf({ keyNames }: Table, item: Item): string {
  return keyNames
    .map((name) => {
      const text = item[name]?.S;
      if (text === undefined || text === "") throw invalid(`The key attribute ${name} must be a text that is not empty`);
      return text;
    })
    .join("\u0000");
}

/** An item has no order of attributes, and DynamoDB keeps none; backwards, so that nobody relies on the one that it was written in. */
function shown(item: Item | undefined): Item[] {
  return item === undefined ? [] : [backwards(item)];
}

function backwards(item: Item): Item {
  const entries = Object.entries(item).sort(([one], [other]) => (one < other ? 1 : -1));
  return Object.fromEntries(entries.map(([name, value]) => [name, reordered(value)]));
}

function reordered(value: AttributeValue): AttributeValue {
  if (value.M !== undefined) return { M: backwards(value.M) };
  return value.L === undefined ? value : { L: value.L.map(reordered) };
}

function onlyKey({ keyNames }: Table, item: Item): Item {
  return Object.fromEntries(keyNames.map((name) => [name, item[name] as AttributeValue]));
}

function sorted(table: Table): Item[] {
  return [...table.items].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
}

function answer(statusCode: number, body: unknown) {
  return {
    response: {
      statusCode,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: new TextEncoder().encode(JSON.stringify(body)),
    },
  };
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body as Uint8Array);
}
