import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { templateUrl } from "../../../../components/learning/model-loop/deployment";
import { zip, zipFolder } from "../../../../components/learning/model-loop/deterministic-zip.cdk";
import { synthesiseLoop, synthesiseLoopOnce, type SynthesisRequest } from "../../../../components/learning/model-loop/synthesis.cdk";
import { inflateRawSync } from "node:zlib";
import { handlersFolder } from "../shared/synthesis";

const request: SynthesisRequest = {
  ...{ environment: "dev", models: [{ name: "log-anomaly" }], emailAddresses: ["ml@example.com"], allowDelete: false },
  ...{ given: ["KmsKeyArn", "RetrainingFunctionArn", "TrafficQueueArn", "PagerDutySecretArn"], handlersFolder: handlersFolder() },
};

interface Template {
  Parameters: Record<string, unknown>;
  Outputs: Record<string, unknown>;
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

const loop = synthesiseLoop(request);
const template = JSON.parse(String(loop.files.find(({ key }) => key === loop.templateKey)?.content)) as Template;

// A template that differed each time would be a deployment at each `up`, of everything.
test("two syntheses of the same loop are equal to the byte", () => {
  const again = synthesiseLoop(request);
  expect(again.templateKey).toBe(loop.templateKey);
  expect(again.files.map(({ key }) => key)).toEqual(loop.files.map(({ key }) => key));
  expect(again.files.every(({ content }, index) => Buffer.from(content).equals(Buffer.from(loop.files[index]?.content ?? "")))).toBe(true);
});

// The preview and the apply of an environment, and of three of them: synthesising takes a second.
test("equal arguments are synthesised once in a process, others again", () => {
  const first = synthesiseLoopOnce(request);
  expect(synthesiseLoopOnce({ ...request })).toBe(first);
  expect(synthesiseLoopOnce({ ...request, environment: "prod" }).templateKey).not.toBe(first.templateKey);
});

test("files are the template, one template for each model and the code of each function, under keys that name their content", () => {
  const endings = loop.files.map(({ key }) => key.replace(/[0-9a-f]{64}/, "HASH"));
  expect(new Set(endings)).toEqual(new Set(["modelloop/HASH.json", "modelloop/HASH.zip"]));
  const other = synthesiseLoop({ ...request, environment: "prod" });
  expect(other.templateKey).not.toBe(loop.templateKey);
});

test("only values that are given are asked for", () => {
  expect(Object.keys(template.Parameters).sort()).toEqual([
    ...["AssetBucket", "KmsKeyArn", "PagerDutySecretArn", "RetrainingFunctionArn", "TrafficQueueArn"],
  ]);
  expect(Object.keys(template.Outputs).sort()).toEqual([
    "AlertTopicArn",
    "IntakeQueueArn",
    "LedgerTableName",
    "OperatorUrl",
    "WorkflowAliasArn",
  ]);
  expect(Object.values(template.Resources).filter(({ Type }) => Type === "AWS::KMS::Key")).toEqual([]);
});

// A role without it is refused by IAM where who deploys may make bounded roles only, when half of the loop is there.
test("I7 every role is bounded where a boundary is given, in the nested templates too", () => {
  const { files } = synthesiseLoop({ ...request, given: [...request.given, "PermissionsBoundaryArn"] });
  const templates = files.filter(({ key }) => key.endsWith(".json")).map(({ content }) => JSON.parse(String(content)) as Template);
  const roles = templates.flatMap(({ Resources }) => Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::IAM::Role"));
  expect(templates.length).toBe(2);
  expect(roles.length).toBeGreaterThan(5);
  expect(roles.filter(([, { Properties }]) => Properties?.["PermissionsBoundary"] === undefined).map(([id]) => id)).toEqual([]);
});

test("the stack's policy names the ledger of this very template", () => {
  const ledger = Object.keys(template.Resources).find((id) => template.Resources[id]?.Type === "AWS::DynamoDB::Table");
  expect(loop.stackPolicy).toContain(`"LogicalResourceId/${ledger}"`);
});

// CloudFormation reads the template from there and from nowhere else.
test("the URL of a template in each partition", () => {
  expect(templateUrl("assets", "modelloop/1.json", { region: "eu-central-1", partition: "aws" })).toBe(
    "https://assets.s3.eu-central-1.amazonaws.com/modelloop/1.json",
  );
  expect(templateUrl("assets", "k", { region: "cn-north-1", partition: "aws-cn" })).toBe("https://assets.s3.cn-north-1.amazonaws.com.cn/k");
});

describe("a zip", () => {
  const entry = (name: string, text: string) => ({ name, executable: false, content: Buffer.from(text) });

  test("does not know in which order its files were found, nor when they were written", () => {
    const [one, other] = [entry("a.js", "1"), entry("lib/b.js", "2".repeat(1_000))];
    expect(zip([one, other]).equals(zip([other, one]))).toBe(true);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zip-"));
    fs.writeFileSync(path.join(folder, "index.js"), "exports.handler = 1;");
    const before = zipFolder(folder);
    fs.utimesSync(path.join(folder, "index.js"), 1, 1);
    expect(zipFolder(folder).equals(before)).toBe(true);
    fs.rmSync(folder, { recursive: true });
  });

  test("holds what was put in, and says where", () => {
    const bytes = zip([entry("index.js", "exports.handler = 1;")]);
    const end = bytes.subarray(-22);
    const central = bytes.subarray(end.readUInt32LE(16));
    expect([end.readUInt32LE(0), end.readUInt16LE(10), central.readUInt32LE(0)]).toEqual([0x06054b50, 1, 0x02014b50]);
    const start = 30 + "index.js".length;
    expect(inflateRawSync(bytes.subarray(start, start + bytes.readUInt32LE(18))).toString()).toBe("exports.handler = 1;");
    // Readable by all: Lambda runs as a user of its own.
    expect((central.readUInt32LE(38) >>> 16).toString(8)).toBe("100644");
  });
});
