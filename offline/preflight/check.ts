/** A question to the account: what the plan wants, how it is asked, and how the answer is judged. Pure but for the asking. */
import type { Answer, Cloud, Identity } from "./cloud";
import type { PlanFacts } from "./facts";

/** `short`: missing or too small, so that `pulumi up` would stumble. `unknown`: nobody could tell. `not checked`: nobody was asked. */
export type Verdict = "ok" | "short" | "unknown" | "not checked";

export interface Judgement {
  readonly verdict: "ok" | "short" | "unknown";
  /** What was found, as a phrase. */
  readonly says: string;
  /** What to do, as a sentence or a command. */
  readonly cure?: string;
}

export interface Finding {
  readonly check: string;
  /** What it is about: a quota, a certificate, a group of nodes. */
  readonly subject: string;
  /** What the plan wants of it. */
  readonly wanted: string;
  readonly verdict: Verdict;
  readonly says: string;
  readonly cure?: string;
}

/** Who asks, and for which plan. */
export interface Session {
  readonly facts: PlanFacts;
  readonly identity: Identity;
}

export interface CheckSpec<W, A> {
  readonly id: string;
  readonly title: string;
  /** IAM actions that asking takes: all of them only read. */
  readonly asks: readonly string[];
  /** One finding each; none where the plan has nothing to do with it. */
  needs(this: void, facts: PlanFacts): readonly W[];
  wanted(this: void, need: W, facts: PlanFacts): { readonly subject: string; readonly wanted: string };
  ask(this: void, cloud: Cloud, need: W, session: Session): Promise<Answer<A>>;
  judge(this: void, answer: A, need: W, session: Session): Judgement;
}

/** A check whose need and answer are its own affair. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly asks: readonly string[];
  /** Whether it asks nobody, and can be made without credentials. */
  readonly isLocal?: boolean;
  isNeeded(facts: PlanFacts): boolean;
  /** What would be asked. */
  unasked(facts: PlanFacts, reason: string): Finding[];
  findings(cloud: Cloud, session: Session): Promise<Finding[]>;
}

export function check<W, A>(spec: CheckSpec<W, A>): Check {
  const finding = (need: W, facts: PlanFacts) => ({ check: spec.id, ...spec.wanted(need, facts) });
  return {
    ...{ id: spec.id, title: spec.title, asks: spec.asks },
    isNeeded: (facts) => spec.needs(facts).length > 0,
    unasked: (facts, reason) => spec.needs(facts).map((need) => ({ ...finding(need, facts), verdict: "not checked", says: reason })),
    findings: (cloud, session) =>
      Promise.all(
        spec.needs(session.facts).map(async (need) => {
          const answer = await spec.ask(cloud, need, session);
          const judged: Judgement =
            answer.kind === "known" ? spec.judge(answer.value, need, session) : { verdict: "unknown", says: answer.reason };
          return { ...finding(need, session.facts), ...judged };
        }),
      ),
  };
}
