/** What a person and a machine are told. Pure. */
import type { Palette } from "../commands/terminal";
import { counted } from "../report/signs";
import { type Finding, type Verdict, verdictOf } from "./finding";
import { CHECKS, type VerifyOutcome } from "./verify";

export interface VerifiedEnvironment {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  /** Names of the loops. */
  readonly loops: readonly string[];
  readonly outcome: VerifyOutcome;
}

const VERDICT_WIDTH = 13;
const MARGIN = " ".repeat(VERDICT_WIDTH);

export function verifyText({ project, environment, region, loops, outcome }: VerifiedEnvironment, paint: Palette): string {
  const { identity, unasked, findings } = outcome;
  const who = identity === undefined ? [] : [`account ${identity.account}`];
  const lines = ["", paint.bold([project, environment, region, ...who].join(" · "))];
  if (loops.length === 0) return `${[...lines, "", "  No control loop in this plan: there is nothing to hold against AWS."].join("\n")}\n`;
  if (unasked !== undefined) lines.push("", paint.yellow(`  Not checked: ${unasked}.`), "  With credentials, verify-aws would ask:");
  for (const check of CHECKS) {
    const own = findings.filter((finding) => finding.check === check.id);
    if (own.length === 0) continue;
    const asks = unasked === undefined ? "" : paint.dim(`  (${check.asks.join(", ")})`);
    lines.push("", `  ${paint.bold(check.title)}${asks}`, ...own.flatMap((finding) => findingLines(finding, paint)));
  }
  return `${[...lines, "", `  ${summary(findings)}`].join("\n")}\n`;
}

/** @param on day, as in `2027-01-31`: of what is kept as the record of a run */
export function verifyDocument(results: readonly VerifiedEnvironment[], version: string, on: string): string {
  const environments = results.map(({ environment, region, loops, outcome: { identity, unasked, findings } }) => ({
    ...{ environment, region, loops, ...(identity === undefined ? {} : { account: identity.account }) },
    ...(unasked === undefined ? {} : { notAsked: unasked }),
    ...{ verdict: verdictOf(findings), counts: Object.fromEntries(countsOf(findings)), findings },
  }));
  return `${JSON.stringify({ modelloop: version, on, environments }, null, 2)}\n`;
}

function findingLines({ subject, here, aws, verdict }: Finding, paint: Palette): string[] {
  const colour = { agrees: paint.green, differs: paint.red, unknown: paint.yellow, "not checked": paint.dim }[verdict];
  const head = `    ${colour(verdict.padEnd(VERDICT_WIDTH))}${subject}`;
  return [head, `    ${MARGIN}here  ${here}`, ...(aws === "not asked" ? [] : [`    ${MARGIN}AWS   ${aws}`])];
}

const MEANS: Readonly<Record<Verdict, string>> = {
  differs: "what the rehearsal tells is not what AWS does",
  unknown: "what is unknown may differ",
  "not checked": "what was not checked may differ",
  agrees: "AWS says what the rehearsal says",
};

function countsOf(findings: readonly Finding[]): [Verdict, number][] {
  return (Object.keys(MEANS) as Verdict[]).map((verdict) => [verdict, findings.filter((finding) => finding.verdict === verdict).length]);
}

function summary(findings: readonly Finding[]): string {
  const said = countsOf(findings)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  return `${counted(findings.length, "question")}: ${said.join(", ")}; ${MEANS[verdictOf(findings)]}`;
}
