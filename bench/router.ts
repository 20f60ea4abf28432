/**
 * What the split costs: latency and throughput of the rendered router against the same NGINX without the split, and against one that does nothing
 * but hand on. `npx tsx bench/router.ts`; needs NGINX on the PATH.
 *
 * Behind each stands an NGINX that answers at once, so that what is seen is the router. The cases take turns, second by second, so that a busy
 * machine is busy for all of them; only the ratios mean anything on another machine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { routerConfiguration } from "../lambdas/domain/split/router-configuration";
import type { Split } from "../lambdas/domain/split/split";
import { splitConfiguration } from "../lambdas/domain/split/split-configuration";
import { EXAMPLE_FACTS, NGINX, NGINX_IS_MISSING } from "../test/support/nginx";

const ROUNDS = 7;
const ROUND_MS = 1_000;
const CONNECTIONS = 8;

const SPLIT: Split = {
  ...{ schemaVersion: 1, generation: 1, fence: 1 },
  experiment: {
    name: "exp1",
    arms: [
      { variant: "catboost", model: "anomaly_catboost", hundredths: 3_000 },
      { variant: "xgboost", model: "anomaly_xgboost", hundredths: 7_000 },
    ],
  },
  stable: { release: "r41", slot: "a" },
  candidate: { release: "r42", slot: "b", hundredths: 1_000 },
};

/** Everybody to one model of one release: the variables are there, and nothing is hashed. */
const NO_SPLIT = Object.entries({ variant: "xgboost", model: "anomaly_xgboost", slot: "a", release: "r41", split_document: "{}" })
  .map(([variable, value]) => `map "" $${variable} { default '${value}'; }\n`)
  .join("");

const PORTS = { model: 18_300, internal: 18_301 };

interface Case {
  name: string;
  port: number;
  configuration: (folder: string) => string;
  split?: string;
}

const CASES: Case[] = [
  { name: "the router", port: 18_310, configuration: (folder) => router(folder, 18_310), split: splitConfiguration(SPLIT) },
  { name: "the same without the split", port: 18_320, configuration: (folder) => router(folder, 18_320), split: NO_SPLIT },
  { name: "NGINX that hands on, and no more", port: 18_330, configuration: (folder) => plain(folder, 18_330) },
];

function router(folder: string, port: number): string {
  return routerConfiguration({
    ...EXAMPLE_FACTS,
    ...{ requestsListen: `127.0.0.1:${port}`, internalListen: `127.0.0.1:${port + 1}`, temporaryFolder: folder },
    ...{ splitFile: path.join(folder, "split.conf"), requestLog: path.join(folder, "requests.log") },
    upstreams: { a: `127.0.0.1:${PORTS.model}`, b: `127.0.0.1:${PORTS.model}` },
    ...{ requestsPerSecond: 1_000_000, burst: 1_000_000 },
  });
}

function http(folder: string, servers: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ");
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; events {} http { access_log off; keepalive_requests 1000000; ${temporary} ${servers} }`;
}

function plain(folder: string, port: number): string {
  const upstream = `upstream model { server 127.0.0.1:${PORTS.model}; keepalive 64; }`;
  const proxy = `proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";`;
  return http(folder, `${upstream} server { listen 127.0.0.1:${port}; location / { ${proxy} } }`);
}

function start(configuration: (folder: string) => string, split = ""): { process: ChildProcess; folder: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-router-"));
  fs.chmodSync(folder, 0o777);
  fs.writeFileSync(path.join(folder, "split.conf"), split);
  fs.writeFileSync(path.join(folder, "nginx.conf"), configuration(folder));
  const arguments_ = ["-e", "stderr", "-p", folder, "-c", path.join(folder, "nginx.conf")];
  return { process: spawn(NGINX ?? "nginx", arguments_, { stdio: ["ignore", "ignore", "inherit"] }), folder };
}

/** One request after another on each connection. Raw bytes: Node's own HTTP client would cost more than NGINX does. */
async function load(port: number, milliseconds: number): Promise<number[]> {
  const end = performance.now() + milliseconds;
  const latencies: number[] = [];
  const clients = Array.from({ length: CONNECTIONS }, async (_, client) => {
    // NGINX closes a connection after a thousand requests; the next one goes on.
    while (performance.now() < end) await converse(port, client, end, latencies);
  });
  await Promise.all(clients);
  return latencies;
}

function converse(port: number, client: number, end: number, latencies: number[]): Promise<void> {
  return new Promise((done, failed) => {
    let [sent, received] = [0, ""];
    const socket = net.connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    const ask = (): void => {
      sent = performance.now();
      socket.write(
        `POST /v2/models/anomaly/infer HTTP/1.1\r\nHost: x\r\nX-User-Id: user-${client}-${latencies.length}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
      );
    };
    socket.on("connect", ask);
    socket.on("error", failed);
    socket.on("close", () => done());
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      if (!received.endsWith("answered")) return;
      if (!received.startsWith("HTTP/1.1 200")) return void failed(new Error(received));
      received = "";
      latencies.push(performance.now() - sent);
      if (performance.now() < end) ask();
      else socket.destroy();
    });
  });
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? Number.NaN;
}

interface Figures {
  perSecond: number;
  p50: number;
  p99: number;
}

async function main(): Promise<void> {
  if (NGINX === undefined) {
    console.log(`Nothing was measured: ${NGINX_IS_MISSING}.`);
    return;
  }
  const answers = `server { listen 127.0.0.1:${PORTS.model}; location / { return 200 "answered"; } }`;
  const running = [start((folder) => http(folder, answers)), ...CASES.map(({ configuration, split }) => start(configuration, split))];
  await new Promise((done) => setTimeout(done, 500));

  const rounds = new Map(CASES.map(({ name }) => [name, [] as Figures[]]));
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { name, port } of CASES) {
        const latencies = await load(port, ROUND_MS);
        const figures = { perSecond: latencies.length / (ROUND_MS / 1_000), p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
        // The first round warms up caches and connections.
        if (round > 0) rounds.get(name)?.push(figures);
      }
    }
  } finally {
    for (const { process, folder } of running) {
      const ended = new Promise((done) => process.once("exit", done));
      process.kill("SIGTERM");
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
  print(rounds);
}

/** Medians over the rounds. */
function print(rounds: ReadonlyMap<string, readonly Figures[]>): void {
  const median = (name: string, figure: keyof Figures): number =>
    quantile(
      (rounds.get(name) ?? []).map((figures) => figures[figure]),
      0.5,
    );
  const [first] = CASES;
  console.log(`${ROUNDS} rounds of ${ROUND_MS} ms, ${CONNECTIONS} connections, one worker each; medians\n`);
  for (const { name } of CASES) {
    const figures = `${median(name, "perSecond").toFixed(0).padStart(7)} requests/s   p50 ${median(name, "p50").toFixed(3)} ms   p99 ${median(name, "p99").toFixed(3)} ms`;
    console.log(`  ${name.padEnd(34)}${figures}`);
  }
  console.log();
  for (const { name } of CASES.slice(1)) {
    const ratio = (figure: keyof Figures): string => (median(first?.name ?? "", figure) / median(name, figure)).toFixed(2);
    console.log(`  the router against ${name}: ${ratio("perSecond")}x the throughput, ${ratio("p50")}x the p50, ${ratio("p99")}x the p99`);
  }
}

void main();
