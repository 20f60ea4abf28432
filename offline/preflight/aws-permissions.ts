/** Asks IAM what the caller's policies would say to each action. Nothing is done. */
import { GetRoleCommand, type IAMClient, paginateSimulatePrincipalPolicy } from "@aws-sdk/client-iam";
import type { Permission } from "./cloud";

/** IAM documents no limit but that of a request's size; a hundred names are far from it. */
const ACTIONS_AT_ONCE = 100;

export async function simulated(iam: IAMClient, callerArn: string, actions: readonly string[]): Promise<Permission[]> {
  const principal = await principalOf(iam, callerArn);
  const found: Permission[] = [];
  for (let start = 0; start < actions.length; start += ACTIONS_AT_ONCE) {
    const wanted = { PolicySourceArn: principal, ActionNames: actions.slice(start, start + ACTIONS_AT_ONCE) };
    for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy({ client: iam }, wanted)) {
      const results = EvaluationResults.map(({ EvalActionName, EvalDecision }) => ({
        action: EvalActionName ?? "",
        decision: EvalDecision ?? "implicitDeny",
      }));
      found.push(...results);
    }
  }
  return found;
}

/** IAM simulates users and roles. Who came in through a role is neither, but the role can be found, with its path. */
async function principalOf(iam: IAMClient, arn: string): Promise<string> {
  const roleName = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (roleName !== undefined) return (await iam.send(new GetRoleCommand({ RoleName: roleName }))).Role?.Arn ?? "";
  if (/^arn:[^:]+:iam::\d+:user\//.test(arn)) return arn;
  throw new Error(`IAM simulates users and roles only, and these credentials are of ${arn}`);
}
