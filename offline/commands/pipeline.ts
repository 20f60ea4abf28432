/** Steps that judge one environment, one after the other. A new kind of judgement is one more row in a table of steps. */
import type { Estimate } from "../cost/estimate";
import type { Recorder, Recording } from "../engine";
import type { PlanDocument } from "../plan/plan-document";
import type { Project } from "../plan/project";
import type { RedactedRecording } from "../plan/redaction";
import type { Files } from "../plan/sent-documents";
import type { StackFile } from "../plan/stack-file";
import type { TemplateJudgement } from "../templates/cloudformation";
import type { SentTemplate } from "../templates/sent-templates";
import type { Judgement } from "../policies/judge-plan";
import type { Changes, CreateOnly } from "../templates/template-diff";
import type { RehearsedPlan } from "../rehearsal/environment/rehearse-plan";
import type { Status } from "../report/page";
import { FailedProgram } from "./program-output";

/** What is asked of one environment, and what the steps have found out so far. */
export interface Work {
  readonly project: Project;
  readonly environment: string;
  /** Runs the project's program once, and records what it registers. */
  readonly record: Recorder;
  /** Folder that holds, and will hold, this environment's files. */
  readonly outFolder: string;
  readonly compareWith?: { readonly folder?: string };
  stack?: StackFile;
  planned?: Planned;
  /** Templates that are sent, and what is being found out about them on another thread. Without the latter nobody can say. */
  judging?: { readonly templates: readonly SentTemplate[]; readonly judgements: Promise<readonly TemplateJudgement[]> | undefined };
  /** What of the templates cannot be changed in place. Absent where nobody could say. */
  createOnly?: readonly CreateOnly[];
  /** What CloudFormation's validator says of each template. Absent where nobody could say, or nothing is sent. */
  validated?: readonly TemplateJudgement[];
  changes?: Changes;
  cost?: Estimate;
  policies?: Judgement;
  /** Under way on another thread. */
  rehearsing?: Promise<RehearsedPlan>;
  /** Absent where the program has no control loop. */
  rehearsed?: RehearsedPlan;
}

export interface Planned {
  readonly preview: RedactedRecording;
  readonly apply: RedactedRecording;
  readonly document: PlanDocument;
  /** Holds secrets: for what encodes them itself. */
  readonly raw: { readonly preview: Recording; readonly apply: Recording };
}

export interface StepReport {
  /** A few words; more lines where there is more to say. */
  readonly summary: readonly string[];
  /** Whole sentences on why this environment is refused. The other steps run on, so that all is said at once. */
  readonly refusals?: readonly string[];
  /** Whole sentences on what a person should know. */
  readonly notes?: readonly string[];
  /** What to write, beside what every run writes. */
  readonly files?: Files;
  /** What the program wrote while it ran. */
  readonly programOutput?: readonly string[];
}

export interface Step {
  readonly name: string;
  /** For `--help`. */
  readonly says: string;
  /** Called before the first step: for threads that take their time to load, while the plan has the first. */
  load?(work: Work): void;
  /** Called once there is a plan: for what can go on beside the steps before. */
  begin?(work: Work): void;
  /** A step that throws ends the pipeline: what follows needs what it was to find out. */
  run(work: Work): Promise<StepReport> | StepReport;
}

export interface StepOutcome {
  readonly name: string;
  readonly status: Status;
  readonly summary: readonly string[];
  readonly seconds: number;
}

export interface PipelineOutcome {
  readonly ok: boolean;
  readonly steps: readonly StepOutcome[];
  readonly refusals: readonly string[];
  readonly notes: readonly string[];
  readonly files: Files;
  readonly programOutput: readonly string[];
}

export interface Watcher {
  started(step: string): void;
  finished(outcome: StepOutcome): void;
}

export async function runSteps(steps: readonly Step[], work: Work, watcher: Watcher): Promise<PipelineOutcome> {
  const outcomes: StepOutcome[] = [];
  const reports: StepReport[] = [];
  let isPlanned = work.planned !== undefined;
  for (const step of steps) step.load?.(work);
  for (const step of steps) {
    watcher.started(step.name);
    const before = performance.now();
    const { report, status } = await judged(step, work);
    const outcome = { name: step.name, status, summary: report.summary, seconds: (performance.now() - before) / 1000 };
    outcomes.push(outcome);
    reports.push(report);
    watcher.finished(outcome);
    if (status === "failed") break;
    if (!isPlanned && work.planned !== undefined) for (const later of steps) later.begin?.(work);
    isPlanned = work.planned !== undefined;
  }
  const all = <K extends "refusals" | "notes" | "programOutput">(key: K) => reports.flatMap((report) => report[key] ?? []);
  return {
    ok: outcomes.every(({ status }) => status === "ok" || status === "noted"),
    ...{ steps: outcomes, refusals: all("refusals"), notes: all("notes"), programOutput: all("programOutput") },
    files: Object.assign({}, ...reports.map(({ files }) => files ?? {})) as Files,
  };
}

async function judged(step: Step, work: Work): Promise<{ report: StepReport; status: Status }> {
  try {
    const report = await step.run(work);
    const refused = (report.refusals ?? []).length > 0;
    return { report, status: refused ? "refused" : (report.notes ?? []).length > 0 ? "noted" : "ok" };
  } catch (error) {
    const programOutput = error instanceof FailedProgram ? error.lines : [];
    const reason = error instanceof FailedProgram ? error.reason : error;
    return { report: { summary: [shortReason(reason)], refusals: [explained(reason)], programOutput }, status: "failed" };
  }
}

/** Errors that are whole sentences for the user already, wherever their class was loaded from. */
const FOR_THE_USER = new Set(["ConfigurationError", "InvalidArgumentsError"]);

/** The heading of a refusal names the file or component. */
export function shortReason(reason: unknown): string {
  const name = nameOf(reason);
  if (FOR_THE_USER.has(name)) return ((reason as Error).message.split("\n")[0] ?? "").replace(/:$/, "");
  return name === "ProgramError" ? "the program failed" : "a fault of modelloop itself";
}

export function explained(reason: unknown): string {
  const name = nameOf(reason);
  if (FOR_THE_USER.has(name)) return (reason as Error).message;
  if (name === "ProgramError") return (reason as Error).message.replaceAll(/^( {2}at .*)#(\d+)$/gm, "$1:$2");
  const stack = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  return `This is a fault of modelloop, not of your program; please report it:\n${stack}`;
}

function nameOf(reason: unknown): string {
  return typeof reason === "object" && reason !== null && "name" in reason ? String(reason.name) : "";
}
