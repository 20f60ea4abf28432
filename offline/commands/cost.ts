/** `modelloop cost [ENV...]`: what environments bill a month, line by line. */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { ceilingFaults, costDocument, costText } from "../cost/cost-text";
import type { Estimate } from "../cost/estimate";
import { budgetOf, estimateOf } from "../cost/step";
import { ASSUMED, ASSUMPTIONS, type Usage, USAGE_KEYS, usageFaults } from "../cost/usage";
import { readText } from "../plan/file-faults";
import { environmentsOf, type Project, readProject } from "../plan/project";
import { parseYaml } from "../plan/yaml-file";
import { runQuietly } from "./quiet-run";
import { RECORD_STEPS } from "./steps";
import { knownOptions } from "./strict-options";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export const COST = {
  name: "cost",
  says: "Prices environments: USD a month per component, fixed and by usage, with what is assumed.",
  run: costCommand,
};

const OPTIONS = { json: { type: "boolean" }, usage: { type: "string" }, help: { type: "boolean", short: "h" } } as const;

export async function costCommand(argv: readonly string[], terminal: Terminal, folder: string): Promise<number> {
  const { environments, json, help, usageFile } = parsed(argv);
  if (help) {
    terminal.out(HELP);
    return 0;
  }
  const usage = usageFile === undefined ? ASSUMED : readUsage(path.resolve(folder, usageFile), usageFile);
  const project = readProject(folder);
  const asked = environments.length > 0 ? environments : environmentsOf(project);
  const found: { estimate: Estimate; faults: string[] }[] = [];
  let isPlanned = true;
  for (const environment of asked) {
    const { estimate, faults } = await priced(project, environment, usage);
    if (estimate === undefined) {
      isPlanned = false;
      terminal.err(`${faults.join("\n\n")}\n`);
      continue;
    }
    found.push({ estimate, faults });
    if (!json) terminal.out([costText(estimate, palette(terminal.colour)), ...faults.map((fault) => `  ${fault}\n`)].join(""));
  }
  if (json) {
    const documents = found.map(({ estimate, faults }) => ({ ...costDocument(estimate), refusals: faults }));
    terminal.out(`${JSON.stringify(documents, null, 2)}\n`);
  }
  return isPlanned && found.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

async function priced(project: Project, environment: string, usage: Usage): Promise<{ estimate?: Estimate; faults: string[] }> {
  const { work, outcome } = await runQuietly(project, environment, RECORD_STEPS);
  const { ok, refusals } = outcome;
  if (!ok) return { faults: [...refusals] };
  const estimate = estimateOf(work, usage);
  if (estimate === undefined) {
    return { faults: [`${work.stack?.file ?? environment}: aws:region is missing; prices are those of one Region: set it`] };
  }
  return { estimate, faults: ceilingFaults(estimate, budgetOf(work.planned?.raw.apply.resources ?? [])) };
}

function readUsage(file: string, shown: string): Usage {
  if (!fs.existsSync(file)) throw new ConfigurationError(shown, ["there is no such file: write lines of the form natGb: 200 into it"]);
  const { content } = parseYaml(readText(file, shown));
  const faults = usageFaults(content);
  if (faults.length > 0) throw new ConfigurationError(shown, faults);
  return { ...ASSUMED, ...(content as Partial<Usage>) };
}

function parsed(argv: readonly string[]) {
  const { values, positionals } = knownOptions("cost", argv, OPTIONS);
  const usageFile = values.usage;
  if (usageFile === true) throw new UsageError("--usage needs a file: write --usage usage.yaml");
  return {
    environments: [...new Set(positionals)],
    ...{ json: values.json === true, help: values.help === true },
    ...(typeof usageFile === "string" && { usageFile }),
  };
}

const HELP = `Usage: modelloop cost [ENV...] [options]

${COST.says}
Without ENV, every environment of the project. List prices with source and date (offline/cost/prices.json), before tax, without free amounts,
reservations or private terms. What nobody has a price for is told, and leaves the sum incomplete.

Options:
  --usage FILE    a YAML file with other assumptions, a month each:
${USAGE_KEYS.map((key) => `                    ${`${key}: ${ASSUMPTIONS[key].value}`.padEnd(26)}# ${ASSUMPTIONS[key].unit} ${ASSUMPTIONS[key].says}`).join("\n")}
  --json          one JSON document on standard output, and nothing else there
  --help          this text

Exit code: 0 where every environment stays within its budget; 1 where one does not, or its plan is refused; 2 where the command was not
understood.
`;
