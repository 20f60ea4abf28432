/** Where the ledger's tests keep their table: in our stand-in always, and in a real DynamoDB Local where one is running. */
import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { LEDGER_TABLE } from "../../../lambdas/domain/ledger-records";
import { DynamoDbStandIn, type DynamoDbStandInOptions } from "../../../offline/rehearsal/standins/dynamodb";

export const TABLE = "ledger";

const ACCOUNT: DynamoDBClientConfig = { region: "eu-west-1", credentials: { accessKeyId: "none", secretAccessKey: "none" } };

/** Signing costs more than everything the stand-in does, and it looks at no signature. */
const UNSIGNED: DynamoDBClientConfig = { ...ACCOUNT, signer: { sign: (request) => Promise.resolve(request) } };

export function clientOf(standIn: Pick<DynamoDbStandIn, "handle" | "httpHandlerConfigs" | "updateHttpClientConfig">): DynamoDBClient {
  return new DynamoDBClient({ ...UNSIGNED, requestHandler: standIn as NonNullable<DynamoDBClientConfig["requestHandler"]> });
}

export async function standInWithTable(options?: DynamoDbStandInOptions): Promise<{ standIn: DynamoDbStandIn; client: DynamoDBClient }> {
  const standIn = new DynamoDbStandIn(options);
  const client = clientOf(standIn);
  await createTable(client, TABLE);
  return { standIn, client };
}

const ENDPOINT = process.env["MODELLOOP_DYNAMODB_ENDPOINT"];

export interface Backend {
  title: string;
  skipped: boolean;
  /** An empty table, and a client for it. */
  open: () => Promise<{ client: DynamoDBClient; table: string }>;
}

export const BACKENDS: Backend[] = [
  {
    title: "in our stand-in for DynamoDB",
    skipped: false,
    open: async () => ({ client: (await standInWithTable()).client, table: TABLE }),
  },
  {
    title:
      ENDPOINT === undefined ? "in DynamoDB Local (skipped: MODELLOOP_DYNAMODB_ENDPOINT names none)" : `in DynamoDB Local at ${ENDPOINT}`,
    skipped: ENDPOINT === undefined,
    async open() {
      const client = new DynamoDBClient({ ...ACCOUNT, endpoint: ENDPOINT });
      // Several files of tests share a process, and none of them knows of the others.
      const table = `ledger-${randomUUID()}`;
      await createTable(client, table);
      return { client, table };
    },
  },
];

async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const { partitionKey, sortKey } = LEDGER_TABLE;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: partitionKey, KeyType: "HASH" },
        { AttributeName: sortKey, KeyType: "RANGE" },
      ],
      AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    }),
  );
}
