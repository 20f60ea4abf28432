/** What a person and a machine are told. Pure. */
import type { Palette } from "../commands/terminal";
import { counted } from "../report/signs";
import type { Finding, Verdict } from "./check";
import type { PlanFacts } from "./facts";
import { CHECKS, type PreflightOutcome, verdictOf } from "./preflight";

const VERDICT_WIDTH = 13;

export function preflightText(facts: PlanFacts, outcome: PreflightOutcome, paint: Palette): string {
  const { identity, unasked, findings } = outcome;
  const who = identity === undefined ? [] : [`account ${identity.account}`];
  const lines = ["", paint.bold([facts.project, facts.environment, facts.region, ...who].join(" · "))];
  if (unasked !== undefined)
    lines.push("", paint.yellow(`  Not checked: ${unasked}.`), "  With credentials that may read, preflight would ask:");
  for (const check of CHECKS) {
    const own = findings.filter((finding) => finding.check === check.id);
    if (own.length === 0) continue;
    const asks = unasked === undefined || check.asks.length === 0 ? "" : paint.dim(`  (${check.asks.join(", ")})`);
    lines.push("", `  ${paint.bold(check.title)}${asks}`, ...own.flatMap((finding) => findingLines(finding, paint)));
  }
  return `${[...lines, "", `  ${summary(findings)}`].join("\n")}\n`;
}

export function preflightDocument(results: readonly { facts: PlanFacts; outcome: PreflightOutcome }[]): string {
  const environments = results.map(({ facts: { environment, region }, outcome: { identity, unasked, findings } }) => ({
    ...{ environment, region, ...(identity === undefined ? {} : { account: identity.account, caller: identity.arn }) },
    ...(unasked === undefined ? {} : { notAsked: unasked }),
    ...{ verdict: verdictOf(findings), findings },
  }));
  return `${JSON.stringify({ environments }, null, 2)}\n`;
}

function findingLines({ subject, wanted, verdict, says, cure }: Finding, paint: Palette): string[] {
  const colour = { ok: paint.green, short: paint.red, unknown: paint.yellow, "not checked": paint.dim }[verdict];
  const head = `    ${colour(verdict.padEnd(VERDICT_WIDTH))}${subject}: ${wanted}`;
  const found = verdict === "not checked" && says === "not asked" ? [] : [`    ${" ".repeat(VERDICT_WIDTH)}${says}`];
  return [head, ...found, ...(cure === undefined ? [] : [`    ${" ".repeat(VERDICT_WIDTH)}${cure}`])];
}

const MEANS: Readonly<Record<Verdict, string>> = {
  short: "pulumi up would stumble over what is short",
  unknown: "what is unknown may be short: look yourself",
  "not checked": "what was not checked may be short",
  ok: "nothing found that pulumi up would stumble over",
};

function summary(findings: readonly Finding[]): string {
  const counts = (Object.keys(MEANS) as Verdict[]).map((verdict) => ({
    verdict,
    count: findings.filter((finding) => finding.verdict === verdict).length,
  }));
  const said = counts.filter(({ count }) => count > 0).map(({ verdict, count }) => `${count} ${verdict}`);
  return `${counted(findings.length, "question")}: ${said.join(", ")}; ${MEANS[verdictOf(findings)]}`;
}
