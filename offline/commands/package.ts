/** `modelloop package MODEL... --out DIR`: what the loop does with a trained model, on a laptop. */
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ConfigurationError } from "../../components/shared/errors";
import type * as archive from "../../lambdas/adapters/packages/model-archive";
import { DESCRIPTION_FILE, type ModelSource, packageRelease, PARITY_FILE } from "../../lambdas/application/packages/package-release";
import { LEAST_PARITY_ROWS } from "../../lambdas/domain/packages/contract";
import type { Manifest } from "../../lambdas/domain/packages/manifest";
import { checkFolder, folderRelease, sha256Of } from "../packages/folder-releases";
import type * as runners from "../packages/onnx-runner";
import { counted } from "../report/signs";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export const PACKAGE = {
  name: "package",
  says: "Turns trained models into a release that Triton can serve, and checks that it answers like them.",
  run: packageCommand,
};

interface Arguments {
  readonly models: readonly string[];
  readonly out?: string;
  readonly check?: string;
  readonly release?: string;
  readonly description?: string;
  readonly parity?: string;
  readonly featureOrder?: string;
  readonly json: boolean;
  readonly help: boolean;
}

interface Outcome {
  readonly manifest?: Manifest;
  readonly faults: readonly string[];
}

export async function packageCommand(argv: readonly string[], terminal: Terminal, folder: string): Promise<number> {
  const args = parsed(argv);
  if (args.help) {
    terminal.out(HELP);
    return 0;
  }
  const outcome = args.check === undefined ? await packaged(args, folder) : checkFolder(path.resolve(folder, args.check));
  const ok = outcome.faults.length === 0;
  if (args.json) terminal.out(`${JSON.stringify({ ok, ...outcome }, null, 2)}\n`);
  else if (ok) terminal.out(text(outcome, args, terminal));
  else
    terminal.err(
      `${args.check === undefined ? "Nothing was packaged" : "It is not what was packaged"}:\n${outcome.faults.map((fault) => `  - ${fault}`).join("\n")}\n`,
    );
  return ok ? 0 : 1;
}

async function packaged(args: Arguments, folder: string): Promise<Outcome> {
  if (args.models.length === 0) throw new UsageError("a MODEL is missing: name a model.tar.gz or a folder");
  if (args.out === undefined) throw new UsageError("--out is missing: name the folder of the release");
  if (args.models.length > 1 && (args.description !== undefined || args.parity !== undefined)) {
    throw new UsageError("--description and --parity belong to one MODEL: put model.json and parity.f32 beside each of several");
  }
  const out = path.resolve(folder, args.out);
  // Seconds for the runtime, and nothing to run where it would be refused anyway.
  if (fs.existsSync(out)) return { faults: [`${args.out} is there already; a release is written once: name another folder`] };
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { onnxRunner } = require("../packages/onnx-runner") as typeof runners;
  const sources = [];
  for (const model of args.models) sources.push(await sourceOf(model, args, folder));
  const outcome = await packageRelease(
    {
      release: args.release ?? path.basename(out),
      sources,
      ...(args.featureOrder !== undefined && { featureOrderSha256: args.featureOrder }),
    },
    { runner: onnxRunner(), store: folderRelease(out), hash: sha256Of },
  );
  return outcome.kind === "released" ? { manifest: outcome.manifest, faults: [] } : { faults: outcome.faults };
}

async function sourceOf(model: string, { description, parity }: Arguments, folder: string): Promise<ModelSource> {
  const files = await filesOf(model, path.resolve(folder, model));
  const given = { [DESCRIPTION_FILE]: description, [PARITY_FILE]: parity };
  for (const [name, file] of Object.entries(given)) if (file !== undefined) files.set(name, read(file, path.resolve(folder, file)));
  return { origin: model, files };
}

async function filesOf(shown: string, place: string): Promise<Map<string, Uint8Array>> {
  if (fs.existsSync(place) && fs.statSync(place).isDirectory()) {
    const names = fs.readdirSync(place).filter((name) => fs.statSync(path.join(place, name)).isFile());
    return new Map(names.map((name) => [name, fs.readFileSync(path.join(place, name))]));
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { ArchiveError, readModelArchive } = require("../../lambdas/adapters/packages/model-archive") as typeof archive;
  try {
    return await readModelArchive(read(shown, place));
  } catch (error) {
    if (error instanceof ArchiveError) throw new ConfigurationError("The model", [`${shown} ${error.message}`]);
    throw error;
  }
}

function read(shown: string, file: string): Uint8Array {
  if (fs.existsSync(file)) return fs.readFileSync(file);
  throw new ConfigurationError("The model", [`${shown} is not there; a model is a model.tar.gz or a folder: name one that exists`]);
}

function text({ manifest }: Outcome, { out, check }: Arguments, terminal: Terminal): string {
  if (manifest === undefined) return "";
  const paint = palette(terminal.colour);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const variants = manifest.variants.flatMap(({ name, kind, trainer, models, parity, serving: { accelerator, threads } }) => [
    `  ${paint.green("ok")}  ${name} ${paint.dim(`(${kind}, ${trainer}, for ${accelerator} with ${counted(threads, "thread")})`)}: ${models.join(", ")}`,
    `      largest difference ${parity.largestDifference.toExponential(1)} over ${counted(parity.rows, "row")}, compared by ${parity.comparedBy}`,
  ]);
  const done = check === undefined ? `Wrote ${out}` : `${check} is whole`;
  return [
    "",
    `${paint.bold(manifest.release)} · ${manifest.contract.input} → ${manifest.contract.label}, ${manifest.contract.probabilities}`,
    "",
    ...variants,
    "",
    `  feature order ${manifest.featureOrderSha256}`,
    "",
    `${done}: ${counted(manifest.files.length, "file")}, ${bytes} bytes, for Triton ${manifest.servedBy.triton}`,
    "",
  ].join("\n");
}

const OPTIONS = {
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  out: { type: "string" },
  check: { type: "string" },
  release: { type: "string" },
  description: { type: "string" },
  parity: { type: "string" },
  "feature-order": { type: "string" },
} as const;

function parsed(argv: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
    const { "feature-order": featureOrder, json = false, help = false, ...others } = values;
    return { models: positionals, json, help, ...others, ...(featureOrder !== undefined && { featureOrder }) };
  } catch (error) {
    const [first = ""] = (error as Error).message.split(". ");
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new UsageError(`${first.replace(/\.$/, "")}; package has ${known.join(", ")}`);
  }
}

const HELP = `modelloop package MODEL... --out DIR

${PACKAGE.says} A MODEL is a model.tar.gz or a folder
with the model (xgboost-model, xgboost.ubj or model.onnx), model.json and parity.f32. Several MODELs become variants of one release.

  --out DIR           folder of the release, a model repository of Triton; it must not be there yet
  --release NAME      name of the release, by default that of the folder
  --description FILE  the model.json of a MODEL that has none, as one from SageMaker's own algorithm
  --parity FILE       its parity.f32: ${LEAST_PARITY_ROWS} rows or more of features, each followed by the trained model's probability, as
                      little-endian float32
  --feature-order H   hash of the order in which callers send the features; another order is refused
  --check DIR         look whether a release is still what was packaged, and package nothing
  --json              one JSON document on standard output, and nothing else there
  --help              this text

Parity needs onnxruntime-web (npm install --save-dev onnxruntime-web). FIL does not run here: an XGBoost model's trees are read and evaluated by
Treelite's rules instead.

Exit code: 0 if it was packaged or is whole, 1 if it was refused, 2 if the command line cannot be understood.
`;
