import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3Artifacts } from "../../../lambdas/adapters/s3-artifacts";

const s3 = mockClient(S3Client);
const artifacts = s3Artifacts(new S3Client({}));
const absent = { message: "not there", $metadata: {} };

beforeEach(() => s3.reset());

it("R5 a file exists where S3 has it, a folder where anything lies in it", async () => {
  s3.on(HeadObjectCommand).rejects(new NotFound(absent)).on(HeadObjectCommand, { Bucket: "b", Key: "runs/1/MLmodel" }).resolves({});
  s3.on(ListObjectsV2Command)
    .resolves({ KeyCount: 0 })
    .on(ListObjectsV2Command, { Bucket: "b", Prefix: "runs/1/m/", MaxKeys: 1 })
    .resolves({
      KeyCount: 1,
    });
  const asked = ["s3://b/runs/1/MLmodel", "s3://b/runs/1/other", "s3://b/runs/1/m/", "s3://b/runs/1/n/"];
  expect(await Promise.all(asked.map((uri) => artifacts.exists(uri)))).toEqual([true, false, true, false]);
});

it("R5 is written as text, and read again", async () => {
  s3.on(PutObjectCommand).resolves({});
  await artifacts.write("s3://b/runs/1/model-card.yaml", "model: x");
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
    ...{ Bucket: "b", Key: "runs/1/model-card.yaml", Body: "model: x", ContentType: "text/plain; charset=utf-8" },
  });
  const Body = { transformToString: () => Promise.resolve("model: x") } as unknown as NonNullable<GetObjectCommandOutput["Body"]>;
  s3.on(GetObjectCommand).resolves({ Body });
  expect(await artifacts.read("s3://b/runs/1/model-card.yaml")).toBe("model: x");
  s3.on(GetObjectCommand).rejects(new NoSuchKey(absent));
  expect(await artifacts.read("s3://b/runs/1/other")).toBeUndefined();
});

// A permission that is missing must not read like a file that is missing: the version would be called gone.
it("what S3 forbids is no answer", async () => {
  const forbidden = new S3ServiceException({ name: "AccessDenied", message: "forbidden", $fault: "client", $metadata: {} });
  s3.on(HeadObjectCommand).rejects(forbidden);
  await expect(artifacts.exists("s3://b/x")).rejects.toThrow("forbidden");
  await expect(artifacts.exists("https://b/x")).rejects.toThrow('"https://b/x" is no place in S3: write s3://bucket/key');
});
