/** What the function that writes traffic is ordered to do. It refuses an order whose fence is stale. */
import { z } from "zod";
import { modelNameSchema } from "../names";

export const rollBackOrderSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("roll-back"),
  line: modelNameSchema,
  model: modelNameSchema,
  from: z.string().min(1),
  to: z.string().min(1),
  fence: z.int().min(1),
  /** The roll-out to be stopped. */
  aborts: z.string().min(1).optional(),
  /** Who gave it, where it was a person. */
  user: z.string().min(1).optional(),
  reason: z.string().min(1),
});
