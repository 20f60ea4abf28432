/** The router's file as NGINX itself understands it. Where there is no NGINX, all of this is skipped, and only the text is looked at. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { assign } from "../../../../lambdas/domain/split/assign";
import { predictPath, routerConfiguration } from "../../../../lambdas/domain/split/router-configuration";
import { splitConfiguration } from "../../../../lambdas/domain/split/split-configuration";
import { splitText } from "../../../../lambdas/domain/split/split";
import { eachOf, EXAMPLE_FACTS, NGINX, NGINX_IS_MISSING, Router } from "../../../support/nginx";
import { split, splitWithout } from "./examples";

const withNginx = NGINX === undefined ? describe.skip : describe;
const title = (text: string): string => (NGINX === undefined ? `${text} (skipped: ${NGINX_IS_MISSING})` : text);
const error = (text: string): string => JSON.stringify({ error: text });

// What is not in the list answers 404: the model server's own paths load and unload models for whoever reaches them.
it("S3 exposes the path of one model and nothing else", () => {
  const places = [...routerConfiguration(EXAMPLE_FACTS).matchAll(/location (= |~ )?(\S+) \{( internal;)?/g)];
  expect(places.filter(([, , , internal]) => internal === undefined).map(([, , where]) => where)).toEqual([
    ...["/v2/models/anomaly/infer", "@body_too_large", "@too_many", "@unreachable", "@late", "^/v2/models/", "@nothing", "/"],
    ...["@not_a_reader", "@nothing", "/health", "/ready", "/ab/config", "@split", "/"],
  ]);
});

withNginx(title("S3 a real NGINX"), () => {
  it("accepts the rendered file, with and without a release, with proxies, by cookie and by address", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "router-test-"));
    const splitFile = path.join(folder, "split.conf");
    const requestLog = path.join(folder, "log");
    const facts = { ...EXAMPLE_FACTS, splitFile, requestLog, temporaryFolder: folder, upstreams: { a: "127.0.0.1:1", b: "127.0.0.1:2" } };
    const measureLog = "syslog:server=127.0.0.1:5140,facility=local7,tag=router,severity=info,nohostname";
    const byAddress = { variable: "cookie_user", described: "the cookie user", missing: "client-address" } as const;
    const all = [
      [facts, split()],
      [{ ...facts, proxyCidrs: ["10.0.0.0/16"], user: byAddress, measureLog, readerCidrs: [] }, splitWithout("stable", "candidate")],
    ] as const;
    for (const [router, state] of all) {
      fs.writeFileSync(splitFile, splitConfiguration(state));
      fs.writeFileSync(path.join(folder, "nginx.conf"), routerConfiguration(router));
      execFileSync(NGINX ?? "", ["-t", "-q", "-e", "stderr", "-p", folder, "-c", path.join(folder, "nginx.conf")], { stdio: "pipe" });
    }
    fs.rmSync(folder, { recursive: true });
  });

  // Support would answer "which model did she see?" wrongly, and no experiment could be checked against its log.
  it("sends 10,000 users exactly where assign says", async () => {
    const router = await Router.of(split());
    const ids = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
    const answers = await eachOf(ids, (id) => router.predict({ "X-User-Id": id }));
    await router.stop();
    const went = answers.map(({ headers, body }) => ({ ...(JSON.parse(body) as object), version: headers["x-model-version"] }));
    const said = ids.map((id) => {
      const there = assign(id, split());
      if (there.kind !== "assigned") throw new Error(there.kind);
      return { slot: there.slot, url: predictPath(there.model), version: `${there.variant}-${there.release}` };
    });
    expect(went).toEqual(said);
    const log = router.log();
    router.remove();
    expect(new Set(log.map(({ predictionId }) => predictionId)).size).toBe(10_000);
    expect(log.map(({ predictionId }) => predictionId).sort()).toEqual(answers.map(({ headers }) => headers["x-prediction-id"]).sort());
  });

  // Who has seen the new model must not wake up with the old one.
  it("O1 moves nobody back through 10, 30, 50 and 100 %, and a promotion", async () => {
    const ids = Array.from({ length: 1_500 }, (_, index) => `user-${index}`);
    const candidate = { release: "r42", slot: "b" } as const;
    const steps = [1_000, 3_000, 5_000, 10_000].map((hundredths) => split({ candidate: { ...candidate, hundredths } }));
    const promoted = { ...splitWithout("candidate"), stable: candidate, previous: { release: "r41", slot: "a" } as const };
    const router = await Router.of(split({ generation: 0, candidate: { ...candidate, hundredths: 500 } }));
    let before = new Set<string>();
    for (const [index, step] of [...steps, promoted].entries()) {
      await router.change({ ...step, generation: index + 1 });
      const answers = await eachOf(ids, (id) => router.predict({ "X-User-Id": id }));
      const now = new Set(ids.filter((_, at) => answers[at]?.headers["x-model-release"] === "r42"));
      expect([...before].filter((id) => !now.has(id))).toEqual([]);
      expect(now.size).toBeGreaterThanOrEqual(before.size);
      before = now;
    }
    expect(before.size).toBe(ids.length);
    await router.stop();
    router.remove();
  });

  describe("answers", () => {
    let router: Router;
    let asked: Record<string, string | undefined> = {};
    beforeAll(async () => {
      router = await Router.of(split(), { requestsPerSecond: 1, burst: 3 }, (_, request, response) => {
        asked = { ...(request.headers as Record<string, string>), url: request.url };
        const told = request.headers["inference-header-content-length"] as string | undefined;
        if (told === "slow") return;
        response.statusCode = told === undefined ? 200 : Number(told);
        response.end(response.statusCode === 200 ? "answer" : JSON.stringify({ error: `model says ${told}` }));
      });
    });
    afterAll(async () => {
      await router.stop();
      router.remove();
    });

    // Cookies and tokens of users would lie in the model server's log, or in whatever a model does with its input.
    it("with what the model says, who said it, and a number; the model sees neither user nor cookies", async () => {
      const { status, headers, body } = await router.predict(
        { "X-User-Id": "42", Cookie: "session=1", Authorization: "Bearer 1", "Content-Type": "application/json" },
        {},
        `{"inputs":[]}`,
      );
      expect({ status, body }).toEqual({ status: 200, body: "answer" });
      const { variant, release } = assign("42", split()) as { variant: string; release: string };
      expect(headers).toMatchObject({
        ...{ "x-model-version": `${variant}-${release}`, "x-model-variant": variant, "x-model-release": release },
        "x-prediction-id": expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      });
      expect(asked).toEqual({
        ...{ host: expect.any(String) as string, "content-type": "application/json", "content-length": "13" },
        ...{ "x-prediction-id": headers["x-prediction-id"], url: predictPath(`anomaly_${variant}`) },
      });
    });

    it.each([
      [
        "a user is missing",
        {},
        {},
        "{}",
        400,
        "the user is missing, or is no user id: send 1 to 128 printable ASCII characters without blanks in the header X-User-Id",
      ],
      [
        "a user has a blank",
        { "X-User-Id": "4 2" },
        {},
        "{}",
        400,
        "the user is missing, or is no user id: send 1 to 128 printable ASCII characters without blanks in the header X-User-Id",
      ],
      ["the body is empty", { "X-User-Id": "u1" }, {}, "", 400, "the body is empty; the model expects input FP32[n,37]: send it"],
      [
        "the model is unknown",
        { "X-User-Id": "u2" },
        { path: "/v2/models/fraud/infer" },
        "{}",
        404,
        "the model is unknown; this router answers for anomaly: use POST /v2/models/anomaly/infer",
      ],
      [
        "the path is the server's own",
        { "X-User-Id": "u3" },
        { path: "/v2/repository/index" },
        "{}",
        404,
        "there is nothing here; this router answers for anomaly: use POST /v2/models/anomaly/infer",
      ],
      ["it is no POST", { "X-User-Id": "u4" }, { method: "GET" }, "", 405, "predictions are asked for by POST"],
      [
        "the body is too large",
        { "X-User-Id": "u5" },
        {},
        "x".repeat(70_000),
        413,
        "the body has more than 64 KiB: send fewer rows at once",
      ],
      [
        "the model does not answer",
        { "X-User-Id": "u6", "Inference-Header-Content-Length": "slow" },
        {},
        "{}",
        504,
        "the model server did not answer in time: try again, or send fewer rows at once",
      ],
    ] as const)("with a sentence when %s", async (_, headers, options, body, status, sentence) => {
      const answer = await router.predict(headers, options, body);
      expect({ status: answer.status, body: answer.body, type: answer.headers["content-type"] }).toEqual({
        ...{ status, body: error(sentence) },
        type: "application/json",
      });
      expect(answer.headers["x-prediction-id"]).toMatch(/^[0-9a-f]{32}$/);
      expect(answer.headers["x-model-version"] === undefined).toBe(status !== 504);
    });

    // NGINX's own answers are HTML: a client that reads JSON fails at them, and whoever looks for the fault finds a "<" in a log.
    it.each([
      ["a body that is too large, on a path that leads nowhere", "POST /elsewhere HTTP/1.1", ["Content-Length: 99999999"], 413],
      [
        "a body that is too large, in pieces",
        "POST /v2/models/anomaly/infer HTTP/1.1",
        ["X-User-Id: p", "Transfer-Encoding: chunked"],
        413,
      ],
      ["no HTTP at all", "\u0001\u0002", [], 400],
      ["two lengths", "POST / HTTP/1.1", ["Content-Length: 1", "Content-Length: 2"], 400],
      ["a header without an end", "POST / HTTP/1.1", [`X-Long: ${"x".repeat(20_000)}`], 431],
      ["a path without an end", `POST /${"x".repeat(20_000)} HTTP/1.1`, [], 414],
      ["a method that nobody needs", "TRACE / HTTP/1.1", [], 405],
      ["an unknown encoding of the transfer", "POST / HTTP/1.1", ["Transfer-Encoding: gzip"], 501],
      ["an unknown HTTP", "POST / HTTP/9.9", [], 505],
      ["a path of the refusals themselves", "POST /.refused/400 HTTP/1.1", [], 404],
    ] as const)("in JSON to %s", async (_, line, headers, status) => {
      const body = headers.some((header) => header.endsWith("chunked")) ? `11170\r\n${"x".repeat(70_000)}\r\n0\r\n\r\n` : "";
      const answer = await router.raw(`${[line, "Host: router", "Connection: close", ...headers].join("\r\n")}\r\n\r\n${body}`);
      const [head = "", text = ""] = answer.split("\r\n\r\n");
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(head).toContain("Content-Type: application/json");
      expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/^[a-z].*: .*/) as string });
    });

    // A megabyte of gzip is a gigabyte of numbers: the limit on bodies would be none. Without the header, the model would call good data broken.
    it("415 to a body that is compressed, and takes one that only says that it is not", async () => {
      const refused = await router.predict({ "X-User-Id": "u8", "Content-Encoding": "gzip" });
      expect({ status: refused.status, body: refused.body, accepted: refused.headers["accept-encoding"] }).toEqual({
        ...{ status: 415, accepted: "identity" },
        body: error("the body is compressed: send it without a Content-Encoding"),
      });
      expect((await router.predict({ "X-User-Id": "u9", "Content-Encoding": "identity" })).status).toBe(200);
    });

    // The model server alone knows shapes and queues; what it says reaches the caller, with the time to wait.
    it.each([
      ["400", undefined],
      ["503", "1"],
    ])("hands on a %s of the model server", async (told, retryAfter) => {
      const { status, headers, body } = await router.predict({ "X-User-Id": `told-${told}`, "Inference-Header-Content-Length": told });
      expect({ status, retryAfter: headers["retry-after"], body }).toEqual({
        status: Number(told),
        retryAfter,
        body: error(`model says ${told}`),
      });
    });

    it("429 to a user who sends too fast, and 200 to the next user", async () => {
      const statuses = [];
      for (let request = 0; request < 6; request++) statuses.push((await router.predict({ "X-User-Id": "eager" })).status);
      expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 429]);
      const refused = await router.predict({ "X-User-Id": "eager" });
      expect(refused.headers["retry-after"]).toBe("1");
      expect(refused.body).toBe(error("this user sends requests too fast: wait a second, and send fewer"));
      expect((await router.predict({ "X-User-Id": "patient" })).status).toBe(200);
    });

    it("the split that it runs, inside the cluster", async () => {
      expect((await router.internal("/ab/config")).body).toBe(splitText(split()));
      expect((await router.internal("/ready")).status).toBe(200);
      expect((await router.predict({ "X-User-Id": "u7" }, { path: "/ab/config" })).status).toBe(404);
    });
  });

  // Until the first release there is a router and no model: callers must read why, and when to come again.
  it("answers 503 with a clear sentence while nothing is released, and tells nobody the split who may not read it", async () => {
    const lied = { readerCidrs: ["192.0.2.0/24"], proxyCidrs: ["127.0.0.1/32"] };
    const router = await Router.of(splitWithout("stable", "candidate"), lied);
    const { status, headers, body } = await router.predict({ "X-User-Id": "42" });
    expect({ status, retryAfter: headers["retry-after"], body }).toEqual({
      ...{ status: 503, retryAfter: "60" },
      body: error("no release of the model has been rolled out yet: try again when one has"),
    });
    // Whoever stands in the load balancer's subnets could name any address as its own.
    for (const headers of [{}, { "X-Forwarded-For": "192.0.2.1" }]) {
      const { status: told, body: why } = await router.internal("/ab/config", headers);
      expect({ told, why }).toEqual({
        told: 403,
        why: error("this address may not read the split: name its range in readerCidrs"),
      });
    }
    expect((await router.internal("/metrics")).body).toBe(error("there is nothing here: ask for /health, /ready or /ab/config"));
    await router.stop();
    router.remove();
  });

  // With NGINX's own 502 callers would give up, where in a second another pod of the model server answers.
  it("answers 503 and when to come again when the model server cannot be reached", async () => {
    const nobody = "127.0.0.1:1";
    const router = await Router.of(split(), { upstreams: { a: nobody, b: nobody } });
    const { status, headers, body } = await router.predict({ "X-User-Id": "42" });
    await router.stop();
    expect({ status, retryAfter: headers["retry-after"], body }).toEqual({
      ...{ status: 503, retryAfter: "1" },
      body: error("the model server cannot be reached: try again"),
    });
    expect(router.log()).toMatchObject([{ status: "503", outcome: "error", release: expect.stringMatching(/^r4/) as string }]);
    router.remove();
  });

  // Behind a load balancer everybody has its address: without the header all users would be one, and with anybody's header nobody would be.
  it("tells users without an id apart by the address that the load balancer names", async () => {
    const user = { variable: "cookie_user", described: "the cookie user", missing: "client-address" } as const;
    const router = await Router.of(split(), { user, proxyCidrs: ["127.0.0.1/32"] });
    const addresses = Array.from({ length: 50 }, (_, index) => `198.51.100.${index}`);
    const answers = await eachOf(addresses, (address) => router.predict({ "X-Forwarded-For": address }));
    const named = await router.predict({ Cookie: "user=42", "X-Forwarded-For": "198.51.100.1" });
    await router.stop();
    router.remove();
    const version = (id: string): string => {
      const { variant, release } = assign(id, split()) as { variant: string; release: string };
      return `${variant}-${release}`;
    };
    expect(answers.map(({ headers }) => headers["x-model-version"])).toEqual(addresses.map(version));
    expect(named.headers["x-model-version"]).toBe(version("42"));
  });

  // A label that comes a week later knows only what it is about: without the reference nothing would learn from it.
  it("logs which prediction is about which input, by whom it was made, and not for whom", async () => {
    const router = await Router.of(split(), {}, (_, __, response) => {
      response.statusCode = 404;
      response.end("{}");
    });
    const { headers } = await router.predict({ "X-User-Id": "42", "X-Input-Reference": "s3://logs/2026-11-21#7" });
    await router.predict();
    await router.stop();
    const [missing, refused] = router.log();
    router.remove();
    const { variant, release, model } = assign("42", split()) as { variant: string; release: string; model: string };
    expect(missing).toEqual({
      time: expect.any(String) as string,
      ...{ predictionId: headers["x-prediction-id"], status: "404", outcome: "error", variant, release, model },
      ...{ inputReference: "s3://logs/2026-11-21#7", path: "/v2/models/anomaly/infer" },
      ...{ bytes: expect.any(String) as string, seconds: expect.any(String) as string, modelSeconds: expect.any(String) as string },
    });
    expect(refused).toMatchObject({ status: "400", outcome: "refused", variant: "none", release: "none", modelSeconds: "" });
  });
});
