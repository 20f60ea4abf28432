/** What an MLflow server was asked and what it answered, in order: written down beside the tests, and played back without a server. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

interface Exchange {
  asked: string;
  body: unknown;
  status: number;
  answer: unknown;
}

interface Recorded {
  mlflow: string;
  exchanges: Exchange[];
}

/** Four hundred exchanges: 230 KB of text, 8 KB so. */
const FILE = join(__dirname, "..", "adapters", "mlflow", "recorded.json.gz");

export class MlflowRecording {
  constructor(
    private readonly server: Server,
    private readonly end: () => void,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Hands everything on to a real server. */
  static async of(real: string): Promise<MlflowRecording> {
    const exchanges: Exchange[] = [];
    const mlflow = await (await fetch(`${real}/version`)).text();
    return listening(
      async (asked, body, method) => {
        const response = await fetch(`${real}${asked.split(" ")[1]}`, {
          method,
          ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        });
        const exchange = { asked, body, status: response.status, answer: JSON.parse(await response.text()) as unknown };
        exchanges.push(exchange);
        return exchange;
      },
      () => writeFileSync(FILE, gzipSync(JSON.stringify({ mlflow, exchanges } satisfies Recorded), { level: 9 })),
    );
  }

  /** Answers as the server did, as long as it is asked the same in the same order. */
  static async replayed(): Promise<MlflowRecording> {
    const { exchanges } = JSON.parse(gunzipSync(readFileSync(FILE)).toString("utf8")) as Recorded;
    let next = 0;
    return listening(
      (asked, body) => {
        const expected = exchanges[next++];
        const same = expected?.asked === asked && JSON.stringify(expected.body) === JSON.stringify(body);
        if (same) return Promise.resolve(expected);
        const message = `request ${next} is ${asked} ${JSON.stringify(body)}; ${expected?.asked} ${JSON.stringify(expected?.body)} was recorded: record anew`;
        return Promise.resolve({ asked, body, status: 400, answer: { error_code: "NOT_RECORDED", message } });
      },
      () => undefined,
    );
  }

  close(): Promise<void> {
    this.end();
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

type Answering = (asked: string, body: unknown, method: string) => Promise<Exchange>;

async function listening(answering: Answering, end: () => void): Promise<MlflowRecording> {
  const server = createServer((request, response) => {
    void textOf(request).then(async (text) => {
      const method = request.method ?? "";
      const body = text === "" ? undefined : (JSON.parse(text) as unknown);
      const { status, answer } = await answering(`${method} ${request.url}`, body, method);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new MlflowRecording(server, end);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
