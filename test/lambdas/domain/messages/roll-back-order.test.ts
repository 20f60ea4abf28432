import { rollBackOrderSchema } from "../../../../lambdas/domain/messages/roll-back-order";

// Without its fence, an order that comes late would take back what was promoted since.
it("an order to roll back carries a fence", () => {
  const order = { schemaVersion: 1, kind: "roll-back", line: "fraud", model: "fraud-trees", from: "3.2.0", to: "3.1.0", reason: "why" };
  expect(rollBackOrderSchema.parse({ ...order, fence: 7 }).fence).toBe(7);
  expect(rollBackOrderSchema.safeParse(order).error?.issues.map(({ path }) => path.join("."))).toEqual(["fence"]);
});
