/** A question that AWS and the offline tools both answer, and whether they answer alike. Types, and the worst of many. */
import type { Answer, Identity } from "../preflight/cloud";
import type { VerifyAws } from "./aws";
import type { LoopSubject } from "./subject";

/** `differs`: the offline tools are wrong, or AWS has changed. `unknown`: nobody could tell. `not checked`: nobody was asked. */
export type Verdict = "agrees" | "differs" | "unknown" | "not checked";

export interface Finding {
  readonly check: string;
  readonly subject: string;
  /** What the rehearsal, or our own validation, says. */
  readonly here: string;
  /** What AWS said, or why it did not. */
  readonly aws: string;
  readonly verdict: Verdict;
}

export interface Reply {
  readonly verdict: "agrees" | "differs" | "unknown";
  readonly says: string;
}

export interface Asking {
  readonly aws: VerifyAws;
  readonly identity: Identity;
  readonly region: string;
  /** Given with --assets-bucket. */
  readonly assetsBucket?: string;
}

export interface Question {
  readonly subject: string;
  readonly here: string;
  /** Absent where AWS cannot be asked this. */
  readonly ask?: (asking: Asking) => Promise<Reply>;
  /** Why it cannot. */
  readonly unaskable?: string;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  /** IAM actions that asking takes. */
  readonly asks: readonly string[];
  /** What it makes in the account, and takes away again. Absent where it makes nothing. */
  readonly makes?: string;
  questions(loop: LoopSubject): readonly Question[];
}

/** What could not be asked is unknown, never a yes. */
export function replied<T>(answer: Answer<T>, judge: (value: T) => Reply): Reply {
  return answer.kind === "known" ? judge(answer.value) : { verdict: "unknown", says: answer.reason };
}

const WORST_FIRST: readonly Verdict[] = ["differs", "unknown", "not checked", "agrees"];

/** `not checked` where there was nothing to ask: silence is no agreement. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.length === 0) return "not checked";
  return WORST_FIRST.find((verdict) => findings.some((finding) => finding.verdict === verdict)) ?? "agrees";
}

const LONGEST = 240;

export function shortly(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

export function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : "aws";
}
