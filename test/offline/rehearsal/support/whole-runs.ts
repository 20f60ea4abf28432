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

export interface WholeRuns {
  readonly acts: readonly Act[];
  readonly roles: readonly RoleActs[];
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
  return { acts, roles };
}

function allowed(policy: string): string[] {
  const { Statement } = JSON.parse(policy) as { Statement: Statement | readonly Statement[] };
  return [Statement].flat().flatMap(({ Effect, Action }) => (Effect === "Allow" ? [Action].flat() : []));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

if (require.main === module) void play().then((played) => process.stdout.write(JSON.stringify(played)));
