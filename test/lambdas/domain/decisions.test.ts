import { decideRetraining } from "../../../lambdas/domain/decide-retraining";
import { atOnceDecisionSchema, BLOCKS, retrainingDecisionSchema } from "../../../lambdas/domain/decisions";
import { freeView, NOW, signal } from "./examples";

const start = decideRetraining(signal(), freeView(), NOW);

describe("a decision as a record", () => {
  // An audit line that does not say why is worth nothing on the day when somebody asks.
  it("I12 is refused without a reason, without its values, or of a kind that we do not have", () => {
    expect(retrainingDecisionSchema.safeParse(start).success).toBe(true);
    expect(retrainingDecisionSchema.safeParse({ ...start, reason: "" }).success).toBe(false);
    expect(retrainingDecisionSchema.safeParse({ ...start, values: undefined }).success).toBe(false);
    expect(retrainingDecisionSchema.safeParse({ ...start, kind: "maybe" }).success).toBe(false);
    expect(atOnceDecisionSchema.safeParse({ ...start, kind: "page" }).success).toBe(false);
  });

  it("is refused in a version that this code does not know", () => {
    expect(retrainingDecisionSchema.safeParse({ ...start, schemaVersion: 2 }).success).toBe(false);
  });

  it("names what can stand in the way of a run", () => {
    expect(BLOCKS).toEqual(["stop-switch", "data-quality", "running", "cool-down", "weekly-limit"]);
  });
});
