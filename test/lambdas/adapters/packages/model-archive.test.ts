import { gzipSync } from "node:zlib";
import tar from "tar-stream";
import { ArchiveError, readModelArchive } from "../../../../lambdas/adapters/packages/model-archive";

async function packed(...entries: { name: string; type?: "file" | "symlink" | "directory"; content?: string }[]): Promise<Uint8Array> {
  const pack = tar.pack();
  for (const { name, type = "file", content = "" } of entries)
    pack.entry({ name, type, ...(type === "symlink" && { linkname: "/etc/passwd" }) }, content);
  pack.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of pack) parts.push(part as Uint8Array);
  return gzipSync(Buffer.concat(parts));
}

it("reads the files of an archive, whether or not their names begin with ./", async () => {
  const files = await readModelArchive(
    await packed({ name: "./", type: "directory" }, { name: "./xgboost-model", content: "trees" }, { name: "model.json", content: "{}" }),
  );
  expect([...files].map(([name, content]) => [name, Buffer.from(content).toString()])).toEqual([
    ["xgboost-model", "trees"],
    ["model.json", "{}"],
  ]);
});

// An archive comes from a training job, and so from whoever may start one.
it.each<[string, () => Promise<Uint8Array>, string]>([
  [
    "a link",
    () => packed({ name: "model.onnx", type: "symlink" }),
    "holds model.onnx, a symlink; a model is made of files: pack the file itself",
  ],
  [
    "a way out",
    () => packed({ name: "../model.onnx" }),
    "holds ../model.onnx, which lies outside of it: pack it from the model's own folder",
  ],
  [
    "a place of its own",
    () => packed({ name: "/model.onnx" }),
    "holds /model.onnx, which lies outside of it: pack it from the model's own folder",
  ],
  [
    "more than is read",
    () => packed({ name: "model.onnx", content: "x".repeat(101) }),
    "unpacks to more than 100 bytes, the most that is read: pack the model alone",
  ],
  [
    "something else",
    () => Promise.resolve(Buffer.from("a model")),
    "cannot be unpacked (incorrect header check); it must be a tar file packed by gzip: pack it anew",
  ],
  [
    "half of it",
    async () => (await packed({ name: "model.onnx", content: "x" })).subarray(0, 40),
    "cannot be unpacked (unexpected end of file); it must be a tar file packed by gzip: pack it anew",
  ],
])("refuses %s", async (_title, archive, message) => {
  await expect(readModelArchive(await archive(), 100)).rejects.toEqual(new ArchiveError(message));
});
