/**
 * Every hour: finds what a lost message, a dead function or an overdue date has left lying, and goes on with it. Nothing else in the loop
 * relies on being told only once; what relies on being told at all is looked for here.
 */
import { readAlarmName } from "../domain/alarm-names";
import { linesOf } from "../domain/declared-models";
import { THE_LOOP } from "../domain/ledger-audit";
import { LOOP_METRICS } from "../domain/loop-metrics";
import { readAlarm } from "../domain/messages/cloudwatch";
import { dedupKey } from "../domain/names";
import { notice } from "../domain/notices";
import type { Signal } from "../domain/signals";
import { hoursAfter, minutesAfter } from "../domain/time";
import type { Alarms, FiringAlarm } from "../ports/alarms";
import { keepDeclaredMode } from "./declared-mode";
import { sendTriggers } from "./feedback";
import type { SignalLoop } from "./loop";
import { respondToSignal } from "./respond-to-signal";
import { examineLine } from "./settle-retraining";

export interface SweepingLoop extends SignalLoop {
  alarms: Alarms;
}

/** Younger alarms are likely to be on their way still: a queue's retries take minutes. */
const MINUTES_UNTIL_LOST = 15;

/** @throws AggregateError at the end: one model that cannot be swept must not keep the others unswept. */
export async function sweep(loop: SweepingLoop): Promise<void> {
  const { models, alarms, environment } = loop;
  const jobs = [
    ...models.map((model) => () => keepDeclaredMode(model, loop)),
    ...linesOf(models).map((line) => () => returnStrandedTraffic(line, loop)),
    ...models.map((model) => async () => sendTriggers(model, await loop.ledger.untoldFeedback(model), loop)),
    async () => {
      for (const alarm of await alarms.firing(`${environment}-`)) await recover(alarm, loop);
    },
    ...linesOf(models).map((line) => () => examineLine(line, loop)),
  ];
  const failures: unknown[] = [];
  for (const job of jobs) await job().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${jobs.length} parts of the sweep failed`);
}

/** An alarm goes off once. Where the trail has nothing of it, its message was lost, and there will be no second. */
async function recover({ name, since, reason, reasonData }: FiringAlarm, loop: SweepingLoop): Promise<void> {
  const context = { environment: loop.environment, models: loop.models.map(({ model }) => model) };
  const identity = readAlarmName(name, context.environment, context.models);
  // Alarms of the platform begin with the environment too, and are nothing to us.
  if (identity === undefined || since > minutesAfter(loop.clock.now(), -MINUTES_UNTIL_LOST)) return;
  for (const reading of readAlarm({ identity, at: since, state: "ALARM", reason, reasonData, context }).readings) {
    if (reading.kind !== "signal" || (await isInTrail(reading.signal, loop))) continue;
    loop.logbook.counted(LOOP_METRICS.recovered, { model: identity.model, signal: dedupKey(reading.signal), alarm: name });
    await respondToSignal(reading.signal, loop);
  }
}

/** By rule and time, not by key alone: an event and DescribeAlarms need not agree about the second. */
async function isInTrail({ model, rule, firedAt }: Signal, { ledger }: SweepingLoop): Promise<boolean> {
  const around = { model, from: minutesAfter(firedAt, -1), until: hoursAfter(firedAt, 6) };
  const records = await ledger.auditRecords(around);
  return records.some(({ event, values }) => event.startsWith("traffic.") && values["rule"] === rule && values["over"] === undefined);
}

/** The run that was to bring traffic to an end is gone: everybody goes back to the version that had served them before. */
async function returnStrandedTraffic(line: string, loop: SweepingLoop): Promise<void> {
  const { ledger, traffic, logbook, notifier, clock, models } = loop;
  const now = clock.now();
  const stranded = await ledger.strandedRollOut(line, now);
  const subject =
    models.find((each) => each.line === line && stranded?.run.startsWith(`${each.model}-`)) ?? models.find((each) => each.line === line);
  if (stranded === undefined || subject === undefined) return;
  const { run, candidate: from, champion: to } = stranded;
  const { model } = subject;
  const { stopped, mode } = await ledger.trafficView(subject);
  const mayAct = traffic !== undefined && !stopped && mode === "act";
  const reason = `${run} is gone, and has left its roll-out of ${from} unfinished`;
  const event = mayAct ? "traffic.roll-back" : "traffic.withhold";
  const values = { from, to, run };
  const record = { schemaVersion: 1, event, model, version: to, user: THE_LOOP, time: now, reason, values } as const;
  if (mayAct) await traffic.rollBack({ subject, from, to, fence: await ledger.raiseFence(line, record), aborts: run, reason });
  else await ledger.audit(record);
  logbook.decided({ event, model, reason, values });
  const done = mayAct ? `everybody is sent back to ${to}` : "the loop may not touch traffic: a person must bring it to an end";
  const told = notice({
    ...{ model, key: `${run}/stranded`, group: `${model}/stranded`, severity: "critical", page: true, repeated: false, at: now },
    ...{ title: `${model}: a roll-out was left unfinished`, lines: [reason, done] },
  });
  if (told !== undefined) await notifier.tell(told);
}
