/** What an upgrade would endanger, as lines and as a document. Pure. */
import type { Palette } from "../commands/terminal";
import { counted } from "../report/signs";
import { staleText } from "./accepted";
import type { UpgradeJudgement } from "./judge";

/** Its keys are a contract: add, never rename. */
export function upgradeDocument(environment: string, against: string, { dangers, accepted, stale, unknown }: UpgradeJudgement) {
  return { environment, against, dangers, accepted, stale: stale.map((entry) => ({ ...entry, says: staleText(entry) })), unknown };
}

export function upgradeText(environment: string, against: string, judgement: UpgradeJudgement, paint: Palette): string {
  const { dangers, accepted, stale, unknown } = judgement;
  const verdict = dangers.length === 0 ? "nothing that holds data is deleted, replaced or weakened" : counted(dangers.length, "danger");
  return [
    "",
    `${environment}, against ${against}: ${verdict}`,
    ...dangers.map(({ says }) => `  ${paint.red("✗")} ${says}`),
    ...stale.map((entry) => `  ${paint.red("✗")} ${staleText(entry)}`),
    ...accepted.map(({ resource, kind, reason }) => `  ${paint.yellow("!")} ${resource}, ${kind}: accepted, because ${reason}`),
    ...unknown.map(
      ({ resource, property }) => `  ${paint.dim(`? ${resource}: whether ${property} changes is known to pulumi preview only`)}`,
    ),
    "",
  ].join("\n");
}
