import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3Releases } from "../../../lambdas/adapters/s3-releases";
import { file, promisesOfAReleaseStore } from "../../support/release-stores";

const s3 = mockClient(S3Client);
const files = [file("anomaly/config.pbtxt", "name")];
const manifest = file("manifest.json", "{}");
const failed = (name: string, message = name) => new S3ServiceException({ name, message, $fault: "client", $metadata: {} });

beforeEach(() => s3.reset());

/** S3 as far as a store of releases asks it: conditional writes, checksums, and pages of one key. */
function bucket() {
  const objects = new Map<string, { body: Uint8Array; checksum: string | undefined }>();
  let lets = Infinity;
  s3.on(PutObjectCommand).callsFake(({ Key = "", Body, ChecksumSHA256, IfNoneMatch }: PutObjectCommand["input"]) => {
    if (lets-- <= 0) {
      lets = Infinity;
      throw failed("SlowDown");
    }
    if (IfNoneMatch === "*" && objects.has(Key)) throw failed("PreconditionFailed");
    objects.set(Key, { body: Body as Uint8Array, checksum: ChecksumSHA256 });
  });
  s3.on(HeadObjectCommand).callsFake(({ Key = "" }: HeadObjectCommand["input"]) => ({ ChecksumSHA256: objects.get(Key)?.checksum }));
  s3.on(GetObjectCommand).callsFake(({ Key = "" }: GetObjectCommand["input"]) => {
    const found = objects.get(Key);
    if (found === undefined) throw new NoSuchKey({ message: Key, $metadata: {} });
    const transformToByteArray = () => Promise.resolve(found.body);
    return { Body: { transformToByteArray } as GetObjectCommandOutput["Body"] };
  });
  s3.on(ListObjectsV2Command).callsFake(({ Prefix = "", ContinuationToken }: ListObjectsV2Command["input"]) => {
    const [Key, next] = [...objects.keys()].filter((key) => key.startsWith(Prefix) && key > (ContinuationToken ?? "")).sort();
    return { Contents: Key === undefined ? undefined : [{ Key }], NextContinuationToken: next === undefined ? undefined : Key };
  });
  return { objects, failAfter: (puts: number) => (lets = puts) };
}

const store = () => s3Releases({ bucket: "models", prefix: "releases/" }, new S3Client({}));

describe("S3 as a store of releases", () => {
  promisesOfAReleaseStore(() => {
    const { objects, failAfter } = bucket();
    const paths = (release: string) => [...objects.keys()].map((key) => key.slice(`releases/${release}/`.length)).sort();
    return { store: store(), paths, failAfter };
  });
});

// The manifest makes a release: written before the last file, it would call half a release a whole one.
it("writes each object where there is none, the manifest last", async () => {
  bucket();
  await store().write("r1", files, manifest);
  expect(
    s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => [input.Key, input.IfNoneMatch, input.ChecksumSHA256?.length]),
  ).toEqual([
    ["releases/r1/anomaly/config.pbtxt", "*", 44],
    ["releases/r1/manifest.json", "*", 44],
  ]);
});

it("names what is there of another release, and writes nothing", async () => {
  const { objects } = bucket();
  objects.set("releases/r1/other/config.pbtxt", { body: new Uint8Array(), checksum: "another's" });
  expect(await store().write("r1", files, manifest)).toEqual({ kind: "exists", path: "s3://models/releases/r1/other/config.pbtxt" });
  expect(s3.commandCalls(PutObjectCommand)).toEqual([]);
});

// Two at once: both have looked, and neither has seen the other.
it("stops at an object that another writer put there meanwhile, and takes one with the same checksum for its own", async () => {
  const { objects } = bucket();
  s3.on(ListObjectsV2Command).resolves({});
  objects.set("releases/r1/anomaly/config.pbtxt", { body: new Uint8Array(), checksum: "another's" });
  expect(await store().write("r1", files, manifest)).toEqual({ kind: "exists", path: "s3://models/releases/r1/anomaly/config.pbtxt" });
  expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
  await store().write("r2", files, manifest);
  expect(await store().write("r2", files, manifest)).toEqual({ kind: "written" });
});

it("leaves every other failure to whoever delivers the message again", async () => {
  bucket();
  s3.on(PutObjectCommand).rejects(failed("SlowDown", "Reduce your rate"));
  await expect(store().write("r1", files, manifest)).rejects.toThrow("Reduce your rate");
  s3.on(GetObjectCommand).rejects(failed("AccessDenied"));
  await expect(store().manifestOf("r1")).rejects.toThrow("AccessDenied");
});
