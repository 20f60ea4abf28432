/** What the router makes of a request: who asks, what came of it, what is logged. `map` and `log_format`, in NGINX's words. */
import type { RouterFacts } from "./router-configuration";
import { OUTCOMES } from "./router-metrics";
import { NOBODYS } from "./split";
import { SPLIT_VARIABLES, USER_VARIABLE } from "./split-configuration";

/** Header by which callers say what they sent, so that labels find their prediction: an object in S3, a line of a log. Logged, not read. */
export const INPUT_REFERENCE_HEADER = "X-Input-Reference";

const RETRY_SECONDS = { nothingReleased: 60, busy: 1 };

/** An id that is no id counts as none: two spellings of one user must not be two users, and logs hold no surprises. */
export function userVariables({ user: { variable, missing } }: Pick<RouterFacts, "user">): string[] {
  const address = missing === "client-address" ? [`    "" $remote_addr;`] : [];
  return [
    ...[`map $${variable} $${USER_VARIABLE} {`, `    default "";`, ...address, `    "~^[!-~]{1,128}$" $${variable};`, "}"],
    ...[`map $${headerVariable(INPUT_REFERENCE_HEADER)} $input_reference {`, `    default "";`],
    ...[`    "~^[!-~]{1,256}$" $${headerVariable(INPUT_REFERENCE_HEADER)};`, "}"],
  ];
}

/** Computed when the answer is there. A model that is asked for and not there is the release's fault, whatever status it has. */
export function judgements(): string[] {
  const { variant, release, slot } = SPLIT_VARIABLES;
  const { ok, error, refused, cancelled } = OUTCOMES;
  return [
    ...[`map "$content_length:$http_transfer_encoding" $has_body {`, `    default yes;`, `    "~^0?:$" "";`, "}"],
    ...["map $http_content_encoding $is_encoded {", "    default yes;", `    "" "";`, `    identity "";`, "}"],
    ...[`map "$status:$upstream_status" $outcome {`, "    volatile;", `    default ${error};`, `    "~^2" ${ok};`],
    ...[`    "~^404:404" ${error};`, `    "~^499" ${cancelled};`, `    "~^4" ${refused};`, "}"],
    ...[`map "$status:${slot}" $retry_after {`, "    volatile;", `    default "";`, `    "~^429:" ${RETRY_SECONDS.busy};`],
    ...[`    "~^503:$" ${RETRY_SECONDS.nothingReleased};`, `    "~^503:" ${RETRY_SECONDS.busy};`, "}"],
    ...[`map $status $allowed_method {`, "    volatile;", `    default "";`, "    405 POST;", "}"],
    // RFC 9110, 15.5.16: by which the caller knows that it is the encoding, and not the type.
    ...[`map $status $accepted_encoding {`, "    volatile;", `    default "";`, "    415 identity;", "}"],
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
export function logFormats(): string[] {
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

function headerVariable(header: string): string {
  return `http_${header.toLowerCase().replaceAll("-", "_")}`;
}
