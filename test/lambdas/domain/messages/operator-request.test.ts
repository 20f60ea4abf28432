import { readOperatorRequest } from "../../../../lambdas/domain/messages/operator-request";
import { event } from "../../support/events";

const caller = "arn:aws:sts::123456789012:assumed-role/ml-lead/ada";
const at = "2026-03-02T14:15:00.000Z";

function request(method: string, path: string, rest: object = {}): object {
  const signed = event("operator-retrain") as { requestContext: object };
  const { body: _body, ...others } = { ...signed, body: undefined };
  return { ...others, requestContext: { ...signed.requestContext, http: { method, path } }, ...rest };
}

function refusal(request: unknown) {
  const read = readOperatorRequest(request);
  return read.kind === "refused" ? { status: read.status, faults: read.faults } : read;
}

describe("a request of an operator", () => {
  it("R1 to retrain carries who asked, as IAM says", () => {
    expect(readOperatorRequest(event("operator-retrain"))).toEqual({
      kind: "request",
      request: { caller, at, asked: { verb: "retrain", model: "log-anomaly", reason: "new labels have come in", because: "manual" } },
    });
  });

  it("C5 of CI names the commit", () => {
    const body = JSON.stringify({ model: "log-anomaly", reason: "push to main", because: "code-push", commit: "5d41402" });
    expect(readOperatorRequest(request("POST", "/retrain", { body }))).toMatchObject({
      request: { asked: { because: "code-push", commit: "5d41402" } },
    });
  });

  it.each([
    ["HTTP API", event("operator-status"), { verb: "status", model: "log-anomaly" }],
    ["HTTP API", request("GET", "/status"), { verb: "status" }],
    [
      "HTTP API with a stage",
      request("GET", "/prod/history/log-anomaly", { queryStringParameters: { days: "30" } }),
      { verb: "history", model: "log-anomaly", days: 30 },
    ],
    ["HTTP API", request("GET", "/history/log-anomaly"), { verb: "history", model: "log-anomaly", days: 7 }],
    [
      "function URL",
      request("POST", "/resume", { body: btoa('{"reason":"fixed"}'), isBase64Encoded: true }),
      { verb: "resume", reason: "fixed" },
    ],
    [
      "HTTP API",
      request("POST", "/approve", { body: '{"run":"log-anomaly-manual-1","reason":"the groups agree"}' }),
      { verb: "approve", run: "log-anomaly-manual-1", reason: "the groups agree" },
    ],
    [
      "HTTP API",
      request("POST", "/reject", { body: '{"run":"log-anomaly-manual-1","question":"promotion","reason":"wait"}' }),
      { verb: "reject", run: "log-anomaly-manual-1", question: "promotion", reason: "wait" },
    ],
    [
      "HTTP API",
      request("POST", "/reject", { body: '{"run":"log-anomaly-manual-1","reason":"they do not"}' }),
      { verb: "reject", run: "log-anomaly-manual-1", reason: "they do not" },
    ],
    [
      "HTTP API",
      request("POST", "/roll-back", { body: '{"model":"log-anomaly","to":"1.2.0","reason":"wrong at night"}' }),
      { verb: "roll-back", model: "log-anomaly", to: "1.2.0", reason: "wrong at night" },
    ],
    [
      "HTTP API",
      request("POST", "/pause", { body: '{"model":"log-anomaly","reason":"holiday"}' }),
      { verb: "pause", model: "log-anomaly", reason: "holiday" },
    ],
    [
      "HTTP API with a stage",
      request("POST", "/prod/continue", { body: '{"model":"log-anomaly","reason":"over"}' }),
      { verb: "continue", model: "log-anomaly", reason: "over" },
    ],
    ["REST API", event("operator-rest"), { verb: "stop", reason: "the labels are wrong" }],
  ])("over a %s is understood", (_, given, asked) => {
    expect(readOperatorRequest(given)).toEqual({ kind: "request", request: { caller, at, asked } });
  });

  it("keeps every letter of a reason that came as base64", () => {
    const body = Buffer.from(JSON.stringify({ reason: "Prüfung läuft" }), "utf8").toString("base64");
    expect(readOperatorRequest(request("POST", "/stop", { body, isBase64Encoded: true }))).toMatchObject({
      request: { asked: { reason: "Prüfung läuft" } },
    });
  });

  // R4: the name must come from the signature. A header, a body or a query with a name in it is anybody's.
  it("R4 is refused where IAM names nobody, whatever else names somebody", () => {
    const unsigned = { ...event("operator-unsigned"), headers: { "x-user": caller }, body: JSON.stringify({ reason: "x", caller }) };
    expect(refusal(unsigned)).toEqual({
      status: 403,
      faults: ["nobody is named as the caller; the endpoint must be authorised by IAM: sign the request"],
    });
    const rest = event("operator-rest") as { requestContext: { identity: object } };
    const anonymous = { ...rest, requestContext: { ...rest.requestContext, identity: { ...rest.requestContext.identity, userArn: null } } };
    expect(refusal(anonymous)).toMatchObject({ status: 403 });
  });

  it.each([
    ["GET", "/retrain"],
    ["POST", "/history/log-anomaly"],
    ["GET", "/history"],
    ["DELETE", "/status"],
    ["POST", "/stopp"],
    ["POST", "/stop/now"],
  ])("is refused when it is %s %s", (method, path) => {
    expect(refusal(request(method, path))).toEqual({
      status: 404,
      faults: [
        `${method} ${path} is not known; the loop answers GET /status, GET /history/{model}, POST /retrain, POST /stop, POST /resume, POST /approve, POST /reject, POST /roll-back, POST /pause, POST /continue`,
      ],
    });
  });

  it("is refused with all faults of its body", () => {
    const body = JSON.stringify({ model: "Log", reason: " ", because: "boredom", days: 3 });
    expect(refusal(request("POST", "/retrain", { body }))).toEqual({
      status: 400,
      faults: [
        'model: model is "Log"; a model\'s name has 1 to 40 characters of a-z, 0-9 and -, begins with a letter and ends with no -: rename it',
        "reason: is empty; whoever reads the trail wants to know why: give a reason",
        'because: Invalid option: expected one of "manual"|"code-push"',
        'the message: Unrecognized key: "days"',
      ],
    });
    expect(refusal(request("POST", "/stop", { body: "{" }))).toEqual({
      status: 400,
      faults: ["the message: Invalid input: expected object, received undefined"],
    });
    expect(refusal(request("GET", "/history/log-anomaly", { queryStringParameters: { days: "many" } }))).toMatchObject({ status: 400 });
  });

  it("is refused when it is no request at all", () => {
    for (const none of [undefined, null, 1, "x", {}, { requestContext: {} }]) {
      expect(refusal(none)).toEqual({ status: 400, faults: ["the event is no HTTP request of API Gateway or of a function URL"] });
    }
  });
});
