import { brokenPromises, cardsOf, modelOf, type Played, splitsOf } from "../../../../offline/rehearsal/scenarios/promises";
import { S3 } from "../../../../offline/rehearsal/standins/s3";
import { Traffic } from "../../../../offline/rehearsal/standins/traffic";
import { VirtualTime } from "../../../../offline/rehearsal/virtual-time";

const scenario = {
  models: [
    { name: "fraud", mode: "act" as const },
    { name: "fraud-trees", mode: "act" as const },
    { name: "fraud-data", mode: "act" as const },
  ],
};

// Taken for the shorter name's run, two runs of one line would have passed for runs of two, and the one promise that matters could not break.
test("a run is of the model whose whole name begins its own, however another model's name begins", () => {
  expect(modelOf("fraud-trees-data-drift-2026030210-1358d787", scenario)).toBe("fraud-trees");
  expect(modelOf("fraud-data-drift-2026030210-1358d787", scenario)).toBe("fraud");
  expect(modelOf("fraud-data-data-drift-2026030210-1358d787", scenario)).toBe("fraud-data");
  expect(modelOf("other-data-drift-2026030210-1358d787", scenario)).toBe("other-data-drift-2026030210-1358d787");
});

// Each pod of the router says what it runs as often as one of them is replaced: told thrice, one stage would look like three.
test("the split over time has one entry for each change, and none before anybody is served", () => {
  const traffic = new Traffic(1);
  const shares: Record<string, number>[] = [{}, { a: 1 }, { a: 1 }, { a: 0.95, b: 0.05 }, { b: 0.05, a: 0.95 }, { a: 1 }];
  shares.forEach((of, at) => traffic.divided(at, of));
  expect(splitsOf({ traffic })).toEqual([
    { at: 1, of: { a: 1 } },
    { at: 3, of: { a: 0.95, b: 0.05 } },
    { at: 5, of: { a: 1 } },
  ]);
});

test("R5 the card of each run is read from where the run has left it", () => {
  const s3 = new S3(new VirtualTime(0));
  for (const file of ["run-1/model-card.yaml", "run-1/MLmodel", "run-2/my-model-card.yaml"]) s3.put(`s3://loop/runs/${file}`, file);
  expect(cardsOf({ s3 })).toEqual([{ run: "run-1", text: "run-1/model-card.yaml" }]);
});

// A look that moved users by itself would be an experiment that nobody ended.
test("O4 a look is counted by what it said, and breaks its promise where the challenger's users changed", () => {
  const look = (decision: string) => ({
    ...{ event: "roll-out.stage", model: "fraud", time: "", user: "", reason: "" },
    values: { experiment: "models", decision },
  });
  const promised = (challenger: number[]) => {
    const looks = { say: "promote" as const, times: { atLeast: 2 }, challengerShare: 50 };
    const traffic = { from: 0, until: 1, machine: "", shares: [], ladder: [], challenger };
    return brokenPromises({ scenario: { then: [{ looks }] }, audit: [look("promote"), look("continue")], traffic } as unknown as Played);
  };
  expect(promised([50, 100])).toEqual([
    "Looks at the variants that said promote: 1; promised at least 2.",
    "Percent of users whom the challenger answers: 50, 100; promised 50.",
  ]);
  expect(promised([50])).toHaveLength(1);
});
