/** What the rules say of one environment: of its preview, and of what the preview does not know, by the values that stand in for it. */
import type { Policy } from "../../policies/rules";
import type { RecordedResource } from "../engine";
import type { AwsRules } from "./aws-rules";
import { type Reconciled } from "./configuration";
import { evaluate, type Finding } from "./evaluate";
import { templateSubjects } from "./template-subjects";

export interface Judgement {
  readonly rules: number;
  readonly findings: readonly Finding[];
  /** AWS's own, of which the findings stand among the others. Absent where the plan deploys no template. */
  readonly aws?: AwsRules;
}

interface Plans {
  readonly preview: readonly RecordedResource[];
  readonly apply: readonly RecordedResource[];
}

/**
 * The preview decides. Where it does not know, the run with invented values is asked as well: what it breaks is broken; what it does not break
 * stays unknown, because the cloud's values are not ours. The resources of templates that the plan sends stand among the others.
 */
export async function judgePlan(policies: readonly Policy[], { preview, apply }: Plans, configured: Reconciled): Promise<Judgement> {
  const templates = templateSubjects(apply);
  const inPreview = await evaluate(policies, [...preview, ...templates], configured);
  const unknown = new Set(inPreview.filter(({ kind }) => kind === "unknown").map(({ policy }) => policy));
  const told = new Set(inPreview.map(({ policy, urn, message }) => [policy, urn, message].join("\n")));
  const asked = policies.filter(({ name }) => unknown.has(name));
  const inApply = (await evaluate(asked, [...apply, ...templates], configured)).filter(
    ({ kind, policy, urn, message }) => kind === "violation" && !told.has([policy, urn, message].join("\n")),
  );
  const broken = new Set(inApply.map(({ policy, urn }) => `${policy}\n${urn ?? ""}`));
  const open = inPreview.filter(({ kind, policy, urn }) => kind === "violation" || !broken.has(`${policy}\n${urn ?? ""}`));
  return { rules: policies.length, findings: [...open, ...inApply] };
}
