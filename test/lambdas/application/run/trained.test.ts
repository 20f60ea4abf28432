/** The programs of `training/`, really run on small data, and what becomes of their models. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readModelArchive } from "../../../../lambdas/adapters/packages/model-archive";
import { packageRun } from "../../../../lambdas/application/run/package-run";
import { judgeRun } from "../../../../lambdas/application/run/judge-run";
import type { Evaluation } from "../../../../lambdas/domain/run/steps";
import { outerOnnxRunner } from "../../../support/onnx-runtime";
import { memoryReleases } from "../../../support/release-stores";
import { runPlan } from "../../domain/run/examples";
import { StepWorld } from "./step-world";

const PROGRAMS = path.resolve(__dirname, "../../../../training");
const PYTHON = process.env["MODELLOOP_PYTHON"];
const ARCHIVE = "s3://artifacts/model.tar.gz";
const NAMES = ["errors_mean", "cpu_mean", "lines_slope"];
const plan = runPlan({ gates: [{ kind: "above", measure: "f1", bound: 0.6 }] });
delete plan.champion;

/** Rows that can be told apart, some values missing; as the algorithm leaves them, a model without an ending and the folds' predictions. */
const DATA = `
import os, sys, tarfile, numpy as np, xgboost
root = sys.argv[1]
rng = np.random.default_rng(1)
def rows(n):
    y = (rng.random(n) < 0.2).astype(np.float32)
    x = rng.normal(size=(n, 3)).astype(np.float32) + y[:, None] * np.float32(2)
    x[rng.random(x.shape) < 0.05] = np.nan
    return x, y
def write(folder, x, y):
    os.makedirs(os.path.join(root, folder))
    table = np.column_stack([y, x])
    np.savetxt(os.path.join(root, folder, "a.csv"), table, delimiter=",", header="is_anomaly,${NAMES.join(",")}", comments="", fmt="%.9g")
x, y = rows(1500)
write("train", x, y)
write("holdout", *rows(600))
write("partly", x, np.where(rng.random(1500) < 0.5, -1, y))
booster = xgboost.train({"objective": "binary:logistic", "max_depth": 3}, xgboost.DMatrix(x, label=y), num_boost_round=20)
os.makedirs(os.path.join(root, "champion")); os.makedirs(os.path.join(root, "folds"))
booster.save_model(os.path.join(root, "xgboost-model"))
np.savetxt(os.path.join(root, "predictions.csv"), np.column_stack([y, booster.predict(xgboost.DMatrix(x)), y]), delimiter=",", fmt="%f")
with tarfile.open(os.path.join(root, "champion", "model.tar.gz"), "w:gz") as tar: tar.add(os.path.join(root, "xgboost-model"), "xgboost-model")
with tarfile.open(os.path.join(root, "folds", "output.tar.gz"), "w:gz") as tar: tar.add(os.path.join(root, "predictions.csv"), "predictions.csv")
`;

const withPython = PYTHON === undefined ? describe.skip : describe;

withPython(
  `R2 the programs of training/${PYTHON === undefined ? " (skipped: MODELLOOP_PYTHON names no Python with xgboost and catboost)" : ""}`,
  () => {
    let root = "";
    const at = (...parts: string[]) => path.join(root, ...parts);
    const python = (...given: string[]) =>
      execFileSync(PYTHON ?? "", given, { env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    let environment: Record<string, string> = {};

    function program(name: string, model: string, channels: Record<string, string>, ...more: string[]): string {
      const all = Object.entries({ plan: "plan", ...channels }).map(([channel, folder]) => [
        `SM_CHANNEL_${channel.toUpperCase()}`,
        at(folder),
      ]);
      const folders = { SM_MODEL_DIR: at(model), MODELLOOP_CHECKPOINTS: at(`${model}-checkpoints`) };
      environment = { PATH: process.env["PATH"] ?? "", ...folders, ...(Object.fromEntries(all) as Record<string, string>) };
      return python(path.join(PROGRAMS, name), ...more);
    }
    const packed = (folder: string, archive: string) => {
      fs.mkdirSync(path.dirname(at(archive)), { recursive: true });
      execFileSync("tar", ["-C", at(folder), "-czf", at(archive), "."]);
      return readModelArchive(fs.readFileSync(at(archive)));
    };

    beforeAll(() => {
      root = fs.mkdtempSync(path.join(os.tmpdir(), "training-"));
      fs.mkdirSync(at("plan"));
      fs.writeFileSync(
        at("plan", "plan.json"),
        JSON.stringify({
          ...plan,
          spec: { ...plan.spec, data: { ...plan.spec.data, pseudoLabels: { anomalousShare: 0.2, reviewShare: 0.2 } } },
        }),
      );
      environment = { PATH: process.env["PATH"] ?? "" };
      python("-c", DATA, root);
    });
    afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

    test("R2 what is trained is scored, judged and packaged, and the package answers as the models did", async () => {
      program("train_catboost.py", "challenger-model", { train: "train" }, "--variant", "anomaly_catboost", "--sagemaker_program", "x");
      await packed("challenger-model", "challenger/model.tar.gz");
      const channels = { train: "train", holdout: "holdout", champion: "champion", challenger: "challenger", folds: "folds" };
      program("evaluate.py", "evaluated", channels);
      const files = await packed("evaluated", "serving/model.tar.gz");

      const world = await StepWorld.make();
      world.packed.set(ARCHIVE, files);
      const judgement = await judgeRun({ plan, archive: ARCHIVE }, world.loop);
      expect(judgement).toMatchObject({ kind: "passed", semanticVersion: "1.0.0" });
      const { candidates, folds, champion } = judgement.evaluation as Evaluation;
      expect(Object.keys({ ...candidates, ...folds }).sort()).toEqual(["anomaly_catboost", "anomaly_xgboost"]);
      expect([Object.keys(folds ?? {}).length, champion, candidates["anomaly_xgboost"]?.lossGap]).toEqual([
        2,
        undefined,
        expect.any(Number),
      ]);

      const hash = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
      const { store } = memoryReleases();
      const tools = { ...world.loop, runner: outerOnnxRunner(), hash, storeAt: () => store, releases: "s3://artifacts/releases/" };
      expect(await packageRun({ plan, archive: ARCHIVE }, tools)).toMatchObject({ kind: "released" });

      // The next run finds what serves where this one has left it.
      program("evaluate.py", "next", { ...channels, serving: "serving" });
      const next = JSON.parse(fs.readFileSync(at("next", "evaluation.json"), "utf8")) as Evaluation;
      expect(next.champion?.["anomaly_catboost"]).toMatchObject({ f1: candidates["anomaly_catboost"]?.f1 });
    }, 120_000);

    test("R2 a forest labels what nobody has, leaves people's labels as they are, and offers a fifth of what it flagged", () => {
      const said = program("pseudo_labels.py", "labels", { train: "partly" });
      const [, unlabelled = "", all = "", flagged = "", review = ""] =
        /labelled (\d+) of (\d+) rows, (\d+) as anomalous; (\d+) /.exec(said) ?? [];
      expect(all).toBe("1500");
      expect(Number(flagged)).toBeGreaterThan(0.1 * Number(unlabelled));
      expect(Number(review)).toBe(Math.ceil(Number(flagged) * 0.2));
      expect(fs.readdirSync(at("labels-checkpoints")).sort()).toEqual(["review", "train"]);
    }, 60_000);

    // Two columns exchanged train a model that is wrong about every row, and scores well.
    test("R10 columns in another order are refused, in a whole sentence", () => {
      const [file, text] = [at("partly", "a.csv"), fs.readFileSync(at("partly", "a.csv"), "utf8")];
      fs.writeFileSync(file, text.replace("errors_mean,cpu_mean", "cpu_mean,errors_mean"));
      expect(() => program("pseudo_labels.py", "labels", { train: "partly" })).toThrow("every value would be read as another's");
      fs.writeFileSync(file, text);
    }, 60_000);
  },
);
