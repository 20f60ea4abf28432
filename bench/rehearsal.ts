/**
 * What a week of the loop costs in real time, calm and rough, and how many alarms pass its door in a second: `npx tsx bench/rehearsal.ts`.
 *
 * Processor time, because a busy machine stretches the other kind. The first run loads and synthesises; the figure is the fastest of the next.
 */
import path from "node:path";
import { readScenario } from "../offline/rehearsal/scenarios/files";
import { rehearse, type RehearsalOptions } from "../offline/rehearsal/scenarios/rehearse";

const ROOT = path.resolve(__dirname, "..");
const WEEK = 7 * 24 * 3_600_000;
const REPEATS = 5;

async function milliseconds(options: Partial<RehearsalOptions>, lasts: number): Promise<{ best: number; happenings: number }> {
  const scenario = { ...readScenario(path.join(ROOT, "scenarios/slow-drift.yaml")), lasts };
  let best = Infinity;
  let happenings = 0;
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const before = process.cpuUsage();
    const played = await rehearse(scenario, { handlers: path.join(ROOT, "dist/lambdas"), ...options });
    const { user, system } = process.cpuUsage(before);
    if (repeat > 0) best = Math.min(best, (user + system) / 1_000);
    happenings = played.happenings.length;
  }
  return { best, happenings };
}

/** Milliseconds for a storm of so many alarms within an hour: each is decided, written down and told, by the functions as they are bundled. */
async function storm(alarms: number): Promise<number> {
  const scenario = readScenario(path.join(ROOT, "scenarios/alarm-storm.yaml"));
  const when = scenario.when.map((event) => ("storm" in event ? { ...event, storm: { ...event.storm, alarms } } : event));
  let best = Infinity;
  for (let repeat = 0; repeat < 3; repeat++) {
    const before = process.cpuUsage();
    await rehearse({ ...scenario, when }, { handlers: path.join(ROOT, "dist/lambdas") });
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

async function main(): Promise<void> {
  const calm = await milliseconds({}, WEEK);
  const rough = await milliseconds({ rough: true, seed: 1 }, WEEK);
  const two = await milliseconds({}, 2 * WEEK);
  console.log(`one week, calm   ${calm.best.toFixed(0)} ms, ${calm.happenings} happenings (budget 1,000 ms)`);
  console.log(`one week, storm  ${rough.best.toFixed(0)} ms, ${(rough.best / calm.best).toFixed(2)} times a calm one`);
  console.log(`two weeks, calm  ${two.best.toFixed(0)} ms, ${(two.best / calm.best).toFixed(2)} times one week`);
  const [few, many] = [await storm(50), await storm(500)];
  const each = (many - few) / 450;
  console.log(
    `500 alarms       ${many.toFixed(0)} ms, ${(1_000 / each).toFixed(0)} alarms a second through the intake; ${(many / few).toFixed(1)} times 50 alarms (linear growth: 10 or less)`,
  );
}

void main();
