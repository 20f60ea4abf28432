/**
 * Sends a request to the loop's operator endpoint, signed with the person's own AWS credentials. The endpoint learns from IAM who asks; nothing
 * that is typed here can claim to be somebody else.
 */
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentity } from "@smithy/types";
import { NodeSha256 } from "../../lambdas/adapters/node-sha256";
import { jsonIn } from "../../lambdas/domain/json";

export interface OperatorCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface Door {
  readonly endpoint: URL;
  readonly region: string;
  /** Asked once a call; throws where there are none. */
  readonly credentials: () => Promise<AwsCredentialIdentity>;
}

export type Reply = { readonly kind: "answered"; readonly status: number; readonly body: unknown } | Unanswered;

/** Whole sentences for the person; none of them holds a header, a key or a token. */
export interface Unanswered {
  readonly kind: "unanswered";
  readonly reason: string;
}

/** API Gateway gives up on a function after 30 seconds (HTTP API quotas, 2026). */
const TIMEOUT_MILLISECONDS = 35_000;

export async function callOperator(door: Door, call: OperatorCall): Promise<Reply> {
  const { endpoint } = door;
  let credentials: AwsCredentialIdentity;
  try {
    credentials = await door.credentials();
  } catch {
    return unanswered("no AWS credentials were found; the endpoint answers signed requests only: run aws sso login, or set AWS_PROFILE");
  }
  const url = new URL(`${endpoint.pathname.replace(/\/$/, "")}${call.path}`, endpoint);
  // A blank as %20: URLSearchParams would send a plus, for which the signature does not hold.
  url.search = Object.entries(call.query ?? {})
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .join("&");
  try {
    const response = await fetch(url, {
      ...(await signed(door, call, url, credentials)),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    return { kind: "answered", status: response.status, body: jsonIn(await response.text()) };
  } catch (error) {
    return unanswered(`${endpoint.host} does not answer (${causeOf(error)}); check the network, a VPN and the endpoint: ask again`);
  }
}

async function signed(
  door: Door,
  { method, query = {}, body }: OperatorCall,
  url: URL,
  credentials: AwsCredentialIdentity,
): Promise<RequestInit> {
  const signer = new SignatureV4({ service: "execute-api", region: door.region, credentials, sha256: NodeSha256 });
  const text = body === undefined ? undefined : JSON.stringify(body);
  const request = await signer.sign({
    ...{ method, protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: { ...query } },
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    headers: { host: url.host, ...(text === undefined ? {} : { "content-type": "application/json" }) },
    body: text,
  });
  // Whoever sends writes the host itself; a redirect would carry the signature, and the session's token, to another.
  const { host: _host, ...headers } = request.headers;
  return { method, headers, redirect: "error", ...(text === undefined ? {} : { body: text }) };
}

/** `ENOTFOUND`, `ECONNREFUSED`: short, and without an address that may hold more than a host. */
function causeOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string; name?: string } };
  if (name === "TimeoutError") return `${TIMEOUT_MILLISECONDS / 1_000} s without an answer`;
  return cause?.code ?? cause?.name ?? name ?? "unknown";
}

function unanswered(reason: string): Unanswered {
  return { kind: "unanswered", reason };
}
