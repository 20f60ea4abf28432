/** Statements of policy documents, in one shape. */
import { list, many, mapping, text } from "../reading";

export interface Statement {
  readonly sid: string | undefined;
  readonly allows: boolean;
  readonly actions: readonly string[];
  /** What is allowed is all but a list: as good as everything. */
  readonly isAllBut: boolean;
  readonly resources: readonly string[];
  readonly principal: unknown;
  readonly isConditional: boolean;
  readonly condition: Record<string, unknown>;
}

export function statementsOf(document: unknown): Statement[] {
  const { Statement: given } = mapping(document);
  const statements = given === undefined ? [] : Array.isArray(given) ? list(given) : [given];
  return statements.map((statement) => {
    const { Sid, Effect, Action, NotAction, Resource, Principal, Condition } = mapping(statement);
    const condition = mapping(Condition);
    return {
      sid: text(Sid),
      allows: Effect === "Allow",
      actions: many(Action).map(String),
      isAllBut: NotAction !== undefined,
      resources: many(Resource).map(String),
      principal: Principal,
      isConditional: Object.keys(condition).length > 0,
      condition,
    };
  });
}

/** Without a condition that narrows it. A condition on TLS alone narrows nothing, and allows nothing by itself either: those stand in denials. */
export function isForEverybody({ principal, isConditional }: Statement): boolean {
  if (isConditional || principal === undefined) return false;
  return principal === "*" || many(mapping(principal)["AWS"]).includes("*");
}
