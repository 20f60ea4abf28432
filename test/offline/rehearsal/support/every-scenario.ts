/**
 * Plays every scenario in a process of its own: ONNX Runtime's WebAssembly does not load in Jest's sandbox, and all else takes half as long outside of
 * it. Prints one document.
 */
import path from "node:path";
import type { Coverage } from "../../../../offline/rehearsal/scenarios/coverage";
import { readScenario, scenarioFiles } from "../../../../offline/rehearsal/scenarios/files";
import { loopOf } from "../../../../offline/rehearsal/scenarios/loop-assembly";
import { rehearse } from "../../../../offline/rehearsal/scenarios/rehearse";
import type { Scenario } from "../../../../offline/rehearsal/scenarios/schema";
import { subjectOf, watching } from "../../../../offline/verify/subject";

const ROOT = path.resolve(__dirname, "../../../..");
const HANDLERS = path.join(ROOT, "dist/lambdas");

const FILES = scenarioFiles(path.join(ROOT, "scenarios"));
export const SCENARIOS = FILES.map(nameOf);
/** Whose runs go their whole way. In the others one function is the whole of a run, or nothing is trained. */
export const WHOLE_RUNS = FILES.filter((file) => readScenario(file).training !== undefined).map(nameOf);

export interface Act {
  readonly scenario: string;
  readonly faults: readonly string[];
  readonly coverage: Coverage;
}

/** Actions of IAM. */
export interface RoleActs {
  readonly role: string;
  readonly granted: readonly string[];
  /** What verify-aws would ask about. */
  readonly asked: readonly string[];
}

export interface Storm {
  readonly scenario: string;
  readonly seed: number;
  readonly faults: readonly string[];
}

export interface EveryScenario {
  readonly acts: readonly Act[];
  readonly storms: readonly Storm[];
  readonly roles: readonly RoleActs[];
}

/** Schedules of faults for each scenario: `MODELLOOP_SEEDS=50` on a machine that has the time. */
const SEEDS = Number(process.env["MODELLOOP_SEEDS"] ?? 1);

/** Of whole runs, one that reaches all users and one that comes back, each from a seed that gets so far at once: a run after a lost one takes as long again. */
const FIRST_SEEDS: Record<string, number> = { "challenger-wins": 4, "bad-canary": 5 };
for (const file of FILES) if (!WHOLE_RUNS.includes(nameOf(file))) FIRST_SEEDS[nameOf(file)] = 1;

export const STORMED = Object.keys(FIRST_SEEDS);

async function stormed(): Promise<Storm[]> {
  const storms: Storm[] = [];
  for (const [scenario, first] of Object.entries(FIRST_SEEDS)) {
    for (let seed = first; seed < first + SEEDS; seed++) {
      const gentle = gentler(readScenario(path.join(ROOT, "scenarios", `${scenario}.yaml`)));
      const { faults } = await rehearse(gentle, { handlers: HANDLERS, seed, rough: true });
      storms.push({ scenario, seed, faults });
    }
  }
  return storms;
}

/** Sixty alarms meet as many faults as five hundred do, in an eighth of the time; `modelloop rehearse scenarios/alarm-storm.yaml` plays them all. */
function gentler(scenario: Scenario): Scenario {
  const when = scenario.when.map((event) => ("storm" in event ? { ...event, storm: { ...event.storm, alarms: 60 } } : event));
  return { ...scenario, when };
}

function nameOf(file: string): string {
  return path.basename(file, ".yaml");
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

async function play(): Promise<EveryScenario> {
  const acts: Act[] = [];
  const { observe, seen } = watching();
  for (const file of FILES) {
    const scenario = readScenario(file);
    // All five hundred alarms where there is time for many storms.
    const { faults, coverage } = await rehearse(SEEDS > 1 ? scenario : gentler(scenario), {
      handlers: HANDLERS,
      ...(WHOLE_RUNS.includes(nameOf(file)) && { observe }),
    });
    acts.push({ scenario: nameOf(file), faults, coverage });
  }
  const whole = FILES.find((file) => WHOLE_RUNS.includes(nameOf(file))) ?? "";
  const { assembly } = loopOf(readScenario(whole), HANDLERS);
  const stack = { name: "loop", files: [], templateKey: "", bucket: "", parameters: {}, capabilities: [], resources: 0 };
  const roles = subjectOf({ name: "loop", assembly }, seen(), stack).roles.map(({ id, policies, needs }) => ({
    ...{ role: id, granted: distinct(policies.flatMap(allowed)), asked: distinct(needs.map(({ action }) => action)) },
  }));
  return { acts, roles, storms: await stormed() };
}

function allowed(policy: string): string[] {
  const { Statement } = JSON.parse(policy) as { Statement: Statement | readonly Statement[] };
  return [Statement].flat().flatMap(({ Effect, Action }) => (Effect === "Allow" ? [Action].flat() : []));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

if (require.main === module) void play().then((played) => process.stdout.write(JSON.stringify(played)));
