import type { Approval } from "../domain/run/steps";

/** `gone`: the task has timed out, or its run has ended; nobody waits for the answer any more. */
export type AnswerDelivery = { kind: "delivered" } | { kind: "gone" };

/** Tasks of workflows that wait for people. */
export interface WaitingTasks {
  answer(token: string, approval: Approval): Promise<AnswerDelivery>;
}
