import type { DeclaredModel } from "../domain/declared-models";
import { THE_LOOP } from "../domain/ledger-audit";
import type { Loop } from "./loop";

/**
 * Brings the ledger's mode of a model to the one that the stack declares, so that a change of it is reviewed like code and stands in the audit
 * trail all the same. For a change in a hurry there is the stop switch.
 */
export async function keepDeclaredMode(model: DeclaredModel, { ledger, clock }: Pick<Loop, "ledger" | "clock">): Promise<void> {
  if ((await ledger.mode(model)) === model.mode) return;
  await ledger.setMode(model, model.mode, { user: THE_LOOP, reason: `the stack declares mode ${model.mode}`, now: clock.now() });
}
