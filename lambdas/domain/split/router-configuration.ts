/**
 * The part of the router's NGINX configuration that no split decides: what is exposed, who a user is, limits, logs and answers. It includes the
 * part that does (`split-configuration.ts`). Pure text out of facts, so that the very file of the pods is tried by tests and benchmarks.
 *
 * Directives and variables: nginx.org, "Alphabetical index of directives" and "of variables"; all are in 1.22 and newer.
 */
import { jsonAnswer, ownRefusals } from "../nginx-refusals";
import { judgements, logFormats, userVariables } from "./router-variables";
import { type Slot, SLOTS } from "./split";
import { SPLIT_VARIABLES, USER_VARIABLE } from "./split-configuration";

export interface RouterFacts {
  /** The name that callers use in the path; which model answers, the split says. */
  model: string;
  /** What a request must hold, for whoever sent another one. */
  expects: string;
  user: UserFacts;
  /** Where each slot of the model server answers: `host:port`. */
  upstreams: Record<Slot, string>;
  /** `8080`, or an address and a port. */
  requestsListen: string;
  /** The same for health and for reading the split back. Not for callers. */
  internalListen: string;
  /** IPv4 ranges that may read the split back. */
  readerCidrs: readonly string[];
  /** IPv4 ranges of load balancers, whose word about the caller's address is taken. */
  proxyCidrs: readonly string[];
  splitFile: string;
  /** The only folder that is written. */
  temporaryFolder: string;
  requestLog: string;
  /** What metrics are made from; nothing where nobody makes any. */
  measureLog?: string | undefined;
  workers: number;
  /** Of a request's body. */
  maxBodyKib: number;
  /** Seconds that the model server has to answer. */
  answerSeconds: number;
  /** Seconds that requests have to end when a pod goes. */
  drainSeconds: number;
  /** Requests a second of one user, for each pod by itself. */
  requestsPerSecond: number;
  /** Requests that a user may have above that, once. */
  burst: number;
}

export interface UserFacts {
  /** NGINX's variable: `http_x_user_id`, `cookie_user_id`, `http_x_amzn_oidc_identity`. */
  variable: string;
  /** How callers send it, for whoever did not: "the header X-User-Id". */
  described: string;
  /** What happens without one: whoever has none is refused, or is told apart by address. Never by chance: that would not be sticky. */
  missing: "refused" | "client-address";
}

/** Paths that answer inside the cluster only. */
export const INTERNAL_PATHS = { alive: "/health", ready: "/ready", split: "/ab/config" } as const;

/** Headers of every answer. */
export const ANSWER_HEADERS = {
  prediction: "X-Prediction-Id",
  version: "X-Model-Version",
  variant: "X-Model-Variant",
  release: "X-Model-Release",
} as const;

/** Longer than a load balancer keeps an idle connection (60 s): else it sends a request into one that is being closed. */
const KEEP_ALIVE_SECONDS = 75;

/**
 * A connection to a Service stays with one pod for as long as it is open, and a pod that goes waits only so long for the last request: none may
 * begin later than both of these together. Opened anew every few seconds, which costs a request in hundreds a millisecond.
 */
export const UPSTREAM_SECONDS = { used: 8, idle: 2 } as const;
const UPSTREAM_KEEP_ALIVE = [
  "keepalive 64;",
  "keepalive_requests 1000;",
  `keepalive_time ${UPSTREAM_SECONDS.used}s;`,
  `keepalive_timeout ${UPSTREAM_SECONDS.idle}s;`,
];

export function predictPath(model: string): string {
  return `/v2/models/${model}/infer`;
}

export function routerConfiguration(facts: RouterFacts): string {
  const { temporaryFolder, workers, drainSeconds, splitFile } = facts;
  return lines([
    "daemon off;",
    `worker_processes ${workers};`,
    `worker_shutdown_timeout ${drainSeconds}s;`,
    `pid ${temporaryFolder}/nginx.pid;`,
    "error_log stderr warn;",
    "events { worker_connections 4096; }",
    "http {",
    ...indented([
      ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${temporaryFolder}/${kind};`),
      "default_type application/json;",
      "server_tokens off;",
      // A name may have 63 characters; NGINX's default bucket holds none longer than about 50.
      "map_hash_bucket_size 256;",
      "variables_hash_bucket_size 128;",
      "access_log off;",
      ...userVariables(facts),
      `include ${splitFile};`,
      ...judgements(),
      ...logFormats(),
      ...SLOTS.flatMap((slot) => upstream(slot, facts)),
      `limit_req_zone $${USER_VARIABLE} zone=users:10m rate=${facts.requestsPerSecond}r/s;`,
      ...requestsServer(facts),
      ...internalServer(facts),
    ]),
    "}",
  ]);
}

function upstream(slot: Slot, { upstreams }: RouterFacts): string[] {
  return [`upstream slot_${slot} {`, ...indented([`server ${upstreams[slot]};`, ...UPSTREAM_KEEP_ALIVE]), "}"];
}

function requestsServer(facts: RouterFacts): string[] {
  const { requestsListen, requestLog, measureLog, maxBodyKib, model } = facts;
  const known = `this router answers for ${model}: use POST ${predictPath(model)}`;
  return [
    "server {",
    ...indented([
      `listen ${requestsListen};`,
      ...callersAddress(facts),
      `keepalive_timeout ${KEEP_ALIVE_SECONDS}s;`,
      "client_header_timeout 10s;",
      "client_body_timeout 10s;",
      `client_max_body_size ${maxBodyKib}k;`,
      `client_body_buffer_size ${Math.min(maxBodyKib, 1_024)}k;`,
      `access_log ${requestLog} requests;`,
      ...(measureLog === undefined ? [] : [`access_log ${measureLog} measures;`]),
      `add_header ${ANSWER_HEADERS.prediction} $request_id always;`,
      `add_header ${ANSWER_HEADERS.version} $answering_version always;`,
      `add_header ${ANSWER_HEADERS.variant} $answering_variant always;`,
      `add_header ${ANSWER_HEADERS.release} $answering_release always;`,
      "add_header Retry-After $retry_after always;",
      "add_header Allow $allowed_method always;",
      "add_header Accept-Encoding $accepted_encoding always;",
      // Here and not with the path: a body is measured before it is known that the path leads nowhere.
      "error_page 404 @nothing;",
      "error_page 413 @body_too_large;",
      "error_page 429 @too_many;",
      "error_page 502 =503 @unreachable;",
      "error_page 504 @late;",
      ...ownRefusals(),
      ...predict(facts),
      ...refusal("@body_too_large", 413, `the body has more than ${maxBodyKib} KiB: send fewer rows at once`),
      ...refusal("@too_many", 429, "this user sends requests too fast: wait a second, and send fewer"),
      ...refusal("@unreachable", 503, "the model server cannot be reached: try again"),
      ...refusal("@late", 504, "the model server did not answer in time: try again, or send fewer rows at once"),
      ...refusal("~ ^/v2/models/", 404, `the model is unknown; ${known}`),
      ...refusal("@nothing", 404, `there is nothing here; ${known}`),
      "location / { return 404; }",
    ]),
    "}",
  ];
}

/** Believed on this door only: on the other one, whoever stands beside the load balancer could call itself a reader. */
function callersAddress({ proxyCidrs }: RouterFacts): string[] {
  if (proxyCidrs.length === 0) return [];
  return [...proxyCidrs.map((cidr) => `set_real_ip_from ${cidr};`), "real_ip_header X-Forwarded-For;", "real_ip_recursive on;"];
}

function predict({ model, expects, user: { described }, answerSeconds, burst }: RouterFacts): string[] {
  const { slot, model: served } = SPLIT_VARIABLES;
  const unless = (condition: string, status: number, error: string): string => `if (${condition}) { ${jsonAnswer(status, error)} }`;
  return [
    `location = ${predictPath(model)} {`,
    ...indented([
      unless("$request_method != POST", 405, "predictions are asked for by POST"),
      unless(
        `$${USER_VARIABLE} = ""`,
        400,
        `the user is missing, or is no user id: send 1 to 128 printable ASCII characters without blanks in ${described}`,
      ),
      // Unpacked by the model server, a small body would be one without a limit.
      unless("$is_encoded", 415, "the body is compressed: send it without a Content-Encoding"),
      unless(`$has_body = ""`, 400, `the body is empty; the model expects ${expects}: send it`),
      unless(`${slot} = ""`, 503, "no release of the model has been rolled out yet: try again when one has"),
      `limit_req zone=users burst=${burst} nodelay;`,
      "limit_req_status 429;",
      `proxy_pass http://slot_${slot}${predictPath(served)};`,
      "proxy_http_version 1.1;",
      // Neither cookies nor tokens nor who the user is: the model server has no use for them.
      "proxy_pass_request_headers off;",
      `proxy_set_header Connection "";`,
      "proxy_set_header Content-Type $content_type;",
      "proxy_set_header Inference-Header-Content-Length $http_inference_header_content_length;",
      `proxy_set_header ${ANSWER_HEADERS.prediction} $request_id;`,
      // A second attempt would be another arm's request, and count for neither.
      "proxy_next_upstream off;",
      "proxy_connect_timeout 1s;",
      `proxy_send_timeout ${answerSeconds}s;`,
      `proxy_read_timeout ${answerSeconds}s;`,
    ]),
    "}",
  ];
}

function internalServer({ internalListen, readerCidrs }: RouterFacts): string[] {
  const { alive, ready, split } = INTERNAL_PATHS;
  return [
    "server {",
    ...indented([
      `listen ${internalListen};`,
      ...ownRefusals(),
      "error_page 403 @not_a_reader;",
      "error_page 404 @nothing;",
      ...refusal("@not_a_reader", 403, "this address may not read the split: name its range in readerCidrs"),
      ...refusal("@nothing", 404, `there is nothing here: ask for ${alive}, ${ready} or ${split}`),
      ...[alive, ready].map((path) => `location = ${path} { return 200 '{"status":"ok"}'; }`),
      `location = ${split} {`,
      ...indented([...readerCidrs.map((cidr) => `allow ${cidr};`), "deny all;", "try_files /nothing @split;"]),
      "}",
      `location @split { return 200 "${SPLIT_VARIABLES.document}"; }`,
      "location / { return 404; }",
    ]),
    "}",
  ];
}

function refusal(location: string, status: number, error: string): string[] {
  return [`location ${location} { ${jsonAnswer(status, error)} }`];
}

function indented(texts: readonly string[]): string[] {
  return texts.map((text) => `    ${text}`);
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}
