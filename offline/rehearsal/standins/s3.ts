/** S3: buckets that are there as soon as somebody writes into them, objects as bytes, by virtual host or by path, as the SDK asks. */
import { createHash } from "node:crypto";
import { NotRehearsedError, type OutsideReply, type OutsideRequest, type OutsideService } from "../outside/exchange";
import type { VirtualTime } from "../virtual-time";

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: number;
  /** Content type, metadata and checksums as they were sent. */
  readonly headers: Readonly<Record<string, string>>;
}

const HOST = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/;
const KEPT_HEADERS = /^(content-type|cache-control|x-amz-meta-.+|x-amz-checksum-(?:crc32|crc32c|crc64nvme|sha1|sha256))$/;
const MOST_KEYS = 1_000;

type Answer = (ask: Ask) => OutsideReply;

interface Ask {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly request: OutsideRequest;
}

export class S3 {
  private readonly objects = new Map<string, StoredObject>();

  constructor(private readonly time: VirtualTime) {}

  /** As jobs and people write, who are not rehearsed. */
  put(uri: string, content: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): void {
    this.objects.set(placeOf(uri), this.stored(Buffer.from(content), headers));
  }

  get(uri: string): StoredObject | undefined {
    return this.objects.get(placeOf(uri));
  }

  remove(uri: string): void {
    this.objects.delete(placeOf(uri));
  }

  /** All below a place, as `s3://bucket/key`. */
  list(prefix: string): string[] {
    return [...this.objects.keys()]
      .map((place) => `s3://${place}`)
      .filter((uri) => uri.startsWith(prefix))
      .sort();
  }

  get service(): OutsideService {
    return { host: "s3", answers: (host) => HOST.test(host), answer: (request) => this.answer(request) };
  }

  private answer(request: OutsideRequest): OutsideReply {
    const [path = "", search = ""] = request.path.split("?");
    const parts = path.split("/").slice(1).map(decodeURIComponent);
    const virtual = HOST.exec(request.host)?.[1];
    const bucket = virtual ?? parts.shift() ?? "";
    const ask = { bucket, key: parts.join("/"), query: new URLSearchParams(search), request };
    const known = this.answers[`${request.method} ${ask.key === "" ? "bucket" : "object"}`];
    const listsOld = ask.key === "" && request.method === "GET" && ask.query.get("list-type") !== "2";
    if (known === undefined || listsOld || ask.query.has("uploads") || ask.query.has("uploadId"))
      throw new NotRehearsedError(`s3 ${request.method} ${request.path}`);
    return known(ask);
  }

  private readonly answers: Readonly<Record<string, Answer>> = {
    "HEAD bucket": () => ({ status: 200, body: "" }),
    "GET bucket": (ask) => this.listed(ask),
    "GET object": (ask) => this.got(ask),
    "HEAD object": (ask) => {
      const { status, headers = {}, bytes } = this.got(ask);
      // A refusal of HEAD has no body to say why.
      return { status, headers: status === 404 ? {} : { ...headers, "content-length": String(bytes?.length ?? 0) }, body: "" };
    },
    "PUT object": (ask) => this.written(ask),
    "DELETE object": ({ bucket, key }) => {
      this.objects.delete(`${bucket}/${key}`);
      return { status: 204, body: "" };
    },
  };

  private got({ bucket, key, request }: Ask): OutsideReply {
    const found = this.objects.get(`${bucket}/${key}`);
    if (found === undefined) return refusal(404, "NoSuchKey", "The specified key does not exist.");
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers["range"] ?? "") ?? [];
    const last = to === undefined || to === "" ? found.bytes.length - 1 : Math.min(Number(to), found.bytes.length - 1);
    const bytes = from === undefined ? found.bytes : found.bytes.slice(Number(from), last + 1);
    const range: Record<string, string> = from === undefined ? {} : { "content-range": `bytes ${from}-${last}/${found.bytes.length}` };
    const checked = request.headers["x-amz-checksum-mode"] === "ENABLED" && from === undefined;
    const kept = Object.entries(found.headers).filter(([name]) => checked || !name.startsWith("x-amz-checksum-"));
    return {
      status: from === undefined ? 200 : 206,
      headers: { ...Object.fromEntries(kept), ...range, etag: found.etag, "last-modified": new Date(found.modifiedAt).toUTCString() },
      body: "",
      bytes,
    };
  }

  private written({ bucket, key, request }: Ask): OutsideReply {
    const { headers, bytes = Buffer.from(request.body) } = request;
    const place = `${bucket}/${key}`;
    const before = this.objects.get(place);
    // API reference, "Conditional writes": the first of two writers wins, the second is told 412.
    if (headers["if-none-match"] === "*" && before !== undefined) return conditionFailed("If-None-Match");
    if (headers["if-match"] !== undefined && headers["if-match"] !== before?.etag) return conditionFailed("If-Match");
    if (headers["content-encoding"]?.includes("aws-chunked") === true) throw new NotRehearsedError("s3 PUT in chunks");
    const source = headers["x-amz-copy-source"];
    const copied = source === undefined ? undefined : this.objects.get(decodeURIComponent(source).replace(/^\//, ""));
    if (source !== undefined && copied === undefined) return refusal(404, "NoSuchKey", "The specified key does not exist.");
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name)));
    const stored = this.stored(copied?.bytes ?? bytes, copied?.headers ?? kept);
    this.objects.set(place, stored);
    if (copied === undefined) return { status: 200, headers: { etag: stored.etag }, body: "" };
    const modified = new Date(stored.modifiedAt).toISOString();
    return xml("CopyObjectResult", `<ETag>${escaped(stored.etag)}</ETag><LastModified>${modified}</LastModified>`);
  }

  private listed({ bucket, query }: Ask): OutsideReply {
    if (query.has("delimiter")) throw new NotRehearsedError("s3 ListObjectsV2 with a delimiter");
    const prefix = query.get("prefix") ?? "";
    const most = Math.min(Number(query.get("max-keys") ?? MOST_KEYS), MOST_KEYS);
    const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
    const keys = this.list(`s3://${bucket}/${prefix}`)
      .map((uri) => uri.slice(`s3://${bucket}/`.length))
      .filter((key) => key > after);
    const page = keys.slice(0, most);
    const more = keys.length > page.length;
    const contents = page.map((key) => {
      const { etag = "", modifiedAt = 0, bytes = new Uint8Array() } = this.objects.get(`${bucket}/${key}`) ?? {};
      const facts = `<LastModified>${new Date(modifiedAt).toISOString()}</LastModified><ETag>${escaped(etag)}</ETag><Size>${bytes.length}</Size>`;
      return `<Contents><Key>${escaped(key)}</Key>${facts}<StorageClass>STANDARD</StorageClass></Contents>`;
    });
    const next = more ? `<NextContinuationToken>${escaped(page[page.length - 1] ?? "")}</NextContinuationToken>` : "";
    const head = `<Name>${bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys>`;
    return xml("ListBucketResult", `${head}<IsTruncated>${more}</IsTruncated>${next}${contents.join("")}`);
  }

  private stored(bytes: Uint8Array, headers: Readonly<Record<string, string>>): StoredObject {
    return { bytes, headers, etag: `"${createHash("md5").update(bytes).digest("hex")}"`, modifiedAt: this.time.now() };
  }
}

function placeOf(uri: string): string {
  if (!/^s3:\/\/[^/]+\/./.test(uri)) throw new Error(`${JSON.stringify(uri)} is no object in S3: write s3://bucket/key`);
  return uri.slice("s3://".length);
}

function xml(root: string, inner: string, status = 200): OutsideReply {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner}</${root}>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}

function refusal(status: number, code: string, message: string, more = ""): OutsideReply {
  return xml("Error", `<Code>${code}</Code><Message>${message}</Message>${more}`, status);
}

function conditionFailed(condition: string): OutsideReply {
  const said = "At least one of the pre-conditions you specified did not hold";
  return refusal(412, "PreconditionFailed", said, `<Condition>${condition}</Condition>`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
