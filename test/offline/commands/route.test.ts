import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ConfigurationError } from "../../../components/shared/errors";
import { splitText } from "../../../lambdas/domain/split/split";
import { routeCommand } from "../../../offline/commands/route";
import { UsageError } from "../../../offline/commands/usage";
import { split, splitWithout } from "../../lambdas/domain/split/examples";
import { spoken } from "./spoken";

const ROOT = path.resolve(__dirname, "../../..");
let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "route-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function route(argv: string[], given = "") {
  fs.writeFileSync(path.join(folder, "split.json"), splitText(split()));
  fs.writeFileSync(path.join(folder, "empty.json"), splitText(splitWithout("stable", "candidate")));
  return spoken((terminal) => routeCommand(argv, terminal, folder, () => given));
}

describe("S3 modelloop route", () => {
  it("says where one user goes, to people and to machines", async () => {
    expect(await route(["--split", "split.json", "--user", "42"])).toEqual({
      ...{ code: 0, err: "" },
      out: "42  xgboost  r41\nGeneration 7 of the split, experiment exp1.\n",
    });
    expect((await route(["--split", "split.json", "--user", "42", "--json"])).out).toBe(
      '{"variant":"xgboost","release":"r41","model":"anomaly_xgboost","slot":"a","split":"given","generation":7}\n',
    );
  });

  it("says it of many users on standard input, and of those that the router would refuse", async () => {
    const { code, out } = await route(["--split", "split.json", "--json"], "42\r\n7\na b\n");
    expect(code).toBe(1);
    expect(out.trim().split("\n")).toEqual([
      '{"user":"42","variant":"xgboost","release":"r41","model":"anomaly_xgboost","slot":"a","split":"given","generation":7}',
      '{"user":"7","variant":"catboost","release":"r41","model":"anomaly_catboost","slot":"a","split":"given","generation":7}',
      '{"user":"a b","refused":"user is \\"a b\\"; a user id has 1 to 128 printable ASCII characters and no blank: send one such as 42","split":"given","generation":7}',
    ]);
  });

  it("says that there is no release yet", async () => {
    expect((await route(["--split", "empty.json", "--user", "42", "--json"])).out).toBe(
      '{"variant":"xgboost","release":null,"split":"given","generation":7}\n',
    );
    expect((await route(["--split", "empty.json", "--user", "42"])).out.split("\n")[0]).toBe("42  xgboost  no release yet");
  });

  it.each([
    [["--user", "42"], "one of --env and --split says whose split counts: write --env dev, or --split split.json"],
    [
      ["--env", "dev", "--split", "x", "--user", "42"],
      "one of --env and --split says whose split counts: write --env dev, or --split split.json",
    ],
    [["--split", "split.json"], "a user is missing: write --user 42, or give users on standard input, one a line"],
    [["--split", "split.json", "42"], "42 is too much; route takes options only"],
  ])("is answered with a sentence: %j", async (argv, message) => {
    await expect(route(argv)).rejects.toEqual(new UsageError(message));
  });

  it("refuses a split that is none, with all its faults, and a file that is not there", async () => {
    fs.writeFileSync(path.join(folder, "wrong.json"), splitText(split({ generation: -1, fence: -1 })));
    await expect(route(["--split", "wrong.json", "--user", "42"])).rejects.toEqual(
      new ConfigurationError("wrong.json", [
        "generation is -1; it is counted from 0: use 0 or more",
        "fence is -1; it is counted from 0: use 0 or more",
      ]),
    );
    await expect(route(["--split", "none.json", "--user", "42"])).rejects.toEqual(
      new ConfigurationError("none.json", [
        "there is no such file: name the split.json of a router, such as kubectl or /ab/config gives it",
      ]),
    );
  });

  // Two seconds of a real environment's plan would prove no more than this one does.
  it("reads the first split out of an environment's plan", async () => {
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    for (const stack of ["dev", "prod"]) fs.writeFileSync(path.join(folder, `Pulumi.${stack}.yaml`), "config: {}\n");
    fs.writeFileSync(
      path.join(folder, "index.js"),
      `const pulumi = require("@pulumi/pulumi"); const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
       const data = { "split.json": ${JSON.stringify(splitText(split()))} };
       module.exports = () => void (pulumi.getStack() === "dev" && new ConfigMap("split", { metadata: { name: "s", namespace: "n" }, data }));`,
    );
    expect(await route(["--env", "dev", "--user", "42", "--json"])).toEqual({
      ...{ code: 0, err: "" },
      out: '{"variant":"xgboost","release":"r41","model":"anomaly_xgboost","slot":"a","split":"seeded","generation":7}\n',
    });
    // On day forty somebody asks why a user sees xgboost, and believes the answer of day one.
    expect((await route(["--env", "dev", "--user", "42"])).out).toBe(
      [
        "42  xgboost  r41",
        "Generation 7 of the split, experiment exp1.",
        "This is the split that the environment begins with. What the loop has written since only the cluster knows: give that one by --split.",
        "",
      ].join("\n"),
    );
    await expect(route(["--env", "prod", "--user", "42"])).rejects.toEqual(
      new ConfigurationError("prod", ["it has no router: add modelloop:serving.router, or name a split by --split"]),
    );
    await expect(route(["--env", "nowhere", "--user", "42"])).rejects.toEqual(
      new UsageError("nowhere is no environment; there are dev and prod"),
    );
  });
});
