/** The steps there are, in the order in which they run. */
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../components/shared/errors";
import { COST_STEP } from "../cost/step";
import type { Mode, Recording } from "../engine";
import { FIT_STEP } from "../fit/step";
import { disagreements } from "../plan/agreement";
import { diffPlans, isEmptyDiff, type PlanDiff } from "../plan/diff";
import { readText, shownPath } from "../plan/file-faults";
import { planDocument, type PlanDocument, readPlanDocument } from "../plan/plan-document";
import { redactedRecording } from "../plan/redaction";
import { sentDocuments } from "../plan/sent-documents";
import { readStackFile, type StackFile } from "../plan/stack-file";
import { POLICIES_STEP } from "../policies/step";
import { REHEARSAL_STEP } from "../rehearsal/environment/step";
import { layered } from "../report/parts";
import { counted } from "../report/signs";
import { TEMPLATES_STEP } from "../templates/step";
import { diffTemplates } from "../templates/template-diff";
import { TEARDOWN_STEP } from "../teardown/step";
import type { Planned, Step, Work } from "./pipeline";
import { withProgramOutput } from "./program-output";

const config: Step = {
  name: "config",
  says: "reads the stack file as Pulumi does; every fault of it in one message",
  run(work) {
    const stack = readStackFile(work.project, work.environment);
    work.stack = stack;
    const count = Object.keys(stack.config).length;
    return { summary: [`${stack.file}: ${counted(count, "value")}`], notes: stack.notes };
  },
};

const plan: Step = {
  name: "plan",
  says: "runs the program in preview and in apply mode, and records what it registers",
  async run(work) {
    const stack = needed(work.stack, "config");
    // The preview comes first: where a program fails in both modes, its author knows the preview's message.
    const preview = await withProgramOutput(() => recorded(work, stack, "preview"));
    const apply = await withProgramOutput(() => recorded(work, stack, "apply"));
    const planned = plannedFrom(preview.result, apply.result);
    work.planned = planned;
    const { counts } = layered(planned.preview);
    const differences = disagreements(preview.result, apply.result);
    const agreement =
      differences.length === 0 ? "preview mode agrees" : `preview mode differs in ${counted(differences.length, "resource")}`;
    const logged = (severity: "warning" | "error") =>
      preview.result.messages.filter((message) => message.severity === severity).map(({ text }) => text.trim());
    return {
      summary: [`${counted(counts.resources, "resource")}, ${counted(counts.components, "component")}; ${agreement}`],
      refusals: logged("error").map((text) => `The program logged an error, at which pulumi up would stop: ${text}`),
      notes: [...differences, ...logged("warning").map((text) => `Warning: ${text}`)],
      files: sentDocuments(planned.apply),
      programOutput: preview.lines,
    };
  },
};

/** Added where a comparison is asked for. */
export const DIFF_STEP: Step = {
  name: "diff",
  says: "compares with an earlier plan, where --diff asks for it",
  run(work) {
    const { document } = needed(work.planned, "plan");
    const given = work.compareWith?.folder;
    const before = given === undefined ? lastPlan(work) : planIn(given, work.environment);
    if (before === undefined) return { summary: [`no earlier plan in ${shownPath(work.outFolder)}: nothing to compare with`] };
    work.changes = {
      against: given === undefined ? "the last run" : `the plan in ${given}`,
      diff: diffPlans(before, document),
      templates: diffTemplates(before, document, work.createOnly),
    };
    return { summary: [diffSummary(work.changes.diff)] };
  },
};

/** Enough to know what would be created, for commands that ask something else of it. */
export const RECORD_STEPS: readonly Step[] = [config, plan];

export const PLAN_STEPS: readonly Step[] = [...RECORD_STEPS, TEMPLATES_STEP];

/** The main job. Whatever else an environment is judged by comes after the plan; what other threads are at meanwhile comes last, the longest behind. */
export const START_STEPS: readonly Step[] = [
  ...RECORD_STEPS,
  POLICIES_STEP,
  FIT_STEP,
  COST_STEP,
  TEARDOWN_STEP,
  TEMPLATES_STEP,
  REHEARSAL_STEP,
];

function recorded({ project, environment, record }: Work, stack: StackFile, mode: Mode): Promise<Recording> {
  return record({ project: project.name, stack: environment, mode, config: { ...stack.config }, secretKeys: [...stack.secretKeys] });
}

function plannedFrom(preview: Recording, apply: Recording): Planned {
  const redacted = redactedRecording(preview);
  return { preview: redacted, apply: redactedRecording(apply), document: planDocument(redacted), raw: { preview, apply } };
}

function lastPlan(work: Work): PlanDocument | undefined {
  const file = path.join(work.outFolder, "plan.json");
  return fs.existsSync(file) ? readPlan(file, work.environment) : undefined;
}

/** The folder of one environment, or the one that holds them all. */
function planIn(folder: string, environment: string): PlanDocument {
  const candidates = [path.join(folder, environment, "plan.json"), path.join(folder, "plan.json")];
  const file = candidates.find((candidate) => fs.existsSync(candidate));
  if (file === undefined) {
    throw new ConfigurationError(folder, [
      `it holds neither ${environment}/plan.json nor plan.json: name a folder that an earlier run wrote with --out`,
    ]);
  }
  return readPlan(file, environment);
}

function readPlan(file: string, environment: string): PlanDocument {
  const document = readPlanDocument(readText(file, shownPath(file)));
  if (document === undefined)
    throw new ConfigurationError(shownPath(file), ["it is not a plan that modelloop wrote: delete it, or name another folder"]);
  if (document.environment !== environment) {
    throw new ConfigurationError(shownPath(file), [
      `it is the plan of ${document.environment}, not of ${environment}, and no resource of the one is one of the other: name another folder`,
    ]);
  }
  return document;
}

export function diffSummary(diff: PlanDiff): string {
  if (isEmptyDiff(diff)) return `nothing changed in ${counted(diff.unchanged, "resource")}`;
  return `${diff.created.length} created, ${diff.deleted.length} deleted, ${diff.changed.length} changed, ${diff.moved.length} moved, ${diff.unchanged} unchanged`;
}

function needed<T>(value: T | undefined, step: string): T {
  if (value === undefined) throw new Error(`the step ${step} must run before this one`);
  return value;
}
