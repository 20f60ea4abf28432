/**
 * A scenario's parts, given to the models of an environment. What it promises of a loop that acts is not promised of one that observes: there
 * nothing may happen at all. Pure.
 */
import type { ScenarioEvent, Scenario, ScenarioPromise } from "../scenarios/schema";
import { unplayable } from "../platform/loop-platform";
import type { RecordedLoop } from "./recorded-loop";

export type Casting =
  | { readonly kind: "cast"; readonly scenario: Scenario; readonly shortened?: string }
  /** A clause: "dev has no function that trains". */
  | { readonly kind: "not-for-this-loop"; readonly reason: string };

type Company = Pick<RecordedLoop, "environment" | "models" | "channels" | "retrainingArn" | "trafficArn" | "place">;

/** Thirty alarms meet the same locks as five hundred do, in a fraction of the time; `modelloop rehearse` plays all of them. */
export const ALARMS_OF_A_STORM = 30;

export function cast(scenario: Scenario, company: Company): Casting {
  const parts = partsOf(scenario, company);
  const missing = [...new Set(scenario.when.flatMap(namedBy))].filter((model) => !parts.has(model));
  if (missing.length > 0) return { kind: "not-for-this-loop", reason: `it wants ${scenario.models.length} models of lines of their own` };
  const unfit = unfitFor(scenario, parts, company);
  if (unfit !== undefined) return { kind: "not-for-this-loop", reason: unfit };
  const storms = scenario.when.flatMap((event) => ("storm" in event ? [event.storm.alarms] : []));
  const longest = Math.max(0, ...storms);
  return {
    kind: "cast",
    scenario: {
      ...scenario,
      lasts: lastsFor(scenario, company),
      models: company.models.map(({ model: name, line, mode }) => ({ name, line, mode })),
      when: scenario.when.map((event) => shortened(renamed(event, parts))),
      then: scenario.then.flatMap((promise) => kept(promise, scenario, parts, company)),
      ...(scenario.training && { training: { ...scenario.training, challengerShare: challengerShareOf(scenario.training, company) } }),
    },
    ...(longest > ALARMS_OF_A_STORM && { shortened: `${ALARMS_OF_A_STORM} of its ${longest} alarms` }),
  };
}

/** Hours of a roll-out's scenario that are no stage: drift that is noticed, training, people, a slot that loads. */
const BEFORE_THE_LADDER = 4;
/** And those in which it must stay as it is. */
const AFTER_THE_LADDER = 1;

/** A ladder of an hour has no need of the days that the scenario has for one of eight. */
function lastsFor({ training, lasts }: Scenario, { place }: Company): number {
  if (training === undefined || place === undefined) return lasts;
  return Math.min(lasts, (BEFORE_THE_LADDER + ladderHours(place) + AFTER_THE_LADDER) * 3_600_000);
}

function ladderHours({ specs: [spec] }: NonNullable<Company["place"]>): number {
  return (spec?.rollOut?.stages ?? []).reduce((sum, { hours }) => sum + hours, 0);
}

/** A clause; undefined where it can be played. */
function unfitFor(scenario: Scenario, parts: ReadonlyMap<string, Part>, { place, retrainingArn }: Company): string | undefined {
  const { needs, training, lasts, models } = scenario;
  if (needs === undefined && training === undefined) return undefined;
  if (needs === "function" && (place !== undefined || retrainingArn === undefined))
    return "it wants one function that is the whole of a run, and there is none";
  const fault = place === undefined ? undefined : unplayable(place);
  if (place === undefined ? training !== undefined || retrainingArn === undefined : fault !== undefined)
    return fault ?? "it wants a function that trains, and there is none";
  if (models.some(({ name, mode }) => mode === "act" && parts.get(name)?.mode === "observe")) return "it wants a model that acts";
  if (training === undefined || place === undefined) return undefined;
  const hours = ladderHours(place);
  if (hours === 0) return "nothing is rolled out";
  if (hours + BEFORE_THE_LADDER > lasts / 3_600_000) return `its stages take ${hours} hours, and the scenario lasts ${lasts / 3_600_000}`;
  return undefined;
}

/** Where one variant is trained, it answers everybody. */
function challengerShareOf({ challengerShare }: NonNullable<Scenario["training"]>, { place }: Company): number {
  const isThere = place?.specs.some(({ variants }) => variants.some(({ role }) => role === "challenger")) === true;
  return isThere ? challengerShare : 0;
}

interface Part {
  readonly name: string;
  readonly mode: "observe" | "act";
  /** Whether the model may do what the scenario's own may. */
  readonly isSame: boolean;
}

/** Each of the scenario's models gets one of another line, of its mode where there is one. */
function partsOf({ models }: Scenario, { models: company }: Company): Map<string, Part> {
  const free = [...company];
  const parts = new Map<string, Part>();
  for (const { name, mode } of models) {
    const found = free.find((each) => each.mode === mode) ?? free[0];
    if (found === undefined) continue;
    parts.set(name, { name: found.model, mode: found.mode, isSame: found.mode === mode });
    for (const other of company.filter(({ line }) => line === found.line)) free.splice(free.indexOf(other), free.includes(other) ? 1 : 0);
  }
  return parts;
}

function namedBy(event: ScenarioEvent): string[] {
  return Object.values(event).flatMap((given: unknown) => {
    const model = typeof given === "object" && given !== null ? (given as { model?: string }).model : undefined;
    return model === undefined ? [] : [model];
  });
}

function renamed(event: ScenarioEvent, parts: ReadonlyMap<string, Part>): ScenarioEvent {
  const entries = Object.entries(event).map(([key, given]: [string, unknown]) => {
    const model = typeof given === "object" && given !== null ? (given as { model?: string }).model : undefined;
    return [key, model === undefined ? given : { ...(given as object), model: parts.get(model)?.name ?? model }];
  });
  return Object.fromEntries(entries) as ScenarioEvent;
}

function shortened(event: ScenarioEvent): ScenarioEvent {
  if (!("storm" in event)) return event;
  return { ...event, storm: { ...event.storm, alarms: Math.min(event.storm.alarms, ALARMS_OF_A_STORM) } };
}

/** Lines of the trail that are written only where something was done. */
const DONE = /^(retraining\.(start|ended)|traffic\.)/;

function kept(promise: ScenarioPromise, scenario: Scenario, parts: ReadonlyMap<string, Part>, company: Company): ScenarioPromise[] {
  const played = [...parts.values()];
  const [only] = scenario.models.length === 1 ? scenario.models : [];
  const all = played.length === scenario.models.length && played.every(({ isSame }) => isSame);
  if ("runs" in promise) {
    const part = parts.get(promise.runs.model ?? only?.name ?? "");
    if (part === undefined) return promise.runs.model === undefined && all ? [promise] : [];
    if (part.mode === "observe") return [{ runs: { model: part.name, started: 0 } }];
    return part.isSame ? [{ runs: outcomes({ ...promise.runs, model: part.name }, scenario, company) }] : [];
  }
  if ("first run" in promise) {
    const part = parts.get(promise["first run"].model ?? only?.name ?? "");
    return part?.isSame === true && part.mode === "act" ? [{ "first run": { ...promise["first run"], model: part.name } }] : [];
  }
  if ("told" in promise) return all && company.channels.includes(promise.told.channel) ? [promise] : [];
  if ("traffic" in promise) return company.trafficArn === undefined || !all ? [] : [promise];
  if ("audit" in promise) {
    const holding = Object.entries(promise.audit).filter(([event]) => all || !DONE.test(event));
    return holding.length === 0 ? [] : [{ audit: Object.fromEntries(holding) }];
  }
  if ("climbs" in promise || "serves" in promise || "champion" in promise || "jobs" in promise || "back within" in promise)
    return all ? [promise] : [];
  return [promise];
}

type Runs = Extract<ScenarioPromise, { runs: unknown }>["runs"];

/**
 * A run that trains nothing reports that it was rejected, and no run is ended before its time. Where runs train, the candidates of a scenario that
 * is not about them pass no gate: their ladders may take days.
 */
function outcomes({ ended, ...runs }: Runs, { training }: Scenario, { retrainingArn, place }: Company): Runs {
  if (ended === undefined) return runs;
  if (training !== undefined || (retrainingArn !== undefined && place === undefined)) return { ...runs, ended };
  const { aborted = 0 } = ended;
  const rejected = Object.values(ended).reduce((sum, count) => sum + count, 0) - aborted;
  return { ...runs, ended: { ...(rejected > 0 && { rejected }), ...(aborted > 0 && { aborted }) } };
}
