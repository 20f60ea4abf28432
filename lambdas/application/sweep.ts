/**
 * Every hour: finds what a lost message, a dead function or an overdue date has left lying, and goes on with it. Nothing else in the loop
 * relies on being told only once; what relies on being told at all is looked for here.
 */
import { readAlarmName } from "../domain/alarm-names";
import { linesOf } from "../domain/declared-models";
import { LOOP_METRICS } from "../domain/loop-metrics";
import { readAlarm } from "../domain/messages/cloudwatch";
import { dedupKey } from "../domain/names";
import type { Signal } from "../domain/signals";
import { hoursAfter, minutesAfter, type Instant } from "../domain/time";
import type { Alarms, FiringAlarm } from "../ports/alarms";
import type { Subject } from "../ports/ledger";
import { keepDeclaredMode } from "./declared-mode";
import { sendTriggers } from "./feedback";
import type { SignalLoop } from "./loop";
import { remindApprovers } from "./remind-approvers";
import { respondToSignal } from "./respond-to-signal";
import { returnStrandedTraffic } from "./return-stranded-traffic";
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
    ...models.map((model) => () => remindApprovers(model, loop)),
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
  const subject = loop.models.find(({ model }) => model === identity?.model);
  // Alarms of the platform begin with the environment too, and are nothing to us.
  if (identity === undefined || subject === undefined || since > minutesAfter(loop.clock.now(), -MINUTES_UNTIL_LOST)) return;
  for (const reading of readAlarm({ identity, at: since, state: "ALARM", reason, reasonData, context }).readings) {
    if (reading.kind !== "signal") continue;
    const { signal } = reading;
    if (!(await isAnswered(subject, signal, minutesAfter(signal.firedAt, -1), loop))) {
      loop.logbook.counted(LOOP_METRICS.recovered, { model: identity.model, signal: dedupKey(signal), alarm: name });
      await respondToSignal(signal, loop);
    } else await answerAfresh(subject, signal, loop);
  }
}

/** Answered in mode observe, it was only spoken about; and as long as it is firing there will be no second edge to act on. */
async function answerAfresh(subject: Subject, signal: Signal, loop: SweepingLoop): Promise<void> {
  const actsSince = await loop.ledger.actsSince(subject);
  if (actsSince === undefined || actsSince <= signal.firedAt) return;
  const afresh = { ...signal, firedAt: actsSince };
  if (!(await isAnswered(subject, afresh, actsSince, loop))) await respondToSignal(afresh, loop);
}

/**
 * By its own mark, or by rule, severity and time: an event and DescribeAlarms need not agree about the second. By severity as well, because a
 * critical alarm goes off behind the warning of the same rule, and is another one.
 */
async function isAnswered(subject: Subject, signal: Signal, from: Instant, { ledger }: SweepingLoop): Promise<boolean> {
  const { model, rule, severity, firedAt } = signal;
  if ((await ledger.trafficView(subject, signal)).handled) return true;
  const records = await ledger.auditRecords({ model, from, until: hoursAfter(firedAt, 6) });
  return records.some(
    ({ event, values }) =>
      event.startsWith("traffic.") && values["rule"] === rule && values["severity"] === severity && values["over"] === undefined,
  );
}
