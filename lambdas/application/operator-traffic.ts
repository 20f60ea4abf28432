/** What a person may ask of traffic: back to a version that has served (O5), and to hold a roll-out where it is. */
import type { AuditRecord } from "../domain/ledger-audit";
import { servingVersion } from "../domain/ledger-traffic";
import type { TrafficView } from "../domain/ledger-view";
import type { OperatorRequest, OperatorVerb } from "../domain/messages/operator-request";
import { notice } from "../domain/notices";
import { NOBODYS } from "../domain/split/split";
import type { KeptVersion, Subject } from "../ports/ledger";
import type { OperatorLoop } from "./loop";
import type { OperatorAnswer } from "./operator";

type RollBack = Extract<OperatorVerb, { verb: "roll-back" }>;
type Pause = Extract<OperatorVerb, { verb: "pause" | "continue" }>;

/**
 * Waits for no lock, and asks no registry: both may be what is broken. The fence is raised before the order is given, so that from then on nobody
 * else's write of traffic counts; who dies in between has written the reason into the trail, and the same request again raises it again.
 */
export async function rollBackByHand(
  { caller }: OperatorRequest,
  { to: wanted, reason }: RollBack,
  subject: Subject,
  loop: OperatorLoop,
): Promise<OperatorAnswer> {
  const { ledger, traffic, clock } = loop;
  const { line, model } = subject;
  const refuse = async (fault: string): Promise<OperatorAnswer> => {
    const values = { byHand: true, ...(wanted !== undefined && { to: wanted }) };
    const user = caller.slice(0, 500);
    await ledger.audit({ schemaVersion: 1, event: "traffic.withhold", model, user, time: clock.now(), reason: fault, values });
    return refused(fault);
  };
  if (traffic === undefined) return refuse(`the loop rolls out no releases of ${model}: reset its traffic where it is set`);
  const view = await ledger.trafficView(subject);
  const newest = view.rollOut?.candidate ?? (view.promotion && servingVersion(view.promotion));
  if (newest === undefined) return refuse(`nothing of ${model} was ever rolled out by the loop: there is nothing to leave`);
  const target = wanted === undefined ? versionBefore(view) : releaseOf(wanted, await ledger.keptVersions(subject), view);
  if ("fault" in target) return refuse(target.fault);
  const { to } = target;
  if (to === newest) return refuse(`${to} is what serves${view.rollOut === undefined ? "" : ", or is about to"}: name an earlier version`);
  const from = leftFor(to, newest, view);
  const user = caller.slice(0, 500);
  const aborts = view.rollOut?.run;
  const values = { from, to, byHand: true, ...(aborts !== undefined && { aborts }) };
  const record: AuditRecord = {
    ...{ schemaVersion: 1, event: "traffic.roll-back", model, version: to.slice(0, 100), user, time: clock.now(), reason, values },
  };
  const fence = await ledger.raiseFence(line, record, { from, to });
  await traffic.rollBack({ subject: { line, model }, from, to, fence, ...(aborts !== undefined && { aborts }), user, reason });
  loop.logbook.decided({ event: "traffic.roll-back", model, reason, values: { ...values, user, fence } });
  await tell(subject, `${model}: back from ${from} to ${to}, by hand`, "critical", `roll-back/${fence}`, [`by ${user}: ${reason}`], loop);
  const stops = aborts === undefined ? "" : `; the roll-out of ${aborts} ends with it`;
  return {
    status: 202,
    body: { done: `back from ${from} to ${to}`, note: `traffic follows within minutes, and history tells of it${stops}` },
  };
}

/** What climbs goes home before anything else. Where users are to go further back than home, it is home that they leave. */
function leftFor(to: string, newest: string, { rollOut }: TrafficView): string {
  return rollOut === undefined || to === rollOut.champion || rollOut.champion === NOBODYS ? newest : rollOut.champion;
}

type Target = { to: string } | { fault: string };

function versionBefore({ rollOut, promotion }: TrafficView): Target {
  const to = rollOut?.champion ?? (promotion && !promotion.rolledBack ? promotion.previousVersion : undefined);
  if (to !== undefined && to !== NOBODYS) return { to };
  if (promotion?.rolledBack === true) {
    return {
      fault: `${promotion.version} was rolled back to ${promotion.previousVersion} already; to go back further, name the version: --to`,
    };
  }
  return { fault: "there is no version before the one that serves: roll out another one" };
}

/** By whichever of its names people know it. */
function releaseOf(wanted: string, kept: readonly KeptVersion[], view: TrafficView): Target {
  const found = kept.find(({ version, semanticVersion, release }) => [version, semanticVersion, release].includes(wanted));
  if (found !== undefined) return { to: found.release };
  // A version that the loop remembers of its traffic needs no other record.
  const { rollOut, promotion } = view;
  const known = [rollOut?.champion, promotion?.version, promotion?.previousVersion];
  if (wanted !== NOBODYS && known.includes(wanted)) return { to: wanted };
  const list = kept.map(({ version, semanticVersion }) => `${version} (${semanticVersion})`).join(", ");
  const cure = list === "" ? "none is kept: retrain, or roll out another one" : `kept are ${list}: name one of them`;
  return { fault: `version ${JSON.stringify(wanted)} has never served, or is not known; ${cure}` };
}

/** The roll-out's next check honours it: until then, at most its interval, traffic stays where it is anyway. */
export async function pauseByHand(
  { caller }: OperatorRequest,
  { verb, reason }: Pause,
  subject: Subject,
  loop: OperatorLoop,
): Promise<OperatorAnswer> {
  const { ledger, clock, logbook } = loop;
  const { model } = subject;
  const { rollOut } = await ledger.trafficView(subject);
  if (rollOut === undefined) return refused(`no roll-out of ${model} is in progress: there is nothing to ${verb}`);
  const kind = verb === "pause" ? "paused" : "resumed";
  const user = caller.slice(0, 500);
  const { run, candidate } = rollOut;
  const outcome = await ledger.recordTraffic(subject, { kind, run, reason }, user, clock.now());
  if (outcome.kind === "refused") return refused(`${outcome.reason}: it has just ended`);
  logbook.decided({ event: `roll-out.${kind}`, model, reason, values: { run, user } });
  const already = outcome.kind === "already-recorded";
  if (!already) {
    await tell(subject, `${model}: the roll-out of ${candidate} is ${kind}`, "warning", `${run}/${kind}`, [`by ${user}: ${reason}`], loop);
  }
  return { status: 200, body: { done: kind, note: `${already ? "it was so already; " : ""}${NOTES[kind]}` } };
}

const NOTES = {
  paused:
    "traffic stays as it is, and is watched as before: what breaks a limit is rolled back all the same; a pause that lasts too long ends the roll-out",
  resumed: "the roll-out goes on from its stage, at its next check",
};

async function tell(
  { model }: Subject,
  title: string,
  severity: "critical" | "warning",
  key: string,
  lines: string[],
  { notifier, clock }: OperatorLoop,
): Promise<void> {
  const at = clock.now();
  const about = { model, key: `${model}/${key}/${at}`, group: `${model}/by-hand`, page: false, repeated: false };
  const told = notice({ ...about, severity, title, lines, at });
  if (told !== undefined) await notifier.tell(told);
}

function refused(fault: string): OperatorAnswer {
  return { status: 409, body: { faults: [fault] } };
}
