/** What `npm start` says of the loop: its story from a signal to all users, and from a bad release back. */
import { rehearsalText } from "../../../offline/commands/rehearsal-text";
import { palette } from "../../../offline/commands/terminal";
import type { PlayedAct } from "../../../offline/rehearsal/environment/rehearse-plan";
import { climb, played, promotion, record, wayBack } from "../rehearsal/support/trail";

const NOTHING = { visited: [], missed: [] };

function act(scenario: string, audit: ReturnType<typeof climb>, faults: readonly string[] = []): PlayedAct {
  const rehearsal = played(audit);
  const titled = { ...rehearsal, scenario: { ...rehearsal.scenario, title: `The ${scenario}` } };
  return { scenario, loop: "loop", playedFor: "dev", rehearsal: { ...titled, seed: 1, virtualDays: 3, faults, coverage: NOTHING } };
}

const PLAYED = [
  act("bad-canary", [...climb(), ...wayBack()]),
  act("slow-drift", [record(0, "retraining.start", "psi is 0.34")]),
  act("winner", [...climb(), ...promotion()]),
];
const text = (acts: readonly PlayedAct[]): string[] =>
  rehearsalText({ played: acts, left: [], more: 0 }, palette(false)).map((line) => line.replace(/ +→/, " →"));

it("tells first of the release that wins, from its signal on, and then of the one that is taken back, from its first stage on", () => {
  const lines = text(PLAYED);
  expect([lines[0], lines[1], lines[12]]).toEqual([
    "  ✓ The winner",
    "      Thu 08:00  psi is 0.34 → a retraining starts",
    "      Fri 04:00  the registry's champion is version 2 → the run ended: promoted",
  ]);
  expect(lines.slice(13)).toEqual([
    "  ✓ The bad-canary",
    "      … 8 lines before its roll-out, in the report",
    "      Thu 10:12  stage 1 of 2 → 1.1.0 gets 5 % of users",
    "      Thu 16:00  5 %: error rate 0.0012 (1 × the old) → 1.1.0 gets 50 % of users",
    "      Thu 17:00  50 %: error rate 0.1 (41 × the old); 3 of 3 windows broke it, 3 of 4 decide → traffic is rolled back",
    "      Thu 17:00  1.1.0 gets no users any more → everybody is sent to 1.0.0 again",
    "      Thu 17:30  1.1.0 ended: rolled-back → the run ended: rolled-back",
    "  ✓ The slow-drift (no run; 1 audit record)",
  ]);
});

// What is broken is why somebody reads this at all.
it("tells of what is broken, and of nothing else whole", () => {
  const lines = text([
    ...PLAYED,
    act("broken", [record(0, "loop.stopped", "we move", {}, { user: "operators/ana" })], ["No run was started."]),
  ]);
  expect(lines.slice(0, 2)).toEqual(["  ✗ The broken", "      Thu 08:00  we move → ana stops all automatic action"]);
  expect(lines).toHaveLength(5);
});

it("tells of a drift where nothing is rolled out", () => {
  expect(text([act("storm", []), act("slow-drift", [record(0, "retraining.start", "psi is 0.34")])])).toEqual([
    "  ✓ The slow-drift",
    "      Thu 08:00  psi is 0.34 → a retraining starts",
    "  ✓ The storm (no run; 0 audit records)",
  ]);
});
