/** `modelloop fit`: whether what is to be served can run where it is to run; of environments, or of one model and one GPU. */
import {
  AttentionBackend,
  fitReport,
  type FitReport,
  type FitSubject,
  GPUS,
  GpuModel,
  KvCacheDtype,
  LANGUAGE_MODELS,
  LanguageModel,
  type LanguageModelFigures,
  type LanguageModelRequest,
  ModelDtype,
  type PodDemand,
  TreeBackend,
  TreeLibrary,
  type TreeModelRequest,
} from "../../components/serving/fit";
import { VLLM_IMAGE } from "../../components/serving/vllm-server/flags";
import { storageOf } from "../../components/serving/vllm-server/storage";
import { FIT_STEP } from "../fit/step";
import { planFit, type WorkloadFit } from "../fit/plan-fit";
import { environmentsOf, readProject } from "../plan/project";
import { counted } from "../report/signs";
import { SAYS } from "./laptop";
import { runQuietly } from "./quiet-run";
import { RECORD_STEPS } from "./steps";
import { COMMON_OPTIONS, numberOption, strictOptions, wholeOption } from "./strict-options";
import { type Palette, palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

const OPTIONS = {
  model: { type: "string" },
  gpu: { type: "string" },
  context: { type: "string" },
  sequences: { type: "string" },
  usual: { type: "string" },
  utilization: { type: "string" },
  batched: { type: "string" },
  dtype: { type: "string" },
  "kv-cache": { type: "string" },
  attention: { type: "string" },
  eager: { type: "boolean" },
  trained: { type: "string" },
  triton: { type: "string" },
  backend: { type: "string" },
  features: { type: "string" },
  contract: { type: "string" },
  image: { type: "string" },
  node: { type: "string" },
  disk: { type: "string" },
  driver: { type: "string" },
  ...COMMON_OPTIONS,
} as const;

type Values = ReturnType<typeof strictOptions<typeof OPTIONS>>["values"];

export async function fitCommand(argv: readonly string[], terminal: Terminal, folder: string): Promise<number> {
  const { values, positionals } = strictOptions("fit", argv, OPTIONS);
  if (values.help === true) {
    terminal.out(helpText());
    return 0;
  }
  const subject = subjectOf(values);
  if (subject === undefined) return ofEnvironments(positionals, values.json === true, terminal, folder);
  if (positionals.length > 0) throw new UsageError(`${positionals[0]} is too much; with --model or --trained no environment is looked at`);
  const report = fitReport(subject);
  terminal.out(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, palette(terminal.colour)));
  return report.fits ? 0 : 1;
}

/** Undefined where no model is named: then environments are asked about. */
function subjectOf(values: Values): FitSubject | undefined {
  const { model, trained, image, node, driver } = values;
  if (model === undefined && trained === undefined) {
    const [lone] = (Object.keys(values) as (keyof Values)[]).filter((name) => name !== "json" && name !== "help");
    if (lone !== undefined) throw new UsageError(`--${lone} says something about a model, and none is named: write --model or --trained`);
    return undefined;
  }
  const diskGiB = wholeOption("--disk", values.disk, 1, 16_384);
  return {
    ...(model === undefined ? {} : { languageModel: languageModelOf(model, values) }),
    ...(trained === undefined ? {} : { treeModels: [treeModelOf(trained, values)] }),
    ...(image === undefined && node === undefined ? {} : { pod: podOf(model !== undefined, image) }),
    ...(node === undefined ? {} : { node: { instanceType: node, ...(diskGiB === undefined ? {} : { diskGiB }) } }),
    ...(driver === undefined ? {} : { driverVersion: driver }),
  };
}

/** A language model's server is known well enough: its image, and what it writes beside it. */
function podOf(isLanguageModel: boolean, image: string | undefined): PodDemand {
  if (!isLanguageModel) return { gpus: 0, images: image === undefined ? [] : [image] };
  return { gpus: 1, images: [image ?? VLLM_IMAGE], ephemeralStorage: storageOf(false).pod };
}

function languageModelOf(model: string, values: Values): LanguageModelRequest {
  const shape = LANGUAGE_MODELS[choice("--model", model, LanguageModel)];
  const contextTokens = wholeOption("--context", values.context, 1, 1e7);
  const sequences = wholeOption("--sequences", values.sequences, 1, 1e5);
  const usualTokens = wholeOption("--usual", values.usual, 1, 1e7);
  const gpuMemoryUtilization = numberOption("--utilization", values.utilization);
  const batchedTokens = wholeOption("--batched", values.batched, 1, 1e7);
  return {
    ...{ model: shape, gpu: choice("--gpu", values.gpu ?? GpuModel.T4, GpuModel) },
    ...(contextTokens !== undefined && { contextTokens }),
    ...(sequences !== undefined && { sequences }),
    ...(usualTokens !== undefined && { usualTokens }),
    ...(gpuMemoryUtilization !== undefined && { gpuMemoryUtilization }),
    ...(batchedTokens !== undefined && { batchedTokens }),
    ...(values.dtype !== undefined && { dtype: choice("--dtype", values.dtype, ModelDtype) }),
    ...(values["kv-cache"] !== undefined && { kvCacheDtype: choice("--kv-cache", values["kv-cache"], KvCacheDtype) }),
    ...(values.attention !== undefined && { attentionBackend: choice("--attention", values.attention, AttentionBackend) }),
    ...(values.eager === true && { enforceEager: true }),
  };
}

/** Document P's contract. */
const CONTRACT_FEATURES = 37;

function treeModelOf(trained: string, values: Values): TreeModelRequest {
  const [, name = "", libraryVersion] = /^([a-z]+)(?:@(\d+\.\d+(?:\.\d+)?))?$/.exec(trained) ?? [];
  if (name === "") throw new UsageError(`--trained is ${JSON.stringify(trained)}; it is library@version: write --trained xgboost@3.0.5`);
  const library = choice("--trained", name, TreeLibrary);
  const backend = library === TreeLibrary.XgBoost ? TreeBackend.Fil : TreeBackend.OnnxRuntime;
  const contractFeatures = wholeOption("--contract", values.contract, 1, 1e6) ?? CONTRACT_FEATURES;
  return {
    ...{ name: "the model", library, tritonRelease: values.triton ?? "26.07", contractFeatures },
    ...(libraryVersion !== undefined && { libraryVersion }),
    backend: values.backend === undefined ? backend : choice("--backend", values.backend, TreeBackend),
    features: wholeOption("--features", values.features, 1, 1e6) ?? contractFeatures,
  };
}

function choice<T extends string>(option: string, value: string, known: Readonly<Record<string, T>>): T {
  const found = Object.values(known).find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`${option} is ${value}; there are ${Object.values(known).join(", ")}`);
}

interface EnvironmentFit {
  readonly environment: string;
  readonly fits: boolean;
  /** Why it could not be planned. */
  readonly refusals: readonly string[];
  readonly workloads: readonly WorkloadFit[];
}

async function ofEnvironments(named: readonly string[], json: boolean, terminal: Terminal, folder: string): Promise<number> {
  const project = readProject(folder);
  const existing = environmentsOf(project);
  const environments = named.length > 0 ? [...new Set(named)] : existing.length === 1 ? existing : ["dev"];
  const results: EnvironmentFit[] = [];
  for (const environment of environments) {
    const { work, outcome } = await runQuietly(project, environment, [...RECORD_STEPS, FIT_STEP]);
    const { refusals } = outcome;
    const found = work.planned === undefined ? [] : planFit(work.planned.apply.resources);
    results.push({ environment, fits: refusals.length === 0, refusals: found.length === 0 ? refusals : [], workloads: found });
  }
  const paint = palette(terminal.colour);
  terminal.out(json ? `${JSON.stringify(results, null, 2)}\n` : results.map((result) => environmentText(result, paint)).join(""));
  return results.every(({ fits }) => fits) ? 0 : 1;
}

function environmentText({ environment, refusals, workloads }: EnvironmentFit, paint: Palette): string {
  const none = workloads.length === 0 && refusals.length === 0 ? ["  no pods in this plan"] : [];
  const lines = workloads.flatMap(({ workload, nodes, fits, faults, notes, languageModel }) => [
    `  ${mark(fits, paint)} ${workload}${nodes.length === 0 ? "" : paint.dim(` on ${typesOf(nodes)}`)}`,
    ...(languageModel === undefined ? [] : figuresText(languageModel).map((line) => `        ${line}`)),
    ...faults.map((fault) => `        ${paint.red(fault)}`),
    ...notes.map((note) => `        ${paint.yellow("!")} ${note}`),
  ]);
  return ["", `  ${paint.bold(environment)}`, ...none, ...lines, ...refusals.map((refusal) => `  ${paint.red(refusal)}`), "", ""].join(
    "\n",
  );
}

/** A group for each zone says nothing more: `m6i.large, m6i.xlarge (5 groups)`. */
function typesOf(nodes: readonly string[]): string {
  const types = [...new Set(nodes.map((node) => /\(([^)]+)\)$/.exec(node)?.[1] ?? node))];
  const groups = new Set(nodes.map((node) => node.replace(/ \([^)]+\)$/, ""))).size;
  return `${types.join(", ")} (${counted(groups, "group")})`;
}

function mark(fits: boolean, paint: Palette): string {
  return fits ? paint.green("fits ") : paint.red("short");
}

function reportText({ fits, faults, notes, languageModel }: FitReport, paint: Palette): string {
  const lines = [
    `  ${fits ? paint.green("fits") : paint.red("does not fit")}`,
    ...(languageModel === undefined ? [] : figuresText(languageModel).map((line) => `  ${line}`)),
    ...faults.map((fault) => `  ${paint.red("-")} ${fault}`),
    ...notes.map((note) => `  ${paint.yellow("!")} ${note}`),
  ];
  return ["", ...lines, "", ""].join("\n");
}

function figuresText(figures: LanguageModelFigures): string[] {
  const { model, gpu, contextTokens, sequences, budgetBytes, weightsBytes, runtimeBytes, kvBytesPerToken, cacheTokens } = figures;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const tokens = (count: number) => count.toLocaleString("en-US");
  const left = figures.spareTokens >= 0 ? `${tokens(figures.spareTokens)} to spare` : `${tokens(-figures.spareTokens)} missing`;
  return [
    `${model} on a ${gpu}: weights ${gib(weightsBytes)}, runtime ${gib(runtimeBytes)} (estimated), of ${gib(budgetBytes)}`,
    `room for ${tokens(cacheTokens)} tokens of ${kvBytesPerToken / 1_024} KiB; ${sequences} requests of up to ${tokens(contextTokens)} tokens need ${tokens(figures.neededTokens)}: ${left}`,
  ];
}

function helpText(): string {
  const gpus = Object.entries(GPUS).map(([name, { instance, usableGiB }]) => `${name} (${instance}, ${usableGiB} GiB)`);
  return [
    "Usage: modelloop fit [ENV...] [--json]",
    "       modelloop fit --model NAME [--gpu NAME] [options]",
    "       modelloop fit --trained LIBRARY@VERSION [--triton RELEASE] [options]",
    "",
    `${SAYS.fit} Of environments: every pod of their plan against the nodes of their plan.`,
    "",
    `  --model NAME       ${Object.values(LanguageModel).join(", ")}`,
    `  --gpu NAME         ${gpus.join(", ")} (default: t4)`,
    "  --context N        tokens of the longest prompt and answer (default: 4096, or what the model can)",
    "  --sequences N      requests at once (default: 4)",
    "  --usual N          tokens of a usual request (default: as --context)",
    "  --utilization N    share of the GPU (default: 0.9)",
    "  --batched N        tokens of one step (default: 2048)",
    `  --dtype NAME       ${Object.values(ModelDtype).join(", ")} (default: float16)`,
    `  --kv-cache NAME    ${Object.values(KvCacheDtype).join(", ")} (default: auto)`,
    `  --attention NAME   ${Object.values(AttentionBackend).join(", ")} (default: TRITON_ATTN)`,
    "  --eager            without recorded graphs",
    "  --trained L@V      xgboost@3.0.5, catboost@1.2.10: a tree model, and what it was trained with",
    "  --triton RELEASE   the server (default: 26.07)",
    `  --backend NAME     ${Object.values(TreeBackend).join(", ")} (default: fil for XGBoost, onnxruntime for CatBoost)`,
    "  --features N       columns that it was trained on (default: as --contract)",
    `  --contract N       columns that callers send (default: ${CONTRACT_FEATURES})`,
    "  --image NAME       image of the server: its CUDA and its size are looked up (default of --model with --node: vLLM's)",
    "  --node TYPE        instance type, with --disk GIB of its volume",
    "  --driver VERSION   of the node (default: the EKS AMI's)",
    "  --json             one JSON document on standard output, and nothing else there",
    "  --help             this text",
    "",
    "Memory is computed from the model's shape, and the runtime's share estimated from published measurements: nothing was run.",
    "Exit code: 0 where everything fits, 1 where something does not or cannot be planned, 2 where the command line cannot be understood.",
    "",
  ].join("\n");
}
