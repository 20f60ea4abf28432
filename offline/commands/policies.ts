/** `modelloop policies [ENV...]`: what of environments breaks the policy pack, and what nobody can know before deployment. */
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { readText } from "../plan/file-faults";
import { environmentsOf, type Project, readProject } from "../plan/project";
import { parseYaml } from "../plan/yaml-file";
import type { PolicyConfiguration } from "../policies/configuration";
import { policiesDocument, policiesText, type ValidatedTemplates, violationText } from "../policies/policies-text";
import { policiesStep } from "../policies/step";
import { TEMPLATES_STEP } from "../templates/step";
import type { PipelineOutcome, Work } from "./pipeline";
import { runQuietly } from "./quiet-run";
import { RECORD_STEPS } from "./steps";
import { knownOptions } from "./strict-options";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export const POLICIES = {
  name: "policies",
  says: "Holds environments against the policy pack: what breaks a rule, what is advised, what is not known yet.",
  run: policiesCommand,
};

const OPTIONS = { json: { type: "boolean" }, config: { type: "string" }, help: { type: "boolean", short: "h" } } as const;

export async function policiesCommand(argv: readonly string[], terminal: Terminal, folder: string): Promise<number> {
  const { environments, json, help, config } = parsed(argv);
  if (help) {
    terminal.out(HELP);
    return 0;
  }
  const given = config === undefined ? {} : readConfiguration(path.resolve(folder, config), config);
  const project = readProject(folder);
  const asked = environments.length > 0 ? environments : environmentsOf(project);
  const documents: object[] = [];
  let held = true;
  for (const environment of asked) {
    const { work, outcome } = await judged(project, environment, given);
    held &&= outcome.ok;
    if (work.policies === undefined) {
      terminal.err(`${outcome.refusals.join("\n\n")}\n`);
      continue;
    }
    const templates = validatedTemplates(work, outcome);
    documents.push(policiesDocument(environment, work.policies, templates));
    if (!json) terminal.out(policiesText(environment, work.policies, palette(terminal.colour), templates));
  }
  if (json) terminal.out(`${JSON.stringify(documents, null, 2)}\n`);
  return held ? 0 : 1;
}

async function judged(
  project: Project,
  environment: string,
  given: PolicyConfiguration,
): Promise<{ work: Work; outcome: PipelineOutcome }> {
  const step = { name: "policies", says: "", run: (of: Work) => policiesStep(of, given) };
  return runQuietly(project, environment, [...RECORD_STEPS, step, TEMPLATES_STEP]);
}

/** What the last step adds to what the rules say. Absent where nothing is sent. */
function validatedTemplates({ judging, policies, validated }: Work, outcome: PipelineOutcome): ValidatedTemplates | undefined {
  const count = judging?.templates.length ?? 0;
  if (count === 0) return undefined;
  const ours = new Set(policies?.findings.map(violationText));
  return {
    count,
    faults: outcome.refusals.filter((refusal) => !ours.has(refusal)),
    warnings: validated?.flatMap(({ warnings }) => warnings) ?? [
      "nobody validated them: install aws-cdk-lib, which brings CloudFormation's validator",
    ],
  };
}

function readConfiguration(file: string, shown: string): PolicyConfiguration {
  const { content } = parseYaml(readText(file, shown));
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new ConfigurationError(shown, ["it is no mapping of policies: write lines of the form stack-require-tags: advisory"]);
  return content;
}

function parsed(argv: readonly string[]) {
  const { values, positionals } = knownOptions("policies", argv, OPTIONS);
  if (values.config === true) throw new UsageError("--config needs a file: write --config policies.yaml");
  return {
    environments: [...new Set(positionals)],
    ...{ json: values.json === true, help: values.help === true },
    ...(typeof values.config === "string" && { config: values.config }),
  };
}

const HELP = `Usage: modelloop policies [ENV...] [options]

${POLICIES.says}
Without ENV, every environment of the project. The rules are those of policies/RULES.md, and of pulumi preview --policy-pack policies. Public exposure,
plain secrets and data loss are mandatory everywhere; the other rules advise in dev. The loop's constructs are held against AWS's own rules as well (AwsSolutions of
cdk-nag, where it is installed), with what is acknowledged and why, and its templates against CloudFormation's schemas.

Options:
  --config FILE   levels and settings, in YAML or JSON, in the shape of Pulumi's --policy-pack-config:
                    stack-require-tags: advisory
                    rds-require-backups: { minimumDays: 14 }
  --json          one JSON document on standard output, and nothing else there
  --help          this text

Exit code: 0 where no mandatory rule is broken; 1 where one is, or a plan is refused; 2 where the command was not understood.
`;
