/**
 * The alias `champion` says what serves, and a roll-back does not wait for the registry: so the registry follows, every hour and before a run
 * reads its champion. What serves is the ledger's word; it is followed only to versions that the loop itself has promoted before.
 */
import { refusalText } from "../domain/registry/refusals";
import { servingVersion } from "../domain/ledger-traffic";
import { THE_LOOP } from "../domain/ledger-audit";
import { notice } from "../domain/notices";
import type { Subject } from "../ports/ledger";
import type { ModelRegistry } from "../ports/registry";
import type { RegistryLoop } from "./registry";

export interface FollowAnswer {
  /** Models whose alias has moved. */
  restored: string[];
}

/** @throws AggregateError at the end: one model that cannot be followed must not keep the others from it. */
export async function followTraffic(loop: RegistryLoop): Promise<FollowAnswer> {
  const restored: string[] = [];
  const failures: unknown[] = [];
  for (const subject of loop.models) {
    await followTrafficOf(subject, loop).then(
      (moved) => moved && restored.push(subject.model),
      (error: unknown) => failures.push(error),
    );
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `the registry did not follow for ${failures.length} of ${loop.models.length} models`);
  return { restored };
}

export interface FollowingLoop extends Pick<RegistryLoop, "ledger" | "logbook" | "clock"> {
  registry: Pick<ModelRegistry, "champion" | "restore">;
  /** Absent where a disagreement is left to the hourly look, which tells of it under the same key. */
  notifier?: RegistryLoop["notifier"];
}

/** Whether the alias was moved. */
export async function followTrafficOf(subject: Subject, loop: FollowingLoop): Promise<boolean> {
  const { ledger, registry, logbook, clock } = loop;
  const { line, model } = subject;
  const { rollOut, promotion } = await ledger.trafficView(subject);
  // While a release climbs, the one before it is champion still; and before the first promotion there is none.
  if (rollOut !== undefined || promotion === undefined) return false;
  const serving = servingVersion(promotion);
  // Not kept: another model's of the line, or one whose run has not closed yet.
  const target = (await ledger.keptVersions({ line, model })).find(({ release }) => release === serving);
  const champion = target && (await registry.champion(model));
  if (target === undefined || champion === undefined || champion.release === serving) return false;
  const [from, to] = [champion.version, target.version];
  const reason = `users have ${serving}, and the alias champion was still version ${from}`;
  const now = clock.now();
  const outcome = await registry.restore({ model, from, to, reason, now });
  const values = { from, to, release: serving, outcome: outcome.kind };
  if (outcome.kind === "restored") {
    await ledger.audit({ schemaVersion: 1, event: "model.restored", model, version: to, user: THE_LOOP, time: now, reason, values });
    logbook.decided({ event: "model.restored", model, reason, values });
    return true;
  }
  const fault = `${reason}; it does not follow: ${refusalText(to, outcome)}`;
  logbook.decided({ event: "model.disagreement", model, reason: fault, values });
  const told = notice({
    ...{ model, key: `${model}/registry/${from}/${to}`, group: `${model}/registry`, severity: "warning", page: false, repeated: false },
    ...{ title: `${model}: the registry and the traffic disagree`, lines: [fault], at: now },
  });
  if (told !== undefined) await loop.notifier?.tell(told);
  return false;
}
