import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { environmentsOf, readProject } from "../../../offline/plan/project";
import { readStackFile, type StackFile } from "../../../offline/plan/stack-file";

const PROJECT = "name: shop\nruntime: nodejs\n";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true })));

function folderWith(files: Record<string, string>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "project-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

function stackOf(text: string, project = PROJECT): StackFile {
  return readStackFile(readProject(folderWith({ "Pulumi.yaml": project, "Pulumi.dev.yaml": text })), "dev");
}

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "was not refused";
}

describe("C1 a project folder", () => {
  it("is found from a folder below it, as Pulumi finds it", () => {
    const root = folderWith({ "Pulumi.yaml": `${PROJECT}main: stacks/\n`, "stacks/deep/file.txt": "" });
    expect(readProject(path.join(root, "stacks", "deep"))).toMatchObject({ root, name: "shop", file: "Pulumi.yaml", main: "stacks/" });
  });

  it("lists its environments, also where the stack files lie in a folder of their own", () => {
    const files = { "stacks/Pulumi.prod.yaml": "", "stacks/Pulumi.dev.yaml": "", "Pulumi.old.yaml": "" };
    const project = readProject(folderWith({ "Pulumi.yaml": `${PROJECT}stackConfigDir: stacks\n`, ...files }));
    expect(environmentsOf(project)).toEqual(["dev", "prod"]);
    expect(readStackFile(project, "prod").file).toBe(path.join("stacks", "Pulumi.prod.yaml"));
  });

  it("is refused with all that is wrong with it", () => {
    const root = folderWith({
      "Pulumi.yaml": "runtime: python\nmain: [a]\nconfig:\n  size: {type: number}\n  list: {type: array}\n  aws:region: {default: x}\n",
    });
    expect(refusal(() => readProject(root))).toBe(
      [
        "Pulumi.yaml is refused:",
        "  - name is missing: a project needs one, such as name: my-platform",
        "  - runtime is python; only programs in TypeScript or JavaScript can be planned offline: runtime must be nodejs",
        '  - main is ["a"]; it must be a path relative to the project folder',
        '  - config.size.type is "number"; it must be one of string, integer, boolean, array, object',
        "  - config.list is an array without items: say of what type, such as items: { type: string }",
        "  - config.aws:region belongs to another namespace, where Pulumi takes no type and no default: write value instead",
      ].join("\n"),
    );
  });

  // Node's own message is that a token was unexpected; that it came from package.json, it does not say.
  it.each([
    ["{,}", "it is not valid JSON, so Node cannot read it: correct it (npm pkg get shows the place)"],
    ["[]", "it holds no settings: write {} at least, or delete it"],
  ])("is refused where its package.json is %s", (manifest, fault) => {
    const root = folderWith({ "Pulumi.yaml": PROJECT, "package.json": manifest });
    expect(refusal(() => readProject(root))).toBe(`package.json is refused:\n  - ${fault}`);
  });

  it("is refused where there is none", () => {
    const empty = folderWith({});
    expect(refusal(() => readProject(empty))).toBe(
      `Pulumi.yaml is refused:\n  - there is none in ${empty} or above it: run the command in a Pulumi project folder`,
    );
  });
});

describe("C1 a stack file", () => {
  // The program gets text and nothing else. A reader that hands over other text than Pulumi does plans another environment than the one that is deployed.
  it.each([
    ["text", 'a: "3"', { "shop:a": "3" }],
    ["numbers and booleans", "a: 3\nb: true\nc: 1.50", { "shop:a": "3", "shop:b": "true", "shop:c": "1.5" }],
    ["nothing", "a:\nb: ~", { "shop:a": "", "shop:b": "" }],
    ["signs that HTML would mistake", "a: {b: <x&y>}", { "shop:a": '{"b":"\\u003cx\\u0026y\\u003e"}' }],
    ["objects, with their keys sorted", "a: {z: 1, b: [true, {y: x, c: d}]}", { "shop:a": '{"b":[true,{"c":"d","y":"x"}],"z":1}' }],
    ["keys of other namespaces", "aws:region: us-east-1", { "aws:region": "us-east-1" }],
    ["the old way to write a key", "aws:config:region: us-east-1", { "aws:region": "us-east-1" }],
    ["merged mappings", "a: &a {x: 1}\nb: {<<: *a, y: 2}", { "shop:a": '{"x":1}', "shop:b": '{"x":1,"y":2}' }],
  ])("hands over %s as Pulumi does", (_, config, expected) => {
    expect(stackOf(`config:\n  ${config.replaceAll("\n", "\n  ")}\n`).config).toEqual(expected);
  });

  it("may be empty, and may hold what concerns Pulumi only", () => {
    expect(stackOf("").config).toEqual({});
    expect(stackOf("encryptionsalt: v1:abc\nsecretsprovider: awskms://x\nencryptedkey: y\n").config).toEqual({});
  });

  // Asking for the passphrase would end the promise that no account and no key is needed.
  it("gives a stand-in for what is encrypted, at any depth, and keeps it secret", () => {
    const stack = stackOf("config:\n  password: {secure: AAAB}\n  tiers:\n    - {name: a, token: {secure: AAAC}}\n  open: {secure: [1]}\n");
    expect(stack.config).toEqual({
      "shop:password": "offline-stand-in",
      "shop:tiers": '[{"name":"a","token":"offline-stand-in"}]',
      "shop:open": '{"secure":[1]}',
    });
    expect(stack.secretKeys).toEqual(["shop:password", "shop:tiers"]);
    expect(stack.notes).toEqual(["shop:password and shop:tiers are encrypted: the plan uses a stand-in"]);
  });

  it("says that the values of an ESC environment are missing", () => {
    expect(stackOf("environment: [shop/dev]\n").notes).toEqual([
      "Pulumi.dev.yaml names Pulumi ESC environments; what they hold is known to Pulumi Cloud only and is missing from this plan",
    ]);
  });

  it("takes what it does not set from the project file", () => {
    const project = `${PROJECT}config:\n  size: {type: integer, default: 3}\n  name: shoes\n  tags: {type: array, items: {type: string}, default: [a]}\n  aws:region: {value: eu-west-1}\n`;
    expect(stackOf("config:\n  size: 5\n", project).config).toEqual({
      ...{ "shop:size": "5", "shop:name": "shoes", "shop:tags": '["a"]', "aws:region": "eu-west-1" },
    });
  });

  it("is held to what the project file declares", () => {
    const project = `${PROJECT}config:\n  size: {type: integer}\n  on: {type: boolean}\n  key: {type: string, secret: true}\n  list: {type: array, items: {type: integer}}\n  name: {type: string}\n`;
    expect(refusal(() => stackOf("config:\n  size: large\n  on: 1\n  key: plain\n  list: [1, b]\n", project))).toBe(
      [
        "Pulumi.dev.yaml is refused:",
        '  - shop:size is "large"; Pulumi.yaml declares it an integer',
        "  - shop:on is 1; Pulumi.yaml declares it a boolean",
        "  - shop:key is in plain text, and Pulumi.yaml declares it secret: run pulumi config set --secret shop:key",
        '  - shop:list is [1,"b"]; Pulumi.yaml declares it an array of integer values',
        "  - shop:name is not set, and Pulumi.yaml gives it no default: write it under config",
      ].join("\n"),
    );
  });

  // "requireNumber" of a secret would fail on a stand-in that is no number, and the user would look for the fault in the program.
  it("gives a declared secret a stand-in of its type", () => {
    const project = `${PROJECT}config:\n  pin: {type: integer, secret: true}\n  on: {type: boolean, secret: true}\n`;
    expect(stackOf("config:\n  pin: {secure: A}\n  on: {secure: B}\n", project).config).toEqual({ "shop:pin": "0", "shop:on": "false" });
  });

  it("is refused with the lines of all that is wrong with it", () => {
    const text = "aws:region: us-east-1\nconfig:\n  a:b:c:d: 1\n  size: 1\n  shop:size: 2\n";
    expect(refusal(() => stackOf(text))).toBe(
      [
        "Pulumi.dev.yaml is refused:",
        "  - line 1: aws:region stands beside config, where Pulumi ignores it: indent it under config",
        "  - line 3: a:b:c:d is no configuration key: write namespace:name",
        "  - line 5: shop:size is set twice, once in a longer form: keep one",
      ].join("\n"),
    );
  });

  // An account id that begins with 0 loses it; a date becomes "2026-01-01 00:00:00 +0000 UTC". Both look right in the file.
  it("is refused where YAML would make another value of what it shows", () => {
    const text = "config:\n  account: 012345678901\n  day: 2026-01-01\n  big: 12345678901234567890\n  far: .inf\n  fine: '012'\n";
    expect(refusal(() => stackOf(text))).toBe(
      [
        "Pulumi.dev.yaml is refused:",
        "  - line 2: 012345678901 is a number to YAML, which drops the leading zero: put it in quotes",
        "  - line 3: 2026-01-01 is a point in time to Pulumi, which hands it over in another form: put it in quotes",
        "  - line 4: 12345678901234567890 is beyond what a number carries exactly: put it in quotes",
        "  - line 5: .inf is no number that JSON can carry: put it in quotes",
      ].join("\n"),
    );
  });

  it.each([
    ["config:\n  a: [1\n  b: 2\n", "line 3: "],
    ["config:\n  a: 1\n  a: 2\n", "line 3: Map keys must be unique: correct the YAML there"],
    ["- config\n", "it holds a list or a single value: it must map config to the settings"],
    ["config: 3\n", "line 1: config is 3; it must map keys such as aws:region to values"],
  ])("is refused when it reads %j", (text, begin) => {
    const [heading, first = ""] = refusal(() => stackOf(text)).split("\n");
    expect(heading).toBe("Pulumi.dev.yaml is refused:");
    expect(first.slice(4, 4 + begin.length)).toBe(begin);
  });

  const manyAliases = `a: &a [1,1,1,1,1,1,1,1,1]\n${[..."bcdefg"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdef"[at]}`).join(",")}]\n`).join("")}`;

  // Each of these was a value other than the one that stands in the file, or a stack trace and the request to report a fault of ours.
  it.each([
    ["itself", "a: &a {self: *a}", "line 2: *a stands inside of what it names, which then has no end: take it out"],
    ["an anchor that is not there", "a: *x", "line 2: *x names an anchor that is not set above it: set &x first"],
    ["aliases without end", manyAliases, "its aliases stand for far more than is written: write out what they name"],
    ["lists without end", `a: ${"[".repeat(5000)}`, "line 2: it is nested more deeply than can be read: write it with fewer levels"],
    ["a merge of no mapping", "a: {<<: 3}", "Merge sources must be maps or map aliases: correct the YAML"],
    [
      "bytes",
      "a: !!binary aGk=",
      "line 2: !!binary makes a value that configuration cannot hold: take the tag out, and write the value itself",
    ],
    [
      "an unknown tag",
      "a: !secret x",
      "line 2: !secret makes a value that configuration cannot hold: take the tag out, and write the value itself",
    ],
    ["a list as a key", "? [a]\n: 1", "line 2: a key is a list, a mapping or an alias: write it as text"],
    ["a value without a key", "~: 1", "line 2: a value has no key: write one before the colon, or put null in quotes"],
    ["a key that is another number", "a: {1.0: x}", "line 2: the key 1.0 is read as 1: put it in quotes"],
    [
      "two documents",
      "a: 1\n---\nb: 2",
      "line 3: a second document begins, and only the first would be read: keep one document in the file",
    ],
  ])("is refused where it holds %s", (_, config, fault) => {
    const text = `config:\n  ${config.trim().replaceAll("\n", "\n  ").replace("  ---", "---")}\n`;
    expect(
      refusal(() => stackOf(text))
        .split("\n")
        .slice(0, 2)
        .join("\n"),
    ).toBe(`Pulumi.dev.yaml is refused:\n  - ${fault}`);
  });

  it("is refused where it asks for the YAML of former days", () => {
    expect(refusal(() => stackOf("%YAML 1.1\n---\nconfig: {a: yes}\n"))).toBe(
      "Pulumi.dev.yaml is refused:\n  - line 1: %YAML 1.1 gives words such as yes another meaning: take the line out",
    );
  });

  // Saved as Latin-1, "Zürich" would become a tag with a question mark in it, on every resource there is.
  it("is refused where it is no UTF-8 text, or no file", () => {
    const root = folderWith({ "Pulumi.yaml": PROJECT });
    const file = path.join(root, "Pulumi.dev.yaml");
    const read = () => refusal(() => readStackFile(readProject(root), "dev"));
    fs.writeFileSync(file, Buffer.from("config:\n  a: Zürich\n", "latin1"));
    expect(read()).toBe("Pulumi.dev.yaml is refused:\n  - line 2: it holds bytes that are no UTF-8: save the file as UTF-8");
    fs.rmSync(file);
    fs.mkdirSync(file);
    expect(read()).toBe(
      "Pulumi.dev.yaml is refused:\n  - it is a folder, where a file is needed: name the file, or move the folder away (EISDIR)",
    );
  });

  it("is refused by naming those that exist", () => {
    const missing = (files: string[]) => {
      const root = folderWith({ "Pulumi.yaml": PROJECT, ...Object.fromEntries(files.map((name) => [`Pulumi.${name}.yaml`, ""])) });
      return refusal(() => readStackFile(readProject(root), "qa")).split("\n")[1];
    };
    expect(missing(["dev", "staging", "prod"])).toBe(
      "  - Pulumi.qa.yaml does not exist; there are dev, prod and staging: name one of them, or write it (copy Pulumi.dev.yaml)",
    );
    expect(missing(["dev"])).toBe(
      "  - Pulumi.qa.yaml does not exist; there is only dev: name that one, or write it (copy Pulumi.dev.yaml)",
    );
    expect(missing([])).toBe(
      "  - Pulumi.qa.yaml does not exist, and no other environment does: write it (an empty file will do where the program needs no configuration)",
    );
  });
});
