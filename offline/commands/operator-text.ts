/** The loop's answers as a person reads them. They come over the network, perhaps from another version: what is missing is left out. */
import type { DoneAnswer, HistoryAnswer, ModelStatus, RetrainAnswer, StatusAnswer, SwitchAnswer } from "../../lambdas/application/operator";
import type { OperatorCommand } from "./operator";
import type { Palette } from "./terminal";

const TEXTS: Record<OperatorCommand, (body: never, paint: Palette) => string[]> = {
  status: statusText,
  retrain: retrainText,
  approve: doneText,
  reject: doneText,
  "roll-back": doneText,
  pause: doneText,
  continue: doneText,
  stop: switchText,
  resume: switchText,
  history: historyText,
};

export function answerText(command: OperatorCommand, body: unknown, paint: Palette): string {
  return ["", ...TEXTS[command](body as never, paint), "", ""].join("\n");
}

function statusText({ stopped, models = [] }: Partial<StatusAnswer>, paint: Palette): string[] {
  const acting =
    stopped === true ? paint.red("stopped: everything is recorded, and nothing is done") : "the loop acts by itself where its mode is act";
  return [`  ${acting}`, ...models.flatMap((model) => ["", ...modelText(model, paint)])];
}

function modelText(model: ModelStatus, paint: Palette): string[] {
  const { mode, declaredMode, line, run, waiting, rollOut, promotion, approvals = [], kept = [] } = model;
  const declared = mode === declaredMode ? "" : ` (the stack declares ${declaredMode})`;
  const lines = [`  ${paint.bold(model.model)}  mode ${mode}${declared}${line === model.model ? "" : `, line ${line}`}`];
  if (run !== undefined) {
    const end = run.endedAt === undefined ? "is running, or has not told of its end" : `ended ${run.endedAt}: ${run.outcome ?? "unknown"}`;
    lines.push(`    run        ${run.run}, started ${run.startedAt}, ${end}`);
  }
  if (waiting !== undefined) lines.push(`    waiting    ${waiting}`);
  if (rollOut !== undefined) {
    lines.push(`    roll-out   ${rollOut.candidate} in place of ${rollOut.champion}${rollOut.paused ? ", paused" : ""}`);
  }
  if (promotion !== undefined) {
    const back = promotion.rolledBack ? "rolled back once" : `${promotion.previousVersion} is ready until ${promotion.oldSlotKeptUntil}`;
    lines.push(`    serving    ${promotion.version} since ${promotion.promotedAt}; ${back}`);
  }
  for (const { run, question, version, semanticVersion, until, needed, approvedBy = [], undelivered } of approvals) {
    const said =
      undelivered === undefined ? `${approvedBy.length} of ${needed} have approved` : `${undelivered}, not delivered: say it again`;
    const what = question === "promotion" ? ", to be promoted without labels" : "";
    lines.push(`    approval   ${run}: version ${version} (${semanticVersion})${what}, ${said}, until ${until}`);
  }
  if (kept.length > 0) {
    const versions = kept.map(({ version, semanticVersion }) => `${version} (${semanticVersion})`).join(", ");
    lines.push(`    kept       ${versions}`);
  }
  return lines;
}

function retrainText({ decision, reason, run, at }: Partial<RetrainAnswer>, paint: Palette): string[] {
  const what = [...(run === undefined ? [] : [`run ${run}`]), ...(at === undefined ? [] : [`at ${at}`])];
  return [`  ${paint.bold(String(decision))}${what.length === 0 ? "" : `: ${what.join(", ")}`}`, `  ${reason ?? ""}`];
}

function doneText({ done, note }: Partial<DoneAnswer>, paint: Palette): string[] {
  return [`  ${paint.bold(String(done))}: ${note ?? ""}`];
}

function switchText({ stopped, note }: Partial<SwitchAnswer>, paint: Palette): string[] {
  return [`  ${paint.bold(stopped === true ? "stopped" : "resumed")}: ${note ?? ""}`];
}

function historyText({ model, records = [], leftOut = false }: Partial<HistoryAnswer>, paint: Palette): string[] {
  if (records.length === 0) return [`  nothing is told of ${model}`];
  return [
    ...records.map(({ time, event, reason, user }) => `  ${time}  ${paint.bold(event.padEnd(24))}  ${reason} ${paint.dim(`(${user})`)}`),
    ...(leftOut ? ["", "  older ones are left out: ask for fewer days"] : []),
  ];
}
