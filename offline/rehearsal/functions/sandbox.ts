/**
 * Loads a bundled handler as Lambda would, unchanged, but with its clock, its chance, its environment, its network and its console around it.
 *
 * The bundle is compiled as the body of a function whose parameters stand before the globals of those names. Replacing the globals themselves
 * would reach everything else in this process too, and two functions could not have two environments.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import { Writable } from "node:stream";
import { type Send, httpsWith } from "../outside/node-https";

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly random: () => number;
  readonly send: Send;
  /** Waits that the function asks for itself, such as those between two attempts. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly said: (line: string) => void;
}

/** From here on a timer is no pause between attempts but a guard against an answer that never comes; here, each comes. */
const GUARD_MS = 1_000;

const compiled = new Map<string, (...values: unknown[]) => void>();

export function loadHandler(file: string, surroundings: Surroundings): Handler {
  const around = globalsFor(surroundings);
  const modules = modulesFor(surroundings, around.process);
  const real = createRequire(file);
  const module = { exports: {} as Record<string, unknown> };
  const require = (name: string): unknown => modules[name.replace(/^node:/, "")] ?? real(name);
  const given = { module, exports: module.exports, require, ...around };
  const body = compiled.get(file) ?? compile(file, Object.keys(given));
  compiled.set(file, body);
  body(...Object.values(given));
  const { handler } = module.exports;
  if (typeof handler !== "function") throw new TypeError(`${file} exports no handler`);
  return handler as Handler;
}

/** Once a file: what a function that died costs is only its start. */
function compile(file: string, parameters: readonly string[]): (...values: unknown[]) => void {
  const text = `${fs.readFileSync(file, "utf8")}\n//# sourceURL=${file}`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is compiled is our own bundle, whose text must stay as it is deployed
  return Function(...parameters, text) as (...values: unknown[]) => void;
}

function globalsFor(surroundings: Surroundings) {
  const console = consoleFor(surroundings);
  return {
    process: Object.create(process, {
      env: { value: { ...surroundings.environment } },
      stdout: { value: streamFor(surroundings) },
      stderr: { value: streamFor(surroundings) },
      // The SDK advises a newer Node than the laptop's; Lambda runs the one that the template names.
      emitWarning: { value: () => undefined },
    }) as NodeJS.Process,
    Date: dateFor(surroundings),
    Math: Object.create(Math, { random: { value: () => surroundings.random() } }) as Math,
    crypto: { ...chanceFor(surroundings), subtle: crypto.subtle },
    fetch: fetchThrough(surroundings.send),
    console,
    ...timersFor(surroundings),
  };
}

function modulesFor(surroundings: Surroundings, process: NodeJS.Process): Record<string, unknown> {
  const real = createRequire(__filename);
  return {
    https: httpsWith(surroundings.send),
    process,
    crypto: { ...(real("node:crypto") as object), ...chanceFor(surroundings) },
    // Powertools opens a console of its own.
    console: { ...(real("node:console") as object), Console: consoleClass(surroundings) },
  };
}

function dateFor({ now }: Surroundings): DateConstructor {
  return class VirtualDate extends Date {
    constructor(...given: [] | [number | string | Date]) {
      super(...((given.length === 0 ? [now()] : given) as [number]));
    }

    static override now(): number {
      return now();
    }
  } as unknown as DateConstructor;
}

function timersFor({ wait }: Surroundings) {
  return {
    setTimeout: (work: (...values: unknown[]) => void, milliseconds = 0, ...values: unknown[]) => {
      const timer = { called: false, ref: () => timer, unref: () => timer, hasRef: () => false };
      if (milliseconds < GUARD_MS) void wait(milliseconds).then(() => timer.called || work(...values));
      return timer;
    },
    clearTimeout: (timer: { called: boolean } | number | undefined) => {
      if (typeof timer === "object") timer.called = true;
    },
  };
}

function fetchThrough(send: Send) {
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(input, init);
    const { host, pathname, search } = new URL(request.url);
    const headers = Object.fromEntries(request.headers.entries());
    const reply = await send({ method: request.method, host, path: pathname + search, headers, ...bodyOf(await request.arrayBuffer()) });
    return new Response(reply.bytes === undefined ? reply.body : Buffer.from(reply.bytes), {
      status: reply.status,
      ...(reply.headers === undefined ? {} : { headers: reply.headers }),
    });
  };
}

function bodyOf(sent: ArrayBuffer): { body: string; bytes: Uint8Array } {
  const bytes = Buffer.from(sent);
  return { body: bytes.toString("utf8"), bytes };
}

function streamFor({ said }: Surroundings): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      said(chunk.toString("utf8").trimEnd());
      done();
    },
  });
}

const LEVELS = ["debug", "error", "info", "log", "trace", "warn"] as const;

function consoleClass(surroundings: Surroundings) {
  return class {
    constructor() {
      return consoleFor(surroundings);
    }
  };
}

function consoleFor({ said }: Surroundings): Console {
  const say = (...parts: unknown[]) => said(parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" "));
  return Object.fromEntries(LEVELS.map((level) => [level, say])) as unknown as Console;
}

function chanceFor({ random }: Surroundings) {
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join("");
  return {
    randomUUID: () => `${digits(8)}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(12)}`,
    getRandomValues: (bytes: Uint8Array) => bytes.fill(0).map((_, index) => (bytes[index] = Math.floor(random() * 256))),
  };
}
