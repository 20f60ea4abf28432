/** Scenarios whose runs go their whole way, by the command that people use: in Jest's sandbox ONNX Runtime cannot load its WebAssembly. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { readScenario, scenarioFiles } from "../../../../offline/rehearsal/scenarios/files";
import { type Coverage, together } from "../../../../offline/rehearsal/scenarios/coverage";

const ROOT = path.resolve(__dirname, "../../../..");
const files = scenarioFiles(path.join(ROOT, "scenarios")).filter((file) => readScenario(file).training !== undefined);

jest.setTimeout(240_000);

interface Act {
  scenario: string;
  faults: string[];
  coverage: Coverage;
}

let acts: Act[];
beforeAll(() => {
  const command = ["--import", "tsx", path.join(ROOT, "offline/cli.ts"), "rehearse", "--json", ...files];
  acts = JSON.parse(spawnSync(process.execPath, command, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 ** 2 }).stdout) as Act[];
});

it.each(files.map((file) => [path.basename(file, ".yaml")]))("the whole run of %s comes true", (name) => {
  expect(acts.find(({ scenario }) => scenario === name)?.faults).toEqual([]);
});

// Each line here is a way that nobody has seen to work. The list may only become shorter.
it("visits every state and every catch of both machines but these", () => {
  const { missed } = together(acts.map(({ coverage }) => coverage));
  expect(missed.filter((part) => !part.startsWith("decision: "))).toEqual(NOT_VISITED);
});

const NOT_VISITED: string[] = [
  "retraining: Ask people → Is a candidate left?",
  "retraining: Close as failed",
  "retraining: Close as failed → Record failure",
  "retraining: Close → Record failure",
  "retraining: Collect → Is a candidate left?",
  "retraining: Evaluate → Is a candidate left?",
  "retraining: Judge → Is a candidate left?",
  "retraining: Keep lease → Is a candidate left?",
  "retraining: Label",
  "retraining: Label → Is a candidate left?",
  "retraining: No challenger",
  "retraining: No folds",
  "retraining: Overtaken",
  "retraining: Overtaken later",
  "retraining: Package → Is a candidate left?",
  "retraining: Prepare → Is a candidate left?",
  "retraining: Ready",
  "retraining: Refused by packaging",
  "retraining: Refused by the plan",
  "retraining: Register → Is a candidate left?",
  "retraining: Renew lease after the answer → Is a candidate left?",
  "retraining: Roll out → Is a candidate left?",
  "retraining: Validate data → Is a candidate left?",
  "roll-out: Ask",
  "roll-out: Ask → Give up",
  "roll-out: Check → Give up",
  "roll-out: Fill → Give up",
  "roll-out: Give up → Roll-back failed",
  "roll-out: In force → Give up",
  "roll-out: Is it approved?",
  "roll-out: Left to a person",
  "roll-out: Nobody to ask",
  "roll-out: Promote → Give up",
  "roll-out: Ready → Give up",
  "roll-out: Refused",
  "roll-out: Roll-back failed",
  "roll-out: Set traffic → Give up",
  "roll-out: Try → Give up",
  "roll-out: Wait to begin",
  "roll-out: Wait to fill",
  "roll-out: Wait to promote",
];
