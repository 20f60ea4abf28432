/** What the machine of a roll-out asks of its two functions, and what they answer. */
import { z } from "zod";
import { type rollBackOrderSchema } from "../messages/roll-back-order";
import { rollOutOrderSchema } from "../run/steps";
import { instantSchema } from "../time";
import { watchSchema } from "./watch";

const order = rollOutOrderSchema;
const fence = z.int().min(1);
const stage = z.int().min(0);
/** When the machine began to ask. */
const since = instantSchema;
/** Whether the last answer was "not now": nobody is told of the same wait twice. */
const again = z.boolean().optional();

export const rollOutRequestSchema = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("fill"), order, again }),
  z.strictObject({ do: z.literal("ready"), order, fence, since }),
  z.strictObject({ do: z.literal("try"), order, fence }),
  z.strictObject({ do: z.literal("set-traffic"), order, fence, stage, again }),
  z.strictObject({ do: z.literal("in-force"), order, fence, stage, since, watch: watchSchema.optional() }),
  z.strictObject({ do: z.literal("check"), order, fence, watch: watchSchema }),
  z.strictObject({ do: z.literal("promote"), order, fence, reason: z.string().min(1), again }),
  /** All lines: every hour. */
  z.strictObject({ do: z.literal("sleep-old") }),
]);

export type RollOutRequest = z.infer<typeof rollOutRequestSchema>;
export type RequestTo<Do extends RollOutRequest["do"]> = Extract<RollOutRequest, { do: Do }>;

/** From the failure path of the machine. */
export const giveUpSchema = z.strictObject({ do: z.literal("give-up"), order, reason: z.string().min(1) });
export type GiveUp = z.infer<typeof giveUpSchema>;

/** To `ask-approval`, by this machine: whether a release is promoted although labels did not come. */
export const promotionRequestSchema = z.strictObject({ token: z.string().min(1), order, reason: z.string().min(1), watch: watchSchema });
export type PromotionRequest = z.infer<typeof promotionRequestSchema>;

export type RollBackOrderMessage = z.infer<typeof rollBackOrderSchema>;
