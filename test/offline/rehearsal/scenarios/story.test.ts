/** A run told in lines: everything that was decided about it, and none of the hundreds of looks at it that decided nothing. */
import { story, storyText } from "../../../../offline/rehearsal/scenarios/story";
import { climb, OLD, promotion, record, wayBack } from "../support/trail";

const told = (audit: ReturnType<typeof climb>): string[] => storyText(story({ audit })).map((line) => line.slice(4).replace(/ +→/, " →"));

const CLIMB = [
  "08:00  psi is 0.34 → a retraining starts",
  "08:00  trains on 2026-02-24 to 2026-03-02, judged by what came until 2026-03-04 → the run is planned",
  "08:06  400000 rows pass all checks → the data is sound",
  "08:42  f1 ≥ 0.85 (0.93) → 1.1.0 passes every gate; a person decides",
  "08:42  version 2 (1.1.0) is registered as candidate → it is a candidate",
  "08:48  many gates are close → an approver is asked",
  "10:00  looked at it → bob approves",
  "10:06  trees, labels → the release is packed",
  "10:12  stage 1 of 2 → 1.1.0 gets 5 % of users",
  "16:00  5 %: error rate 0.0012 (1 × the old) → 1.1.0 gets 50 % of users",
];

// A reader who must know what af055d09 is reads no further; and a check that decides something is the reason of what follows it, not a line.
it("goes from a signal over gates, people and stages to the promotion, in versions and not in hashes", () => {
  expect(told([...climb(), ...promotion()])).toEqual([
    ...CLIMB,
    "04:00  50 %: error rate 0.002 (1.1 × the old) → 1.1.0 is promoted",
    "04:00  the registry's champion is version 2 → the run ended: promoted",
  ]);
});

// Each try to bring users back raises the fence and says so: one story had 121 lines of it.
it("tells of a way back once, and by what the old release is called", () => {
  expect(told([...climb(), ...wayBack()])).toEqual([
    ...CLIMB,
    "17:00  50 %: error rate 0.1 (41 × the old); 3 of 3 windows broke it, 3 of 4 decide → traffic is rolled back",
    "17:00  1.1.0 gets no users any more → everybody is sent to 1.0.0 again",
    "17:30  1.1.0 ended: rolled-back → the run ended: rolled-back",
  ]);
});

it("counts the gates of several models, and gives the figures of one", () => {
  const judged = (values: Record<string, number>) =>
    story({ audit: [record(1, "run.judged", "passed", { kind: "passed", ...values })] }).map(({ what }) => what);
  expect(judged({ "trees: f1 > 0.85": 0.93, "trees: auc > 0.9": 0.98 })).toEqual(["f1 > 0.85 (0.93), auc > 0.9 (0.98)"]);
  expect(judged({ "trees: f1 > 0.85": 0.93, "boosted: f1 > 0.85": 0.92 })).toEqual(["2 gates of trees and boosted"]);
});

it("tells of each run that is ordered back, however alike the orders are", () => {
  const order = (hours: number) => record(hours, "traffic.roll-back", "accuracy is 0.6", {}, { version: OLD });
  const between = record(2, "retraining.start", "accuracy is 0.6", {});
  expect(story({ audit: [order(1), between, order(3)] }).map(({ short }) => short)).toEqual(["rolled back", "run starts", "rolled back"]);
});

it.each([
  ["run.planned", { refused: true }, "the run is refused"],
  ["run.data-checked", { verdict: "broken" }, "the data stops the run"],
  ["run.judged", { kind: "failed" }, "it fails its gates"],
  ["run.packaged", { kind: "refused" }, "no release comes of it"],
  ["approval.asked", { needed: 2 }, "2 approvers are asked"],
  ["approval.answered", { said: "rejected", verdict: "rejected" }, "bob refuses"],
  ["approval.answered", { said: "approved", verdict: "open" }, "bob approves, others must too"],
  ["retraining.ignore", {}, "nothing is to be done"],
  ["traffic.roll-back", { run: "never began" }, "the roll-out is given up"],
  ["roll-out.stage", { decision: "hold" }, "the roll-out holds"],
  ["roll-out.stage", { decision: "wait-for-labels" }, "it waits for labels"],
  ["roll-out.stage", { decision: "ask" }, "nobody knows without labels: a person is asked"],
  ["roll-out.stage", { decision: "paused" }, "the roll-out stands still"],
  ["roll-out.stage", { decision: "stay" }, "the roll-out goes on"],
  ["roll-out.stage", { decision: "keep-going", experiment: "trees" }, "reported, and not applied"],
  ["roll-out.paused", {}, "bob holds the roll-out"],
  ["roll-out.resumed", {}, "bob lets it go on"],
  ["model.rejected", { semanticVersion: "1.1.0" }, "1.1.0 is rejected"],
  ["traffic.withhold", {}, "no roll-back: a person decides"],
])("says of %s with %p: %s", (event, values: Record<string, string | number | boolean>, came) => {
  expect(story({ audit: [record(1, event, "because", values, { user: "approvers/bob" })] }).map((line) => line.came)).toEqual([came]);
});

it("leaves out what is routine: what the registry does after the users, and alarms that nothing came of", () => {
  const look = record(1, "roll-out.stage", "look at a and b after stage 1: continue", { decision: "continue" });
  expect(story({ audit: [look] })).toEqual([]);
  const routine = ["model.promoted", "model.archived", "model.approved", "traffic.record", "loop.mode"];
  expect(story({ audit: routine.map((event, hours) => record(hours, event, "so it is")) })).toEqual([]);
});
