import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageCommand } from "../../../offline/commands/package";
import { UsageError } from "../../../offline/commands/usage";
import { archiveOf } from "../../support/example-models";

const ROOT = path.resolve(__dirname, "../../..");
let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "package-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

async function command(...argv: string[]) {
  const said = { code: -1, out: "", err: "" };
  said.code = await packageCommand(
    argv,
    { out: (text) => (said.out += text), err: (text) => (said.err += text), colour: false, shows: false },
    folder,
  );
  return said;
}

// In a process of its own, as a person runs it: ONNX Runtime loads itself in a way that Jest's contexts do not have.
it("S1 packages an XGBoost and a CatBoost model into one release, which is whole until a file changes", async () => {
  const argv = ["package", archiveOf("xgboost"), archiveOf("catboost"), "--out", "release-1"];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(ROOT, "node_modules/tsx/dist/cli.mjs"), path.join(ROOT, "offline/cli.ts"), ...argv],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.replaceAll(/\d\.\d+e-\d+/g, "tiny").split("\n")).toEqual([
    "",
    "release-1 · input FP32[n,37] → label INT64[n,1], probabilities FP32[n,2]",
    "",
    "  ok  anomaly_xgboost (xgboost, xgboost 3.0.5, for cpu with 2 threads): anomaly_xgboost, anomaly_xgboost_fil, anomaly_xgboost_label",
    "      largest difference tiny over 161 rows, compared by modelloop's reading of the trees, label by onnxruntime-web 1.30.0; FIL itself was not run",
    "  ok  anomaly_catboost (catboost, catboost 1.2.10, for cpu with 2 threads): anomaly_catboost",
    "      largest difference tiny over 161 rows, compared by onnxruntime-web 1.30.0",
    "",
    "  feature order 33903e64481e781ba7a5b42b406b239a3259961fc664a5ec21c658e8515a912e",
    "",
    "Wrote release-1: 10 files, 194392 bytes, for Triton 26.07",
    "",
  ]);
  expect(fs.readdirSync(folder)).toEqual(["release-1"]);

  const checked = await command("--check", "release-1", "--json");
  expect(JSON.parse(checked.out)).toMatchObject({ ok: true, manifest: { release: "release-1" }, faults: [] });
  fs.appendFileSync(path.join(folder, "release-1/anomaly_catboost/config.pbtxt"), "# changed");
  const { code, err } = await command("--check", "release-1");
  expect(code).toBe(1);
  expect(err).toMatch(
    /^It is not what was packaged:\n {2}- release-1's anomaly_catboost\/config.pbtxt has the checksum [0-9a-f]{12}; its manifest says [0-9a-f]{12}, so it was changed: package the model anew\n$/,
  );
});

it("refuses what is no model, and leaves no folder behind", async () => {
  fs.writeFileSync(path.join(folder, "model.tar.gz"), "no archive");
  await expect(command("model.tar.gz", "--out", "r1")).rejects.toThrow(
    "The model is refused:\n  - model.tar.gz cannot be unpacked (incorrect header check); it must be a tar file packed by gzip: pack it anew",
  );
  await expect(command("absent.tar.gz", "--out", "r1")).rejects.toThrow(
    "The model is refused:\n  - absent.tar.gz is not there; a model is a model.tar.gz or a folder: name one that exists",
  );
  expect(fs.existsSync(path.join(folder, "r1"))).toBe(false);
});

it("takes a description from elsewhere, as a model of SageMaker's own algorithm needs it", async () => {
  fs.mkdirSync(path.join(folder, "model"));
  fs.writeFileSync(path.join(folder, "model/xgboost-model"), "no trees");
  fs.writeFileSync(path.join(folder, "mine.json"), "{}");
  const { code, err } = await command("model", "--out", "r1", "--description", "mine.json", "--parity", "mine.json");
  expect(code).toBe(1);
  expect(err.split("\n").slice(0, 3)).toEqual([
    "Nothing was packaged:",
    "  - model: model.json: schemaVersion is missing; 1 is the version that is read: write 1",
    "  - model: model.json: name is missing; Triton serves up to 40 characters of a-z, 0-9 and _, the first a letter: write one such as anomaly_xgboost",
  ]);
});

it("refuses a folder that is there already, before it loads anything", async () => {
  expect(await command("model", "--out", ".")).toEqual({
    code: 1,
    out: "",
    err: "Nothing was packaged:\n  - . is there already; a release is written once: name another folder\n",
  });
});

it("says what is missing on the command line", async () => {
  await expect(command()).rejects.toEqual(new UsageError("a MODEL is missing: name a model.tar.gz or a folder"));
  await expect(command("model")).rejects.toEqual(new UsageError("--out is missing: name the folder of the release"));
  await expect(command("--ouput", "x")).rejects.toEqual(
    new UsageError(
      "Unknown option '--ouput'; package has --json, --help, --out, --check, --release, --description, --parity, --feature-order",
    ),
  );
  await expect(command("a", "b", "--out", "r", "--parity", "p")).rejects.toEqual(
    new UsageError("--description and --parity belong to one MODEL: put model.json and parity.f32 beside each of several"),
  );
  expect((await command("--help")).out).toContain("modelloop package MODEL... --out DIR");
});
