/**
 * The run that was to bring traffic to an end is gone: everybody goes back to the version that had served them before.
 *
 * Whoever stops a run stops its roll-out with it, somewhere between two releases: Step Functions cancels what a stopped or timed-out task was waiting
 * for, at best effort and without a step of ours (Step Functions developer guide, "Run a job (.sync)"). So the end of a run is followed by this
 * look, and so is every hour, for ends that nobody has told of. The order stops the roll-out once more.
 */
import { THE_LOOP } from "../domain/ledger-audit";
import { notice } from "../domain/notices";
import type { SignalLoop } from "./loop";

export type ReturningLoop = Pick<SignalLoop, "ledger" | "traffic" | "logbook" | "notifier" | "clock" | "models">;

export async function returnStrandedTraffic(line: string, loop: ReturningLoop): Promise<void> {
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
