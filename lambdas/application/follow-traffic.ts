/**
 * The alias `champion` says what serves, and a roll-back does not wait for the registry: so the registry follows, every hour and before a run
 * reads its champion. What serves is the ledger's word; it is followed only to versions that the loop itself has promoted.
 *
 * Where a run has promoted its release and died before it could say so, or was taken for failed, the registry has it for a candidate or for
 * rejected. Users have it all the same, so it is the champion, and is kept among those that can be gone back to.
 */
import { servingVersion } from "../domain/ledger-traffic";
import type { Promotion } from "../domain/ledger-view";
import { THE_LOOP } from "../domain/ledger-audit";
import { notice } from "../domain/notices";
import { refusalText } from "../domain/registry/refusals";
import { hoursAfter, minutesAfter, type Instant } from "../domain/time";
import type { Values } from "../domain/values";
import type { Subject } from "../ports/ledger";
import type { ModelRegistry, RestoreRequest } from "../ports/registry";
import { rejectForgotten } from "./reject-forgotten";
import type { RegistryLoop } from "./registry";

export interface FollowAnswer {
  /** Models whose alias has moved. */
  restored: string[];
  /** Models with a candidate that nobody would ever have decided about. */
  rejected: string[];
}

/** @throws AggregateError at the end: one model that cannot be followed must not keep the others from it. */
export async function followTraffic(loop: RegistryLoop): Promise<FollowAnswer> {
  const answer: FollowAnswer = { restored: [], rejected: [] };
  const failures: unknown[] = [];
  for (const subject of loop.models) {
    try {
      if (await followTrafficOf(subject, loop)) answer.restored.push(subject.model);
      if (await rejectForgotten(subject, loop)) answer.rejected.push(subject.model);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `the registry did not follow for ${failures.length} of ${loop.models.length} models`);
  return answer;
}

export interface FollowingLoop extends Pick<RegistryLoop, "ledger" | "logbook" | "clock"> {
  registry: Pick<ModelRegistry, "champion" | "restore" | "versions">;
  /** Absent where it is left to the hourly look to tell of what was found, under the same key. */
  notifier?: RegistryLoop["notifier"];
}

/** Whether the registry was changed. */
export async function followTrafficOf(subject: Subject, loop: FollowingLoop): Promise<boolean> {
  const { ledger, registry } = loop;
  const { rollOut, promotion } = await ledger.trafficView(subject);
  // While a release climbs, the one before it is champion still; and before the first promotion there is none.
  if (rollOut !== undefined || promotion === undefined) return false;
  const release = servingVersion(promotion);
  const kept = (await ledger.keptVersions(subject)).find((each) => each.release === release);
  // Not kept: another model's of the line, or one that no end of a run has told of. What a roll-back has led to was there before.
  if (kept === undefined) return promotion.rolledBack ? false : followUnclosed(subject, promotion, loop);
  const champion = await registry.champion(subject.model);
  if (champion === undefined || champion.release === release) return false;
  const reason = `users have ${release}, and the alias champion was still version ${champion.version}`;
  return brought(subject, { from: champion.version, to: kept.version, release, reason }, loop);
}

async function followUnclosed(subject: Subject, { version: release, previousVersion, promotedAt }: Promotion, loop: FollowingLoop) {
  const { line, model } = subject;
  const versions = await loop.registry.versions(model);
  const found = versions.find((each) => each.release === release);
  // A run that lives closes by itself.
  if (found === undefined || (await loop.ledger.holder(line)) === found.run) return false;
  const { version, semanticVersion, run } = found;
  // Only from the version that was left for it: what a person has called champion meanwhile is theirs to take back.
  const from = versions.find((each) => each.release === previousVersion)?.version;
  const reason = `users have ${release}, and its run ${run} ended before the registry heard of it`;
  const change = { ...(from !== undefined && { from }), to: version, release, reason, promotedAt };
  if (!(await brought(subject, change, loop))) return false;
  // Done again by the hourly look, which tells people of it.
  if (loop.notifier === undefined) return true;
  const told = notice({
    ...{ model, key: `${run}/registry/followed`, group: `${model}/registry`, severity: "warning", page: false, repeated: false },
    ...{ title: `${model}: version ${version} is the champion, though its run did not end as promoted`, lines: [reason] },
    at: loop.clock.now(),
  });
  if (told !== undefined) await loop.notifier.tell(told);
  // Last: whoever dies before does all of it again.
  await loop.ledger.keepVersion(subject, { version, semanticVersion, release, run, promotedAt });
  return true;
}

interface Change extends Pick<RestoreRequest, "from" | "to" | "reason" | "promotedAt"> {
  release: string;
}

/** Whether the registry says by now what traffic says. */
async function brought({ model }: Subject, { release, ...change }: Change, loop: FollowingLoop): Promise<boolean> {
  const { ledger, registry, logbook, clock } = loop;
  const { from = "none", to, reason } = change;
  const now = clock.now();
  const outcome = await registry.restore({ model, ...change, now });
  const values: Values = { from, to, release, outcome: outcome.kind };
  const record = { schemaVersion: 1, model, version: to, user: THE_LOOP, time: now, values } as const;
  if (outcome.kind === "restored") {
    await ledger.audit({ ...record, event: "model.restored", reason });
    logbook.decided({ event: "model.restored", model, reason, values });
    return true;
  }
  const fault = `${reason}; it does not follow: ${refusalText(to, outcome)}`;
  logbook.decided({ event: "model.disagreement", model, reason: fault, values });
  if (loop.notifier === undefined || (await isTold(model, to, now, loop))) return false;
  const told = notice({
    ...{ model, key: `${model}/registry/${from}/${to}`, group: `${model}/registry`, severity: "warning", page: false, repeated: false },
    ...{ title: `${model}: the registry and the traffic disagree`, lines: [fault], at: now },
  });
  if (told !== undefined) await loop.notifier.tell(told);
  await ledger.audit({ ...record, event: "model.disagreement", reason: fault });
  return false;
}

/** By the end of its run, or by an hour of the last week: it is a person's to set right, and not to be told of every hour. */
async function isTold(model: string, version: string, now: Instant, { ledger }: FollowingLoop): Promise<boolean> {
  const recent = await ledger.auditRecords({ model, from: hoursAfter(now, -7 * 24), until: minutesAfter(now, 1) });
  return recent.some((each) => each.event === "model.disagreement" && each.version === version);
}
