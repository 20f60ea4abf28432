/** Judges one environment, and writes its folder where it holds. */
import path from "node:path";
import { jsonFile } from "../plan/stable-json";
import { writeOutput } from "../plan/output-folder";
import { previewDigest, stackExport } from "../plan/pulumi-state";
import type { Files } from "../plan/sent-documents";
import { type Finding, findings } from "../report/findings-sections";
import { reportPage } from "../report/page";
import { count, layered } from "../report/parts";
import { type PipelineOutcome, runSteps, type Step, type Watcher, type Work } from "./pipeline";

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
  };
  if (!outcome.ok) return { ...outcome, ...known, ...found };
  const files = { ...outcome.files, ...planFiles(work, outcome) };
  const wrote = writeOutput(path.dirname(work.outFolder), path.basename(work.outFolder), files);
  return { ...outcome, ...known, ...found, files, wrote };
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
    }),
  };
}
