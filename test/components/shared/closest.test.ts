import fc from "fast-check";
import { closest, editDistance } from "../../../components/shared/closest";

const KEYS = ["auditTrail", "budget", "costCentre", "environment", "network", "owner"];

// A "did you mean" that offers something else than what was meant sends people the wrong way, which is worse than none.
test.each([
  ["netwrok", "network"],
  ["Network", "network"],
  ["costCenter", "costCentre"],
  ["auditTrial", "auditTrail"],
  ["budgets", "budget"],
  ["enviroment", "environment"],
])("%s was meant as %s", (word, meant) => {
  expect(closest(word, KEYS)).toBe(meant);
});

test.each(["tags", "cidr", "o", "", "compute"])("%s is near nothing, so nothing is offered", (word) => {
  expect(closest(word, KEYS)).toBeUndefined();
});

test("a distance is nothing between equals, the same both ways, and never more than the longer word", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test("two swapped neighbours are one slip", () => {
  expect(editDistance("netwrok", "network")).toBe(1);
});
