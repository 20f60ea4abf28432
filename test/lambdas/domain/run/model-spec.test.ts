import { modelSpecSchema } from "../../../../lambdas/domain/run/model-spec";
import { modelSpec } from "./examples";

test("R4, O1 a spec of what cannot be left out has the requirements' own values for the rest", () => {
  const { data, compute, governance, card } = modelSpec({ governance: {} });
  expect(data).toMatchObject({ dayColumn: "dt", rows: { least: 100_000, most: 2_000_000 }, holdoutDays: 2 });
  expect(data.pseudoLabels).toBeUndefined();
  expect(compute).toEqual({ instanceType: "ml.m5.4xlarge", volumeGb: 100, spot: true, minutes: 60 });
  expect(governance).toEqual({
    ...{ automaticApproval: false, approvers: [], approvalsNeeded: 1, fewestVerifiedLabels: 1_000 },
    ...{ remindAfterHours: 4, timeoutHours: 48 },
  });
  expect(card.intendedUse).toBe("not stated");
});

test("R2 a fifth of what the isolation forest calls anomalous is offered to people, unless another share is named", () => {
  const { data } = modelSpec({ data: { ...modelSpec().data, pseudoLabels: {} } });
  expect(data.pseudoLabels).toEqual({ anomalousShare: 0.1, reviewShare: 0.2 });
});

// A column of another name becomes part of a query.
test.each(["a b", 'a"; DROP', "A", ""])("R10 %j is no name of a column", (name) => {
  expect(modelSpecSchema.safeParse({ ...modelSpec(), data: { ...modelSpec().data, labelColumn: name } }).success).toBe(false);
});
