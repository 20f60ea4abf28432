/** A real NGINX with the router's configuration, before model servers that only say who they are. Where there is no NGINX, tests skip. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { routerConfiguration, type RouterFacts } from "../../lambdas/domain/split/router-configuration";
import { type Slot, SLOTS, type Split } from "../../lambdas/domain/split/split";
import { splitConfiguration } from "../../lambdas/domain/split/split-configuration";

/** From the PATH, or as MODELLOOP_NGINX names it; nothing where there is none. */
export const NGINX: string | undefined = found(process.env["MODELLOOP_NGINX"] ?? "nginx");

export const NGINX_IS_MISSING = "NGINX is not on the PATH";

function found(program: string): string | undefined {
  try {
    execFileSync(program, ["-v"], { stdio: "ignore" });
    return program;
  } catch {
    return undefined;
  }
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** What a model server is asked for, and what it then says. */
export type Model = (slot: Slot, request: http.IncomingMessage, response: http.ServerResponse) => void;

const TELLS_ITS_NAME: Model = (slot, request, response) => response.end(JSON.stringify({ slot, url: request.url }));

export class Router {
  private constructor(
    readonly folder: string,
    readonly facts: RouterFacts,
    private readonly servers: http.Server[],
  ) {}

  private process: ChildProcess | undefined;
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  static async of(split: Split, change: Partial<RouterFacts> = {}, model: Model = TELLS_ITS_NAME): Promise<Router> {
    const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "router-"));
    fs.chmodSync(folder, 0o777);
    const servers = SLOTS.map((slot) =>
      http.createServer((request, response) => void read(request).then(() => model(slot, request, response))),
    );
    const [a = "", b = ""] = await Promise.all(servers.map(listening));
    const router = new Router(folder, { ...EXAMPLE_FACTS, ...(await places(folder)), upstreams: { a, b }, ...change }, servers);
    await router.start(split);
    return router;
  }

  private async start(split: Split): Promise<void> {
    this.write(split);
    this.process = spawn(NGINX ?? "nginx", ["-e", "stderr", "-p", this.folder, "-c", this.file("nginx.conf")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    this.process.stderr?.on("data", (text: Buffer) => (said += text.toString()));
    for (let attempt = 0; ; attempt++) {
      try {
        return void (await this.internal("/ready"));
      } catch {
        if (attempt > 100) throw new Error(`NGINX does not start: ${said}`);
        await new Promise((done) => setTimeout(done, 20));
      }
    }
  }

  /** As the loop changes it: the file, then new processes. A reload would leave old workers answering for as long as the machine is busy. */
  async change(split: Split): Promise<void> {
    await this.end();
    await this.start(split);
  }

  private async end(): Promise<void> {
    this.agent.destroy();
    const ended = new Promise((done) => this.process?.once("exit", done));
    this.process?.kill("SIGQUIT");
    await ended;
  }

  private write(split: Split): void {
    fs.writeFileSync(this.file("split.conf"), splitConfiguration(split));
    fs.writeFileSync(this.file("nginx.conf"), routerConfiguration(this.facts));
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  predict(headers: http.OutgoingHttpHeaders = {}, options: http.RequestOptions = {}, body = "{}"): Promise<Answer> {
    return this.ask(this.facts.requestsListen, { method: "POST", path: "/v2/models/anomaly/infer", ...options, headers }, body);
  }

  internal(asked: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.ask(this.facts.internalListen, { path: asked, headers });
  }

  /** What no well-behaved client sends; the whole answer as it comes. */
  raw(request: string): Promise<string> {
    return rawAnswer(this.facts.requestsListen, request);
  }

  private ask(address: string, options: http.RequestOptions, body = ""): Promise<Answer> {
    const [host, port] = address.split(":");
    return new Promise((resolve, reject) => {
      const request = http.request({ agent: this.agent, host, port, ...options }, (response) => {
        read(response).then((text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }), reject);
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  /** One line of the log for each request, once NGINX has ended. */
  log(file = "requests.log"): Record<string, string>[] {
    const text = fs.readFileSync(this.file(file), "utf8").trim();
    return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Record<string, string>);
  }

  async stop(): Promise<void> {
    await this.end();
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Any configuration, with each of `places` put where its key stands; asks `door` until somebody answers. */
export async function startNginx(configuration: string, places: Record<string, string>, door: string): Promise<() => Promise<void>> {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "nginx-"));
  const text = Object.entries({ ...places, "/tmp/": `${folder}/` }).reduce((so, [from, to]) => so.replaceAll(from, to), configuration);
  fs.writeFileSync(path.join(folder, "nginx.conf"), text);
  const nginx = spawn(NGINX ?? "nginx", ["-g", "daemon off;", "-e", "stderr", "-p", folder, "-c", path.join(folder, "nginx.conf")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  nginx.stderr.on("data", (part: Buffer) => (said += part.toString()));
  for (let attempt = 0; !(await isOpen(door)); attempt++) {
    if (attempt > 100) throw new Error(`NGINX does not start: ${said}`);
    await new Promise((done) => setTimeout(done, 20));
  }
  return async () => {
    const ended = new Promise((done) => nginx.once("exit", done));
    nginx.kill("SIGTERM");
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  };
}

function isOpen(address: string): Promise<boolean> {
  const [host, port] = address.split(":");
  return new Promise((done) => {
    const socket = net.connect(Number(port), host);
    socket.once("connect", () => done(socket.destroy() !== undefined)).once("error", () => done(false));
  });
}

export async function rawAnswer(address: string, request: string): Promise<string> {
  const [host, port] = address.split(":");
  const socket = net.connect(Number(port), host);
  socket.write(request);
  let text = "";
  for await (const part of socket) {
    text += String(part);
    // NGINX goes on listening for a body that it was promised.
    if (text.endsWith("}")) break;
  }
  return text;
}

/** Of nobody's cluster. */
export const EXAMPLE_FACTS: RouterFacts = {
  model: "anomaly",
  expects: "input FP32[n,37]",
  user: { variable: "http_x_user_id", described: "the header X-User-Id", missing: "refused" },
  upstreams: { a: "triton-a.serving.svc.cluster.local:8000", b: "triton-b.serving.svc.cluster.local:8000" },
  requestsListen: "8080",
  internalListen: "8081",
  readerCidrs: ["127.0.0.1/32"],
  proxyCidrs: [],
  splitFile: "/etc/router-split/split.conf",
  temporaryFolder: "/tmp",
  requestLog: "/dev/stdout",
  workers: 1,
  maxBodyKib: 64,
  answerSeconds: 3,
  drainSeconds: 5,
  requestsPerSecond: 1_000,
  burst: 1_000,
};

async function places(folder: string): Promise<Partial<RouterFacts>> {
  const [requests, internal] = [await freePort(), await freePort()];
  return {
    ...{ requestsListen: `127.0.0.1:${requests}`, internalListen: `127.0.0.1:${internal}` },
    ...{ splitFile: path.join(folder, "split.conf"), temporaryFolder: folder, requestLog: path.join(folder, "requests.log") },
  };
}

export async function freePort(): Promise<number> {
  const server = http.createServer();
  const address = await listening(server);
  await new Promise((done) => server.close(done));
  return Number(address.split(":")[1]);
}

export function listening(server: http.Server): Promise<string> {
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(`127.0.0.1:${(server.address() as AddressInfo).port}`)));
}

async function read(stream: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Many at a time, but not all: NGINX and the test share two cores. */
export async function eachOf<Item, Result>(items: readonly Item[], ask: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let at = 0;
  const worker = async (): Promise<void> => {
    for (let index = at++; index < items.length; index = at++) results[index] = await ask(items[index] as Item);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return results;
}
