import { longestHours, rollOutEvents, rollOutFaults } from "../../../../lambdas/domain/roll-out/roll-out-plan";
import { rollOutSpecSchema } from "../../../../lambdas/domain/run/model-spec";
import { SPEC } from "./examples";

const LIMITS = SPEC.stages[0]?.limits;

test("O1 both ladders of the requirements can be carried out", () => {
  const quick = [10, 30, 50, 100].map((percent, index) => ({ percent, hours: index === 0 ? 0.5 : 0.25, limits: LIMITS }));
  expect(rollOutFaults("rollOut", SPEC)).toEqual([]);
  expect(rollOutFaults("rollOut", rollOutSpecSchema.parse({ stages: quick }))).toEqual([]);
  expect(rollOutEvents(SPEC)).toBe(21_606);
  expect(longestHours(SPEC)).toBe(272);
});

// Step Functions ends such an execution in the middle of a stage: traffic stays between two versions, and nobody rolls it back.
test("O1 a plan whose history would be too long is refused before it begins", () => {
  expect(rollOutFaults("rollOut", rollOutSpecSchema.parse({ waitForLabelsHours: 168 }))).toEqual([
    "rollOut takes up to 34566 events of its machine's history; Step Functions ends an execution at 25000, and 2500 are kept for what is tried again: check less often (checkMinutes is 5), or shorten stages, pauseHours or waitForLabelsHours",
  ]);
  expect(rollOutFaults("rollOut", rollOutSpecSchema.parse({ waitForLabelsHours: 168, checkMinutes: 10 }))).toEqual([]);
});

test("O1 all that is wrong with a plan is said at once", () => {
  const stages = [50, 20].map((percent) => ({ percent, hours: 1, limits: LIMITS }));
  expect(rollOutFaults("rollOut", rollOutSpecSchema.parse({ stages, breach: { breaches: 5, of: 4, fewestEvidence: 1 } }))).toEqual([
    "rollOut.stages[1] is 20; the stage before it has 50, and users would be thrown out: let each stage be larger than the one before",
    "rollOut.stages ends with 20; a release that is promoted has all users: end with 100",
    "rollOut.breach.breaches is 5; of 4 windows no more than 4 can break a limit, so none would ever be broken: use 4 or less",
  ]);
});
