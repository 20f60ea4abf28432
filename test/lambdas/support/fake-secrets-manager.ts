/** Secrets Manager on this machine, answering whatever it is told to; the SDK reaches it through its own setting for endpoints. */
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeSecretsManager {
  /** What leads the SDK here: environment variables. */
  readonly environment: Record<string, string>;
  readonly asked: string[];
  stop(): Promise<void>;
}

/** @param answer undefined stands for a network without a route: the connection is taken and nothing comes. */
export async function fakeSecretsManager(answer: { status?: number; body: object } | undefined): Promise<FakeSecretsManager> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      asked.push((JSON.parse(Buffer.concat(parts).toString("utf8")) as { SecretId: string }).SecretId);
      if (answer === undefined) return;
      response.writeHead(answer.status ?? 200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer.body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    asked,
    environment: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "AKIASTANDIN", AWS_SECRET_ACCESS_KEY: "stand-in" },
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
