/** Plays the scenarios that fit with the loops of a plan. What is equal for two environments is played once. */
import type { RecordedResource } from "../../engine";
import { readScenario } from "../scenarios/files";
import { rehearse, type Rehearsal } from "../scenarios/rehearse";
import type { Scenario } from "../scenarios/schema";
import { cast } from "./cast";
import { recordedLoops, type RecordedLoop } from "./recorded-loop";

export interface PlayedAct {
  /** Name of the scenario's file, without its ending. */
  readonly scenario: string;
  readonly loop: string;
  readonly rehearsal: Rehearsal;
  /** Environment whose loop was played: its template differs from ours in its name alone. */
  readonly playedFor: string;
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

export interface RehearsedPlan {
  readonly played: readonly PlayedAct[];
  readonly left: readonly LeftAct[];
}

const known = new Map<string, { rehearsal: Rehearsal; playedFor: string }>();

/** @param files scenarios in the order in which they are to be played; those of the example's own stages say nothing of a plan, and are passed over */
export async function rehearsePlan(resources: readonly RecordedResource[], files: readonly string[]): Promise<RehearsedPlan> {
  const played: PlayedAct[] = [];
  const left: LeftAct[] = [];
  for (const loop of recordedLoops(resources)) {
    for (const file of files) {
      const scenario = readScenario(file);
      if (scenario.training !== undefined && scenario.stages === "example") continue;
      const name = fileName(file);
      const casting = cast(scenario, loop);
      if (casting.kind === "cast") {
        const { shortened } = casting;
        played.push({
          scenario: name,
          loop: loop.name,
          ...(await playOnce(casting.scenario, loop)),
          ...(shortened !== undefined && { shortened }),
        });
      } else left.push({ scenario: name, title: scenario.title, loop: loop.name, reason: casting.reason });
    }
  }
  return { played, left };
}

async function playOnce(scenario: Scenario, loop: RecordedLoop): Promise<{ rehearsal: Rehearsal; playedFor: string }> {
  const key = JSON.stringify([scenario, withoutName(loop)]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const fresh = { rehearsal: await rehearse(scenario, { loop }), playedFor: loop.environment };
  known.set(key, fresh);
  return fresh;
}

const withoutNames = new WeakMap<RecordedLoop, string>();

/** Two loops of which this is equal differ in their environment's name, and in nothing that could change what happens. */
export function withoutName(loop: RecordedLoop): string {
  const made = withoutNames.get(loop);
  if (made !== undefined) return made;
  const { environment, assembly, retrainingArn, trafficArn } = loop;
  // A nested stack's own entry names the hash of its template, in which the name stands; what is in that template is compared itself.
  const resources = assembly.resources.filter(({ type }) => type !== "AWS::CloudFormation::Stack");
  const text = JSON.stringify([resources, retrainingArn, trafficArn]).replaceAll(new RegExp(`\\b${environment}\\b`, "g"), "<environment>");
  withoutNames.set(loop, text);
  return text;
}

function fileName(file: string): string {
  return (file.split(/[\\/]/).pop() ?? file).replace(/\.yaml$/, "");
}
