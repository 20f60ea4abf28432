/** The loop's rehearsals: what came true, as pictures over virtual time and in the words of the audit trail. Pure. */
import { type Html, markup } from "./html";
import { type RollOutPicture, rollOutPicture, type Turn } from "./roll-out-picture";
import { counted } from "./signs";
import { timeline, type Timeline } from "./timeline";
import { type TrailRow, trailTable } from "./trail-table";

/** One release on its way to all users. */
export interface RollOutScene {
  readonly model: string;
  readonly picture: RollOutPicture;
  /** Absent where it was still under way. */
  readonly outcome?: Turn["kind"];
  /** Of the version, as YAML. */
  readonly card?: string;
}

export interface RehearsedScene {
  readonly title: string;
  readonly because: string;
  /** Days, runs, what was shortened: a few words. */
  readonly facts: string;
  /** Whole sentences; none where all came true. */
  readonly faults: readonly string[];
  readonly timeline: Timeline;
  /** `Mon 14:15  psi is 0.34 …  → a retraining starts` */
  readonly story: readonly string[];
  readonly rollOuts: readonly RollOutScene[];
  readonly trail: readonly TrailRow[];
}

export interface RehearsalReport {
  readonly scenes: readonly RehearsedScene[];
  /** Scenarios that this loop cannot play, with the reason. */
  readonly left: readonly { readonly title: string; readonly reason: string }[];
  /** What is known of the loop on AWS: a sentence. */
  readonly onAws?: string;
}

export function rehearsalSection({ scenes, left, onAws }: RehearsalReport): Html {
  const legend = markup`<div class="legend"><span><i class="key warn"></i> warning</span><span><i class="key bad"></i> critical, or not as promised</span>
<span><i class="key good"></i> a run, or what ended well</span><span><i class="key plain"></i> decided, or told</span></div>`;
  return markup`<h2>The loop, rehearsed</h2>
<div class="card"><p class="muted">The template and the functions of this plan, played in virtual time with everything around them made up: no cloud, no waiting. ${onAws}</p>
${legend}
${scenes.map(scene)}${left.map(({ title, reason }) => markup`<p class="muted">Not played: ${title}, because ${reason}.</p>\n`)}</div>`;
}

function scene({ title, because, facts, faults, timeline: picture, story, rollOuts, trail }: RehearsedScene): Html {
  const broken = faults.map((fault) => markup`<p class="fault">${fault}</p>`);
  return markup`<div class="scene"><h3><span class="mark ${faults.length === 0 ? "" : "broken"}">${faults.length === 0 ? "✓" : "✗"}</span> ${title} <span class="muted">· ${facts}</span></h3>
<p class="muted">${because}</p>${broken}
<div class="frame">${timeline(picture)}</div>
${rollOuts.map(rollOut)}<details><summary>The story, in ${counted(story.length, "line")}</summary><pre>${story.join("\n")}</pre></details>
${trailTable(trail, "rehearsal/audit.ndjson")}</div>
`;
}

const ENDINGS: Record<Turn["kind"], { mood: string; mark: string }> = {
  promoted: { mood: "good", mark: "✓" },
  "rolled back": { mood: "bad", mark: "✗" },
};

function rollOut({ model, picture, outcome, card }: RollOutScene): Html {
  const { candidate, old } = picture;
  const ending = outcome === undefined ? undefined : ENDINGS[outcome];
  const chip = markup`<span class="chip ${ending?.mood}">${ending?.mark} ${outcome ?? "under way at the end"}</span>`;
  const legend = markup`<span><i class="key new"></i> users of ${candidate}</span>${old === undefined ? undefined : markup`<span><i class="key old"></i> users of ${old}</span>`}`;
  return markup`<h4>${model}: ${candidate}${old === undefined ? ", its first release" : ` in place of ${old}`} ${chip}</h4>
<div class="frame">${rollOutPicture(picture)}</div>
<div class="legend">${legend}</div>
${card === undefined ? undefined : markup`<details><summary>Model card of ${candidate}</summary><pre>${card}</pre></details>`}
`;
}
