import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readAnswers } from "../../../offline/plan/answers";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "answers-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function read(text: string): ReturnType<typeof readAnswers> {
  const file = path.join(folder, "answers.yaml");
  fs.writeFileSync(file, text);
  return readAnswers(file, "answers.yaml");
}

it("answers a token with what stands under it, whatever is asked", () => {
  const { "aws:ec2/getVpc:getVpc": getVpc } = read("aws:ec2/getVpc:getVpc: { id: vpc-1 }");
  expect(getVpc?.({ default: true }, { mode: "apply", region: "eu-west-1", accountId: "1", find: () => undefined })).toEqual({
    id: "vpc-1",
  });
});

it.each([
  [
    "one: {}\naws:ec2/getVpc:getVpc: vpc-1",
    'answers.yaml is refused:\n  - "one" is no token; a token has three parts, such as aws:ec2/getVpc:getVpc: take it from the refusal\n  - aws:ec2/getVpc:getVpc is answered by "vpc-1"; an answer is a mapping of its results: write { id: ... }',
  ],
  ["- a", "answers.yaml is refused:\n  - it holds no answers: write token: result, such as aws:ec2/getVpc:getVpc: { id: vpc-1 }"],
])("fails on %j", (text, message) => {
  expect(() => read(text)).toThrow(new Error(message));
});

it("fails when there is no such file", () => {
  expect(() => readAnswers(path.join(folder, "none"), "none")).toThrow(
    new Error("none is refused:\n  - it does not exist: name a file of answers (token: result)"),
  );
});
