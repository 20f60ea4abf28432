/** Requests to a Kubernetes API server whose certificate is known: what another answers under its name is not believed. */
import https from "node:https";
import { jsonIn } from "../../domain/json";
import { HTTP_TIMEOUT_MILLISECONDS } from "../http-patience";

export interface ApiServer {
  endpoint: string;
  /** PEM. */
  certificateAuthority: string;
  token: () => Promise<string>;
}

export interface ApiRequest {
  method: "GET" | "PATCH";
  path: string;
  contentType?: string;
  body?: object;
}

export interface ApiReply {
  status: number;
  body: unknown;
}

export type CallApi = (request: ApiRequest) => Promise<ApiReply>;

/** @throws where there is no answer, or one that trying again may help: too many requests, a fault of the server. */
export function apiServer({ endpoint, certificateAuthority, token }: ApiServer): CallApi {
  const { hostname, port } = new URL(endpoint);
  return async ({ method, path, contentType, body }) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> = {
      ...{ authorization: `Bearer ${await token()}`, accept: "application/json" },
      ...(text !== undefined && { "content-type": contentType ?? "application/json", "content-length": String(Buffer.byteLength(text)) }),
    };
    const options = { hostname, ...(port !== "" && { port: Number(port) }), method, path, headers, ca: certificateAuthority };
    const reply = await sent(options, text);
    if (reply.status === 429 || reply.status >= 500) {
      throw new Error(`the Kubernetes API server answers ${reply.status} to ${method} ${path}: ${messageOf(reply.body)}`);
    }
    return reply;
  };
}

function sent(options: https.RequestOptions, text: string | undefined): Promise<ApiReply> {
  return new Promise((resolve, reject) => {
    const request = https.request(options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        resolve({ status: response.statusCode ?? 0, body: jsonIn(text, text) });
      });
    });
    request.setTimeout(HTTP_TIMEOUT_MILLISECONDS, () => request.destroy(new Error("timed out")));
    request.on("error", (error: Error) => reject(new Error(`the Kubernetes API server does not answer: ${error.message}`)));
    request.end(text);
  });
}

export function messageOf(body: unknown): string {
  const message = (body as { message?: unknown } | undefined)?.message;
  return (typeof message === "string" ? message : JSON.stringify(body ?? "")).slice(0, 300);
}
