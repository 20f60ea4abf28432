/** A step for the table of steps: does the loop that would be deployed keep its promises? */
import type { Step } from "../../commands/pipeline";
import { jsonFile } from "../../plan/stable-json";
import type { Files } from "../../plan/sent-documents";
import { counted } from "../../report/signs";
import type * as bill from "./playbill";
import type * as player from "./rehearse-plan";
import type * as files from "../scenarios/files";
import type * as storyteller from "../scenarios/story";

export const REHEARSAL_STEP: Step = {
  name: "rehearsal",
  says: "plays drift, storms and people with the control loop that would be deployed, where the program has one",
  async run(work) {
    if (work.planned === undefined) throw new Error("the step plan must run before this one");
    const { resources } = work.planned.apply;
    if (!resources.some(({ type }) => type === "modelloop:index:ModelLoop")) return { summary: ["no control loop"] };
    const { playbill, player: stage, files: scenarios } = modules();
    const all = playbill.playbillOf(resources, scenarios.scenarioFiles());
    const acts = playbill.firstFew(all);
    const played: player.PlayedAct[] = [];
    for (const act of acts) played.push(await stage.playAct(act));
    const plan = { played, left: all.left, more: all.fit.length - acts.length };
    work.rehearsed = plan;
    const days = played.reduce((sum, { rehearsal }) => sum + rehearsal.virtualDays, 0);
    const broken = played.flatMap(({ rehearsal }) => rehearsal.faults.map((fault) => `${rehearsal.scenario.title}: ${fault}`));
    const others = plan.more === 0 ? "" : `; ${plan.more} more with modelloop rehearse --environment ${work.environment}`;
    const holds = played.filter(({ rehearsal }) => rehearsal.faults.length === 0).length;
    return {
      summary: [`${holds} of ${counted(played.length, "scenario")} came true, ${days.toFixed(1)} virtual days${others}`],
      refusals: broken,
      files: filesOf(plan, work.environment),
    };
  },
};

/** What only a program with a loop has to load. */
function modules(): { player: typeof player; playbill: typeof bill; files: typeof files; story: typeof storyteller } {
  /* eslint-disable @typescript-eslint/no-require-imports */
  return {
    player: require("./rehearse-plan") as typeof player,
    playbill: require("./playbill") as typeof bill,
    files: require("../scenarios/files") as typeof files,
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
  const { story, summaryOf } = modules().story;
  return {
    ...{ scenario, loop, playedFor, ...(shortened !== undefined && { shortened }), ...summaryOf(rehearsal), faults: rehearsal.faults },
    story: story(rehearsal).map(({ at, ...line }) => ({ at: new Date(at).toISOString(), ...line })),
  };
}
