import fc from "fast-check";
import { nextRollBackStep, type RollBackAim } from "../../../../lambdas/domain/roll-out/plan-roll-back";
import { WHOLE } from "../../../../lambdas/domain/split/share";
import { SLOTS, splitFaults, type Split } from "../../../../lambdas/domain/split/split";
import { splitChangeFaults } from "../../../../lambdas/domain/split/split-changes";

const EXPERIMENT: Split["experiment"] = { name: "exp1", arms: [{ variant: "xgboost", model: "anomaly_xgboost", hundredths: WHOLE }] };

function split(change: Partial<Split> = {}): Split {
  return { schemaVersion: 1, generation: 7, fence: 3, experiment: EXPERIMENT, stable: { release: "r41", slot: "a" }, ...change };
}

const AIM: RollBackAim = { from: "r42", to: "r41", fence: 4 };

test("O3 a candidate is left whole, at once", () => {
  expect(nextRollBackStep(split({ candidate: { release: "r42", slot: "b", hundredths: 500 } }), AIM)).toEqual({
    kind: "write",
    split: split({ generation: 8, fence: 4 }),
    says: "everybody leaves r42 for r41",
  });
});

test("O7 a promoted release is left for the one that its slot still holds", () => {
  const after = split({ stable: { release: "r42", slot: "b" }, previous: { release: "r41", slot: "a" } });
  expect(nextRollBackStep(after, AIM)).toMatchObject({
    kind: "switch",
    slot: "a",
    split: { generation: 8, fence: 4, stable: { release: "r41", slot: "a" }, previous: { release: "r42", slot: "b" } },
  });
});

test("O5 an earlier release that is in neither slot is loaded first", () => {
  const after = split({ stable: { release: "r42", slot: "b" }, previous: { release: "r41", slot: "a" } });
  expect(nextRollBackStep(after, { ...AIM, to: "r30" })).toMatchObject({
    kind: "load",
    slot: "a",
    split: { generation: 8, stable: { release: "r42", slot: "b" }, previous: { release: "r30", slot: "a" } },
  });
});

test.each([
  ["is done where everybody has it", split({ fence: 4 }), AIM, { kind: "done" }],
  [
    "is written even where everybody has it, as long as an older fence stands there",
    split(),
    AIM,
    { kind: "write", split: split({ generation: 8, fence: 4 }), says: "whoever comes with a fence before 4 is shut out" },
  ],
  [
    "is refused where another release serves than the one to be left",
    split({ stable: { release: "r50", slot: "a" } }),
    AIM,
    { kind: "refused", reason: "r42 is to be left for r41, but r50 is what serves: look at what serves, and ask again" },
  ],
  [
    "is refused on the first day",
    split(),
    { ...AIM, from: "r41", to: "none" },
    { kind: "refused", reason: "there is no release before r41 to return to: roll out another one" },
  ],
])("O5 a roll-back %s", (_what, before, aim, step) => {
  expect(nextRollBackStep(before, aim)).toEqual(step);
});

// Whoever dies between two steps leaves what the next one finds.
test("O3 O5 from any split each step is a change that is allowed, and there are at most four", () => {
  const release = fc.constantFrom("r1", "r2", "r3");
  const slot = fc.constantFrom(...SLOTS);
  const splits = fc
    .record({
      stable: fc.option(fc.record({ release, slot }), { nil: undefined }),
      other: fc.record({ release, hundredths: fc.integer({ min: 0, max: WHOLE }), is: fc.constantFrom("candidate", "previous", "none") }),
    })
    .map(({ stable, other }): Split => {
      const { candidate: _c, ...plain } = split();
      const where = stable?.slot === "a" ? "b" : "a";
      const placed = { release: other.release, slot: where } as const;
      const beside =
        other.is === "candidate"
          ? { candidate: { ...placed, hundredths: other.hundredths } }
          : other.is === "previous"
            ? { previous: placed }
            : {};
      return { ...plain, ...(stable === undefined ? { stable: undefined } : { stable, ...beside }) };
    })
    .filter((each) => splitFaults(each).length === 0);
  fc.assert(
    fc.property(splits, release, release, (begin, from, to) => {
      let [now, steps] = [begin, 0];
      for (;;) {
        const step = nextRollBackStep(now, { from, to, fence: 9 });
        if (step.kind === "done" || step.kind === "refused") {
          expect(now.candidate).toBeUndefined();
          if (step.kind === "done") expect(now.stable?.release).toBe(to);
          return;
        }
        expect(splitChangeFaults(now, step.split, [5, 20, 50, 100])).toEqual([]);
        now = step.split;
        expect(++steps).toBeLessThanOrEqual(4);
      }
    }),
  );
});
