import { figure, valuesSchema } from "../../../lambdas/domain/values";

describe("the figures of a decision", () => {
  it.each([
    [0.30000000000000004, "0.3"],
    [0.123456, "0.1235"],
    [100_000, "100000"],
    [Infinity, "Infinity"],
  ])("%p is told as %s", (value, text) => {
    expect(figure(value)).toBe(text);
  });

  it("are plain, so that an audit line can be searched", () => {
    expect(valuesSchema.safeParse({ psi: 0.34, feature: "cpu", automatic: true }).success).toBe(true);
    expect(valuesSchema.safeParse({ nested: { psi: 0.34 } }).success).toBe(false);
  });
});
