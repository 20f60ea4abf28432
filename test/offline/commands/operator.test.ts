/** The commands against the real operator application on a ledger in memory, behind a real HTTP server that stands for API Gateway. */
import { createHash, createHmac } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { answerOperator } from "../../../lambdas/application/operator";
import { respondToSignal } from "../../../lambdas/application/respond-to-signal";
import { readOperatorRequest } from "../../../lambdas/domain/messages/operator-request";
import { type OperatorCommand, operatorCommand, type Surroundings } from "../../../offline/commands/operator";
import { question, RUN } from "../../lambdas/domain/approvals/examples";
import { NOW, signal } from "../../lambdas/domain/examples";
import { TestWorld, THE_MODEL } from "../../lambdas/support/test-loop";
import { spoken } from "./spoken";

const ADA = "arn:aws:sts::123456789012:assumed-role/ml-lead/ada";
const SECRET = "wJalrXUtnFEMI-not-to-be-seen";
const TOKEN = "FwoGZXIvYXdzEXAMPLE-not-to-be-seen";

let world: TestWorld;
let server: http.Server;
let endpoint: string;
/** What API Gateway would answer by itself. */
let gateway: { status: number; body: string } | undefined;
const seen: http.IncomingMessage[] = [];

beforeEach(async () => {
  gateway = undefined;
  seen.length = 0;
  world = await TestWorld.make();
  server = http.createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((closed) => server.close(closed)));

async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  seen.push(request);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { status, body } = gateway ?? (await application(request, Buffer.concat(parts).toString("utf8")));
  response.writeHead(status, { "content-type": "application/json" }).end(body);
}

async function application({ method = "", url = "", headers }: http.IncomingMessage, body: string) {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const isSigned = headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") === true;
  const read = readOperatorRequest({
    requestContext: {
      http: { method, path: pathname },
      timeEpoch: Date.parse(NOW),
      ...(isSigned && { authorizer: { iam: { userArn: ADA } } }),
    },
    queryStringParameters: Object.fromEntries(searchParams),
    body,
  });
  const answered =
    read.kind === "request" ? await answerOperator(read.request, world.loop) : { status: read.status, body: { faults: read.faults } };
  return { status: answered.status, body: JSON.stringify(answered.body) };
}

function surroundings(environment: Surroundings["environment"] = {}): Surroundings {
  return {
    environment: { MODELLOOP_OPERATOR_URL: endpoint, AWS_REGION: "eu-west-1", ...environment },
    credentials: () => Promise.resolve({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: SECRET, sessionToken: TOKEN }),
  };
}

function ask(command: OperatorCommand, argv: readonly string[] = [], around: Surroundings = surroundings()) {
  return spoken((terminal) => operatorCommand(command, argv, terminal, around));
}

/** IAM user guide, "Create a signed AWS API request" (2026): canonical request, string to sign, derived key. */
function signatureOf({ method = "", url = "", headers }: http.IncomingMessage): string {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const { pathname, search } = new URL(url, "http://localhost");
  const [, scope = "", names = ""] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+),/.exec(headers.authorization ?? "") ?? [];
  const signed = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const path = pathname.split("/").map(encodeURIComponent).join("/");
  const canonical = [method, path, search.slice(1), signed.join(""), names, headers["x-amz-content-sha256"]].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${SECRET}`);
  return hmac(key, toSign).toString("hex");
}

const RETRAIN = ["log-anomaly", "--reason", "new labels"];

describe("the loop's commands", () => {
  it("R1 R4 asks for a retraining in the name that IAM gives", async () => {
    const { code, out, err } = await ask("retrain", [...RETRAIN, "--window-days", "30", "--json"]);
    expect([code, JSON.parse(out), err]).toEqual([0, { decision: "start", reason: "new labels", run: world.lastRun() }, ""]);
    expect(world.orders).toMatchObject([{ askedBy: [ADA], windowDays: 30 }]);
  });

  // Without the token in the signature, temporary credentials are refused; without the body in it, anybody on the way could change it.
  it("signs for API Gateway, with the session's token, the time and the body", async () => {
    await ask("retrain", RETRAIN);
    const [{ headers } = { headers: {} as http.IncomingHttpHeaders }] = seen;
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(headers["x-amz-security-token"]).toBe(TOKEN);
    expect(headers["x-amz-content-sha256"]).toMatch(/^[0-9a-f]{64}$/);
    expect(headers["x-amz-date"]).toMatch(/^\d{8}T\d{6}Z$/);
  });

  // AWS says no more than 403 of a signature that it does not understand, so ours is made again here, by its documentation alone.
  it.each([
    ["status", ["log-anomaly"]],
    ["status", ["a b+c/d"]],
    ["history", ["log-anomaly", "--days", "3"]],
    ["retrain", RETRAIN],
  ] as const)("signs %s %j as AWS reads it", async (command, argv) => {
    await ask(command, argv);
    const [request] = seen;
    if (request === undefined) throw new Error("nothing was sent");
    expect(request.headers.authorization?.split("Signature=")[1]).toBe(signatureOf(request));
  });

  it("R6 tells what waits, what runs and who asked", async () => {
    await respondToSignal(signal(), world.loop);
    const run = world.lastRun();
    expect((await ask("retrain", RETRAIN)).out).toMatch(new RegExp(`^\\n {2}pend: at \\S+Z\\n {2}${run} is running\\n`));
    const status = await ask("status", ["log-anomaly"]);
    expect(status.out.split("\n").slice(0, 6)).toEqual([
      "",
      "  the loop acts by itself where its mode is act",
      "",
      "  log-anomaly  mode act",
      `    run        ${run}, started ${NOW}, is running, or has not told of its end`,
      expect.stringMatching(/^ {4}waiting {4}manual info, due .*: new labels$/),
    ]);
    const history = await ask("history", ["log-anomaly", "--days", "1"]);
    expect(history.out).toContain(`retraining.pend           ${run} is running`);
    expect(history.out).toContain(`(${ADA})`);
    expect(JSON.parse((await ask("history", ["log-anomaly", "--json"])).out)).toMatchObject({ model: "log-anomaly", leftOut: false });
  });

  it("I12 stops and resumes with a reason", async () => {
    expect((await ask("stop", ["--reason", "the label feed is broken"])).out).toBe(
      "\n  stopped: what comes in is decided, recorded and told, and waits; runs that are under way go on\n\n",
    );
    expect((await ask("status")).out).toContain("  stopped: everything is recorded, and nothing is done\n");
    expect((await ask("resume", ["--reason", "mended", "--json"])).code).toBe(0);
    expect(await world.ledger.stopped()).toBe(false);
  });

  it("R4 answers a run that waits for approval, and shows what waits", async () => {
    await world.ledger.askApproval(THE_MODEL, question({ needed: 2 }), NOW);
    world.pass(1);
    expect((await ask("status")).out).toContain(
      `    approval   ${RUN}: version 7 (1.3.0), 0 of 2 have approved, until 2026-03-04T14:15:00.000Z\n`,
    );
    expect(await ask("approve", [RUN, "--reason", "the groups agree"])).toEqual({
      ...{ code: 0, err: "" },
      out: "\n  counted: 1 of 2 have approved; the run waits for 1 more\n\n",
    });
    expect(await ask("reject", ["log-anomaly-manual-0", "--reason", "no"])).toEqual({
      ...{ code: 1, out: "" },
      err: 'modelloop: nobody was asked about "log-anomaly-manual-0"; modelloop status names the runs that wait: name one of them\n',
    });
  });

  it("O5 sends users back, to the version before or to a named one, and holds a roll-out", async () => {
    const begun = { kind: "begun", fence: 0, run: "log-anomaly-c", candidate: "c", champion: "b" } as const;
    await world.ledger.recordTraffic(THE_MODEL, begun, ADA, NOW);
    const kept = { version: "1", semanticVersion: "1.0.0", release: "a", run: "log-anomaly-a", promotedAt: NOW };
    await world.ledger.keepVersion(THE_MODEL, kept);
    expect((await ask("pause", ["log-anomaly", "--reason", "holiday"])).out).toMatch(/^\n {2}paused: traffic stays as it is/);
    expect((await ask("continue", ["log-anomaly", "--reason", "over", "--json"])).code).toBe(0);
    expect((await ask("status")).out).toContain("    kept       1 (1.0.0)\n");
    expect(await ask("roll-back", ["log-anomaly", "--to", "1.0.0", "--reason", "wrong at night"])).toEqual({
      ...{ code: 0, err: "" },
      out: "\n  back from b to a: traffic follows within minutes, and history tells of it; the roll-out of log-anomaly-c ends with it\n\n",
    });
    expect((await ask("roll-back", ["log-anomaly", "--reason", "wrong at night"])).code).toBe(0);
    expect(world.rollBacks).toMatchObject([
      { from: "b", to: "a" },
      { from: "c", to: "b" },
    ]);
  });

  it("C5 lets CI name the push that is the cause", async () => {
    await ask("retrain", [...RETRAIN, "--commit", "5d41402"]);
    expect(world.orders).toMatchObject([{ demand: { reasons: [{ rule: "code-push" }] } }]);
  });

  it("R1 exits with 1 where the loop understands and refuses", async () => {
    world = await TestWorld.make({ models: [{ ...THE_MODEL, mode: "observe" }] });
    expect(await ask("retrain", RETRAIN)).toEqual({
      code: 1,
      out: "\n  refuse\n  log-anomaly is in mode observe, in which the loop touches nothing: set its mode to act, then ask again\n\n",
      err: "",
    });
  });
});

describe("the loop's commands refuse in a sentence", () => {
  it("an unknown model, in the loop's own words", async () => {
    expect(await ask("status", ["web-shop"])).toEqual({
      code: 1,
      out: "",
      err: 'modelloop: model is "web-shop"; this loop looks after log-anomaly: name one of them\n',
    });
  });

  it("403, with the permission that is needed", async () => {
    gateway = { status: 403, body: '{"message":"Forbidden"}' };
    const { code, err } = await ask("history", ["log-anomaly"]);
    expect([code, err.replace(/127\.0\.0\.1:\d+/, "HOST")]).toEqual([
      1,
      "modelloop: HOST turns you away; your credentials have expired, or lack execute-api:Invoke on arn:aws:execute-api:eu-west-1:ACCOUNT:API_ID/*/GET/history/*: log in again, or ask for that permission\n",
    ]);
  });

  it.each([
    [
      404,
      '{"message":"Not Found"}',
      "HOST answers 404, and not as the loop does: check the endpoint (npx pulumi stack output loop --json prints it as operatorUrl)",
    ],
    [
      200,
      "<html>",
      "HOST answers 200, and not as the loop does: check the endpoint (npx pulumi stack output loop --json prints it as operatorUrl)",
    ],
    [429, '{"message":"Too Many Requests"}', "HOST is asked too often just now: ask again in a minute"],
    [
      500,
      '{"faults":["the loop could not answer; its log says why: ask again"]}',
      "the loop could not answer; its log says why: ask again",
    ],
  ])("an answer %s %s", async (status, body, message) => {
    gateway = { status, body };
    const { code, err } = await ask("status");
    expect([code, err.replaceAll(/127\.0\.0\.1:\d+/g, "HOST")]).toEqual([1, `modelloop: ${message}\n`]);
  });

  it("no credentials", async () => {
    const none = { ...surroundings(), credentials: () => Promise.reject(new Error(`profile with ${SECRET}`)) };
    expect(await ask("status", [], none)).toEqual({
      code: 1,
      out: "",
      err: "modelloop: no AWS credentials were found; the endpoint answers signed requests only: run aws sso login, or set AWS_PROFILE\n",
    });
    expect(seen).toEqual([]);
  });

  it("no network", async () => {
    const { code, err } = await ask("status", ["--endpoint", "http://127.0.0.1:9"]);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /^modelloop: 127\.0\.0\.1:9 does not answer \(\S+(?: \S+)*\); check the network, a VPN and the endpoint: ask again\n$/,
      ),
    ]);
  });

  // A redirect would take the signature, and the token of the session, to whoever is named in it.
  it("a redirect", async () => {
    const elsewhere = http.createServer((_, response) => response.writeHead(302, { location: `${endpoint}/status` }).end());
    await new Promise<void>((listening) => elsewhere.listen(0, "127.0.0.1", listening));
    const { code } = await ask("status", ["--endpoint", `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`]);
    expect([code, seen]).toEqual([1, []]);
    await new Promise((closed) => elsewhere.close(closed));
  });

  it.each([
    [
      "status",
      [],
      { MODELLOOP_OPERATOR_URL: undefined },
      "the loop's endpoint is not named: write --endpoint URL, or set MODELLOOP_OPERATOR_URL (npx pulumi stack output loop --json prints it as operatorUrl)",
    ],
    [
      "status",
      ["--endpoint", "http://abc.execute-api.eu-west-1.amazonaws.com"],
      {},
      'the endpoint is "http://abc.execute-api.eu-west-1.amazonaws.com"; it must be an address that begins with https: npx pulumi stack output loop --json prints it as operatorUrl',
    ],
    ["status", [], { AWS_REGION: undefined }, "127.0.0.1 does not say in which Region it is: write --region, or set AWS_REGION"],
    ["retrain", [], {}, 'a model is missing: write modelloop retrain MODEL --reason "..."'],
    ["retrain", ["log-anomaly"], {}, '--reason is missing; whoever reads the trail wants to know why: write --reason "..."'],
    ["stop", ["now", "--reason", "x"], {}, "now is too much; stop is written modelloop stop --reason TEXT"],
    [
      ...["approve" as const, [RUN, "--question", "labels", "--reason", "x"]],
      {},
      '--question is "labels"; a run asks release and promotion: name one of them',
    ],
    ["approve", [], {}, 'a run is missing: write modelloop approve RUN --reason "..."'],
    ["reject", [RUN], {}, '--reason is missing; whoever reads the trail wants to know why: write --reason "..."'],
    ["roll-back", ["m", "1", "--reason", "x"], {}, "1 is too much; roll-back is written modelloop roll-back MODEL --reason TEXT"],
    ["pause", ["m", "--to", "1"], {}, "Unknown option '--to'; pause has --reason, --endpoint, --region, --json, --help"],
    ["history", [], {}, "a model is missing: write modelloop history MODEL"],
    ["history", ["log-anomaly", "--days", "900"], {}, "--days is 900; it must be a whole number from 1 to 90: write --days 1"],
    ["stop", ["--days", "9"], {}, "Unknown option '--days'; stop has --reason, --endpoint, --region, --json, --help"],
  ] as const)("%s %j", async (command, argv, environment, message) => {
    await expect(ask(command, argv, surroundings(environment))).rejects.toThrow(new Error(message));
  });

  it("nothing secret, whatever happens", async () => {
    const said = await Promise.all([
      ask("status"),
      ask("status", ["web-shop"]),
      ask("retrain", [...RETRAIN, "--json"]),
      ask("stop", ["--help"]),
    ]);
    for (const { out, err } of said) expect(`${out}${err}`).not.toMatch(new RegExp(`${SECRET}|${TOKEN}|AWS4-HMAC`));
  });
});
