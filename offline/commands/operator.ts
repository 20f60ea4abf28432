/** `modelloop status`, `retrain`, `approve`, `roll-back` and others: what a person asks of the running loop, over its operator endpoint. */
import type * as credentialProviders from "@aws-sdk/credential-provider-node";
import type { AwsCredentialIdentity } from "@smithy/types";
import { QUESTIONS } from "../../lambdas/domain/approvals/approval";
import { SAYS } from "./laptop";
import { callOperator, type OperatorCall, type Reply } from "./operator-client";
import { answerText } from "./operator-text";
import { COMMON_OPTIONS, strictOptions, wholeOption } from "./strict-options";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export const OPERATOR_COMMANDS = [
  "status",
  "retrain",
  "approve",
  "reject",
  "roll-back",
  "pause",
  "continue",
  "stop",
  "resume",
  "history",
] as const;

export type OperatorCommand = (typeof OPERATOR_COMMANDS)[number];

const OPTIONS = {
  endpoint: { type: "string" },
  region: { type: "string" },
  reason: { type: "string" },
  "window-days": { type: "string" },
  commit: { type: "string" },
  to: { type: "string" },
  question: { type: "string" },
  days: { type: "string" },
  ...COMMON_OPTIONS,
} as const;

type Values = ReturnType<typeof strictOptions<typeof OPTIONS>>["values"];

interface Form {
  readonly usage: string;
  /** Options of its own, with what they mean. */
  readonly options: readonly (readonly [keyof typeof OPTIONS, string])[];
  call(values: Values, positionals: readonly string[]): OperatorCall;
}

const REASON = ["reason", "--reason TEXT       why; it stands in the audit trail (required)"] as const;

const QUESTION = [
  "question",
  "--question KIND     release, or promotion: whether it is promoted without labels (default: release)",
] as const;

const FORMS: Record<OperatorCommand, Form> = {
  status: {
    usage: "[MODEL]",
    options: [],
    call: (_, [model, ...more]) => {
      tooMuch("status", more);
      return { method: "GET", path: "/status", ...(model === undefined ? {} : { query: { model } }) };
    },
  },
  retrain: {
    usage: "MODEL --reason TEXT",
    options: [
      REASON,
      ["window-days", "--window-days N     days of data (default: 7)"],
      ["commit", "--commit SHA        a push is the cause, not a person: it then counts against the weekly limit"],
    ],
    call: ({ reason, commit, ...values }, [model, ...more]) => {
      tooMuch("retrain", more);
      if (model === undefined) throw new UsageError('a model is missing: write modelloop retrain MODEL --reason "..."');
      const windowDays = wholeOption("--window-days", values["window-days"], 1, 365);
      const body = { model, reason: given(reason), ...(commit === undefined ? {} : { because: "code-push", commit }) };
      return { method: "POST", path: "/retrain", body: { ...body, ...(windowDays === undefined ? {} : { windowDays }) } };
    },
  },
  approve: { usage: "RUN --reason TEXT", options: [REASON, QUESTION], call: aboutOne("approve", "run") },
  reject: { usage: "RUN --reason TEXT", options: [REASON, QUESTION], call: aboutOne("reject", "run") },
  "roll-back": {
    usage: "MODEL --reason TEXT",
    options: [REASON, ["to", "--to VERSION        a version, semantic version or release that has served (default: the one before)"]],
    call: aboutOne("roll-back", "model"),
  },
  pause: { usage: "MODEL --reason TEXT", options: [REASON], call: aboutOne("pause", "model") },
  continue: { usage: "MODEL --reason TEXT", options: [REASON], call: aboutOne("continue", "model") },
  stop: { usage: "--reason TEXT", options: [REASON], call: switching("stop") },
  resume: { usage: "--reason TEXT", options: [REASON], call: switching("resume") },
  history: {
    usage: "MODEL",
    options: [["days", "--days N            how far back (default: 7, at most 90)"]],
    call: ({ days }, [model, ...more]) => {
      tooMuch("history", more);
      if (model === undefined) throw new UsageError("a model is missing: write modelloop history MODEL");
      const back = wholeOption("--days", days, 1, 90) ?? 7;
      return { method: "GET", path: `/history/${encodeURIComponent(model)}`, query: { days: String(back) } };
    },
  },
};

function switching(verb: "stop" | "resume"): Form["call"] {
  return ({ reason }, positionals) => {
    tooMuch(verb, positionals);
    return { method: "POST", path: `/${verb}`, body: { reason: given(reason) } };
  };
}

function aboutOne(verb: OperatorCommand, of: "run" | "model"): Form["call"] {
  return ({ reason, to, question }, [name, ...surplus]) => {
    tooMuch(verb, surplus);
    if (name === undefined) throw new UsageError(`a ${of} is missing: write modelloop ${verb} ${of.toUpperCase()} --reason "..."`);
    const more = { ...(to !== undefined && { to }), ...(question !== undefined && { question: knownQuestion(question) }) };
    return { method: "POST", path: `/${verb}`, body: { [of]: name, ...more, reason: given(reason) } };
  };
}

function knownQuestion(question: string): string {
  if ((QUESTIONS as readonly string[]).includes(question)) return question;
  throw new UsageError(`--question is ${JSON.stringify(question)}; a run asks ${QUESTIONS.join(" and ")}: name one of them`);
}

function given(reason: string | undefined): string {
  if (reason !== undefined && reason.trim() !== "") return reason;
  throw new UsageError('--reason is missing; whoever reads the trail wants to know why: write --reason "..."');
}

function tooMuch(command: OperatorCommand, [surplus]: readonly string[]): void {
  if (surplus !== undefined)
    throw new UsageError(`${surplus} is too much; ${command} is written modelloop ${command} ${FORMS[command].usage}`);
}

/** What the command has of its surroundings. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly credentials: () => Promise<AwsCredentialIdentity>;
}

export async function operatorCommand(
  command: OperatorCommand,
  argv: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings = OWN,
): Promise<number> {
  const form = FORMS[command];
  const own = [...form.options.map(([option]) => option), "endpoint", "region", "json", "help"] as (keyof typeof OPTIONS)[];
  const known = Object.fromEntries(own.map((option) => [option, OPTIONS[option]])) as typeof OPTIONS;
  const { values, positionals } = strictOptions(command, argv, known);
  if (values.help === true) {
    terminal.out(helpText(command));
    return 0;
  }
  const call = form.call(values, positionals);
  const endpoint = endpointOf(values.endpoint ?? surroundings.environment["MODELLOOP_OPERATOR_URL"]);
  const region = regionOf(endpoint, values.region, surroundings);
  const reply = await callOperator({ endpoint, region, credentials: surroundings.credentials }, call);
  const refusal = refusalOf(reply, call, endpoint, region);
  if (refusal !== undefined) {
    terminal.err(`modelloop: ${refusal}\n`);
    return 1;
  }
  const { status, body } = reply as Extract<Reply, { kind: "answered" }>;
  terminal.out(values.json === true ? `${JSON.stringify(body, null, 2)}\n` : answerText(command, body, palette(terminal.colour)));
  // The loop may understand, and refuse.
  return status < 400 ? 0 : 1;
}

const HOW_TO_FIND = "npx pulumi stack output loop --json prints it as operatorUrl";

function endpointOf(text: string | undefined): URL {
  if (text === undefined || text === "") {
    throw new UsageError(`the loop's endpoint is not named: write --endpoint URL, or set MODELLOOP_OPERATOR_URL (${HOW_TO_FIND})`);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || (isLocal && url.protocol === "http:")) return url;
  // In plain text, everybody on the way could read the session's token.
  throw new UsageError(`the endpoint is ${JSON.stringify(text)}; it must be an address that begins with https: ${HOW_TO_FIND}`);
}

const HOST = /^([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

function regionOf(endpoint: URL, named: string | undefined, { environment }: Surroundings): string {
  const [, , fromHost] = HOST.exec(endpoint.hostname) ?? [];
  const region = named ?? fromHost ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"];
  if (region !== undefined && region !== "") return region;
  throw new UsageError(`${endpoint.hostname} does not say in which Region it is: write --region, or set AWS_REGION`);
}

/** Undefined where the loop itself has answered. */
function refusalOf(reply: Reply, { method, path }: OperatorCall, endpoint: URL, region: string): string | undefined {
  if (reply.kind === "unanswered") return reply.reason;
  const { status, body } = reply;
  const faults = faultsIn(body);
  if (status === 403 && faults === undefined) {
    const [, api = "API_ID"] = HOST.exec(endpoint.hostname) ?? [];
    const action = `execute-api:Invoke on arn:aws:execute-api:${region}:ACCOUNT:${api}/*/${method}${path.replace(/^\/history\/.*/, "/history/*")}`;
    return `${endpoint.host} turns you away; your credentials have expired, or lack ${action}: log in again, or ask for that permission`;
  }
  if (faults !== undefined) return faults.join("; ");
  if (status === 429 || status === 503) return `${endpoint.host} is asked too often just now: ask again in a minute`;
  if (isRecord(body) && (status < 300 || "decision" in body)) return undefined;
  return `${endpoint.host} answers ${status}, and not as the loop does: check the endpoint (${HOW_TO_FIND})`;
}

function faultsIn(body: unknown): string[] | undefined {
  return isRecord(body) && Array.isArray(body["faults"]) ? body["faults"].map(String) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The chain that the AWS CLI follows: variables, profile, SSO, web identity, instance. Loaded only where it is asked for. */
const OWN: Surroundings = {
  environment: process.env,
  credentials: () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- for that reason
    const { defaultProvider } = require("@aws-sdk/credential-provider-node") as typeof credentialProviders;
    return defaultProvider()();
  },
};

function helpText(command: OperatorCommand): string {
  return [
    `Usage: modelloop ${command} ${FORMS[command].usage} [options]`,
    "",
    `${SAYS[command]} Asks the loop's operator endpoint, signed with the AWS credentials that the AWS CLI would take;`,
    "who asks is what IAM says.",
    "",
    ...FORMS[command].options.map(([, line]) => `  ${line}`),
    `  --endpoint URL      of the loop (default: MODELLOOP_OPERATOR_URL); ${HOW_TO_FIND}`,
    "  --region NAME       where it is, if its address does not say so (default: AWS_REGION)",
    "  --json              the loop's answer on standard output, and nothing else there",
    "  --help              this text",
    "",
    "Exit code: 0, 1 where the loop refused or could not be asked, 2 where the command line cannot be understood.",
    "",
  ].join("\n");
}
