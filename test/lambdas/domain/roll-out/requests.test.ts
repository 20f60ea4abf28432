import { giveUpSchema, rollOutRequestSchema } from "../../../../lambdas/domain/roll-out/requests";
import { firstWatch } from "../../../../lambdas/domain/roll-out/watch";
import { NOW } from "../examples";
import { ORDER } from "./examples";

test.each([
  { do: "fill", order: ORDER },
  { do: "ready", order: ORDER, fence: 3, since: NOW },
  { do: "try", order: ORDER, fence: 3 },
  { do: "set-traffic", order: ORDER, fence: 3, stage: 0 },
  { do: "in-force", order: ORDER, fence: 3, stage: 0, since: NOW },
  { do: "check", order: ORDER, fence: 3, watch: firstWatch(0, NOW) },
  { do: "promote", order: ORDER, fence: 3, reason: "all held" },
  { do: "sleep-old" },
])("the function of roll-outs reads what it is asked to do: $do", (request) => {
  expect(rollOutRequestSchema.parse(request)).toEqual(request);
});

// A step that guesses what it was asked for writes traffic by guess.
test("what it is not asked for in these words it does not do", () => {
  expect(rollOutRequestSchema.safeParse({ do: "set-traffic", order: ORDER, fence: 3, stage: 0, percent: 50 }).success).toBe(false);
  expect(rollOutRequestSchema.safeParse({ do: "roll-back" }).success).toBe(false);
  expect(giveUpSchema.safeParse({ do: "give-up", order: ORDER, reason: "" }).success).toBe(false);
});
