/** Whole environments against the pack: a bad one, a good one of another make, and Pulumi's own analyzer beside ours. */
import path from "node:path";
import { projectRecorder, type Recording } from "../../../offline/engine";
import { reconcile, type Reconciled } from "../../../offline/policies/configuration";
import { evaluate, type Finding } from "../../../offline/policies/evaluate";
import { POLICIES_STEP, policiesStep } from "../../../offline/policies/step";
import { runSteps, type PipelineOutcome, type Work } from "../../../offline/commands/pipeline";
import { RECORD_STEPS } from "../../../offline/commands/steps";
import { policiesText } from "../../../offline/policies/policies-text";
import { palette } from "../../../offline/commands/terminal";
import { readProject } from "../../../offline/plan/project";
import { policiesSection } from "../../../offline/report/policies-section";
import { initialConfig, policiesFor, RULES } from "../../../policies/rules";
import { analyzed } from "./analyzer";

const SILENT = { started: () => undefined, finished: () => undefined };

interface Environment {
  work: Work;
  outcome: PipelineOutcome;
  preview: Recording;
  findings: readonly Finding[];
}

async function judgedEnvironment(folder: string): Promise<Environment> {
  const project = readProject(path.resolve(__dirname, "../../fixtures", folder));
  const work: Work = { project, environment: "prod", record: projectRecorder(project), outFolder: path.join(project.root, "out/prod") };
  const outcome = await runSteps([...RECORD_STEPS, POLICIES_STEP], work, SILENT);
  if (work.planned === undefined) throw new Error(outcome.refusals.join("\n"));
  return { work, outcome, preview: work.planned.raw.preview, findings: work.policies?.findings ?? [] };
}

let bad: Environment;
let other: Environment;
let configured: Reconciled;
beforeAll(async () => {
  bad = await judgedEnvironment("bad-environment");
  other = await judgedEnvironment("other-environment");
  configured = reconcile(policiesFor("prod"), initialConfig("prod"));
});

describe("C3 a deliberately bad environment", () => {
  // A rule that never fires is a rule that nobody has.
  it("breaks every rule there is", () => {
    const broken = new Set(bad.findings.filter(({ kind }) => kind === "violation").map(({ policy }) => policy));
    expect(RULES.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
    expect(bad.outcome.ok).toBe(false);
  });

  it("is told what is wrong, resource, value and cure, in one sentence each", () => {
    expect(bad.outcome.refusals.filter((refusal) => !/^(.+: )?.+; .+\. \([a-z0-9-]+\)$/.test(refusal))).toEqual([]);
    expect(bad.outcome.refusals).toContain(
      "database: publiclyAccessible is true; set publiclyAccessible: false. (rds-disallow-public-access)",
    );
    expect(bad.outcome.refusals).toContain(
      'loop/Alarm: alarmDescription names no runbook; end it with "Runbook: " and where it lies. (cloudwatch-require-alarm-actions)',
    );
  });

  // What a check prints lands in the log of a pull request.
  it("never shows the secrets that it found", () => {
    const text = JSON.stringify([
      bad.outcome.refusals,
      bad.outcome.files["policies.json"],
      policiesText("prod", bad.work.policies ?? none(), palette(false)),
    ]);
    for (const secret of ["hunter2hunter2", "s3cr3t-s3cr3t", "k-12345678", "abcdefgh"]) expect(text).not.toContain(secret);
  });

  it("stands in the report", () => {
    expect(policiesSection(bad.work.policies ?? none()).text).toContain("publiclyAccessible is true");
  });

  // Said by two steps, one budget reads like two faults.
  it("leaves the budget to the step that prices it, and says so", async () => {
    const ceiling = (lines: readonly string[]) => lines.filter((line) => line.endsWith("(budgets-limit-monthly-cost)"));
    const alone = await policiesStep(bad.work);
    const asStep = await POLICIES_STEP.run(bad.work);
    expect(ceiling(alone.refusals ?? []).length).toBe(1);
    expect(ceiling([...(asStep.refusals ?? []), ...(asStep.notes ?? [])])).toEqual([]);
    expect(asStep.summary.slice(1)).toEqual(["the ceiling of costs is broken: see cost (budgets-limit-monthly-cost)"]);
  });

  it("advises in dev what is mandatory in prod, and lets its user disable a rule", async () => {
    const work: Work = { ...bad.work, environment: "dev" };
    const { refusals = [], notes = [] } = await policiesStep(work, { "rds-require-backups": "disabled" });
    expect(refusals).toContain("database: publiclyAccessible is true; set publiclyAccessible: false. (rds-disallow-public-access)");
    expect(notes).toContain(
      "logs: retentionInDays is absent, which means for ever; set it to the days that somebody would look back. (cloudwatch-require-retention)",
    );
    expect([...refusals, ...notes].filter((line) => line.includes("rds-require-backups"))).toEqual([]);
  });
});

describe("C3 a correct environment that is built otherwise", () => {
  it("breaks nothing, and is told what a preview does not know", () => {
    expect(other.findings.filter(({ kind }) => kind === "violation")).toEqual([]);
    expect(other.findings.map(({ policy, kind, level }) => [policy, kind, level])).toEqual([
      ["s3-disallow-public-policies", "unknown", "advisory"],
      ["iam-disallow-full-access", "unknown", "advisory"],
    ]);
    expect(other.outcome.ok).toBe(true);
  });
});

// Two verdicts on one plan, and nobody would believe either.
describe("C3 Pulumi's own analyzer says the same", () => {
  it.each(["bad", "other"] as const)("of the %s environment", async (which) => {
    const { preview } = which === "bad" ? bad : other;
    const ours = await evaluate(policiesFor("prod"), preview.resources, configured);
    const theirs = await analyzed(preview.resources, "prod", configured);
    const unknown = (message: string) => message.replace(/^can't run policy '.*' from policy pack '.*' during preview: /, "");
    const comparable = (all: { policy: string; level: string; urn?: string; message: string }[]) =>
      all.map(({ policy, level, urn = "", message }) => [policy, level, urn, unknown(message)].join(" | ")).sort();
    expect(ours.length).toBeGreaterThan(1);
    expect(comparable(ours)).toEqual(comparable(theirs));
  });
});

function none() {
  return { rules: 0, findings: [] };
}
