/**
 * The part of the router's NGINX configuration that no split decides: what is exposed, who a user is, limits, logs and answers. It includes the
 * part that does (`split-configuration.ts`). Pure text out of facts, so that the very file of the pods is tried by tests and benchmarks.
 *
 * Directives and variables: nginx.org, "Alphabetical index of directives" and "of variables"; all are in 1.22 and newer.
 */
import { OUTCOMES } from "./router-metrics";
import { NOBODYS, type Slot, SLOTS } from "./split";
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

/** Header by which callers say what they sent, so that labels find their prediction: an object in S3, a line of a log. Logged, not read. */
export const INPUT_REFERENCE_HEADER = "X-Input-Reference";

/** Longer than a load balancer keeps an idle connection (60 s): else it sends a request into one that is being closed. */
const KEEP_ALIVE_SECONDS = 75;

/** New pods of a slot are found within a minute: a connection to a Service stays with one pod for as long as it is open. */
const UPSTREAM_KEEP_ALIVE = ["keepalive 64;", "keepalive_requests 1000;", "keepalive_time 60s;"];

const RETRY_SECONDS = { nothingReleased: 60, busy: 1 };

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
      ...user(facts),
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

/** An id that is no id counts as none: two spellings of one user must not be two users, and logs hold no surprises. */
function user({ user: { variable, missing }, proxyCidrs }: RouterFacts): string[] {
  const address = missing === "client-address" ? [`    "" $remote_addr;`] : [];
  return [
    ...proxyCidrs.map((cidr) => `set_real_ip_from ${cidr};`),
    ...(proxyCidrs.length === 0 ? [] : ["real_ip_header X-Forwarded-For;", "real_ip_recursive on;"]),
    ...[`map $${variable} $${USER_VARIABLE} {`, `    default "";`, ...address, `    "~^[!-~]{1,128}$" $${variable};`, "}"],
    ...[`map $${headerVariable(INPUT_REFERENCE_HEADER)} $input_reference {`, `    default "";`],
    ...[`    "~^[!-~]{1,256}$" $${headerVariable(INPUT_REFERENCE_HEADER)};`, "}"],
  ];
}

/** Computed when the answer is there. A model that is asked for and not there is the release's fault, whatever status it has. */
function judgements(): string[] {
  const { variant, release, slot } = SPLIT_VARIABLES;
  const { ok, error, refused, cancelled } = OUTCOMES;
  return [
    ...[`map "$content_length:$http_transfer_encoding" $has_body {`, `    default yes;`, `    "~^0?:$" "";`, "}"],
    ...[`map "$status:$upstream_status" $outcome {`, "    volatile;", `    default ${error};`, `    "~^2" ${ok};`],
    ...[`    "~^404:404" ${error};`, `    "~^499" ${cancelled};`, `    "~^4" ${refused};`, "}"],
    ...[`map "$status:${slot}" $retry_after {`, "    volatile;", `    default "";`, `    "~^429:" ${RETRY_SECONDS.busy};`],
    ...[`    "~^503:$" ${RETRY_SECONDS.nothingReleased};`, `    "~^503:" ${RETRY_SECONDS.busy};`, "}"],
    ...[`map $status $allowed_method {`, "    volatile;", `    default "";`, "    405 POST;", "}"],
    ...asked("answering_version", `${variant}-${release}`, ""),
    ...asked("answering_variant", variant, ""),
    ...asked("answering_release", release, ""),
    ...asked("counted_variant", variant, NOBODYS),
    ...asked("counted_release", release, NOBODYS),
  ];
}

/** Whether a model was asked at all. */
function asked(variable: string, yes: string, no: string): string[] {
  return [`map $upstream_addr $${variable} {`, "    volatile;", `    default "${yes}";`, `    "" "${no}";`, "}"];
}

/** No address and no user: the log outlives both, and people are not needed to join a label to a prediction. */
function logFormats(): string[] {
  return [
    logFormat("requests", {
      time: "$time_iso8601",
      predictionId: "$request_id",
      status: "$status",
      outcome: "$outcome",
      variant: "$counted_variant",
      release: "$counted_release",
      model: SPLIT_VARIABLES.model,
      inputReference: "$input_reference",
      path: "$uri",
      bytes: "$request_length",
      seconds: "$request_time",
      modelSeconds: "$upstream_response_time",
    }),
    logFormat("measures", {
      variant: "$counted_variant",
      release: "$counted_release",
      outcome: "$outcome",
      seconds: "$upstream_response_time",
    }),
  ];
}

function logFormat(name: string, fields: Record<string, string>): string {
  return `log_format ${name} escape=json '{${Object.entries(fields)
    .map(([field, variable]) => `"${field}":"${variable}"`)
    .join(",")}}';`;
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
      ...predict(facts),
      ...refusal("@body_too_large", 413, `the body has more than ${maxBodyKib} KiB: send fewer rows at once`),
      ...refusal("@too_many", 429, "this user sends requests too fast: wait a second, and send fewer"),
      ...refusal("@unreachable", 503, "the model server cannot be reached: try again"),
      ...refusal("@late", 504, "the model server did not answer in time: try again, or send fewer rows at once"),
      ...refusal("~ ^/v2/models/", 404, `the model is unknown; ${known}`),
      ...refusal("/", 404, `there is nothing here; ${known}`),
    ]),
    "}",
  ];
}

function predict({ model, expects, user: { described }, answerSeconds, burst }: RouterFacts): string[] {
  const { slot, model: served } = SPLIT_VARIABLES;
  const unless = (condition: string, status: number, error: string): string => `if (${condition}) { ${answer(status, error)} }`;
  return [
    `location = ${predictPath(model)} {`,
    ...indented([
      unless("$request_method != POST", 405, "predictions are asked for by POST"),
      unless(
        `$${USER_VARIABLE} = ""`,
        400,
        `the user is missing, or is no user id: send 1 to 128 printable ASCII characters without blanks in ${described}`,
      ),
      unless(`$has_body = ""`, 400, `the body is empty; the model expects ${expects}: send it`),
      unless(`${slot} = ""`, 503, "no release of the model has been rolled out yet: try again when one has"),
      `limit_req zone=users burst=${burst} nodelay;`,
      "limit_req_status 429;",
      "error_page 413 @body_too_large;",
      "error_page 429 @too_many;",
      "error_page 502 @unreachable;",
      "error_page 504 @late;",
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
  return [`location ${location} { ${answer(status, error)} }`];
}

/** Sentences of ours, and without the signs that mean something to NGINX. */
function answer(status: number, error: string): string {
  return `return ${status} '${JSON.stringify({ error })}';`;
}

function headerVariable(header: string): string {
  return `http_${header.toLowerCase().replaceAll("-", "_")}`;
}

function indented(texts: readonly string[]): string[] {
  return texts.map((text) => `    ${text}`);
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}
