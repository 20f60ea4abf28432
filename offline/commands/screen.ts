/** What a person sees: a line for each step, then what would be created, what to know, and what to do next. */
import type { EnvironmentOutcome } from "./environment";
import type { StepOutcome, Watcher } from "./pipeline";
import { changesText } from "./changes-text";
import { rehearsalText } from "./rehearsal-text";
import { counted } from "../report/signs";
import { shownPath } from "../plan/file-faults";
import { type Palette, palette, type Terminal } from "./terminal";
import type { Status } from "../report/page";

const NAME = 14;
const SUMMARY = 62;

const WORDS: Record<Status, string> = { ok: "ok", noted: "note", refused: "refused", failed: "refused" };

export class Screen {
  private readonly paint: Palette;

  constructor(private readonly terminal: Terminal) {
    this.paint = palette(terminal.colour);
  }

  heading(project: string, environment: string, region: string | undefined): void {
    const title = [project, environment, ...(region === undefined ? [] : [region])].join(" · ");
    this.terminal.out(`\n${this.paint.bold(title.padEnd(NAME + SUMMARY - 3))}${this.paint.dim("no account needed")}\n\n`);
  }

  /** @param beforeFirst called before the first line, when the heading's facts are known. */
  watcher(beforeFirst: () => void): Watcher {
    let isFirst = true;
    return {
      started: (step) => {
        if (this.terminal.shows) this.terminal.err(`\r  ${step} …`);
      },
      finished: (outcome) => {
        if (this.terminal.shows) this.terminal.err("\r\u001b[K");
        if (isFirst) beforeFirst();
        isFirst = false;
        this.terminal.out(this.step(outcome));
      },
    };
  }

  outcome(result: EnvironmentOutcome): void {
    const { paint } = this;
    const lines: string[] = [];
    if (result.layers.length > 0) lines.push("", ...this.layers(result));
    if (result.rehearsed !== undefined) lines.push("", ...rehearsalText(result.rehearsed, paint));
    if (result.changes !== undefined) lines.push("", ...changesText(result.changes, paint));
    const notes = result.notes.map((note) => `  ${paint.yellow("!")} ${note}`);
    const open = result.open.map(
      ({ name, says, source }) =>
        `  ${paint.yellow("!")} ${name} ${says}${source === undefined ? "" : paint.dim(` (${source.replace("#", ":")})`)}`,
    );
    if (notes.length + open.length > 0) lines.push("", ...open, ...notes);
    if (result.programOutput.length > 0)
      lines.push("", "  The program said:", ...result.programOutput.map((line) => paint.dim(`    ${line}`)));
    for (const refusal of result.refusals) lines.push("", ...refusal.split("\n").map((line) => `  ${paint.red(line)}`));
    lines.push(
      "",
      result.wrote === undefined ? `  Nothing was written for ${result.environment}.` : this.wrote(result.wrote, result.files),
    );
    this.terminal.out(`${lines.join("\n")}\n`);
  }

  /** @param again how to run the command for another environment. */
  next(results: readonly EnvironmentOutcome[], others: readonly string[], again: (environment: string) => string): void {
    const held = results.find(({ wrote }) => wrote !== undefined);
    if (held?.wrote === undefined) return;
    const [other] = others;
    const steps = [
      `open ${shownPath(held.wrote)}/report.html`,
      ...(other === undefined ? [] : [again(other)]),
      `npx pulumi up --stack ${held.environment}`,
    ];
    this.terminal.out(`\nNext: ${steps.join(" · ")}\n`);
  }

  private step({ name, status, summary, seconds }: StepOutcome): string {
    const lines = summary.length === 0 ? [""] : summary;
    const word = { ok: this.paint.green, noted: this.paint.yellow, refused: this.paint.red, failed: this.paint.red }[status](
      WORDS[status].padEnd(9),
    );
    const last = lines.length - 1;
    return lines
      .map(
        (line, index) =>
          `  ${(index === 0 ? name : "").padEnd(NAME)}${index === last ? `${line.padEnd(SUMMARY)} ${word}${this.paint.dim(`${seconds.toFixed(1)} s`)}` : line}\n`,
      )
      .join("");
  }

  private layers({ layers, open, unknowns }: EnvironmentOutcome): string[] {
    const rows = layers.map(({ layer, components, resources, protected: held }) =>
      [
        `  ${layer.padEnd(NAME)}`,
        counted(components, "component").padStart(14),
        counted(resources, "resource").padStart(16),
        held === 0 ? "" : `   ${held} protected`,
      ].join(""),
    );
    const later = unknowns === 0 ? "every value is known before deployment" : `${counted(unknowns, "value")} known only after deployment`;
    const facing = open.length === 0 ? "nothing found that is open to the world" : `${open.length} open to the world`;
    return [...rows, "", `  ${facing} · ${later}`];
  }

  private wrote(folder: string, files: EnvironmentOutcome["files"]): string {
    const first = ["report.html", "plan.json", "stack.json", "preview.json"].filter((file) => file in files);
    const groups = ["kubernetes", "charts", "cloudformation", "state-machines", "rehearsal"].flatMap((group) => {
      const size = Object.keys(files).filter((file) => file.startsWith(`${group}/`)).length;
      return size === 0 ? [] : [`${group}/ with ${counted(size, "file")}`];
    });
    return `  Wrote ${this.paint.bold(`${shownPath(folder)}/`)} (${[...first, ...groups].join(", ")})`;
  }
}
