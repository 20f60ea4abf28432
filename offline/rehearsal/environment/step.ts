/** A step for the table of steps: does the loop that would be deployed keep its promises? */
import fs from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { AskedWorker } from "../../commands/asked-worker";
import type { Step, Work } from "../../commands/pipeline";
import type { RecordedResource } from "../../engine";
import { jsonFile } from "../../plan/stable-json";
import type { Files } from "../../plan/sent-documents";
import { counted } from "../../report/signs";
import type { Question } from "./rehearsal-thread";
import type * as player from "./rehearse-plan";
import { newHome } from "./unpacked";
import type * as storyteller from "../scenarios/story";

export const REHEARSAL_STEP: Step = {
  name: "rehearsal",
  says: "plays drift, storms and people with the control loop that would be deployed, where the program has one",
  load() {
    if (fs.existsSync(THREAD)) worker.load();
  },
  begin(work) {
    if (hasLoop(work)) work.rehearsing = rehearsing(work.planned?.apply.resources ?? []);
  },
  async run(work) {
    if (work.planned === undefined) throw new Error("the step plan must run before this one");
    if (!hasLoop(work)) return { summary: ["no control loop"] };
    const plan = await (work.rehearsing ?? rehearsing(work.planned.apply.resources));
    const { played } = plan;
    work.rehearsed = plan;
    const days = played.reduce((sum, { rehearsal }) => sum + rehearsal.virtualDays, 0);
    const broken = played.flatMap(({ rehearsal }) => rehearsal.faults.map((fault) => `${rehearsal.scenario.title}: ${fault}`));
    const others = plan.more === 0 ? [] : [`${plan.more} more: npx modelloop rehearse --environment ${work.environment}`];
    const holds = played.filter(({ rehearsal }) => rehearsal.faults.length === 0).length;
    return {
      summary: [`${holds} of ${counted(played.length, "scenario")} came true, ${days.toFixed(1)} virtual days`, ...others],
      refusals: broken,
      files: filesOf(plan, work.environment),
    };
  },
};

function hasLoop({ planned }: Work): boolean {
  return planned?.apply.resources.some(({ type }) => type === "modelloop:index:ModelLoop") === true;
}

/** What is built lies beside this file; from sources there is none that a thread could read. */
const THREAD = path.join(__dirname, "rehearsal-thread.js");

/** Much is made and soon forgotten: with the default of 16 MB a fifth of the time goes into cleaning up. */
const resourceLimits = { maxYoungGenerationSizeMb: 128 };

const worker = new AskedWorker<Question, player.RehearsedPlan>(
  () => new Worker(THREAD, { workerData: newHome(), execArgv: [], resourceLimits }),
);

/** On a thread of its own, where there is one: meanwhile other steps have the first, and a small heap is quicker to clean than that of a plan. */
function rehearsing(resources: readonly RecordedResource[]): Promise<player.RehearsedPlan> {
  const playing = fs.existsSync(THREAD) ? worker.ask({ resources }) : modules().player.rehearsePlan(resources);
  // Where another step ends the pipeline before, nobody waits for it.
  playing.catch(() => undefined);
  return playing;
}

/** What only a program with a loop has to load. */
function modules(): { player: typeof player; story: typeof storyteller } {
  /* eslint-disable @typescript-eslint/no-require-imports */
  return {
    player: require("./rehearse-plan") as typeof player,
    story: require("../scenarios/story") as typeof storyteller,
  };
  /* eslint-enable @typescript-eslint/no-require-imports */
}

function filesOf({ played, left }: player.RehearsedPlan, environment: string): Files {
  const card = played.map(({ rehearsal }) => promotedCard(rehearsal)).find((text) => text !== undefined);
  return {
    "rehearsal/summary.json": jsonFile({ environment, played: played.map(documentOf), left }),
    "rehearsal/events.ndjson": played
      .flatMap(({ scenario, rehearsal }) => rehearsal.happenings.map((happening) => `${JSON.stringify({ scenario, ...happening })}\n`))
      .join(""),
    "rehearsal/audit.ndjson": played
      .flatMap(({ scenario, rehearsal }) => rehearsal.audit.map((record) => `${JSON.stringify({ scenario, ...record })}\n`))
      .join(""),
    ...(card !== undefined && { "rehearsal/model-card.yaml": card }),
  };
}

/** Of the last version that was promoted: what people would read of the model that serves. */
function promotedCard({ audit, cards }: player.PlayedAct["rehearsal"]): string | undefined {
  const run = audit.findLast(({ event }) => event === "model.promoted")?.values["run"];
  return cards.find((card) => card.run === run)?.text;
}

/** One act for programs: `--json` and `rehearsal/summary.json`. */
export function documentOf({ scenario, loop, rehearsal, playedFor, shortened }: player.PlayedAct): Record<string, unknown> {
  const { storyDocument, summaryOf } = modules().story;
  return {
    ...{ scenario, loop, playedFor, ...(shortened !== undefined && { shortened }), ...summaryOf(rehearsal), faults: rehearsal.faults },
    story: storyDocument(rehearsal),
  };
}
