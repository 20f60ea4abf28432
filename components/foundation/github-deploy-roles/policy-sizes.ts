/** Statements in as many policies as IAM's limit of characters makes of them. Pure. */
import { policyDocument, type PolicyStatement } from "../../shared/policy-document";

/** IAM user guide, "IAM and AWS STS quotas": characters of a managed policy, white space aside. */
export const LARGEST_POLICY = 6_144;
/** The same page: managed policies of a role, unless AWS was asked for more. */
export const MOST_POLICIES = 10;

/** Characters of actions in one statement: what two of them leave is room for their resources and conditions. */
const MOST_ACTIONS = 2_000;

/** By the actions alone, and not by ARNs: what is cut where must be the same before AWS has given its names. */
export function inParts(statements: readonly PolicyStatement[]): PolicyStatement[] {
  return statements.flatMap((statement) => {
    const { Sid, Action } = statement;
    const length = JSON.stringify(Action).length;
    if (typeof Action === "string" || length <= MOST_ACTIONS) return [statement];
    const size = Math.floor(Action.length / Math.ceil((length * 1.1) / MOST_ACTIONS));
    const parts = Array.from({ length: Math.ceil(Action.length / size) }, (_, part) => Action.slice(part * size, (part + 1) * size));
    return parts.map((actions, part) => ({ ...statement, Sid: `${Sid}${part + 1}`, Action: actions }));
  });
}

/** Which statements stand in one policy together, by their numbers. */
export function inPolicies(statements: readonly PolicyStatement[]): number[][] {
  const policies: number[][] = [];
  let last: number[] = [];
  statements.forEach((statement, number) => {
    const together = policyDocument([...last.flatMap((earlier) => statements[earlier] ?? []), statement]);
    if (last.length === 0 || together.length > LARGEST_POLICY) policies.push((last = [number]));
    else last.push(number);
  });
  return policies;
}
