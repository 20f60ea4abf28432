/** Findings as lines and as a document. Pure. */
import type { Palette } from "../commands/terminal";
import { parseUrn } from "../engine";
import { counted } from "../report/signs";
import type { Finding } from "./evaluate";
import type { Judgement } from "./judge-plan";

export function violationText({ policy, message }: Finding): string {
  return `${message} (${policy})`;
}

/** Its keys are a contract: add, never rename. */
export function policiesDocument(environment: string, { rules, findings }: Judgement) {
  const of = (kind: Finding["kind"], level?: string) =>
    findings
      .filter((finding) => finding.kind === kind && (level === undefined || finding.level === level))
      .map(({ policy, severity, urn, message }) => ({
        policy,
        severity,
        urn,
        resource: urn === undefined ? undefined : parseUrn(urn).name,
        message,
      }));
  return { environment, rules, mandatory: of("violation", "mandatory"), advisory: of("violation", "advisory"), unknown: of("unknown") };
}

/** One environment on one screen. */
export function policiesText(environment: string, { rules, findings }: Judgement, paint: Palette): string {
  const lines = (level: Finding["level"]) =>
    findings.filter((finding) => finding.kind === "violation" && finding.level === level).map(violationText);
  const [mandatory, advisory] = [lines("mandatory"), lines("advisory")];
  const unknown = new Map<string, number>();
  for (const { policy } of findings.filter(({ kind }) => kind === "unknown")) unknown.set(policy, (unknown.get(policy) ?? 0) + 1);
  return [
    "",
    `${environment}: ${counted(rules, "rule")}, ${mandatory.length} broken, ${advisory.length} advised`,
    ...mandatory.map((line) => `  ${paint.red("✗")} ${line}`),
    ...advisory.map((line) => `  ${paint.yellow("!")} ${line}`),
    ...[...unknown].map(([policy, times]) => `  ${paint.dim(`? ${policy}: not known before deployment, ${counted(times, "time")}`)}`),
    "",
  ].join("\n");
}
