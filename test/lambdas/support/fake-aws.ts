/**
 * AWS on this machine, as far as the loop's functions speak with it: reached by the SDK's own setting for endpoints, so that everything between
 * a handler and the wire is the real thing. It keeps what it is told.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { dynamoDbLedger } from "../../../lambdas/adapters/dynamodb-ledger";
import type { Ledger } from "../../../lambdas/ports/ledger";
import { standInWithTable, TABLE } from "./ledger-backends";

export interface Told {
  service: string;
  input: Record<string, unknown>;
}

type Answer = Record<string, unknown> | string;

/** Answers that are read by the SDK; all other operations are answered with nothing. */
const ANSWERS: Record<string, (input: Record<string, unknown>) => Answer> = {
  "AmazonSQS.SendMessage": ({ MessageBody }) => ({ MessageId: "id", MD5OfMessageBody: md5(MessageBody as string) }),
  "AmazonSQS.SendMessageBatch": ({ Entries }) => ({
    Successful: (Entries as { Id: string; MessageBody: string }[]).map(({ Id, MessageBody }) => ({
      ...{ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) },
    })),
  }),
  "AWSStepFunctions.StartExecution": ({ stateMachineArn, name }) => ({
    executionArn: `${stateMachineArn as string}:${name as string}`,
    startDate: 0,
  }),
  "secretsmanager.GetSecretValue": ({ SecretId }) => ({ SecretString: `https://127.0.0.1:1/${SecretId as string}` }),
};

export class FakeAws {
  readonly told: Told[] = [];
  private readonly broken = new Set<string>();
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  private constructor(
    private readonly table: Awaited<ReturnType<typeof standInWithTable>>["standIn"],
    readonly ledger: Ledger,
  ) {}

  /** Makes the environment of this process that of a function: its variables, and what leads the SDK here. */
  static async start(change: Record<string, string> = {}): Promise<FakeAws> {
    const { standIn, client } = await standInWithTable();
    const aws = new FakeAws(standIn, dynamoDbLedger(TABLE, client));
    aws.server.listen(0, "127.0.0.1");
    await once(aws.server, "listening");
    const url = `http://127.0.0.1:${(aws.server.address() as AddressInfo).port}`;
    const account = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "AKIASTANDIN", AWS_SECRET_ACCESS_KEY: "stand-in" };
    Object.assign(process.env, { AWS_ENDPOINT_URL: url, ...account, ...variables(url), ...change });
    return aws;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Makes one operation fail, as a service does that is down. */
  static failing(target: string, aws: FakeAws): { mend(): void } {
    aws.broken.add(target);
    return { mend: () => void aws.broken.delete(target) };
  }

  to(service: string): Record<string, unknown>[] {
    return this.told.filter((each) => each.service === service).map(({ input }) => input);
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const target = request.headers["x-amz-target"]?.toString() ?? `${request.method} ${request.url}`;
    if (target.startsWith("DynamoDB_")) {
      const { response: stored } = await this.table.handle({ headers: { "x-amz-target": target }, body });
      response.writeHead(stored.statusCode, stored.headers).end(stored.body);
      return;
    }
    if (this.broken.has(target)) {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end('{"__type":"Broken","message":"it is down"}');
      return;
    }
    const input = inputOf(body);
    this.told.push({ service: target, input });
    const answer = ANSWERS[target]?.(input) ?? {};
    response
      .writeHead(200, { "content-type": "application/x-amz-json-1.0" })
      .end(typeof answer === "string" ? answer : JSON.stringify(answer));
  }
}

function inputOf(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  } catch {
    return Object.fromEntries(new URLSearchParams(body.toString("utf8")));
  }
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** What the constructs would supply. The client of SQS goes to the address of the queue, wherever SQS is. */
function variables(url: string): Record<string, string> {
  const queues = ["NOTICES", "QUARANTINE", "TRAFFIC"].map(
    (name) => [`${name}_QUEUE_URL`, `${url}/123456789012/${name.toLowerCase()}`] as const,
  );
  return {
    ...Object.fromEntries(queues),
    ...{ ENVIRONMENT: "dev", MODELS: "log-anomaly:act", LEDGER_TABLE: TABLE, WAKE_UP_GROUP: "dev-modelloop" },
    WORKFLOW_ALIAS_ARN: "arn:aws:states:eu-west-1:123456789012:stateMachine:retraining:live",
    WAKE_UP_QUEUE_ARN: "arn:aws:sqs:eu-west-1:123456789012:intake",
    WAKE_UP_ROLE_ARN: "arn:aws:iam::123456789012:role/wake-up",
  };
}

export function sqsEvent(...bodies: string[]): { Records: { messageId: string; body: string }[] } {
  return { Records: bodies.map((body, index) => ({ messageId: `message-${index}`, body })) };
}

/** What a function wrote on its standard output meanwhile: log lines and metrics, as Lambda would see them. */
export async function outputOf(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const keep = (chunk: unknown) => {
    for (const line of String(chunk).split("\n").filter(Boolean)) lines.push(JSON.parse(line) as Record<string, unknown>);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, "write").mockImplementation(keep));
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines;
}
