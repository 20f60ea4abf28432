import { modelOf } from "../../../../offline/rehearsal/scenarios/promises";

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
