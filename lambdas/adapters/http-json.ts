import type { Delivery } from "../ports/notice-channel";
import { HTTP_TIMEOUT_MILLISECONDS } from "./http-patience";

/** Whose door it is; the address itself may be a secret, and is in no message. */
export interface Door {
  name: string;
  url: string;
  /** Called where the door stays shut for who we say we are. */
  turnedAway: () => void;
}

const TURNED_AWAY = [401, 403, 404, 410];

/** @throws where trying again may help: no answer in time, too many requests, a fault on the other side, or a secret that was rotated. */
export async function postJson({ name, url, turnedAway }: Door, body: object): Promise<Delivery> {
  const response = await callHttp(name, url, { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(body) });
  const answer = response.text.slice(0, 200);
  if (response.ok) return { kind: "delivered" };
  if (TURNED_AWAY.includes(response.status)) turnedAway();
  if (response.status === 429 || response.status >= 500 || TURNED_AWAY.includes(response.status)) {
    throw new Error(`${name} answers ${response.status}: ${answer}`);
  }
  return { kind: "undeliverable", reason: `${name} answers ${response.status}: ${answer}` };
}

export interface HttpRequest {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  headers: Record<string, string>;
  body?: string;
}

export interface HttpReply {
  status: number;
  ok: boolean;
  /** Empty where it broke off. */
  text: string;
}

export const JSON_HEADERS = { "content-type": "application/json" };

/** @throws with the door's name where there is no answer in time; the address may be a secret, and is in no message. */
export async function callHttp(name: string, url: string, request: HttpRequest): Promise<HttpReply> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(HTTP_TIMEOUT_MILLISECONDS) }).catch((error: unknown) => {
    throw new Error(`${name} does not answer: ${(error as Error).name}`);
  });
  return { status: response.status, ok: response.ok, text: await response.text().catch(() => "") };
}
