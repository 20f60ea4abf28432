import { GetObjectCommand, NoSuchKey, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import fs from "node:fs";
import { s3ModelArchives } from "../../../lambdas/adapters/s3-model-archives";
import { archiveOf } from "../../support/example-models";

const s3 = mockClient(S3Client);
const archives = s3ModelArchives(new S3Client({}));
beforeEach(() => s3.reset());

const answers = (content: Buffer) =>
  s3.on(GetObjectCommand).resolves({ Body: { transformToByteArray: () => Promise.resolve(content) } as never });

it("S1 reads what a job has packed, by the names inside", async () => {
  answers(fs.readFileSync(archiveOf("xgboost")));
  const read = await archives.read("s3://artifacts/runs/r/model.tar.gz");
  expect(read.kind === "read" && [...read.files.keys()].sort()).toEqual(["model.json", "parity.f32", "xgboost-model"]);
  expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({ Bucket: "artifacts", Key: "runs/r/model.tar.gz" });
});

it("S1 says in a sentence why an archive cannot be read: reading it again would give the same", async () => {
  answers(Buffer.from("no archive"));
  expect(await archives.read("s3://a/b")).toEqual({
    kind: "unreadable",
    reason: "s3://a/b cannot be unpacked (incorrect header check); it must be a tar file packed by gzip: pack it anew",
  });
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: "", $metadata: {} }));
  expect(await archives.read("s3://a/b")).toEqual({
    kind: "unreadable",
    reason: "s3://a/b is not there: look at the job that was to write it",
  });
  expect(await archives.read("/tmp/b")).toEqual({
    kind: "unreadable",
    reason: "/tmp/b is no object in S3: name it as s3://bucket/key",
  });
});

// A permission that is missing is no model that is broken: the step fails, and is tried again.
it("leaves every other failure to the step's next try", async () => {
  s3.on(GetObjectCommand).rejects(new S3ServiceException({ name: "AccessDenied", message: "no", $fault: "client", $metadata: {} }));
  await expect(archives.read("s3://a/b")).rejects.toThrow("no");
});
