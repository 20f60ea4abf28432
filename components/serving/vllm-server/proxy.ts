/** The only way to vLLM: three paths for those who ask, and two for those who watch. */
import { jsonAnswer, ownRefusals } from "../../../lambdas/domain/nginx-refusals";
import { VLLM_PORT } from "./flags";

export const SERVE_PORT = 8_000;
export const WATCH_PORT = 8_002;

/** Of vLLM's some fifty paths (docs/usage/security.md, 0.33.0), those that an application needs. All of them ask for the key. */
export const ALLOWED_PATHS = ["/v1/chat/completions", "/v1/completions", "/v1/models"];

/** A prompt of 4,096 tokens is some 20 kB of JSON; more than this is no prompt. */
const BODY_LIMIT_MIB = 1;

/** A place in a full queue is free within seconds; a model is loaded within minutes. */
const RETRY_SECONDS = { full: 5, starting: 30 };

const SAYS = {
  unknown: jsonAnswer(404, `this server has no such path: use ${ALLOWED_PATHS.join(", ")}`),
  large: jsonAnswer(413, `the request is larger than ${BODY_LIMIT_MIB} MiB: send a shorter prompt`),
  starting: jsonAnswer(503, "the model is being loaded, or the server is stopping: try again"),
};

/**
 * @param answerSeconds a request that takes longer ends in 504; the load balancer's own limit should be no shorter.
 */
export function proxyConfiguration(answerSeconds: number): string {
  return `worker_processes 1;
error_log stderr warn;
pid /tmp/nginx.pid;
events { worker_connections 1024; }
http {
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server_tokens off;
  access_log off;
  default_type application/json;
  client_max_body_size ${BODY_LIMIT_MIB}m;
  map "$status:$upstream_status" $retry_after {
    volatile;
    default "";
    "503:503" ${RETRY_SECONDS.full};
    "~^503:" ${RETRY_SECONDS.starting};
  }
  upstream vllm { server 127.0.0.1:${VLLM_PORT}; }
  server {
    listen ${SERVE_PORT};
    proxy_http_version 1.1;
    # vLLM closes what was idle for 5 s, and a request that is on its way then is lost; within a pod a connection costs nothing.
    proxy_set_header Connection close;
    # An answer is sent word by word.
    proxy_buffering off;
    proxy_connect_timeout 1s;
    proxy_read_timeout ${answerSeconds}s;
    proxy_next_upstream off;
    add_header Retry-After $retry_after always;
    ${ownRefusals().join("\n    ")}
    error_page 404 @unknown;
    error_page 413 @large;
    error_page 502 =503 @starting;
    error_page 504 @slow;
    location @unknown { ${SAYS.unknown} }
    location @large { ${SAYS.large} }
    location @starting { ${SAYS.starting} }
    location @slow { ${jsonAnswer(504, `there was no answer within ${answerSeconds} s: ask for fewer tokens`)} }
${ALLOWED_PATHS.map((path) => `    location = ${path} { proxy_pass http://vllm; }`).join("\n")}
    location / { return 404; }
  }
  server {
    listen ${WATCH_PORT};
    proxy_http_version 1.1;
    proxy_set_header Connection close;
    location = /health { proxy_pass http://vllm; }
    location = /metrics { proxy_pass http://vllm; }
    location / { return 404; }
  }
}
`;
}
