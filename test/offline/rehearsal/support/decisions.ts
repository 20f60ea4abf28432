import { AUDIT_EVENTS, type AuditEvent } from "../../../../lambdas/domain/ledger-audit";
import { type Coverage, together } from "../../../../offline/rehearsal/scenarios/coverage";

/** What no whole run comes by is decided in the loops whose runs train nothing: each kind of decision is seen in one of the two. */
export const DECIDED_WITHOUT_WHOLE_RUNS: readonly AuditEvent[] = [
  "retraining.refuse",
  "retraining.observe-only",
  "retraining.ignore",
  "traffic.record-scaling",
  "feedback.trigger",
];

/** In the order of the trail's own list. */
export function undecided(coverages: readonly Coverage[]): AuditEvent[] {
  const { visited } = together(coverages);
  return AUDIT_EVENTS.filter((event) => !visited.includes(`decision: ${event}`));
}
