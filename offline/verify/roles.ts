/** The roles of a template, what their policies say, and what they were seen to need. Pure. */
import type { Json } from "../engine";
import { isMapping } from "../plan/mapping";
import type { Declared } from "../rehearsal/wiring/assembly";
import { LEADING_KEYS, roleArns, type SeenCall } from "./seen-calls";

export interface RoleSubject {
  readonly id: string;
  /** Documents, as JSON. */
  readonly policies: readonly string[];
  /** One for each action, resource and kind of item. */
  readonly needs: readonly SeenCall[];
  /** ARNs of the state machines that act with it. */
  readonly machines: readonly string[];
}

/** @param calls by ARN of the role */
export function rolesOf(resources: readonly Declared[], calls: ReadonlyMap<string, readonly SeenCall[]>): RoleSubject[] {
  return resources
    .filter(({ type }) => type === "AWS::IAM::Role")
    .map(({ id, names, properties }) => {
      const own = Array.isArray(properties["Policies"]) ? properties["Policies"] : [];
      const attached = resources.filter(({ type, properties: given }) => {
        const { Roles = null } = given;
        return /^AWS::IAM::(Managed)?Policy$/.test(type) && Array.isArray(Roles) && Roles.includes(names.ref);
      });
      const documents = [...own, ...attached.map((policy) => policy.properties)].flatMap((policy) => documentIn(policy));
      const arn = names.attributes["Arn"] ?? "";
      const machines = resources.filter(
        ({ type, properties: given }) => type === "AWS::StepFunctions::StateMachine" && given["RoleArn"] === arn,
      );
      return {
        ...{ id, policies: documents.map((document) => roleArns(JSON.stringify(document))), needs: distinct(calls.get(arn) ?? []) },
        machines: machines.map((machine) => machine.names.ref),
      };
    });
}

function documentIn(policy: Json): Json[] {
  const document = isMapping(policy) ? policy["PolicyDocument"] : undefined;
  return document === undefined ? [] : [document];
}

/** Two items of a kind, `RUN#1` and `RUN#2`, are one question. */
function distinct(calls: readonly SeenCall[]): SeenCall[] {
  const kinds = new Map<string, SeenCall>();
  for (const call of calls) {
    const kind = JSON.stringify([call.action, kindOf(call.resource), call.context?.[LEADING_KEYS]?.split("#")[0]]);
    if (!kinds.has(kind)) kinds.set(kind, call);
  }
  return [...kinds.values()];
}

/** Executions, schedules and objects are many of a kind; tables, queues and functions are each their own. */
function kindOf(resource: string): string {
  return resource
    .replace(/(:execution:[^:]+:).*$/, "$1*")
    .replace(/(:schedule\/[^/]+\/).*$/, "$1*")
    .replace(/^(arn:aws:s3:::[^/]+\/).*$/, "$1*");
}
