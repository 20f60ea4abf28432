/** Plays scenarios with the loops of a plan. What is equal for two environments is played once. */
import { rehearse, type Rehearsal, type RehearsalOptions } from "../scenarios/rehearse";
import type { RecordedResource } from "../../engine";
import { scenarioFiles } from "../scenarios/files";
import { type FitAct, firstFew, type LeftAct, playbillOf } from "./playbill";
import type { RecordedLoop } from "./recorded-loop";

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

export interface RehearsedPlan {
  readonly played: readonly PlayedAct[];
  readonly left: readonly LeftAct[];
  /** How many more the loops could play. */
  readonly more: number;
}

/** A few stories of each loop, for who plans all day; `modelloop rehearse --environment` plays all. @param resources of a recording in apply mode */
export async function rehearsePlan(resources: readonly RecordedResource[]): Promise<RehearsedPlan> {
  const { fit, left } = playbillOf(resources, scenarioFiles());
  const acts = firstFew(fit);
  const played: PlayedAct[] = [];
  for (const act of acts) played.push(await playAct(act));
  return { played, left, more: fit.length - acts.length };
}

const known = new Map<string, { rehearsal: Rehearsal; playedFor: string }>();

export async function playAct({ name, loop, scenario, shortened }: FitAct, weather: Weather = {}): Promise<PlayedAct> {
  const key = JSON.stringify([scenario, weather, withoutName(loop)]);
  const played = known.get(key) ?? { rehearsal: await rehearse(scenario, { loop, ...weather }), playedFor: loop.environment };
  known.set(key, played);
  return { scenario: name, loop: loop.name, ...played, ...(shortened !== undefined && { shortened }) };
}

type Weather = Pick<RehearsalOptions, "seed" | "rough">;

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
