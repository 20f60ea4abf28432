import { HeadObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3Releases } from "../../../lambdas/adapters/s3-releases";

const s3 = mockClient(S3Client);
const store = s3Releases({ bucket: "models", prefix: "releases/" }, new S3Client({}));
const content = (text: string) => new TextEncoder().encode(text);
const files = [{ path: "anomaly/config.pbtxt", content: content("name") }];
const manifest = { path: "manifest.json", content: content("{}") };
const there = new S3ServiceException({ name: "PreconditionFailed", $fault: "client", $metadata: {} });
const SHA256_OF_NAME = "gqOpgsBzd4NGtBrB6ajGRE6eV7dIGb3MUE1vyuYPDB4=";

beforeEach(() => s3.reset());

// The manifest makes a release: written before the last file, it would call half a release a whole one.
it("writes each object where there is none, the manifest last", async () => {
  s3.on(PutObjectCommand).resolves({});
  expect(await store.write("r1", files, manifest)).toEqual({ kind: "written" });
  expect(
    s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => [input.Key, input.IfNoneMatch, input.ChecksumSHA256?.length]),
  ).toEqual([
    ["releases/r1/anomaly/config.pbtxt", "*", 44],
    ["releases/r1/manifest.json", "*", 44],
  ]);
});

it("takes an object that is there with the same checksum for its own, written before an answer was lost", async () => {
  s3.on(PutObjectCommand).rejectsOnce(there).resolves({});
  s3.on(HeadObjectCommand).callsFake(() => ({ ChecksumSHA256: s3.commandCalls(PutObjectCommand)[0]?.args[0].input.ChecksumSHA256 }));
  expect(await store.write("r1", files, manifest)).toEqual({ kind: "written" });
});

it("stops at an object that is there with another content", async () => {
  s3.on(PutObjectCommand).rejects(there);
  s3.on(HeadObjectCommand).resolves({ ChecksumSHA256: SHA256_OF_NAME.replace("g", "h") });
  expect(await store.write("r1", files, manifest)).toEqual({ kind: "exists", path: "s3://models/releases/r1/anomaly/config.pbtxt" });
  expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
});

it("leaves every other failure to whoever delivers the message again", async () => {
  s3.on(PutObjectCommand).rejects(
    new S3ServiceException({ name: "SlowDown", message: "Reduce your rate", $fault: "server", $metadata: {} }),
  );
  await expect(store.write("r1", files, manifest)).rejects.toThrow("Reduce your rate");
});
