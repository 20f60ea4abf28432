/**
 * AWS's own rules, cdk-nag's AwsSolutions, over the constructs of the loop that a plan deploys. They read constructs and not templates, because what is
 * acknowledged with a reason stands there alone. cdk-nag is no dependency of the package: where it is missing, that is said.
 */
import type { App } from "aws-cdk-lib";
import type * as nag from "cdk-nag";
import { synthesisedConstructs } from "../../components/learning/model-loop/synthesised-constructs.cdk";
import { ADVISORY_ENVIRONMENTS } from "../../policies/levels";
import type { RecordedResource } from "../engine";
import { isTemplate, sentTemplates } from "../templates/sent-templates";
import type { Finding } from "./evaluate";

export interface Acknowledged {
  readonly rule: string;
  /** Path of the construct. */
  readonly where: string;
  readonly reason: string;
}

export interface AwsRules {
  /** Why nobody asked them. Absent where somebody did. */
  readonly notRun?: string;
  readonly findings: readonly Finding[];
  readonly acknowledged: readonly Acknowledged[];
}

/** @returns nothing where the plan deploys no template, to which alone these rules apply */
export function awsRules(environment: string, resources: readonly RecordedResource[]): AwsRules | undefined {
  const templates = sentTemplates(resources).filter(({ body }) => isTemplate(body));
  const [first] = templates;
  if (first === undefined) return undefined;
  const trees = treesOf(resources);
  const level = ADVISORY_ENVIRONMENTS.includes(environment) ? "advisory" : "mandatory";
  if (trees.length === 0) {
    // What the program itself has synthesised lies in this process, unless the program ran in another one: then nobody has looked at it.
    if (resources.some(isOwnLoop)) return notRun(NOT_SEEN, first.stack, level);
    return notRun("the template was not made by a ModelLoop of this program: ask cdk-nag where its constructs are", first.stack);
  }
  const found = trees.map((app) => judged(app));
  if (found.includes(undefined)) return notRun("cdk-nag is not installed: npm install --save-dev cdk-nag", first.stack);
  return {
    findings: found.flatMap((report) =>
      (report ?? []).flatMap(({ ruleName, description, severity, violatingResources }) =>
        violatingResources.map(({ constructPath = "" }): Finding => ({
          ...{ policy: ruleName, kind: "violation", level: severity === "error" ? level : "advisory", severity: severity ?? "warning" },
          ...{ urn: first.stack, message: `${constructPath}: ${description}` },
        })),
      ),
    ),
    acknowledged: trees.flatMap(acknowledgedIn),
  };
}

const NOT_SEEN =
  "the program makes the loop in another process than this one, so its constructs are not seen: make it a CommonJS program, which runs here";

function isOwnLoop({ type, kind }: RecordedResource): boolean {
  return type === "modelloop:index:ModelLoop" && kind === "component";
}

/** @param refused the level at which it is a fault that nobody asked. @default - it counts as unknown: the package does without cdk-nag */
function notRun(reason: string, urn: string, refused?: Finding["level"]): AwsRules {
  const message = `AWS's own rules (AwsSolutions) were not asked: ${reason}`;
  const kind = refused === undefined ? "unknown" : "violation";
  return { notRun: reason, findings: [{ policy: "AwsSolutions", kind, level: refused ?? "advisory", urn, message }], acknowledged: [] };
}

/** What the program itself has made in this process, as far as it is what the plan uploads. */
function treesOf(resources: readonly RecordedResource[]): App[] {
  const keys = new Set(resources.map(({ inputs }) => inputs["key"]).filter((key) => typeof key === "string"));
  return [...synthesisedConstructs()].flatMap(([key, app]) => (keys.has(key) ? [app] : []));
}

type Violations = ReturnType<nag.AwsSolutionsChecks["validateScope"]>["violations"];

/** A tree is judged once in a process: the second environment of equal arguments has the same. */
const judgements = new WeakMap<App, Violations>();

function judged(app: App): Violations | undefined {
  const known = judgements.get(app);
  if (known !== undefined) return known;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- half a second, for plans with a loop only
    const { AwsSolutionsChecks } = require("cdk-nag") as typeof nag;
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    judgements.set(app, violations);
    return violations;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** As the CDK writes them: `Annotation::AwsSolutions-IAM5[Resource::*]` → reason, in the metadata of the construct (`Validations.acknowledge`). */
function acknowledgedIn(app: App): Acknowledged[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === "aws:cdk:acknowledged-rules")
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ rule: id.replace(/^annotation::/i, ""), where: node.path, reason }))
      .filter(({ rule }) => rule.startsWith("AwsSolutions-")),
  );
}
