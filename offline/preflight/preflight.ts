/** All checks of one environment. Nothing here is about AWS's SDK: whoever answers is handed in. */
import { ACCOUNT_CHECK, CERTIFICATE_CHECK, PERMISSION_CHECK, STATE_CHECK } from "./account-checks";
import type { Check, Finding, Verdict } from "./check";
import type { Cloud, Identity } from "./cloud";
import type { PlanFacts } from "./facts";
import { AWS_CLI_CHECK, ENDPOINT_CHECK } from "./local-checks";
import { KUBERNETES_CHECK, OFFERING_CHECK, ZONE_CHECK } from "./place-checks";
import { QUOTA_CHECK } from "./quota-check";

/** In the order in which a person would ask. */
export const CHECKS: readonly Check[] = [
  ...[ACCOUNT_CHECK, QUOTA_CHECK, ZONE_CHECK, OFFERING_CHECK, KUBERNETES_CHECK],
  ...[CERTIFICATE_CHECK, STATE_CHECK, PERMISSION_CHECK, ENDPOINT_CHECK, AWS_CLI_CHECK],
];

export interface PreflightOutcome {
  /** Absent where nobody was asked. */
  readonly identity?: Identity;
  /** Why nobody was asked. */
  readonly unasked?: string;
  readonly findings: readonly Finding[];
}

const WORST_FIRST: readonly Verdict[] = ["short", "unknown", "not checked", "ok"];

/** The worst of them: `ok` only where every question was asked, answered, and answered well. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  return WORST_FIRST.find((verdict) => findings.some((finding) => finding.verdict === verdict)) ?? "ok";
}

/** @param skip ids of checks that are not to be made. */
export async function preflight(facts: PlanFacts, cloud: Cloud, skip: ReadonlySet<string> = new Set()): Promise<PreflightOutcome> {
  const checks = CHECKS.filter((check) => check.isNeeded(facts));
  const notAsked = async (reason: string): Promise<PreflightOutcome> => {
    const findings = checks.map((check) => {
      if (skip.has(check.id)) return Promise.resolve(check.unasked(facts, SKIPPED));
      return check.isLocal === true
        ? check.findings(cloud, { facts, identity: NOBODY })
        : Promise.resolve(check.unasked(facts, "not asked"));
    });
    return { unasked: reason, findings: (await Promise.all(findings)).flat() };
  };
  const identity = await cloud.identity();
  if (identity === undefined) return notAsked("this machine has no AWS credentials");
  if (identity.kind === "unknown") return notAsked(identity.reason);
  if (!actsAs(identity.value, facts.assumedRole))
    return notAsked(
      `the stack file has the provider act as ${facts.assumedRole ?? ""}, and these credentials are of ${identity.value.arn}`,
    );

  const session = { facts, identity: identity.value };
  const found: Finding[][] = await Promise.all(
    checks.map((check) => (skip.has(check.id) ? Promise.resolve(check.unasked(facts, SKIPPED)) : check.findings(cloud, session))),
  );
  return { identity: identity.value, findings: found.flat() };
}

/** `arn:aws:sts::1:assumed-role/Deploy/me` acts as `arn:aws:iam::1:role/any/path/Deploy`. */
function actsAs({ account, arn }: Identity, assumedRole: string | undefined): boolean {
  if (assumedRole === undefined) return true;
  const role = assumedRole.slice(assumedRole.lastIndexOf("/") + 1);
  return assumedRole.split(":")[4] === account && arn.includes(`:assumed-role/${role}/`);
}

const NOBODY: Identity = { account: "", arn: "" };

const SKIPPED = "left out by --skip";
