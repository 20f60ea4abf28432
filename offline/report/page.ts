/** `report.markup`: one file that needs nothing else. Pure, and without times, so that the same plan gives the same page. */
import type { RedactedRecording } from "../plan/redaction";
import type { Changes } from "../templates/template-diff";
import type { Estimate } from "../cost/estimate";
import type { Judgement } from "../policies/judge-plan";
import { changesSection } from "./changes-section";
import { costSection } from "./cost-section";
import { findings, findingsSection, outputsSection, protectedSection, unknownsSection } from "./findings-sections";
import { markup, type Html, unescaped } from "./html";
import { type Layered, layered } from "./parts";
import { partsSection } from "./parts-section";
import { picture } from "./picture";
import { policiesSection } from "./policies-section";
import { protectionSection } from "./protection-section";
import { rehearsalSection, type RehearsalReport } from "./rehearsal-section";
import { sign, SIGNS } from "./signs";
import { SCRIPT } from "./script";
import { STYLE } from "./style";

export type Status = "ok" | "noted" | "refused" | "failed";

export interface ReportedStep {
  readonly name: string;
  readonly status: Status;
  readonly summary: readonly string[];
}

export interface Report {
  readonly preview: RedactedRecording;
  readonly region?: string;
  readonly stackFile: string;
  readonly steps: readonly ReportedStep[];
  /** Whole sentences, one a finding. */
  readonly notes: readonly string[];
  readonly changes?: Changes;
  readonly rehearsal?: RehearsalReport;
  readonly cost?: Estimate;
  readonly policies?: Judgement;
}

const MARKS: Record<Status, string> = { ok: "✓", noted: "!", refused: "✗", failed: "✗" };

export function reportPage(report: Report): string {
  const { preview } = report;
  const { layers, counts } = layered(preview);
  const members = layers.flatMap(({ parts }) => parts.flatMap((part) => part.members));
  const open = members.filter(({ exposures }) => exposures.length > 0).length;
  const unknowns = members.reduce((sum, { unknowns }) => sum + unknowns, 0);
  const figures: [number, string, string?][] = [
    [counts.resources, counts.modelled > 0 ? `resources, ${counts.modelled} of them made by a provider` : "resources to create"],
    [counts.components, counts.components === 1 ? "component" : "components"],
    [counts.protected, "protected against deletion"],
    [open, "open to the world", open > 0 ? "warn" : undefined],
    [unknowns, unknowns === 1 ? "value known only after deployment" : "values known only after deployment"],
    ...(counts.lookedUp > 0 ? [[counts.lookedUp, "looked up, not created"] as [number, string]] : []),
  ];
  const region = report.region === undefined ? "" : ` · ${report.region}`;
  const body = markup`<main>
<header>
<h1>${preview.project} <span>· ${preview.stack}${region}</span></h1>
<p>The plan of ${report.stackFile}, made from the program itself, without an account.</p>
<ul class="steps">
${report.steps.map(({ name, status, summary }) => markup`<li class="${status}"><span class="mark">${MARKS[status]}</span><b>${name}</b> ${summary[0]}</li>\n`)}</ul>
</header>
<div class="figures">
${figures.map(([figure, label, mood]) => markup`<div class="figure ${mood}"><b>${figure.toLocaleString("en")}</b><span>${label}</span></div>\n`)}</div>
<h2>The platform</h2>
${layers.length === 0 ? markup`<p class="muted">The program creates no resource.</p>` : platform(layers, `${preview.stack}-`)}
${report.changes === undefined ? undefined : changesSection(report.changes)}
${report.rehearsal === undefined ? undefined : rehearsalSection(report.rehearsal)}
${report.cost === undefined ? undefined : costSection(report.cost)}
${report.policies === undefined ? undefined : policiesSection(report.policies)}
${findingsSection(findings(members), report.notes)}
${partsSection(layers)}
${protectionSection(preview.resources)}
${protectedSection(members)}
${outputsSection(preview.stackOutputs)}
${unknownsSection(members)}
<footer>
<p>This page was written by planning offline: the program ran in preview and in apply mode against a recorder. No cloud was asked, so it proves what would
be requested, not that AWS or Kubernetes would accept it: names already taken, quotas and permissions show in <code>pulumi preview</code> and
<code>pulumi up</code> only. Secret values were left out before anything was written.</p>
</footer>
</main>`;
  return `${page(`${preview.project} · ${preview.stack}`, body).text}\n`;
}

function platform(layers: Layered["layers"], prefix: string): Html {
  return markup`<div class="card frame">
${picture(layers, prefix)}
<div class="legend">
<span>→ needs; left out where a longer way says it</span>
<span>7 = resources inside</span>
<span>${sign("lock")} holds something protected</span>
<span>${sign("globe")} opens something to the world</span>
</div>
</div>`;
}

function page(title: string, body: Html): Html {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${unescaped(STYLE)}</style>
</head>
<body>
${SIGNS}
${body}
<script>${unescaped(SCRIPT)}</script>
</body>
</html>`;
}
