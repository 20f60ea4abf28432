/** Judges one environment, and writes its folder where it holds. */
import path from "node:path";
import { jsonFile } from "../plan/stable-json";
import { writeOutput } from "../plan/output-folder";
import { previewDigest, stackExport } from "../plan/pulumi-state";
import type { Files } from "../plan/sent-documents";
import { type Finding, findings } from "../report/findings-sections";
import { reportPage } from "../report/page";
import type { RehearsalReport } from "../report/rehearsal-section";
import { sceneOf } from "../rehearsal/environment/scene";
import { count, layered } from "../report/parts";
import { awsSentence } from "../verify/record";
import { explained, type PipelineOutcome, runSteps, shortReason, type Step, type Watcher, type Work } from "./pipeline";

export interface LayerCounts {
  readonly layer: string;
  readonly components: number;
  readonly resources: number;
  readonly protected: number;
}

export interface EnvironmentOutcome extends PipelineOutcome {
  readonly environment: string;
  readonly project: string;
  readonly region?: string;
  readonly layers: readonly LayerCounts[];
  readonly open: readonly Finding[];
  /** Values that only the cloud can give. */
  readonly unknowns: number;
  /** Folder that was written. Absent where the environment was refused. */
  readonly wrote?: string;
  readonly changes?: Work["changes"];
  readonly rehearsed?: Work["rehearsed"];
  readonly cost?: Work["cost"];
}

export async function judgeEnvironment(steps: readonly Step[], work: Work, watcher: Watcher): Promise<EnvironmentOutcome> {
  const outcome = await runSteps(steps, work, watcher);
  const region = work.stack?.config["aws:region"];
  const known = { environment: work.environment, project: work.project.name, ...(region === undefined ? {} : { region }) };
  if (work.planned === undefined) return { ...outcome, ...known, layers: [], open: [], unknowns: 0 };

  const { layers } = layered(work.planned.preview);
  const members = layers.flatMap(({ parts }) => parts.flatMap((part) => part.members));
  const counted = layers.map(({ layer, parts }) => ({ layer, ...count(parts.flatMap((part) => part.members)) }));
  const found = {
    layers: counted.map(({ layer, components, resources, protected: held }) => ({ layer, components, resources, protected: held })),
    open: findings(members),
    unknowns: members.reduce((sum, { unknowns }) => sum + unknowns, 0),
    ...(work.changes === undefined ? {} : { changes: work.changes }),
    ...(work.rehearsed === undefined ? {} : { rehearsed: work.rehearsed }),
    ...(work.cost === undefined ? {} : { cost: work.cost }),
  };
  if (!outcome.ok) return { ...outcome, ...known, ...found };
  return { ...written(work, outcome, watcher), ...known, ...found };
}

/** A disk that is full, or a folder that is not ours, ends one environment; the others are still judged, and `--json` is still one document. */
function written(work: Work, outcome: PipelineOutcome, watcher: Watcher): PipelineOutcome & Pick<EnvironmentOutcome, "wrote"> {
  const before = performance.now();
  try {
    const files = { ...outcome.files, ...planFiles(work, outcome) };
    return { ...outcome, files, wrote: writeOutput(path.dirname(work.outFolder), path.basename(work.outFolder), files) };
  } catch (error) {
    const seconds = (performance.now() - before) / 1000;
    const failed = { name: "write", status: "failed" as const, summary: [shortReason(error)], seconds };
    watcher.finished(failed);
    return { ...outcome, ok: false, steps: [...outcome.steps, failed], refusals: [...outcome.refusals, explained(error)] };
  }
}

function planFiles(work: Work, outcome: PipelineOutcome): Files {
  const { stack, planned } = work;
  if (stack === undefined || planned === undefined) return {};
  const region = stack.config["aws:region"];
  return {
    "plan.json": jsonFile(planned.document),
    "stack.json": jsonFile(stackExport(planned.raw.apply)),
    "preview.json": jsonFile(previewDigest(planned.raw.preview, stack.config, stack.secretKeys)),
    "report.html": reportPage({
      ...{ preview: planned.preview, stackFile: stack.file, steps: outcome.steps, notes: outcome.notes },
      ...(region === undefined ? {} : { region }),
      ...(work.changes === undefined ? {} : { changes: work.changes }),
      ...(work.rehearsed === undefined
        ? {}
        : { rehearsal: rehearsalReport(work.rehearsed, awsSentence(work.project.root, work.environment)) }),
      ...(work.cost === undefined ? {} : { cost: work.cost }),
      ...(work.policies === undefined ? {} : { policies: work.policies }),
    }),
  };
}

function rehearsalReport({ played, left }: NonNullable<Work["rehearsed"]>, onAws: string): RehearsalReport {
  return { scenes: played.map(({ rehearsal, playedFor, shortened }) => sceneOf(rehearsal, playedFor, shortened)), left, onAws };
}
