/** What is promised of users, each promise once kept and once broken: one that cannot break promises nothing. */
import { brokenTraffic, climbOf } from "../../../../offline/rehearsal/scenarios/traffic-promises";
import type { ScenarioPromise } from "../../../../offline/rehearsal/scenarios/schema";
import type { Shares } from "../../../../offline/rehearsal/standins/traffic";

const MINUTE = 60_000;
const at = (minutes: number, percent: number, agreed = true): Shares => ({
  at: minutes * MINUTE,
  of: { before: 1 - percent / 100, ...(percent > 0 && { "fraud-1": percent / 100 }) },
  agreed,
});

/** Half an hour at 5 %, an hour at 50 %, and back; between two rungs the pods disagree. */
const WAY = [at(0, 0), at(60, 2.5, false), at(61, 5), at(91, 27.5, false), at(92, 50), at(152, 25, false), at(153, 0)];

function faults(promise: ScenarioPromise, shares: readonly Shares[] = WAY): string[] | undefined {
  return brokenTraffic(promise, { machine: "roll-out", shares, ladder: [5, 50, 100], champion: "before", from: 0, until: 240 * MINUTE });
}

it.each<[string, ScenarioPromise, ScenarioPromise, string]>([
  [
    "the rungs",
    { climbs: { to: 50, then: "goes back" } },
    { climbs: { to: 100, then: "stays" } },
    "Percent of users of the new release: 5, 50, 0; promised 5, 50, 100.",
  ],
  [
    "how long users stood on one of them",
    { stands: { at: 50, for: 60 * MINUTE } },
    { stands: { at: 5, for: 31 * MINUTE } },
    "5 % of users had the new release for 30 min at a stretch; promised 31 min.",
  ],
  [
    "when the first of them got there",
    { "first user": { after: 60 * MINUTE, before: 61 * MINUTE } },
    { "first user": { after: 61 * MINUTE, before: 90 * MINUTE } },
    "The first user got a new release after 60 min; promised was between 61 min and 90 min.",
  ],
  [
    "how soon they were back",
    { "back within": 61 * MINUTE },
    { "back within": 30 * MINUTE },
    "Users were back 61 min after the last rung; promised 30 min.",
  ],
  ["what they have at the end", { serves: "old" }, { serves: "new" }, "At the end users have old; promised new."],
  ["what the registry says", { champion: "old" }, { champion: "new" }, "The registry's champion is old; promised new."],
])("knows %s, and says where it is not as promised", (_, kept, broken, said) => {
  expect([faults(kept), faults(broken)]).toEqual([[], [said]]);
});

// A pause that was left for a minute would have passed for one of three hours.
it("counts what was left and taken again as two", () => {
  const again = [at(0, 5), at(10, 50), at(20, 5)];
  expect(faults({ stands: { at: 5, for: 220 * MINUTE } }, again)).toEqual([]);
  expect(faults({ stands: { at: 5, for: 221 * MINUTE } }, again)).toEqual([
    "5 % of users had the new release for 220 min at a stretch; promised 221 min.",
  ]);
});

it("says so where no user was ever moved, or is left between two", () => {
  const none = [at(0, 0)];
  expect([climbOf(none), faults({ "first user": { after: 0, before: MINUTE } }, none)]).toEqual([[], ["No user got a new release."]]);
  expect(faults({ serves: "both" }, [at(0, 50)])).toEqual([]);
});

it("leaves what is promised of something else to others", () => {
  expect(faults({ runs: { started: 1 } })).toBeUndefined();
});
