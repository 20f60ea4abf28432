import { leaseEnded, MODES, runningSchema, standingOrder } from "../../../lambdas/domain/ledger-view";
import { inHours, NOW, running } from "./examples";

describe("the lock as a record", () => {
  it("survives being written down and read again", () => {
    expect(runningSchema.parse(JSON.parse(JSON.stringify(running())))).toEqual(running());
  });

  // An old function that reads a newer lock must stop there, not carry on with half of it.
  it("is refused in a version that this code does not know, and with a fence of 0, which no run has", () => {
    expect(runningSchema.safeParse({ ...running(), schemaVersion: 2 }).success).toBe(false);
    expect(runningSchema.safeParse({ ...running(), fence: 0 }).success).toBe(false);
  });

  it("R6 holds to the last instant of its lease", () => {
    expect(leaseEnded(running({ leaseUntil: NOW }), NOW)).toBe(false);
    expect(leaseEnded(running({ leaseUntil: inHours(-0.001) }), NOW)).toBe(true);
  });

  it("is only taken in a loop that acts: there are two modes", () => {
    expect(MODES).toEqual(["observe", "act"]);
  });
});

describe("a person's order", () => {
  const ordered = { fence: 3, from: "b", to: "a", user: "ada", at: NOW };

  it("O5 stands while nobody has raised the fence since, and for as long as its queue may try it", () => {
    expect(standingOrder({ fence: 3, ordered }, inHours(1.99))).toEqual(ordered);
    expect(standingOrder({ fence: 4, ordered }, NOW)).toBeUndefined();
    expect(standingOrder({ fence: 3, ordered }, inHours(2))).toBeUndefined();
    expect(standingOrder({ fence: 3 }, NOW)).toBeUndefined();
  });
});
