/** What can be told from the audit trail alone. */
import type { AuditRecord } from "./ledger-audit";
import type { Instant } from "./time";

export interface RunInTrail {
  run: string;
  startedAt: Instant;
  /** Absent while it runs, or when nobody has told of its end. */
  endedAt?: Instant;
  outcome?: string;
}

/** The newest run that the records tell of. */
export function runFrom(records: readonly AuditRecord[]): RunInTrail | undefined {
  const start = records.findLast(({ event, values }) => event === "retraining.start" && values["resumed"] !== true);
  const run = start?.values["run"];
  if (start === undefined || typeof run !== "string") return undefined;
  const end = records.findLast(({ event, values }) => event === "retraining.ended" && values["run"] === run);
  return { run, startedAt: start.time, ...(end && { endedAt: end.time, outcome: String(end.values["outcome"]) }) };
}
