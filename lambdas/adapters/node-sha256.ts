import { createHash, createHmac } from "node:crypto";
import type { Checksum, SourceData } from "@smithy/types";

/** The checksum that AWS's signer asks for, out of Node's own library. */
export class NodeSha256 implements Checksum {
  private parts: Uint8Array[] = [];

  constructor(private readonly secret?: SourceData) {}

  update(chunk: Uint8Array | string): void {
    this.parts.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  }

  digest(): Promise<Uint8Array> {
    const hash = this.secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(this.secret));
    for (const part of this.parts) hash.update(part);
    return Promise.resolve(hash.digest());
  }

  reset(): void {
    this.parts = [];
  }
}

function bytesOf(secret: SourceData): Uint8Array {
  if (typeof secret === "string") return Buffer.from(secret);
  return ArrayBuffer.isView(secret) ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength) : new Uint8Array(secret);
}
