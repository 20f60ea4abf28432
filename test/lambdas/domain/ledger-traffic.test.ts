import { changeTraffic, type TrafficChange, type TrafficState } from "../../../lambdas/domain/ledger-traffic";
import { inHours, NOW } from "./examples";

const rollOut = { run: "run-1", candidate: "1.1.0", champion: "1.0.0", paused: false };
const promotion = { version: "1.1.0", previousVersion: "1.0.0", promotedAt: NOW, oldSlotKeptUntil: inHours(72), rolledBack: false };
const earlier = { ...promotion, version: "1.0.0", previousVersion: "0.9.0" };
const begun: TrafficChange = { kind: "begun", fence: 1, run: "run-1", candidate: "1.1.0", champion: "1.0.0" };
const promoted: TrafficChange = { kind: "promoted", fence: 1, version: "1.1.0", oldSlotKeptHours: 72 };
const rolledBack: TrafficChange = { kind: "rolled-back", fence: 2, from: "1.1.0", to: "1.0.0" };

describe("what is remembered of traffic", () => {
  it.each<[string, TrafficState, TrafficChange, TrafficState]>([
    ["a roll-out that begins", { promotion: earlier }, begun, { rollOut, promotion: earlier }],
    ["one that begins where another never ended", { rollOut: { ...rollOut, run: "run-0" } }, begun, { rollOut, promotion: undefined }],
    ["a promotion, which ends the roll-out", { rollOut, promotion: earlier }, promoted, { promotion }],
    [
      "a roll-out taken back, which leaves the last promotion as it was",
      { rollOut, promotion: earlier },
      rolledBack,
      { promotion: earlier },
    ],
    ["a promotion taken back", { promotion }, rolledBack, { promotion: { ...promotion, rolledBack: true } }],
    // Kept, the hourly look would take it for stranded, and send users back to the very version that was left.
    [
      "a promotion taken back while another release climbs, whose roll-out is over",
      { promotion, rollOut: { run: "run-2", candidate: "1.2.0", champion: "1.1.0", paused: false } },
      rolledBack,
      { promotion: { ...promotion, rolledBack: true } },
    ],
    // O5: by hand, further back than the loop itself would go.
    [
      "a roll-out taken back to an older version than the one before",
      { rollOut, promotion: earlier },
      { ...rolledBack, to: "0.8.0" },
      { promotion: { ...earlier, previousVersion: "0.8.0", rolledBack: true } },
    ],
    [
      "a promotion taken back to an older version than the one before",
      { promotion },
      { ...rolledBack, to: "0.8.0" },
      { promotion: { ...promotion, previousVersion: "0.8.0", rolledBack: true } },
    ],
    [
      "one that was taken back, taken back further",
      { promotion: { ...promotion, rolledBack: true } },
      { ...rolledBack, from: "1.0.0", to: "0.8.0" },
      { promotion: { ...promotion, previousVersion: "0.8.0", rolledBack: true } },
    ],
    // The loop must not undo at once what a person has chosen.
    [
      "one that was taken back, given again",
      { promotion: { ...promotion, rolledBack: true } },
      { ...rolledBack, from: "1.0.0", to: "1.1.0" },
      { promotion: { ...promotion, previousVersion: "1.0.0", oldSlotKeptUntil: NOW } },
    ],
    // Adopted, not promoted: there was a champion before the loop knew of any.
    ["the champion left by a person while another release climbed", { rollOut }, { ...rolledBack, from: "1.0.0", to: "0.8.0" }, {}],
    ["a pause", { rollOut }, { kind: "paused", run: "run-1" }, { rollOut: { ...rollOut, paused: true }, promotion: undefined }],
  ])("is %s", (_, state, change, after) => {
    expect(changeTraffic(state, change, NOW)).toEqual({ kind: "changed", state: after });
  });

  // The answer of a step may get lost, and the step is tried again: that must not look like a second roll-back.
  it("does not change when the same is said again", () => {
    for (const [state, change] of [
      [{ rollOut }, begun],
      [{ promotion }, promoted],
      [{ promotion: { ...promotion, rolledBack: true } }, rolledBack],
      [{ promotion: earlier }, rolledBack],
      [{ rollOut }, { kind: "resumed", run: "run-1" }],
    ] as [TrafficState, TrafficChange][]) {
      expect(changeTraffic(state, change, inHours(1))).toEqual({ kind: "unchanged" });
    }
  });

  it("refuses what cannot have happened, and says why", () => {
    const other = { ...rollOut, candidate: "1.2.0" };
    expect(changeTraffic({}, promoted, NOW)).toEqual({
      kind: "refused",
      reason: "1.1.0 cannot be promoted: no roll-out is in progress",
    });
    expect(changeTraffic({ rollOut: other }, promoted, NOW)).toEqual({
      kind: "refused",
      reason: "1.1.0 cannot be promoted: the roll-out in progress is that of 1.2.0",
    });
    expect(changeTraffic({ rollOut: other }, rolledBack, NOW)).toEqual({
      kind: "refused",
      reason: "1.1.0 is neither the candidate of the roll-out in progress nor the last version promoted",
    });
    expect(changeTraffic({ rollOut }, { kind: "paused", run: "run-0" }, NOW)).toEqual({
      kind: "refused",
      reason: "run-0 has no roll-out in progress",
    });
  });
});
