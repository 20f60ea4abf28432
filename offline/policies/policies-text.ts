/** Findings as lines and as a document. Pure. */
import { parseUrn } from "../engine";
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
