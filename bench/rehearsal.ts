/**
 * What rehearsing costs in real time: virtual days a second of each scenario, a week of the loop calm and rough, growth with its models, and how many
 * alarms pass its door in a second.
 *
 *     node scripts/prepare.mjs && npx tsx bench/rehearsal.ts
 *
 * Processor time, because a busy machine stretches the other kind. The first run loads and synthesises; the figure is the fastest of the next.
 */
import fs from "node:fs";
import path from "node:path";
import { readScenario } from "../offline/rehearsal/scenarios/files";
import { rehearse, type Rehearsal, type RehearsalOptions } from "../offline/rehearsal/scenarios/rehearse";

const ROOT = path.resolve(__dirname, "..");
const SCENARIOS = path.join(ROOT, "scenarios");
const DAY = 24 * 3_600_000;
const WEEK = 7 * DAY;

type Scenario = ReturnType<typeof readScenario>;

/** As declared, but for what is asked. */
function scenarioOf(name: string, change: Partial<Scenario> = {}): Scenario {
  return { ...readScenario(path.join(SCENARIOS, name)), ...change };
}

interface Played {
  milliseconds: number;
  rehearsal: Rehearsal;
}

async function fastest(scenario: Scenario, repeats: number, options: Partial<RehearsalOptions> = {}): Promise<Played> {
  let best: Played | undefined;
  for (let repeat = 0; repeat <= repeats; repeat++) {
    const before = process.cpuUsage();
    const rehearsal = await rehearse(scenario, { handlers: path.join(ROOT, "dist/lambdas"), ...options });
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1_000;
    if (repeat > 0 && !(best !== undefined && best.milliseconds <= milliseconds)) best = { milliseconds, rehearsal };
  }
  if (best === undefined) throw new RangeError("a figure needs one repeat or more");
  return best;
}

function daysASecond({ milliseconds }: Played, { lasts }: Scenario): string {
  return `${(lasts / DAY / (milliseconds / 1_000)).toFixed(1)} virtual days a second`;
}

async function eachScenario(): Promise<void> {
  for (const file of fs.readdirSync(SCENARIOS).filter((each) => each.endsWith(".yaml"))) {
    const scenario = scenarioOf(file);
    const played = await fastest(scenario, 1);
    const { happenings, faults } = played.rehearsal;
    const broken = faults.length === 0 ? "" : `, ${faults.length} promises broken`;
    const figures = `${played.milliseconds.toFixed(0)} ms, ${happenings.length} happenings, ${daysASecond(played, scenario)}${broken}`;
    console.log(`${path.basename(file, ".yaml").padEnd(24)} ${figures}`);
  }
}

async function weeks(): Promise<void> {
  const week = scenarioOf("slow-drift.yaml", { lasts: WEEK });
  const calm = await fastest(week, 5);
  const rough = await fastest(week, 5, { rough: true, seed: 1 });
  const two = await fastest({ ...week, lasts: 2 * WEEK }, 5);
  const times = ({ milliseconds }: Played): string => (milliseconds / calm.milliseconds).toFixed(2);
  const calmly = `${calm.milliseconds.toFixed(0)} ms, ${calm.rehearsal.happenings.length} happenings, ${daysASecond(calm, week)}`;
  console.log(`one week, calm   ${calmly} (budget 1,000 ms)`);
  console.log(`one week, storm  ${rough.milliseconds.toFixed(0)} ms, ${times(rough)} times a calm one`);
  console.log(`two weeks, calm  ${two.milliseconds.toFixed(0)} ms, ${times(two)} times one week`);
}

/** All models drift, and each has a lock of its own: as many runs as models. */
function ofModels(count: number): Scenario {
  const names = Array.from({ length: count }, (_, index) => `model-${index}`);
  const { when, ...rest } = scenarioOf("slow-drift.yaml", { then: [] });
  return {
    ...rest,
    models: names.map((name) => ({ name, mode: "act" as const })),
    when: when.flatMap((event): typeof when =>
      "measure" in event ? names.map((model) => ({ ...event, measure: { ...event.measure, model } })) : [event],
    ),
  };
}

async function growth(): Promise<void> {
  let smallest: Played | undefined;
  for (const count of [1, 10, 100]) {
    const scenario = ofModels(count);
    const played = await fastest(scenario, count < 100 ? 3 : 1);
    smallest ??= played;
    const { milliseconds, rehearsal } = played;
    const figures = `${milliseconds.toFixed(0)} ms, ${rehearsal.runs.length} runs, ${rehearsal.happenings.length} happenings, ${daysASecond(played, scenario)}`;
    console.log(
      `${String(count).padStart(3)} models       ${figures}; ${(milliseconds / smallest.milliseconds).toFixed(1)} times one model`,
    );
  }
}

/** Milliseconds for a storm of so many alarms within an hour: each is decided, written down and told, by the functions as they are bundled. */
async function storm(alarms: number): Promise<number> {
  const scenario = scenarioOf("alarm-storm.yaml");
  const when = scenario.when.map((event) => ("storm" in event ? { ...event, storm: { ...event.storm, alarms } } : event));
  return (await fastest({ ...scenario, when }, 2)).milliseconds;
}

async function storms(): Promise<void> {
  const [few, many] = [await storm(50), await storm(500)];
  const each = (many - few) / 450;
  const ratio = `${(many / few).toFixed(1)} times 50 alarms (linear growth: 10 or less)`;
  console.log(`500 alarms       ${many.toFixed(0)} ms, ${(1_000 / each).toFixed(0)} alarms a second through the intake; ${ratio}`);
}

async function main(): Promise<void> {
  await eachScenario();
  await weeks();
  await growth();
  await storms();
}

void main();
