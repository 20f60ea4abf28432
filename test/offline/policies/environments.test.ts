/** Whole environments against the pack: a bad one, a good one of another make, and Pulumi's own analyzer beside ours. */
import fs from "node:fs";
import path from "node:path";
import type { Stack } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { synthesiseLoopOnce } from "../../../components/learning/model-loop/synthesis.cdk";
import type * as ourCopy from "../../../components/learning/model-loop/synthesised-constructs.cdk";
import { synthesisedConstructs } from "../../../components/learning/model-loop/synthesised-constructs.cdk";
import { projectRecorder, type RecordedResource, type Recording } from "../../../offline/engine";
import { reconcile, type Reconciled } from "../../../offline/policies/configuration";
import { evaluate, type Finding } from "../../../offline/policies/evaluate";
import { POLICIES_STEP, policiesStep } from "../../../offline/policies/step";
import { runSteps, type PipelineOutcome, type Work } from "../../../offline/commands/pipeline";
import { RECORD_STEPS } from "../../../offline/commands/steps";
import { awsRules } from "../../../offline/policies/aws-rules";
import type { Judgement } from "../../../offline/policies/judge-plan";
import { policiesDocument, policiesText } from "../../../offline/policies/policies-text";
import { palette } from "../../../offline/commands/terminal";
import { readProject } from "../../../offline/plan/project";
import { policiesSection } from "../../../offline/report/policies-section";
import { initialConfig, policiesFor, RULES } from "../../../policies/rules";
import { handlersFolder } from "../../components/learning/shared/synthesis";
import { resource } from "../plan/hand-made";
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

describe("C3 AWS's own rules on the loop", () => {
  const folder = handlersFolder();
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  /** What a plan holds of a loop that this process has synthesised. */
  function deployed(environment: string) {
    const models = [{ name: "log-anomaly" }];
    const request = { environment, models, emailAddresses: ["ml@example.com"], allowDelete: false, given: [], handlersFolder: folder };
    const { files, templateKey } = synthesiseLoopOnce(request);
    const text = String(files.find(({ key }) => key === templateKey)?.content);
    const upload = resource("aws:s3/bucketObjectv2:BucketObjectv2", "t", { inputs: { key: templateKey, source: { $asset: { text } } } });
    const stack = resource("aws:cloudformation/stack:Stack", "loop", { inputs: { templateUrl: `https://s3/b/${templateKey}` } });
    return { templateKey, resources: [upload, stack] };
  }

  it("find nothing that is not acknowledged, and each acknowledgement is told with its reason", () => {
    const aws = awsRules("prod", deployed("prod").resources);
    expect(aws).toMatchObject({ findings: [] });
    expect(aws?.notRun).toBeUndefined();
    const judgement: Judgement = { rules: 57, findings: [], ...(aws !== undefined && { aws }) };
    const text = policiesText("prod", judgement, palette(false), { count: 2, faults: [], warnings: ["The template loop: x"] });
    const lines = text.split("\n");
    expect(lines[2]).toBe(
      `  AWS's own rules (AwsSolutions of cdk-nag) on the loop: nothing found, ${aws?.acknowledged.length} acknowledgements with a reason`,
    );
    expect(lines).toContain(
      "    AwsSolutions-IAM5 × 7: X-Ray knows no resources, and Lambda's network interfaces have none before they are made: on all or not at all",
    );
    expect(lines.slice(-3)).toEqual(["  CloudFormation's validator: 2 templates, 0 faults, 1 warning", "  ! The template loop: x", ""]);
    expect(policiesSection(judgement).text).toContain("This is where messages end: nothing reads it but a person");
    expect(policiesDocument("prod", judgement, { count: 2, faults: [], warnings: [] })).toMatchObject({
      awsSolutions: { acknowledged: expect.arrayContaining([expect.objectContaining({ rule: "AwsSolutions-SQS3" })]) as unknown },
      cloudFormation: { templates: 2, faults: [], warnings: [] },
    });
  });

  // A queue that somebody adds without its dead letters is found here, and not by the messages that are lost.
  it("tell what nobody has acknowledged: in dev as advice, elsewhere as a refusal", () => {
    for (const [environment, level] of [
      ["dev", "advisory"],
      ["staging", "mandatory"],
    ] as const) {
      const { templateKey, resources } = deployed(environment);
      const app = synthesisedConstructs().get(templateKey);
      new Queue(app?.node.findChild("ModelLoop") as Stack, "Loose");
      const findings = awsRules(environment, resources)?.findings ?? [];
      expect(findings.map(({ policy, level: of }) => [policy, of])).toEqual([
        ["AwsSolutions-SQS3", level],
        ["AwsSolutions-SQS4", level],
      ]);
      expect(findings[0]?.message).toMatch(/^ModelLoop\/Loose\/Resource: The SQS queue /);
      expect(findings[0]?.urn).toBe(resources[1]?.urn);
    }
  });

  // Whoever installs the package has no cdk-nag, and a silent nothing reads like a clean bill.
  it("say so where nobody can ask them", () => {
    jest.doMock("cdk-nag", () => {
      throw Object.assign(new Error("Cannot find module 'cdk-nag'"), { code: "MODULE_NOT_FOUND" });
    });
    const missing = awsRules("prod", deployed("qa").resources);
    jest.dontMock("cdk-nag");
    const notRun = "cdk-nag is not installed: npm install --save-dev cdk-nag";
    const message = `AWS's own rules (AwsSolutions) were not asked: ${notRun}`;
    const urn = expect.any(String) as string;
    const unknown = { policy: "AwsSolutions", kind: "unknown", level: "advisory", urn, message };
    expect(missing).toEqual({ notRun, findings: [unknown], acknowledged: [] });
    expect(bad.work.policies?.aws?.notRun).toBe(
      "the template was not made by a ModelLoop of this program: ask cdk-nag where its constructs are",
    );
    expect(policiesText("prod", bad.work.policies ?? none(), palette(false))).toContain(
      "\n  AWS's own rules (AwsSolutions) were not asked: the template was not made by a ModelLoop of this program: ask cdk-nag where its constructs are\n",
    );
    expect(awsRules("prod", [])).toBeUndefined();
  });

  // The command is compiled and the program is not: two copies of each module, of which one had the constructs and the other asked for them.
  it("find the constructs that another copy of the modules has made", () => {
    const { templateKey } = deployed("prod");
    jest.isolateModules(() => {
      const copy = jest.requireActual<typeof ourCopy>("../../../components/learning/model-loop/synthesised-constructs.cdk");
      expect(copy.synthesisedConstructs).not.toBe(synthesisedConstructs);
      expect(copy.synthesisedConstructs().get(templateKey)).toBe(synthesisedConstructs().get(templateKey));
    });
  });

  it("are missed where the program makes its loop in another process: told in dev, refused elsewhere", () => {
    const [upload, stack] = deployed("prod").resources;
    const elsewhere = { ...upload, inputs: { ...upload?.inputs, key: "another" } } as RecordedResource;
    const url = { ...stack, inputs: { templateUrl: "https://s3/b/another" } } as RecordedResource;
    const loop = { ...resource("modelloop:index:ModelLoop", "loop"), kind: "component" } as RecordedResource;
    const of = (environment: string) =>
      awsRules(environment, [loop, elsewhere, url])?.findings.map(({ kind, level, message }) => [kind, level, message]);
    const message =
      "AWS's own rules (AwsSolutions) were not asked: the program makes the loop in another process than this one, so its constructs are not seen: make it a CommonJS program, which runs here";
    expect(of("prod")).toEqual([["violation", "mandatory", message]]);
    expect(of("dev")).toEqual([["violation", "advisory", message]]);
  });
});
