import type { z } from "zod";

/** @throws with every fault of the environment in one message; values are left out of it, because some of them may be secret one day. */
export function readEnvironment<T>(schema: z.ZodType<T>): T {
  const { success, data, error } = schema.safeParse(process.env);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `  - ${path.join(".")}: ${message}`);
  throw new Error(`The function's environment cannot be used:\n${faults.join("\n")}`);
}
