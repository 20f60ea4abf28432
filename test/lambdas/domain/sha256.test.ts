import { createHash } from "node:crypto";
import fc from "fast-check";
import { sha256 } from "../../../lambdas/domain/sha256";

describe("sha256", () => {
  // Step Functions' own $hash must yield the same digits, or the state machine and the domain would name one thing twice.
  it("yields the platform's digits for every text, across the borders of its blocks", () => {
    const digits = (text: string): string => createHash("sha256").update(text).digest("hex");
    for (const length of [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 1_000])
      expect(sha256("a".repeat(length))).toBe(digits("a".repeat(length)));
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => expect(sha256(text)).toBe(digits(text))));
  });
});
