/** The end of a retraining as Step Functions tells EventBridge (Step Functions developer guide, "Execution status change events", 2026). */
import { z } from "zod";
import type { RunOutcome } from "../pending";
import { runReportSchema } from "../run-order";
import { parseTemplatedJson } from "./templated-json";
import { faultsOf } from "./reading";

const executionEventSchema = z.object({
  source: z.literal("aws.states"),
  "detail-type": z.literal("Step Functions Execution Status Change"),
  detail: z.object({
    name: z.string().min(1),
    status: z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
    /** Left out by Step Functions where input and output are too large for an event. */
    output: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

export interface ExecutionEnded {
  run: string;
  outcome: RunOutcome;
  reason: string;
  /** Whether the workflow said itself what came of it. */
  explained: boolean;
}

export type ReadExecution = { kind: "ended"; ended: ExecutionEnded } | { kind: "unreadable"; faults: string[] };

/** Characters of a reason, which people read and the log keeps. */
const MOST_TOLD = 1_000;

const OUTCOMES = { FAILED: "failed", TIMED_OUT: "timed-out", ABORTED: "aborted" } as const;

export function readExecutionEnded(body: string): ReadExecution {
  const { success, data, error } = executionEventSchema.safeParse(parseTemplatedJson(body));
  return success ? { kind: "ended", ended: endOf(data.detail) } : { kind: "unreadable", faults: faultsOf(error) };
}

function endOf({ name: run, status, output, error, cause }: z.infer<typeof executionEventSchema>["detail"]): ExecutionEnded {
  if (status !== "SUCCEEDED") {
    const reason =
      [error, cause].filter(Boolean).join(": ").slice(0, MOST_TOLD) || `its execution ${status.toLowerCase().replace("_", " ")}`;
    return { run, outcome: OUTCOMES[status], reason, explained: true };
  }
  const report = runReportSchema.safeParse(parseTemplatedJson(output ?? "")).data;
  if (report !== undefined) {
    const { outcome, reason = `its workflow reports ${outcome}` } = report;
    return { run, outcome, reason: reason.slice(0, MOST_TOLD), explained: true };
  }
  // To call it answered would lose what it was started for; a run too many is bounded by the cool-down and the weekly limit.
  return { run, outcome: "failed", reason: "its workflow went through without saying what came of it", explained: false };
}
