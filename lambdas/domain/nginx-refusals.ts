/**
 * What NGINX answers by itself, before a request has found its place: in HTML, unless it is told otherwise. Whoever calls a model reads JSON, and
 * would report that the model answered nonsense.
 */

interface OwnRefusal {
  /** NGINX's number for it: its own, from 494 on, where HTTP has none (src/http/ngx_http_request.h). */
  readonly of: number;
  readonly status: number;
  readonly error: string;
}

/** All that its parser and its core end a request with, except 408 and 499: there is nobody left to be told. */
const OWN_REFUSALS: readonly OwnRefusal[] = [
  { of: 400, status: 400, error: "this is no HTTP request that can be read: check its first line, its headers and the length of its body" },
  { of: 494, status: 431, error: "the headers are too large: send no header of more than 8 KiB, and fewer cookies" },
  { of: 405, status: 405, error: "the method is not allowed: use POST" },
  { of: 414, status: 414, error: "the path is too long: send data in the body" },
  { of: 500, status: 500, error: "the request failed before a model was asked: try again" },
  { of: 501, status: 501, error: "the transfer encoding is unknown: send the body with its length, or chunked" },
  { of: 505, status: 505, error: "the version of HTTP is unknown: use 1.1" },
];

const FOLDER = "/.refused";

/** Lines for a `server`. Each has a path and not a name in NGINX (`@...`): a request that could not be read has no path to come from. */
export function ownRefusals(): string[] {
  return OWN_REFUSALS.flatMap(({ of, status, error }) => [
    `error_page ${of} =${status} ${FOLDER}/${of};`,
    `location = ${FOLDER}/${of} { internal; ${jsonAnswer(status, error)} }`,
  ]);
}

/** @param error a sentence of ours, without the signs that mean something to NGINX */
export function jsonAnswer(status: number, error: string): string {
  return `return ${status} '${JSON.stringify({ error })}';`;
}
