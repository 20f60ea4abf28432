/**
 * A candidate that nobody goes on with: its run was aborted or timed out while people were asked, or its registration was lost on the way back, so
 * that the run's end knew of no version. It would stay open for ever, and look like one that waits for somebody.
 */
import { THE_LOOP } from "../domain/ledger-audit";
import { servingVersion } from "../domain/ledger-traffic";
import { notice } from "../domain/notices";
import type { Subject } from "../ports/ledger";
import type { ModelVersion } from "../ports/registry";
import type { RegistryLoop } from "./registry";

/** Whether there was one. */
export async function rejectForgotten(subject: Subject, loop: RegistryLoop): Promise<boolean> {
  const { ledger, registry, clock, logbook, notifier } = loop;
  const { model } = subject;
  const forgotten = await forgottenOf(subject, loop);
  for (const { version, semanticVersion, run, release } of forgotten) {
    const reason = `its run ${run} has ended, and nobody has decided about it`;
    const now = clock.now();
    const outcome = await registry.reject({ model, version, reason, by: [], now });
    const values = { run, semanticVersion, release, outcome: outcome.kind };
    logbook.decided({ event: "model.rejected", model, reason, values });
    // Another hour has done it meanwhile, or somebody who has given it the alias.
    if (outcome.kind !== "rejected") continue;
    await ledger.audit({ schemaVersion: 1, event: "model.rejected", model, version, user: THE_LOOP, time: now, reason, values });
    const told = notice({
      ...{ model, key: `${run}/registry/rejected`, group: `${model}/registry`, severity: "warning", page: false, repeated: false },
      ...{ title: `${model}: version ${version} (${semanticVersion}) is rejected`, lines: [`${reason}: ask for another run`], at: now },
    });
    if (told !== undefined) await notifier.tell(told);
  }
  return forgotten.length > 0;
}

/** What was approved and packaged stays a candidate; what climbs or serves is traffic's to say. */
async function forgottenOf(subject: Subject, { ledger, registry }: RegistryLoop): Promise<ModelVersion[]> {
  // The ledger is asked on both sides of the registry: a run that registers meanwhile has the lock by the second time, and one that packages its
  // version and ends meanwhile had it at the first.
  const before = await ledger.holder(subject.line);
  const open = (await registry.versions(subject.model)).filter(
    ({ status, decidedAt }) => status === "candidate" && decidedAt === undefined,
  );
  if (open.length === 0) return [];
  const holder = await ledger.holder(subject.line);
  const { rollOut, promotion } = await ledger.trafficView(subject);
  const inTraffic = [rollOut?.candidate, promotion && servingVersion(promotion)];
  return open.filter(({ run, release }) => run !== before && run !== holder && !inTraffic.includes(release));
}
