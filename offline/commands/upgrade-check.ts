/** `modelloop upgrade-check [ENV] --against FILE`: what an update would delete, replace or weaken of what stands there. */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { readText } from "../plan/file-faults";
import { readPlanDocument } from "../plan/plan-document";
import { type Project, readProject } from "../plan/project";
import { parseYaml } from "../plan/yaml-file";
import { type Acceptance, readAccepted } from "../upgrade/accepted";
import { judgeUpgrade } from "../upgrade/judge";
import { readStackExport, readTemplate, type StandingState, stateOfPlan, type TemplateResources, templatesIn } from "../upgrade/state";
import { templateLike } from "../upgrade/templates";
import { upgradeDocument, upgradeText } from "../upgrade/upgrade-text";
import { runQuietly } from "./quiet-run";
import { RECORD_STEPS } from "./steps";
import { COMMON_OPTIONS, strictOptions } from "./strict-options";
import { palette, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export const UPGRADE_CHECK = {
  name: "upgrade-check",
  says: "Holds a plan against what is deployed: which database, bucket or key an update would delete, replace or weaken.",
  run: upgradeCheckCommand,
};

const OPTIONS = { ...COMMON_OPTIONS, against: { type: "string" }, template: { type: "string" }, accepted: { type: "string" } } as const;

export async function upgradeCheckCommand(argv: readonly string[], terminal: Terminal, folder: string): Promise<number> {
  const { values, positionals } = strictOptions("modelloop upgrade-check", argv, OPTIONS);
  const { json = false, help = false, against, template, accepted } = values;
  if (help) {
    terminal.out(HELP);
    return 0;
  }
  if (against === undefined) throw new UsageError("--against is missing: write --against stack-export.json (pulumi stack export --file)");
  const [environment, surplus] = positionals;
  if (surplus !== undefined) throw new UsageError(`${surplus} is too much; one state is that of one environment`);
  const state = readState(path.resolve(folder, against), against);
  const deployed = template === undefined ? undefined : readDeployed(path.resolve(folder, template), template);
  const acceptances = accepted === undefined ? [] : readAcceptances(path.resolve(folder, accepted), accepted);
  const project = readProject(folder);
  refuseOther(state, project, environment ?? state.stack, against);

  const { work, outcome } = await runQuietly(project, state.stack, RECORD_STEPS);
  if (work.planned === undefined || !outcome.ok) {
    terminal.err(`${outcome.refusals.join("\n\n")}\n`);
    return 1;
  }
  const { document } = work.planned;
  const templates =
    deployed === undefined ? state.templates : withDeployed(state, deployed, templatesIn(document.resources), template ?? "");
  const judgement = judgeUpgrade({ ...state, templates }, document, acceptances);
  const holds = judgement.dangers.length + judgement.stale.length === 0;
  terminal.out(
    json
      ? `${JSON.stringify(upgradeDocument(state.stack, against, judgement), null, 2)}\n`
      : upgradeText(state.stack, against, judgement, palette(terminal.colour)),
  );
  return holds ? 0 : 1;
}

function readState(file: string, shown: string): StandingState {
  const text = existing(file, shown, "run pulumi stack export --file with this name");
  const plan = readPlanDocument(text);
  const state = plan === undefined ? readStackExport(text) : stateOfPlan(plan);
  if (state !== undefined) return state;
  throw new ConfigurationError(shown, ["it is neither an export of a stack that has resources nor a plan.json: run pulumi stack export"]);
}

function readDeployed(file: string, shown: string): TemplateResources {
  const found = readTemplate(existing(file, shown, "run aws cloudformation get-template --stack-name NAME > this file"));
  if (found !== undefined) return found;
  throw new ConfigurationError(shown, ["it is no template in JSON: run aws cloudformation get-template --stack-name NAME"]);
}

function readAcceptances(file: string, shown: string): Acceptance[] {
  const { content, faults } = parseYaml(existing(file, shown, "name a list of changes that are wanted"));
  if (faults.length > 0) throw new ConfigurationError(shown, faults);
  const read = readAccepted(content);
  if (read.faults.length > 0) throw new ConfigurationError(shown, read.faults);
  return read.accepted;
}

function existing(file: string, shown: string, cure: string): string {
  if (!fs.existsSync(file)) throw new ConfigurationError(shown, [`there is no such file: ${cure}`]);
  return readText(file, shown);
}

/** URNs hold both names, so nothing of another stack would be found again, and all of it would seem to go. */
function refuseOther({ stack, project }: StandingState, planned: Project, environment: string, shown: string): void {
  if (stack !== environment) throw new ConfigurationError(shown, [`it is the state of ${stack}, not of ${environment}: export that stack`]);
  if (project !== planned.name)
    throw new ConfigurationError(shown, [
      `it is the state of the project ${project}, not of ${planned.name}: run the command in its folder`,
    ]);
}

function withDeployed(
  { templates }: StandingState,
  deployed: TemplateResources,
  planned: StandingState["templates"],
  shown: string,
): StandingState["templates"] {
  const name = templateLike(deployed, planned);
  if (name === undefined)
    throw new ConfigurationError(shown, ["it shares no logical id with a template of the plan: name the template of the loop's stack"]);
  return { ...templates, [name]: deployed };
}

const HELP = `Usage: modelloop upgrade-check [ENV] --against FILE [options]

${UPGRADE_CHECK.says}
Without ENV, the stack of the export. It asks no account: values that only the cloud knows are named, and pulumi preview compares them.

Options:
  --against FILE    what is deployed: pulumi stack export --file FILE; or the plan.json of an earlier run
  --template FILE   the loop's template as it is deployed: aws cloudformation get-template --stack-name NAME > FILE
                    (the export holds the uploaded template already where Pulumi uploaded it as text)
  --accepted FILE   changes that are wanted, each with resource, change, reason and date (docs/upgrades.md)
  --json            one JSON document on standard output, and nothing else there
  --help            this text

Exit code: 0 where nothing that holds data would go; 1 where something would, or the plan is refused; 2 where the command was not understood.
`;
