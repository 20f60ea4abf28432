/**
 * CloudFormation's own validator, which comes with the CDK: schemas of all resource types and the rules of cfn-lint, as WebAssembly. Loading it
 * takes a second or two and a template a tenth of one, so it is loaded once in a process, and only where there is a template.
 */
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

/** The part of `@aws/cloudformation-validate` that is used. */
interface Validator {
  TemplateContent: new (content: string, name: string) => object;
  CompositeEngine: new () => { validateTemplate(template: object, config: object): { diagnostics: Diagnostic[] } };
}

const CREATE_ONLY = "I9001";

/** Warnings that say nothing of ours, each with the reason. */
const NOT_TOLD: Record<string, string> = {
  W2509: "the ARN of a secret is no secret",
  W3005: "the CDK writes out dependencies that a reference implies as well",
};

interface Engine {
  validator: Validator;
  judge: InstanceType<Validator["CompositeEngine"]>;
}

/** Null where there is none. */
let engine: Engine | null | undefined;

/** @returns nothing where the CDK, which brings the validator, is not installed */
export function judgeTemplate({ name, body }: SentTemplate): TemplateJudgement | undefined {
  if (engine === undefined) engine = loaded();
  if (engine === null) return undefined;
  // On one line the validator counts its columns from the beginning for each thing that it finds: 4 seconds instead of 0.2 for 100 KB.
  const content = typeof body === "string" ? body : JSON.stringify(body, null, 1);
  const { diagnostics } = engine.judge.validateTemplate(new engine.validator.TemplateContent(content, name), {});
  const ofSeverity = (...severities: string[]) => diagnostics.filter(({ severity }) => severities.includes(severity));
  return {
    faults: ofSeverity("FATAL", "ERROR").map(sentence),
    warnings: ofSeverity("WARN")
      .filter(({ ruleId }) => !(ruleId in NOT_TOLD))
      .map(sentence),
    createOnly: diagnostics
      .filter(({ ruleId }) => ruleId === CREATE_ONLY)
      .map(({ entity, propertyPath = "", message }) => ({
        ...{ template: name, id: entity?.logicalId ?? "", path: propertyPath },
        isConditional: message.includes("conditionally"),
      })),
  };
}

function loaded(): Engine | null {
  try {
    // It is bundled with the CDK and not published to be found otherwise; the CDK's own door to it wants a tree of constructs, which a template
    // that came from elsewhere does not have.
    const home = require.resolve("aws-cdk-lib/package.json");
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const validator = require(require.resolve("@aws/cloudformation-validate", { paths: [home] })) as Validator;
    return { validator, judge: new validator.CompositeEngine() };
  } catch {
    return null;
  }
}

function sentence({ entity, propertyPath, message, ruleId }: Diagnostic): string {
  const where = [entity?.logicalId, propertyPath].filter((part) => part !== undefined && part !== "").join(".");
  return `${where === "" ? "" : `${where}: `}${message} (${ruleId})`;
}
