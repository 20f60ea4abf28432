import fc from "fast-check";
import { nextSemanticVersion, semanticVersionFaults } from "../../../../lambdas/domain/run/semantic-version";

test.each([
  [undefined, "retraining", "1.0.0"],
  [undefined, "architecture", "1.0.0"],
  ["1.4.2", "architecture", "2.0.0"],
  ["1.4.2", "retraining", "1.5.0"],
  ["1.4.2", "fix", "1.4.3"],
  ["1.9.0", "retraining", "1.10.0"],
] as const)("R5 after %s comes, by a %s, %s", (previous, change, next) => {
  expect(nextSemanticVersion(previous, change)).toBe(next);
});

test.each(["v1.0.0", "1.0", "1.0.0-rc1", "01.0.0", ""])("R5 %j is no version to count on from", (version) => {
  expect(semanticVersionFaults("it", version)).toEqual([
    `it is ${JSON.stringify(version)}; a version is three whole numbers such as 1.4.0, and the next one counts on from it: correct its tag`,
  ]);
  expect(() => nextSemanticVersion(version, "fix")).toThrow(RangeError);
});

test("R5 the next version is always the greater one", () => {
  const number = fc.nat(1_000);
  fc.assert(
    fc.property(
      number,
      number,
      number,
      fc.constantFrom("architecture" as const, "retraining" as const, "fix" as const),
      (major, minor, patch, change) => {
        const next = nextSemanticVersion(`${major}.${minor}.${patch}`, change).split(".").map(Number);
        const weight = ([a = 0, b = 0, c = 0]: number[]) => (a * 2_000 + b) * 2_000 + c;
        expect(weight(next)).toBeGreaterThan(weight([major, minor, patch]));
      },
    ),
  );
});
