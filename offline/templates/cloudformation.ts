/**
 * CloudFormation's own validator, which comes with the CDK: schemas of all resource types and the rules of cfn-lint, as WebAssembly. Loading it
 * takes a second or two and a template a tenth of one, so it is loaded once in a process, and only where there is a template.
 */
import { Worker } from "node:worker_threads";
import { AskedWorker } from "../commands/asked-worker";
import type { SentTemplate } from "./sent-templates";
import type { CreateOnly } from "./template-diff";

export interface TemplateJudgement {
  /** What CloudFormation would refuse: `Id.Properties.X: message (E3012)`. */
  faults: string[];
  warnings: string[];
  createOnly: CreateOnly[];
}

interface Diagnostic {
  ruleId: string;
  severity: "FATAL" | "ERROR" | "WARN" | "INFO" | "DEBUG";
  message: string;
  propertyPath?: string;
  entity?: { logicalId?: string };
}

const CREATE_ONLY = "I9001";

/** Warnings that say nothing of ours, each with the reason. */
const NOT_TOLD: Record<string, string> = {
  W2509: "the ARN of a secret is no secret",
  W3005: "the CDK writes out dependencies that a reference implies as well",
};

/**
 * What the worker runs. Plain JavaScript, because a worker knows nothing of what lets the main thread read TypeScript. It is asked once for
 * each plan and lives on: what takes its time is loading.
 */
const WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const { CompositeEngine, TemplateContent } = require(workerData);
const engine = new CompositeEngine();
parentPort.on("message", ({ id, templates }) => {
  try {
    parentPort.postMessage({ id, found: templates.map(({ name, content }) => engine.validateTemplate(new TemplateContent(content, name), {}).diagnostics) });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});
`;

interface Question {
  readonly templates: readonly { readonly name: string; readonly content: string }[];
}

let worker: AskedWorker<Question, Diagnostic[][]> | undefined;

function validator(): typeof worker {
  const file = validatorFile();
  if (file === undefined) return undefined;
  return (worker ??= new AskedWorker(() => new Worker(WORKER, { eval: true, workerData: file, execArgv: [] })));
}

/** Its loading takes longer than its judgement: for whoever will soon ask for one. */
export function loadValidator(): void {
  validator()?.load();
}

/**
 * Begins at once, on a thread of its own: meanwhile other steps have the first.
 *
 * @returns nothing where the CDK, which brings the validator, is not installed
 */
export function judgeTemplates(templates: readonly SentTemplate[]): Promise<TemplateJudgement[]> | undefined {
  const asked = validator();
  if (asked === undefined) return undefined;
  // On one line the validator counts its columns from the beginning for each thing that it finds: 4 seconds instead of 0.2 for 100 KB.
  const texts = templates.map(({ name, body }) => ({ name, content: typeof body === "string" ? body : JSON.stringify(body, null, 1) }));
  return asked.ask({ templates: texts }).then((found) => templates.map(({ name }, index) => judgement(name, found[index] ?? [])));
}

function judgement(template: string, diagnostics: readonly Diagnostic[]): TemplateJudgement {
  const ofSeverity = (...severities: string[]) => diagnostics.filter(({ severity }) => severities.includes(severity));
  return {
    faults: ofSeverity("FATAL", "ERROR").map(sentence),
    warnings: ofSeverity("WARN")
      .filter(({ ruleId }) => !(ruleId in NOT_TOLD))
      .map(sentence),
    createOnly: diagnostics
      .filter(({ ruleId }) => ruleId === CREATE_ONLY)
      .map(({ entity, propertyPath = "", message }) => ({
        ...{ template, id: entity?.logicalId ?? "", path: propertyPath },
        isConditional: message.includes("conditionally"),
      })),
  };
}

function validatorFile(): string | undefined {
  try {
    // It is bundled with the CDK and not published to be found otherwise; the CDK's own door to it wants a tree of constructs, which a template
    // that came from elsewhere does not have.
    return require.resolve("@aws/cloudformation-validate", { paths: [require.resolve("aws-cdk-lib/package.json")] });
  } catch {
    return undefined;
  }
}

function sentence({ entity, propertyPath, message, ruleId }: Diagnostic): string {
  const where = [entity?.logicalId, propertyPath].filter((part) => part !== undefined && part !== "").join(".");
  return `${where === "" ? "" : `${where}: `}${message} (${ruleId})`;
}
