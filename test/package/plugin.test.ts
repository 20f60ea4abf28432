/** The components as other languages get them: Pulumi's own plugin host, its own analyzer, nothing of them changed. */
import fs from "node:fs";
import path from "node:path";
import type { Recording } from "../../offline/engine";
import { recordFolder } from "../../offline/engine/grpc";

const ROOT = path.resolve(__dirname, "../..");

function json(file: string): Record<string, unknown> {
  return JSON.parse(fs.readFileSync(path.join(ROOT, file), "utf8")) as Record<string, unknown>;
}

let recording: Recording;
beforeAll(async () => {
  recording = await recordFolder({
    project: "stranger",
    stack: "dev",
    mode: "apply",
    root: path.join(ROOT, "test/package"),
    main: "construct-bucket.ts",
    nodeArguments: ["--import", "tsx"],
    typescript: false,
  });
  // A process that starts a process that reads the types of every SDK: a few seconds, and many on a machine that does something else.
}, 180_000);

// The packages for Python and Go are generated from the schema: a changed argument that nobody sees breaks their programs on the next update.
test("C2 the plugin serves the committed schema; if not: npm run schemas, and read the difference", () => {
  expect(JSON.parse(recording.stackOutputs["schema"] as string)).toEqual(json("schemas/components.json"));
});

test("C2 every input and output of every component says what it is", () => {
  const { resources, types } = json("schemas/components.json") as Record<
    string,
    Record<string, Record<string, Record<string, { description?: string }>>>
  >;
  const undescribed = Object.entries({ ...resources, ...types }).flatMap(([token, { properties = {}, inputProperties = {} }]) =>
    Object.entries({ ...properties, ...inputProperties }).flatMap(([name, { description }]) =>
      description === undefined ? [`${token} ${name}`] : [],
    ),
  );
  expect(undescribed).toEqual([]);
});

test("C2 a Bucket asked for by another language is built with its children and handed back with its outputs", () => {
  const bucket = recording.resources.find(({ type }) => type === "modelloop:index:Bucket");
  const children = recording.resources.filter(({ parent }) => parent === bucket?.urn).map(({ name }) => name);
  expect(children.sort()).toEqual(
    ["lake-bucket", "lake-encryption", "lake-lifecycle", "lake-ownership", "lake-policy", "lake-private", "lake-versioning"].sort(),
  );
  expect(recording.stackOutputs).toMatchObject({
    urn: "urn:pulumi:dev::stranger::modelloop:index:Bucket::lake",
    state: { arn: "arn:aws:s3:::lake-bucket-standin", bucketName: "lake-bucket-standin" },
  });
});

test("C2 the plugin's manifest has the package's name and version, from which the tokens and the generated packages take theirs", () => {
  const { name, version, license } = json("package.json");
  expect(json("plugin/package.json")).toMatchObject({ name, version, license });
});
