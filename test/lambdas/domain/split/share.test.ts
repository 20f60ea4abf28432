import fc from "fast-check";
import { hundredths, percentFaults, percentOf, percentText, sumFaults } from "../../../../lambdas/domain/split/share";

describe("a share", () => {
  it.each([0, 0.01, 1.1, 29.99, 33.33, 70, 100])("may be %d percent", (percent) => {
    expect(percentFaults("weight", percent)).toEqual([]);
    expect(percentOf(hundredths(percent))).toBe(percent);
  });

  it.each([
    [-5, "weight is -5; nobody has a negative share of users: use 0 or more"],
    [100.01, "weight is 100.01; there are no more than 100 percent of users: use 100 or less"],
    [33.333, "weight is 33.333; NGINX splits by hundredths of a percent: use two decimals at most"],
    [Number.NaN, "weight is NaN; a share is a number: write 30 or 33.33"],
    ["30", 'weight is "30"; a share is a number: write 30 or 33.33'],
  ])("may not be %j", (percent, fault) => {
    expect(percentFaults("weight", percent)).toEqual([fault]);
  });

  // 1.1 * 100 is 110.00000000000001 in binary; whoever compares that with 110 refuses a right share.
  it("is the same in hundredths, in percent and in NGINX's words", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (share) => {
        expect(hundredths(percentOf(share))).toBe(share);
        expect(percentFaults("weight", percentOf(share))).toEqual([]);
        expect(percentText(share)).toMatch(/^\d{1,3}\.\d\d%$/);
        expect(Number.parseFloat(percentText(share))).toBe(percentOf(share));
      }),
    );
  });

  it("is one of several that sum to 100", () => {
    expect(sumFaults("weights", [3_000, 7_000])).toEqual([]);
    expect(sumFaults("weights", [3_000, 6_999])).toEqual(["weights sum to 99.99 percent; every user goes somewhere: make them sum to 100"]);
  });
});
