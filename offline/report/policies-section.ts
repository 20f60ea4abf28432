/** What the environment makes of the policy pack: what is broken, what is advised, what nobody can know yet. Pure. */
import type { AwsRules } from "../policies/aws-rules";
import type { Finding } from "../policies/evaluate";
import type { Judgement } from "../policies/judge-plan";
import { awsSummary, groupedReasons } from "../policies/policies-text";
import { type Html, markup } from "./html";

export function policiesSection({ rules, findings, aws }: Judgement): Html {
  const broken = findings.filter(({ kind }) => kind === "violation");
  const open = new Map<string, number>();
  for (const { policy } of findings.filter(({ kind }) => kind === "unknown")) open.set(policy, (open.get(policy) ?? 0) + 1);
  return markup`<h2>Policies</h2>
<div class="card">
<p><b>${broken.length === 0 ? `All of ${rules} rules are kept` : `${broken.length} findings of ${rules} rules`}</b>, as far as a preview knows.</p>
${broken.length === 0 ? undefined : markup`<table><tbody>${broken.map(row)}</tbody></table>`}
${open.size === 0 ? undefined : markup`<details><summary>Not known before deployment</summary><table><tbody>${[...open].map(([policy, times]) => markup`<tr><td><code>${policy}</code></td><td>${times} ×</td></tr>\n`)}</tbody></table></details>`}
${aws === undefined ? undefined : awsPart(aws)}
</div>`;
}

function awsPart(aws: AwsRules): Html {
  const reasons = groupedReasons(aws.acknowledged).map(
    ({ rule, reason, times }) => markup`<tr><td><code>${rule}</code></td><td>${times} ×</td><td class="wrap">${reason}</td></tr>\n`,
  );
  return markup`<p>${awsSummary(aws)}. What CloudFormation's validator says stands under templates.</p>
${reasons.length === 0 ? undefined : markup`<details><summary>What is acknowledged, and why</summary><table><tbody>${reasons}</tbody></table></details>`}`;
}

function row({ policy, level, message }: Finding): Html {
  return markup`<tr><td>${level}</td><td class="wrap">${message}</td><td><code>${policy}</code></td></tr>\n`;
}
