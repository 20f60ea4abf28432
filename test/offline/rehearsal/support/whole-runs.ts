/** A process of its own for whole runs, because ONNX Runtime's WebAssembly does not load in Jest's sandbox. Prints one document. */
import path from "node:path";
import type { Coverage } from "../../../../offline/rehearsal/scenarios/coverage";
import { readScenario, scenarioFiles } from "../../../../offline/rehearsal/scenarios/files";
import { loopOf } from "../../../../offline/rehearsal/scenarios/loop-assembly";
import { rehearse } from "../../../../offline/rehearsal/scenarios/rehearse";
import { subjectOf, watching } from "../../../../offline/verify/subject";

const ROOT = path.resolve(__dirname, "../../../..");
const HANDLERS = path.join(ROOT, "dist/lambdas");

export const WHOLE_RUNS = scenarioFiles(path.join(ROOT, "scenarios")).filter((file) => readScenario(file).training !== undefined);

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

export interface WholeRuns {
  readonly acts: readonly Act[];
  readonly storms: readonly Storm[];
  readonly roles: readonly RoleActs[];
}

/** One that reaches all users and one that comes back, each from a seed that gets so far at once: a second run after a lost one takes as long again. */
const STORMS = { "challenger-wins": 4, "bad-canary": 5 };
/** `MODELLOOP_SEEDS=50` on a machine that has the time. */
const SEEDS = Number(process.env["MODELLOOP_SEEDS"] ?? 1);

async function stormed(): Promise<Storm[]> {
  const storms: Storm[] = [];
  for (const [scenario, first] of Object.entries(STORMS)) {
    for (let seed = first; seed < first + SEEDS; seed++) {
      const file = path.join(ROOT, "scenarios", `${scenario}.yaml`);
      const { faults } = await rehearse(readScenario(file), { handlers: HANDLERS, seed, rough: true });
      storms.push({ scenario, seed, faults });
    }
  }
  return storms;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

async function play(): Promise<WholeRuns> {
  const acts: Act[] = [];
  const { observe, seen } = watching();
  for (const file of WHOLE_RUNS) {
    const { faults, coverage } = await rehearse(readScenario(file), { handlers: HANDLERS, observe });
    acts.push({ scenario: path.basename(file, ".yaml"), faults, coverage });
  }
  const [first = ""] = WHOLE_RUNS;
  const { assembly } = loopOf(readScenario(first), HANDLERS);
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
