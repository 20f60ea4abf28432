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
import type { Values } from "../domain/values";
import type { Subject } from "../ports/ledger";
import type { ModelRegistry, ModelVersion } from "../ports/registry";
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
  /** Absent where a disagreement is left to the hourly look, which tells of it under the same key. */
  notifier?: RegistryLoop["notifier"];
}

/** Whether the registry was changed. */
export async function followTrafficOf(subject: Subject, loop: FollowingLoop): Promise<boolean> {
  const { ledger, registry, logbook, clock } = loop;
  const { model } = subject;
  const { rollOut, promotion } = await ledger.trafficView(subject);
  // While a release climbs, the one before it is champion still; and before the first promotion there is none.
  if (rollOut !== undefined || promotion === undefined) return false;
  const serving = servingVersion(promotion);
  const kept = (await ledger.keptVersions(subject)).find(({ release }) => release === serving);
  const unclosed = kept === undefined ? await unclosedVersion(promotion, subject, loop) : undefined;
  const target = kept ?? unclosed;
  const champion = target && (await registry.champion(model));
  if (target === undefined || (unclosed === undefined && (champion === undefined || champion.release === serving))) return false;
  const to = target.version;
  const from = champion?.version ?? "none";
  const reason = `users have ${serving}, and the alias champion was ${champion?.version === to ? "moved without a record" : champion === undefined ? "nobody's" : `still version ${from}`}`;
  const now = clock.now();
  const more = { ...(champion && { from }), ...(unclosed && { promotedAt: promotion.promotedAt }) };
  const outcome = await registry.restore({ model, to, reason, now, ...more });
  const values: Values = { from, to, release: serving, outcome: outcome.kind, ...(unclosed && { run: unclosed.run }) };
  const group = `${model}/registry`;
  if (outcome.kind === "restored") {
    const told = unclosed === undefined ? reason : `${reason}; its run ${unclosed.run} ended before the registry heard of it`;
    await ledger.audit({ schemaVersion: 1, event: "model.restored", model, version: to, user: THE_LOOP, time: now, reason: told, values });
    logbook.decided({ event: "model.restored", model, reason: told, values });
    if (unclosed !== undefined) await closed(subject, unclosed, promotion, told, loop);
    return true;
  }
  const fault = `${reason}; it does not follow: ${refusalText(to, outcome)}`;
  logbook.decided({ event: "model.disagreement", model, reason: fault, values });
  const told = notice({
    ...{ model, key: `${model}/registry/${from}/${to}`, group, severity: "warning", page: false, repeated: false },
    ...{ title: `${model}: the registry and the traffic disagree`, lines: [fault], at: now },
  });
  if (told !== undefined) await loop.notifier?.tell(told);
  return false;
}

/** The version that traffic was given, as long as no end of its run has told of it. Undefined where it is another model's of the line. */
async function unclosedVersion(promotion: Promotion, { line, model }: Subject, loop: FollowingLoop): Promise<ModelVersion | undefined> {
  // What a roll-back has led to was there before, or its own promotion would have been kept.
  if (promotion.rolledBack) return undefined;
  const found = (await loop.registry.versions(model)).find(({ release }) => release === promotion.version);
  // A run that lives closes by itself.
  return found === undefined || (await loop.ledger.holder(line)) === found.run ? undefined : found;
}

/** Kept last: whoever dies before does all of it again. */
async function closed(subject: Subject, unclosed: ModelVersion, { promotedAt }: Promotion, reason: string, loop: FollowingLoop) {
  const { model } = subject;
  const { version, semanticVersion, release, run } = unclosed;
  const told = notice({
    ...{ model, key: `${run}/registry/followed`, group: `${model}/registry`, severity: "warning", page: false, repeated: false },
    ...{ title: `${model}: version ${version} is the champion, though its run did not end as promoted`, lines: [reason] },
    at: loop.clock.now(),
  });
  if (told !== undefined) await loop.notifier?.tell(told);
  await loop.ledger.keepVersion(subject, { version, semanticVersion, release, run, promotedAt });
}
