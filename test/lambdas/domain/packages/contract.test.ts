import { CONTRACT, TRITON_READS } from "../../../../lambdas/domain/packages/contract";

// Callers, router and dashboards name these: a change here is a change of everybody's client.
it("S1 takes FP32[n,37], gives label INT64 and probabilities FP32[2]", () => {
  expect(CONTRACT).toEqual({
    input: { name: "input", type: "FP32" },
    label: { name: "label", type: "INT64", columns: 1 },
    probabilities: { name: "probabilities", type: "FP32", columns: 2 },
  });
});

// Before 26.01 FIL reads no file of XGBoost 3.1 and later.
it("S1 serves from a Triton that reads what is trained today", () => {
  expect(Number(TRITON_READS.triton)).toBeGreaterThanOrEqual(26.01);
});
