/** Whether IAM allows each role what its function was seen to ask for, and nothing that it must never do. */
import { ACCOUNT, arnOf } from "../rehearsal/standins/arns";
import type { Decision } from "./aws";
import { type Asking, type Check, type Question, type Reply } from "./finding";
import type { RoleSubject } from "./roles";
import type { SeenCall } from "./seen-calls";

/** What no role of a loop has any business with: things that are not the loop's, and the end of those that are. */
const FORBIDDEN: readonly SeenCall[] = [
  { action: "dynamodb:DeleteTable", resource: arnOf("dynamodb", "table/somebody-elses") },
  { action: "dynamodb:GetItem", resource: arnOf("dynamodb", "table/somebody-elses") },
  { action: "states:StartExecution", resource: arnOf("states", "stateMachine:somebody-elses") },
  { action: "lambda:InvokeFunction", resource: arnOf("lambda", "function:somebody-elses") },
  { action: "sqs:SendMessage", resource: arnOf("sqs", "somebody-elses") },
  { action: "secretsmanager:GetSecretValue", resource: arnOf("secretsmanager", "secret:somebody-elses-abcdef") },
  { action: "s3:DeleteBucket", resource: "arn:aws:s3:::somebody-elses" },
  { action: "iam:PassRole", resource: `arn:aws:iam::${ACCOUNT}:role/somebody-elses` },
];

export const ROLES_CHECK: Check = {
  id: "roles",
  title: "Permissions of the roles",
  asks: ["iam:SimulateCustomPolicy"],
  questions: ({ roles }) => roles.filter(({ policies }) => policies.length > 0).flatMap(questionsOf),
};

function questionsOf(role: RoleSubject): Question[] {
  const { id, needs } = role;
  const actions = [...new Set(needs.map(({ action }) => action))].sort();
  return [
    needs.length === 0
      ? { subject: id, here: "no rehearsal saw it ask for anything", unaskable: "there is nothing to ask about" }
      : { subject: id, here: `may ${actions.join(", ")}`, ask: (asking) => decided(asking, role, needs, true) },
    {
      subject: id,
      here: "may not delete a table, nor touch what is not the loop's",
      ask: (asking) => decided(asking, role, [...FORBIDDEN, ...endOfTables(needs)], false),
    },
  ];
}

/** Its own table may be written to, and never deleted. */
function endOfTables(needs: readonly SeenCall[]): SeenCall[] {
  const tables = needs.map(({ resource }) => /^(arn:[^:]+:dynamodb:[^/]+\/[^/]+)/.exec(resource)?.[1]);
  return [...new Set(tables)].flatMap((table) => (table === undefined ? [] : [{ action: "dynamodb:DeleteTable", resource: table }]));
}

interface Decided {
  readonly call: SeenCall;
  readonly decision: Decision;
}

async function decided({ aws }: Asking, { policies }: RoleSubject, calls: readonly SeenCall[], isExpected: boolean): Promise<Reply> {
  const all: Decided[] = [];
  for (const group of together(calls)) {
    const [{ resource, context } = { resource: "*" } as SeenCall] = group;
    const actions = group.map(({ action }) => action);
    const answer = await aws.simulate({ policies, actions, resource, ...(context !== undefined && { context }) });
    if (answer.kind === "unknown") return { verdict: "unknown", says: answer.reason };
    for (const call of group) {
      const decision = answer.value.find(({ action }) => action === call.action);
      if (decision === undefined) return { verdict: "unknown", says: `AWS did not decide ${call.action}` };
      all.push({ call, decision });
    }
  }
  return judged(all, isExpected);
}

function judged(all: readonly Decided[], isExpected: boolean): Reply {
  const wrong = all.filter(({ decision }) => decision.isAllowed !== isExpected);
  // A refusal that turns on what the simulation was not told is no refusal of the real call.
  const unsure = wrong.filter(({ decision }) => isExpected && decision.missing.length > 0);
  const sure = wrong.filter((each) => !unsure.includes(each));
  if (sure.length > 0) return { verdict: "differs", says: sure.map(sentence).join("; ") };
  if (unsure.length > 0) return { verdict: "unknown", says: unsure.map(sentence).join("; ") };
  return { verdict: "agrees", says: isExpected ? "all allowed" : "all denied" };
}

function sentence({ call: { action, resource }, decision: { decision, missing } }: Decided): string {
  const untold = missing.length === 0 ? "" : `, which turns on ${missing.join(", ")}`;
  return `${decision} for ${action} on ${resource}${untold}`;
}

/** One simulation tells of many actions, but of one resource and one item. */
function together(calls: readonly SeenCall[]): SeenCall[][] {
  const groups = new Map<string, SeenCall[]>();
  for (const call of calls) {
    const key = JSON.stringify([call.resource, call.context]);
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()];
}
