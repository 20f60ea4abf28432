/** What a run's steps have in common: each decision is told once, however often the step is tried. */
import { type AuditEvent, THE_LOOP } from "../../domain/ledger-audit";
import { hoursAfter } from "../../domain/time";
import type { Values } from "../../domain/values";
import type { Loop } from "../loop";

export type TellingLoop = Pick<Loop, "ledger" | "logbook" | "clock">;

export interface StepDecision {
  event: AuditEvent;
  model: string;
  run: string;
  reason: string;
  values: Values;
}

/** A step may be tried again for as long as a failed execution can be redriven: 14 days. */
const HOURS_OF_TRIES = 14 * 24;

export async function tell({ event, model, run, reason, values }: StepDecision, { ledger, logbook, clock }: TellingLoop): Promise<void> {
  const now = clock.now();
  const known: Values = { run, ...values };
  const recent = await ledger.auditRecords({ model, from: hoursAfter(now, -HOURS_OF_TRIES), until: hoursAfter(now, 1), newest: 200 });
  const told = recent.some((record) => record.event === event && record.reason === reason && record.values["run"] === run);
  if (!told) await ledger.audit({ schemaVersion: 1, event, model, user: THE_LOOP, time: now, reason, values: known });
  logbook.decided({ event, model, reason, values: known });
}
