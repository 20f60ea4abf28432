/**
 * An account that answers as told, in the shapes of the API references; none was recorded from an account. What a test does not tell is unknown.
 * Policies it reads by itself: allow, deny and the one condition that the loop's policies have on items.
 */
import { type Answer, known, unknown } from "../../../offline/preflight/cloud";
import type { Decision, Simulation, VerifyAws } from "../../../offline/verify/aws";

export const ACCOUNT = "210987654321";

export function fakeAws(answers: Partial<{ [verb in keyof VerifyAws]: VerifyAws[verb] }> = {}): VerifyAws {
  const silent = (verb: string) => (): Promise<Answer<never>> => Promise.resolve(unknown(`${verb} was not told`));
  return {
    identity: () => Promise.resolve(known({ account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/verify/me` })),
    validate: silent("validate"),
    testState: silent("testState"),
    simulate: silent("simulate"),
    deployedStack: silent("deployedStack"),
    ownsBucket: silent("ownsBucket"),
    upload: silent("upload"),
    changeSet: silent("changeSet"),
    ...answers,
  };
}

export function answering<T>(value: T): () => Promise<Answer<T>> {
  return () => Promise.resolve(known(value));
}

interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export function simulated({ policies, actions, resource, context = {} }: Simulation): Promise<Answer<readonly Decision[]>> {
  const statements = policies.flatMap((policy) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
  const applies = (action: string, effect: Statement["Effect"]) =>
    statements.some(
      ({ Effect, Action, Resource, Condition }) =>
        Effect === effect &&
        listOf(Action).some((pattern) => like(pattern, action)) &&
        listOf(Resource).some((pattern) => like(pattern, resource)) &&
        Object.entries(Condition ?? {}).every(([operator, keys]) => Object.entries(keys).every((each) => holds(operator, each, context))),
    );
  const decisions = actions.map((action): Decision => {
    const decision = applies(action, "Deny") ? "explicitDeny" : applies(action, "Allow") ? "allowed" : "implicitDeny";
    return { action, decision, isAllowed: decision === "allowed", missing: [] };
  });
  return Promise.resolve(known(decisions));
}

function holds(operator: string, [key, patterns]: [string, string | string[]], context: Readonly<Record<string, string>>): boolean {
  const value = context[key];
  if (value === undefined) return false;
  const isLike = listOf(patterns).some((pattern) => like(pattern, value));
  return /Not(Like|Equals)/.test(operator) ? !isLike : isLike;
}

function like(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

function listOf(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}
