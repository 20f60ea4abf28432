/** What the report draws of a roll-out, read from the trail and from the router's pods. */
import { rollOutsOf } from "../../../../offline/rehearsal/environment/roll-outs";
import { story } from "../../../../offline/rehearsal/scenarios/story";
import { climb, NEW, OLD, played, promotion, record, SPLITS, STARTS, wayBack } from "../support/trail";

const HOUR = 3_600_000;
const hours = (instant: number): number => Math.round(((instant - STARTS) / HOUR) * 100) / 100;

function scenesOf(audit: ReturnType<typeof climb>, splits = SPLITS) {
  const bars = [{ from: STARTS - 50 * HOUR, to: STARTS + 1 * HOUR, mood: "warn" as const, says: "psi warning" }];
  const over = [{ from: STARTS - 50 * HOUR, to: STARTS - 49 * HOUR, mood: "warn" as const, says: "long over" }];
  const signals = [
    { name: "data-drift", bars, marks: [] },
    { name: "accuracy", bars: over, marks: [] },
  ];
  return rollOutsOf(played(audit, splits), story({ audit }), signals);
}

it("spans the run, from its beginning to where users stay, with its stages, the wait for people and each decision", () => {
  const [scene, ...others] = scenesOf([...climb(), ...promotion()]);
  expect(others).toEqual([]);
  const { picture, ...rest } = scene ?? fail();
  expect(rest).toEqual({ model: "fraud", outcome: "promoted", card: 'model: "fraud"\n' });
  expect([picture.candidate, picture.old]).toEqual(["1.1.0", "1.0.0"]);
  expect([picture.starts, picture.ends].map(hours)).toEqual([-0.6, 21.6]);
  expect(picture.steps.map(({ at, percent }) => [hours(at), percent])).toEqual([
    [2.2, 5],
    [8, 50],
  ]);
  expect(picture.stages.map(({ percent, from, to }) => [percent, hours(from), hours(to)])).toEqual([
    [5, 2.2, 8],
    [50, 8, 20],
  ]);
  expect(picture.turns.map(({ at, kind }) => [hours(at), kind])).toEqual([[20, "promoted"]]);
  expect(picture.lanes.map(({ name, bars }) => [name, bars.map(({ from, to }) => [hours(from), hours(to)])])).toEqual([
    ["data-drift", [[-0.6, 1]]],
    ["approval", [[0.8, 2]]],
  ]);
  expect(picture.decisions.map(({ label }) => label)).toEqual(
    "run starts|planned|data sound|gates passed|registered|asked|bob approves|packaged|5 %|50 %|1.1.0 promoted|run promoted".split("|"),
  );
});

it("ends where users are back, in the mood of it", () => {
  const [scene] = scenesOf([...climb(), ...wayBack()]);
  expect(scene?.outcome).toBe("rolled back");
  expect(scene?.picture.turns.map(({ at }) => hours(at))).toEqual([9]);
  expect(scene?.picture.decisions.filter(({ mood }) => mood === "bad").map(({ label }) => label)).toEqual([
    "rolled back",
    "run rolled-back",
  ]);
});

// The picture of a promotion that was taken back three days later would show users where they are not.
it("shows a release that was promoted, and left after that", () => {
  const back = record(40, "traffic.roll-back", "accuracy is 0.6", { from: NEW, to: OLD });
  const [scene] = scenesOf([...climb(), ...promotion(), back]);
  expect(scene?.picture.turns.map(({ at, kind }) => [hours(at), kind])).toEqual([
    [20, "promoted"],
    [40, "rolled back"],
  ]);
  expect(scene?.outcome).toBe("rolled back");
});

it("is nothing where nothing is rolled out, and a first release alone where that is all there is", () => {
  expect(scenesOf([record(0, "retraining.start", "psi is 0.34")], [])).toEqual([]);
  const first = record(1, "roll-out.begun", "begun", { run: OLD, candidate: OLD, champion: "none" });
  expect(scenesOf([first]).map(({ picture: { old, stages }, outcome }) => [old, stages, outcome])).toEqual([[undefined, [], undefined]]);
  expect(scenesOf([first, ...climb()])).toHaveLength(1);
});

function fail(): never {
  throw new Error("no roll-out was found");
}
