/** Which scenarios the loops of a plan can play, and which not. */
import type { RecordedResource } from "../../engine";
import { readScenario } from "../scenarios/files";
import type { Scenario } from "../scenarios/schema";
import { cast } from "./cast";
import { recordedLoops, type RecordedLoop } from "./recorded-loop";

/** Not played yet. */
export interface FitAct {
  /** Name of the scenario's file, without its ending. */
  readonly name: string;
  readonly loop: RecordedLoop;
  /** With the models of the loop. */
  readonly scenario: Scenario;
  /** What was left out of the scenario: "60 of its 500 alarms". */
  readonly shortened?: string;
}

export interface LeftAct {
  readonly scenario: string;
  readonly title: string;
  readonly loop: string;
  /** A clause. */
  readonly reason: string;
}

export interface Playbill {
  readonly fit: readonly FitAct[];
  readonly left: readonly LeftAct[];
}

/**
 * @param resources of a recording in apply mode
 * @param files scenarios in the order in which they are to be played; those of the example's own stages say nothing of a plan, and are passed over
 */
export function playbillOf(resources: readonly RecordedResource[], files: readonly string[]): Playbill {
  const scenarios = files.map((file) => ({ name: fileName(file), scenario: readScenario(file) }));
  const ofPlans = scenarios.filter(({ scenario }) => scenario.training === undefined || scenario.stages !== "example");
  const acts = recordedLoops(resources).flatMap((loop) => ofPlans.map((each) => ({ ...each, loop, casting: cast(each.scenario, loop) })));
  return {
    fit: acts.flatMap(({ name, loop, casting }) => {
      if (casting.kind !== "cast") return [];
      const { scenario, shortened } = casting;
      return [{ name, loop, scenario, ...(shortened !== undefined && { shortened }) }];
    }),
    left: acts.flatMap(({ name, loop, scenario, casting }) =>
      casting.kind === "cast" ? [] : [{ scenario: name, title: scenario.title, loop: loop.name, reason: casting.reason }],
    ),
  };
}

/**
 * What tells the whole story in a few seconds: from drift to promotion, and from a bad canary back; and where nothing is rolled out, when the loop
 * acts and when it must not.
 */
const FIRST = ["challenger-wins", "bad-canary", "slow-drift", "broken-pipeline", "stop-switch"];
const FEW = 2;

/** @returns a few of each loop */
export function firstFew(fit: readonly FitAct[]): FitAct[] {
  const rank = ({ name }: FitAct): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const loops = [...new Set(fit.map(({ loop }) => loop))];
  return loops.flatMap((loop) =>
    fit
      .filter((act) => act.loop === loop)
      .sort((one, other) => rank(one) - rank(other))
      .slice(0, FEW),
  );
}

function fileName(file: string): string {
  return (file.split(/[\\/]/).pop() ?? file).replace(/\.yaml$/, "");
}
