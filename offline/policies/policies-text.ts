/** Findings as lines and as a document. Pure. */
import type { Palette } from "../commands/terminal";
import { parseUrn } from "../engine";
import { counted } from "../report/signs";
import type { Acknowledged, AwsRules } from "./aws-rules";
import type { Finding } from "./evaluate";
import type { Judgement } from "./judge-plan";

/** What the step that validates templates has said. */
export interface ValidatedTemplates {
  readonly count: number;
  /** Of templates and their state machines. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

export function violationText({ policy, message }: Finding): string {
  return `${message} (${policy})`;
}

/** Its keys are a contract: add, never rename. */
export function policiesDocument(environment: string, { rules, findings, aws }: Judgement, templates?: ValidatedTemplates) {
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
  return {
    ...{ environment, rules, mandatory: of("violation", "mandatory"), advisory: of("violation", "advisory"), unknown: of("unknown") },
    ...(aws !== undefined && { awsSolutions: { ...(aws.notRun !== undefined && { notRun: aws.notRun }), acknowledged: aws.acknowledged } }),
    ...(templates !== undefined && {
      cloudFormation: { templates: templates.count, faults: templates.faults, warnings: templates.warnings },
    }),
  };
}

/** Of every rule and reason one, with the number of places: twelve roles that write traces are one decision. */
export function groupedReasons(acknowledged: readonly Acknowledged[]): { rule: string; reason: string; times: number }[] {
  const groups = new Map<string, { rule: string; reason: string; times: number }>();
  for (const { rule: full, reason } of acknowledged) {
    const rule = full.replace(/\[.*$/, "");
    const group = groups.get(`${rule} ${reason}`) ?? { rule, reason, times: 0 };
    group.times++;
    groups.set(`${rule} ${reason}`, group);
  }
  return [...groups.values()];
}

export function awsSummary({ notRun, findings, acknowledged }: AwsRules): string {
  if (notRun !== undefined) return `AWS's own rules (AwsSolutions) were not asked: ${notRun}`;
  const found = findings.length === 0 ? "nothing found" : counted(findings.length, "finding");
  return `AWS's own rules (AwsSolutions of cdk-nag) on the loop: ${found}, ${counted(acknowledged.length, "acknowledgement")} with a reason`;
}

function templatesLine({ count, faults, warnings }: ValidatedTemplates): string {
  return `  CloudFormation's validator: ${counted(count, "template")}, ${counted(faults.length, "fault")}, ${counted(warnings.length, "warning")}`;
}

function awsLines({ aws }: Judgement, templates: ValidatedTemplates | undefined, paint: Palette): string[] {
  const reasons = groupedReasons(aws?.acknowledged ?? []).map(({ rule, reason, times }) => `    ${rule} × ${times}: ${reason}`);
  return [
    ...(aws === undefined ? [] : [`  ${awsSummary(aws)}`, ...reasons.map(paint.dim)]),
    ...(templates === undefined ? [] : [templatesLine(templates)]),
    ...(templates?.faults ?? []).map((fault) => `  ${paint.red("✗")} ${fault}`),
    ...(templates?.warnings ?? []).map((warning) => `  ${paint.yellow("!")} ${warning}`),
  ];
}

/** One environment on one screen. */
export function policiesText(environment: string, judgement: Judgement, paint: Palette, templates?: ValidatedTemplates): string {
  const { rules, findings } = judgement;
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
    ...awsLines(judgement, templates, paint),
    "",
  ].join("\n");
}
