import { type Invariant, type InvariantContext, readsOf } from "./invariant";
import { Environment } from "./schema";

/** @param keys those that the rule reads, from their layer on. */
export function inProd(id: string, keys: string[], check: (context: InvariantContext) => string[]): Invariant {
  return {
    id,
    reads: readsOf("foundation.environment", ...keys),
    check: (context) => (context.foundation.environment === Environment.Prod ? check(context) : []),
  };
}
