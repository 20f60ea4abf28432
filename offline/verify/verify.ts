/** All checks of one environment. Nothing here is about AWS's SDK: whoever answers is handed in. */
import type { Identity } from "../preflight/cloud";
import type { VerifyAws } from "./aws";
import { CHANGE_SET_CHECK } from "./change-set-check";
import { DEFINITION_CHECK } from "./definition-check";
import type { Asking, Check, Finding, Question } from "./finding";
import { ROLES_CHECK } from "./roles-check";
import { STATES_CHECK } from "./states-check";
import type { LoopSubject } from "./subject";
import { TRAINING_CHECK } from "./training-check";

/** What only asks, before what makes something. */
export const CHECKS: readonly Check[] = [DEFINITION_CHECK, STATES_CHECK, ROLES_CHECK, CHANGE_SET_CHECK, TRAINING_CHECK];

export interface VerifyOptions {
  readonly region: string;
  /** Ids of checks that are not to be made. */
  readonly skip: ReadonlySet<string>;
  /** Whether checks that make something in the account may be made. */
  readonly allowCreate: boolean;
  readonly assetsBucket?: string;
  /** @default - all */
  readonly checks?: readonly Check[];
}

export interface VerifyOutcome {
  /** Absent where nobody was asked. */
  readonly identity?: Identity;
  /** Why nobody was asked. */
  readonly unasked?: string;
  readonly findings: readonly Finding[];
}

export async function verify(loops: readonly LoopSubject[], aws: VerifyAws, options: VerifyOptions): Promise<VerifyOutcome> {
  const identity = await aws.identity();
  if (identity?.kind !== "known") {
    const unasked = identity === undefined ? "this machine has no AWS credentials" : identity.reason;
    return { unasked, findings: await findingsOf(loops, () => "not asked", options) };
  }
  const { region, assetsBucket } = options;
  const asking = { aws, identity: identity.value, region, ...(assetsBucket !== undefined && { assetsBucket }) };
  return { identity: identity.value, findings: await findingsOf(loops, asking, options) };
}

type Asked = Asking | (() => string);

/** One after the other: TestState and SimulateCustomPolicy are throttled after a few a second. */
async function findingsOf(loops: readonly LoopSubject[], asked: Asked, options: VerifyOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of options.checks ?? CHECKS)
    for (const loop of loops) for (const question of check.questions(loop)) findings.push(await findingOf(check, question, asked, options));
  return findings;
}

async function findingOf(check: Check, question: Question, asked: Asked, { skip, allowCreate }: VerifyOptions): Promise<Finding> {
  const { subject, here, ask, unaskable } = question;
  const finding = { check: check.id, subject, here };
  const unasked = (why: string): Finding => ({ ...finding, aws: why, verdict: "not checked" });
  if (skip.has(check.id)) return unasked("left out by --skip");
  if (ask === undefined) return unasked(unaskable ?? "");
  if (check.makes !== undefined && !allowCreate) return unasked("makes something in the account: allow it with --allow-create");
  if (typeof asked === "function") return unasked(asked());
  const { verdict, says } = await ask(asked);
  return { ...finding, aws: says, verdict };
}
