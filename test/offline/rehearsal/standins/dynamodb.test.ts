import { randomUUID } from "node:crypto";
import { CreateTableCommand, DeleteItemCommand, DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { DynamoDbStandIn } from "../../../../offline/rehearsal/standins/dynamodb";

/**
 * What DynamoDB itself does where the ledger leans on it. Run against DynamoDB Local as well where one is named: a stand-in that is milder
 * than the service hides faults.
 */
const ENDPOINT = process.env["MODELLOOP_DYNAMODB_ENDPOINT"];
const ACCOUNT: DynamoDBClientConfig = { region: "eu-west-1", credentials: { accessKeyId: "none", secretAccessKey: "none" } };
const TableName = `stand-in-${process.pid}`;

const PLACES = [
  ["our stand-in", false, () => new DynamoDBClient({ ...ACCOUNT, requestHandler: new DynamoDbStandIn() as Handler })],
  [
    ENDPOINT === undefined ? "DynamoDB Local (skipped: MODELLOOP_DYNAMODB_ENDPOINT names none)" : `DynamoDB Local at ${ENDPOINT}`,
    ENDPOINT === undefined,
    () => new DynamoDBClient({ ...ACCOUNT, endpoint: ENDPOINT }),
  ],
] as const;

type Handler = NonNullable<DynamoDBClientConfig["requestHandler"]>;
type Write = NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]["TransactItems"]>[number];

describe.each(PLACES)("a table in %s", (_, skipped, connect) => {
  const test = skipped ? it.skip : it;
  let client: DynamoDBClient;
  let documents: DynamoDBDocumentClient;
  let pk: string;
  let cases = 0;

  if (!skipped) {
    beforeAll(async () => {
      client = connect();
      documents = DynamoDBDocumentClient.from(client);
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          KeySchema: [
            { AttributeName: "pk", KeyType: "HASH" },
            { AttributeName: "sk", KeyType: "RANGE" },
          ],
          AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        }),
      );
    });
    beforeEach(() => (pk = `case-${++cases}`));
    afterAll(() => client.destroy());
  }

  const write = (...TransactItems: Write[]) => documents.send(new TransactWriteCommand({ TransactItems }));
  const put = (sk: string, rest: object = {}): Write => ({ Put: { TableName, Item: { pk, sk, ...rest } } });
  const condition = (sk: string, ConditionExpression: string, values?: Record<string, unknown>, names?: Record<string, string>): Write => ({
    ConditionCheck: {
      ...{ TableName, Key: { pk, sk }, ConditionExpression },
      ...(values && { ExpressionAttributeValues: values }),
      ...(names && { ExpressionAttributeNames: names }),
    },
  });
  const update = (sk: string, UpdateExpression: string, values?: Record<string, unknown>): Write => ({
    Update: { TableName, Key: { pk, sk }, UpdateExpression, ...(values && { ExpressionAttributeValues: values }) },
  });
  const read = async (sk: string) => {
    const { Responses } = await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [{ pk, sk }] } } }));
    return Responses?.[TableName]?.[0];
  };
  const holds = (expression: string, values?: Record<string, unknown>, names?: Record<string, string>) =>
    write(put("other"), condition("a", expression, values, names)).then(
      () => true,
      (error: Error) => {
        if (error.name === "TransactionCanceledException") return false;
        throw error;
      },
    );

  test("judges conditions as DynamoDB does, over paths, types and what is not there", async () => {
    await write(put("a", { n: 10, t: "2026-03-02", m: { inner: "x" }, flag: true, nothing: null }));
    const expected: [string, boolean, Record<string, unknown>?, Record<string, string>?][] = [
      ["attribute_exists(n)", true],
      ["attribute_not_exists(n)", false],
      ["attribute_exists(absent)", false],
      ["attribute_exists(nothing)", true],
      ["n = :v", true, { ":v": 10 }],
      ["n = :v", false, { ":v": "10" }],
      ["n <> :v", true, { ":v": "10" }],
      ["absent <> :v", true, { ":v": 1 }],
      ["n > :v", true, { ":v": 9 }],
      ["n < :v", false, { ":v": 9 }],
      ["t < :v", true, { ":v": "2026-03-03" }],
      ["t <= :v AND t >= :v", true, { ":v": "2026-03-02" }],
      ["t < :v", false, { ":v": 3 }],
      ["absent < :v", false, { ":v": 3 }],
      ["m.#i = :v", true, { ":v": "x" }, { "#i": "inner" }],
      ["m.absent.deeper = :v", false, { ":v": "x" }],
      ["m = :v", true, { ":v": { inner: "x" } }],
      ["flag = :v", true, { ":v": true }],
      ["n BETWEEN :low AND :high", true, { ":low": 10, ":high": 11 }],
      ["NOT n = :v OR n = :v", true, { ":v": 10 }],
      ["attribute_not_exists(n) OR n = :v AND t = :v", false, { ":v": 10 }],
      ["(attribute_not_exists(n) OR n = :v) AND attribute_exists(t)", true, { ":v": 10 }],
    ];
    const found: unknown[] = [];
    for (const [expression, , values, names] of expected) found.push([expression, await holds(expression, values, names)]);
    expect(found).toEqual(expected.map(([expression, result]) => [expression, result]));
  });

  test("writes a transaction whole or not at all, and says which part failed", async () => {
    await write(put("a", { n: 1 }));
    const refused = write(put("b"), update("a", "SET n = :n", { ":n": 2 }), condition("c", "attribute_exists(pk)"));
    await expect(refused).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "None" }, { Code: "ConditionalCheckFailed" }],
    });
    expect(await read("b")).toBeUndefined();
    expect(await read("a")).toEqual({ pk, sk: "a", n: 1 });
  });

  test("sets and removes attributes, and makes the item where there is none", async () => {
    await write(update("a", "SET n = :n, m = :m", { ":n": 1, ":m": [1, { deep: "er" }] }));
    await write(update("a", "SET t = n REMOVE n, absent"));
    expect(await read("a")).toEqual({ pk, sk: "a", t: 1, m: [1, { deep: "er" }] });
  });

  // A transaction whose answer was lost is sent again with its token. Done twice, or refused, it would be taken for somebody else's.
  test("does a transaction once that is sent twice with one token", async () => {
    const once = {
      ClientRequestToken: randomUUID(),
      TransactItems: [{ Put: { ...put("a").Put, ConditionExpression: "attribute_not_exists(pk)" } }],
    };
    const input = once as ConstructorParameters<typeof TransactWriteCommand>[0];
    await documents.send(new TransactWriteCommand(input));
    await documents.send(new TransactWriteCommand(input));
    const other = documents.send(new TransactWriteCommand({ ...input, TransactItems: [put("b")] }));
    await expect(other).rejects.toMatchObject({ name: "IdempotentParameterMismatchException" });
  });

  test("finds a span of sort keys in their order, and nothing of another partition", async () => {
    await write(put("MODEL#b"), put("LINE"), put("SIGNAL#1"), put("MODEL#a"), put("BATCH#1"));
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": "LINE", ":to": "MODEL#~" },
    });
    const { Items = [] } = await documents.send(query);
    expect(Items.map(({ sk }) => sk as string)).toEqual(["LINE", "MODEL#a", "MODEL#b"]);
  });

  test("gives a page of at most a megabyte, and the key to go on from", async () => {
    for (let i = 0; i < 4; i++) await write(put(`sk-${i}`, { text: "x".repeat(390_000) }));
    const pages: number[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          ...{ TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk } },
          ExclusiveStartKey: start,
        }),
      );
      pages.push(page.Items?.length ?? 0);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    expect(pages).toEqual([3, 1]);
  });

  test("refuses what DynamoDB refuses", async () => {
    const refused: Promise<unknown>[] = [
      write(put("a"), put("a")),
      write(put("a", { text: "x".repeat(410 * 1024) })),
      write(put("")),
      write(...Array.from({ length: 101 }, (_, i) => put(`sk-${i}`))),
      holds("n = :undefined"),
      holds("#undefined = :v", { ":v": 1 }),
      holds("attribute_exists(pk)", { ":unused": 1 }),
      holds("n = = :v", { ":v": 1 }),
      holds("n = :v extra", { ":v": 1 }),
      write(update("a", "SET n = absent")),
      documents.send(
        new BatchGetCommand({
          RequestItems: {
            [TableName]: {
              Keys: [
                { pk, sk: "a" },
                { pk, sk: "a" },
              ],
            },
          },
        }),
      ),
    ];
    const names = await Promise.all(
      refused.map((each) =>
        each.then(
          () => "accepted",
          (error: Error) => nameOf(error),
        ),
      ),
    );
    expect(names).toEqual(names.map(() => "ValidationException"));
    const elsewhere = documents.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName: "none", Item: { pk, sk: "a" } } }] }));
    await expect(elsewhere).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

/** A fault of one item may be said of the request or as the reason why a transaction was cancelled; both stop the caller. */
function nameOf(error: Error & { CancellationReasons?: { Code?: string }[] }): string {
  const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code);
  return reasons.includes("ValidationError") ? "ValidationException" : error.name;
}

describe("the stand-in alone", () => {
  // A call that it does not know must not look like one that worked.
  it("refuses operations, parts of transactions and values that it does not know", async () => {
    const standIn = new DynamoDbStandIn();
    const client = new DynamoDBClient({ ...ACCOUNT, requestHandler: standIn as Handler });
    const KeySchema = [{ AttributeName: "pk", KeyType: "HASH" as const }];
    await client.send(new CreateTableCommand({ TableName: "t", KeySchema, AttributeDefinitions: [] }));
    await expect(client.send(new DeleteItemCommand({ TableName: "t", Key: { pk: { S: "a" } } }))).rejects.toThrow(
      "the stand-in for DynamoDB does not know DeleteItem: add it",
    );
    const documents = DynamoDBDocumentClient.from(client);
    const deletion = new TransactWriteCommand({ TransactItems: [{ Delete: { TableName: "t", Key: { pk: "a" } } }] });
    await expect(documents.send(deletion)).rejects.toThrow("the stand-in for DynamoDB does not know Delete in a transaction: add it");
    const Update = {
      ...{ TableName: "t", Key: { pk: "a" }, UpdateExpression: "SET n = :n", ConditionExpression: "x = :n" },
      ExpressionAttributeValues: { ":n": new Set(["a"]) },
    };
    await documents.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName: "t", Item: { pk: "a", x: new Set(["a"]) } } }] }));
    await expect(documents.send(new TransactWriteCommand({ TransactItems: [{ Update }] }))).rejects.toThrow(
      "the stand-in for DynamoDB knows no values of type SS: add it",
    );
    await expect(client.send(new CreateTableCommand({ TableName: "t", KeySchema, AttributeDefinitions: [] }))).rejects.toThrow(
      "Table already exists: t",
    );
  });

  it("deletes what has expired when it is told to, and not before", async () => {
    const standIn = new DynamoDbStandIn();
    const client = new DynamoDBClient({ ...ACCOUNT, requestHandler: standIn as Handler });
    await client.send(
      new CreateTableCommand({ TableName: "t", KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }], AttributeDefinitions: [] }),
    );
    const items = [{ pk: "a", expiresAt: 10 }, { pk: "b", expiresAt: 20 }, { pk: "c" }];
    const TransactItems = items.map((Item) => ({ Put: { TableName: "t", Item } }));
    await DynamoDBDocumentClient.from(client).send(new TransactWriteCommand({ TransactItems }));
    standIn.deleteExpired("t", "expiresAt", 15);
    expect(standIn.items("t").map(({ pk }) => pk)).toEqual([{ S: "b" }, { S: "c" }]);
  });
});
