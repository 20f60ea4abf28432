/**
 * Node's `https`, as far as the AWS SDK's own HTTP handler uses it, with the world of the rehearsal at the other end. Everything above the
 * socket stays the real thing: serialisation, signing, retries, error classes.
 */
import { EventEmitter } from "node:events";
import https from "node:https";
import { Readable } from "node:stream";
import type { OutsideReply, OutsideRequest } from "./exchange";

export type Send = (request: OutsideRequest) => Promise<OutsideReply>;

interface RequestOptions {
  readonly host?: string;
  readonly hostname?: string;
  readonly port?: number | string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** The module to hand to whoever requires `node:https`. */
export function httpsWith(send: Send): typeof https {
  const request = (options: RequestOptions, answered: (response: Readable) => void) => new OutgoingRequest(options, send, answered);
  return { ...https, request } as unknown as typeof https;
}

class OutgoingRequest extends EventEmitter {
  private readonly parts: Buffer[] = [];
  private destroyed = false;

  constructor(
    private readonly options: RequestOptions,
    private readonly send: Send,
    private readonly answered: (response: Readable) => void,
  ) {
    super();
    // Whoever sends much asks before whether it is wanted.
    if (Object.keys(options.headers ?? {}).some((name) => name.toLowerCase() === "expect")) setImmediate(() => this.emit("continue"));
  }

  write(part: string | Uint8Array): boolean {
    this.parts.push(Buffer.from(part as string));
    return true;
  }

  end(part?: string | Uint8Array): this {
    if (part !== undefined) this.write(part);
    void this.exchange();
    return this;
  }

  setTimeout(): this {
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    return this;
  }

  private async exchange(): Promise<void> {
    const { host, hostname = host ?? "", method = "GET", path = "/", headers = {} } = this.options;
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
    const bytes = Buffer.concat(this.parts);
    const port = this.options.port;
    try {
      const request = {
        host: port === undefined || [80, 443].includes(Number(port)) ? hostname : `${hostname}:${port}`,
        method,
        path,
        headers: Object.fromEntries(named) as Record<string, string>,
        body: bytes.toString("utf8"),
        bytes,
      };
      const reply = await this.send(request);
      if (this.destroyed) return;
      const response = Readable.from([Buffer.from(reply.bytes ?? reply.body)], { objectMode: false });
      this.answered(Object.assign(response, { statusCode: reply.status, statusMessage: "", headers: { ...reply.headers } }));
    } catch (error) {
      if (!this.destroyed) this.emit("error", error);
    }
  }
}
