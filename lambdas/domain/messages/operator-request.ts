/**
 * What a person or CI asks of the loop, over an endpoint that IAM has authorised: API Gateway's HTTP API or a function URL (payload 2.0), or a
 * REST API (1.0). Who asks is what IAM says, never what the request says.
 */
import { z } from "zod";
import { QUESTIONS, type QuestionKind } from "../approvals/approval";
import { jsonIn } from "../json";
import { modelNameSchema } from "../names";
import { instant, type Instant } from "../time";
import { faultsOf } from "./reading";

const payload2Schema = z.object({
  requestContext: z.object({
    http: z.object({ method: z.string(), path: z.string() }),
    timeEpoch: z.number(),
    authorizer: z
      .object({ iam: z.object({ userArn: z.string().min(1) }) })
      .optional()
      .catch(undefined),
  }),
  queryStringParameters: z.record(z.string(), z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});

const payload1Schema = z.object({
  httpMethod: z.string(),
  path: z.string(),
  requestContext: z.object({ requestTimeEpoch: z.number(), identity: z.object({ userArn: z.string().nullish() }) }),
  queryStringParameters: z.record(z.string(), z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});

const reason = z.string().trim().min(1, { error: "is empty; whoever reads the trail wants to know why: give a reason" }).max(500);
const run = z.string().trim().min(1).max(80);
/** A run may ask twice: who answers the first mail days late must not answer the second question with it. */
const question = z.enum(QUESTIONS).optional();
const days = z.coerce.number().int().min(1).max(90).default(7);

const bodySchemas = {
  retrain: z.strictObject({
    model: modelNameSchema,
    reason,
    /** `code-push` is what CI sends; it counts as automatic, a person's wish does not. */
    because: z.enum(["manual", "code-push"]).default("manual"),
    commit: z.string().min(1).max(100).optional(),
    windowDays: z.int().min(1).max(365).optional(),
  }),
  stop: z.strictObject({ reason }),
  resume: z.strictObject({ reason }),
  approve: z.strictObject({ run, question, reason }),
  reject: z.strictObject({ run, question, reason }),
  "roll-back": z.strictObject({
    model: modelNameSchema,
    /** A version, its semantic version or its release; the one before by default. */
    to: z.string().trim().min(1).max(100).optional(),
    reason,
  }),
  pause: z.strictObject({ model: modelNameSchema, reason }),
  continue: z.strictObject({ model: modelNameSchema, reason }),
};

type Body = typeof bodySchemas;

export type OperatorVerb =
  | ({ verb: "retrain" } & z.infer<typeof bodySchemas.retrain>)
  | { verb: "stop" | "resume"; reason: string }
  | { verb: "approve" | "reject"; run: string; question?: QuestionKind | undefined; reason: string }
  | ({ verb: "roll-back" } & z.infer<Body["roll-back"]>)
  | { verb: "pause" | "continue"; model: string; reason: string }
  | { verb: "status"; model?: string | undefined }
  | { verb: "history"; model: string; days: number };

export interface OperatorRequest {
  /** With its session name, where a role was assumed. */
  caller: string;
  /** The request's own: equal when it is looked at again. */
  at: Instant;
  asked: OperatorVerb;
}

export type ReadRequest = { kind: "request"; request: OperatorRequest } | { kind: "refused"; status: 400 | 403 | 404; faults: string[] };

/** The routes that the endpoint needs, each of them an action that IAM can allow or not. */
export const OPERATOR_ROUTES = [
  { method: "GET", path: "/status" },
  { method: "GET", path: "/history/{model}" },
  { method: "POST", path: "/retrain" },
  { method: "POST", path: "/stop" },
  { method: "POST", path: "/resume" },
  { method: "POST", path: "/approve" },
  { method: "POST", path: "/reject" },
  { method: "POST", path: "/roll-back" },
  { method: "POST", path: "/pause" },
  { method: "POST", path: "/continue" },
] as const;

interface HttpRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  at: Instant;
  caller?: string | undefined;
}

export function readOperatorRequest(event: unknown): ReadRequest {
  const http = httpRequest(event);
  if (http === undefined)
    return { kind: "refused", status: 400, faults: ["the event is no HTTP request of API Gateway or of a function URL"] };
  const { caller, at } = http;
  if (caller === undefined) {
    return {
      kind: "refused",
      status: 403,
      faults: ["nobody is named as the caller; the endpoint must be authorised by IAM: sign the request"],
    };
  }
  const read = readVerb(http);
  return "faults" in read ? { kind: "refused", ...read } : { kind: "request", request: { caller, at, asked: read } };
}

function httpRequest(event: unknown): HttpRequest | undefined {
  const second = payload2Schema.safeParse(event).data;
  if (second !== undefined) {
    const { http, timeEpoch, authorizer } = second.requestContext;
    return { method: http.method, path: http.path, at: instant(timeEpoch), caller: authorizer?.iam.userArn, ...contentOf(second) };
  }
  const first = payload1Schema.safeParse(event).data;
  if (first === undefined) return undefined;
  const { requestTimeEpoch, identity } = first.requestContext;
  return {
    method: first.httpMethod,
    path: first.path,
    at: instant(requestTimeEpoch),
    caller: identity.userArn ?? undefined,
    ...contentOf(first),
  };
}

function contentOf(request: z.infer<typeof payload1Schema> | z.infer<typeof payload2Schema>): Pick<HttpRequest, "query" | "body"> {
  const text = Buffer.from(request.body ?? "", request.isBase64Encoded ? "base64" : "utf8").toString("utf8");
  return { query: request.queryStringParameters ?? {}, body: jsonIn(text === "" ? "{}" : text) };
}

type RefusedVerb = { status: 400 | 404; faults: string[] };

const PLAIN = ["status", "retrain", "stop", "resume", "approve", "reject", "roll-back", "pause", "continue"];
const PATH = new RegExp(`/(?:(${PLAIN.join("|")})|(history)/([^/]+))/?$`);

/** A stage of the API may stand before the path. */
function readVerb({ method, path, query, body }: HttpRequest): OperatorVerb | RefusedVerb {
  const [, plain, history, model] = PATH.exec(path) ?? [];
  const verb = plain ?? history ?? "";
  const route = OPERATOR_ROUTES.find((each) => each.method === method && each.path.split("/")[1] === verb);
  if (route === undefined) {
    const known = OPERATOR_ROUTES.map((each) => `${each.method} ${each.path}`).join(", ");
    return { status: 404, faults: [`${method} ${path} is not known; the loop answers ${known}`] };
  }
  switch (verb) {
    case "retrain":
      return parsed(bodySchemas.retrain, body, (given) => ({ verb, ...given }));
    case "stop":
    case "resume":
      return parsed(bodySchemas[verb], body, (given) => ({ verb, ...given }));
    case "approve":
    case "reject":
      return parsed(bodySchemas[verb], body, (given) => ({ verb, ...given }));
    case "roll-back":
      return parsed(bodySchemas[verb], body, (given) => ({ verb, ...given }));
    case "pause":
    case "continue":
      return parsed(bodySchemas[verb], body, (given) => ({ verb, ...given }));
    case "history":
      return parsed(z.object({ model: modelNameSchema, days }), { model, ...query }, (given) => ({ verb, ...given }));
    default:
      return parsed(z.object({ model: modelNameSchema.optional() }), query, (given) => ({ verb: "status", ...given }));
  }
}

function parsed<T>(schema: z.ZodType<T>, given: unknown, verb: (given: T) => OperatorVerb): OperatorVerb | RefusedVerb {
  const { success, data, error } = schema.safeParse(given);
  return success ? verb(data) : { status: 400, faults: faultsOf(error) };
}
