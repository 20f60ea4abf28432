/**
 * Who somebody is. People reach the loop by assuming a role, and name the session themselves: what is compared is the role behind it, what is
 * kept beside it is the session. Whoever may assume a role may call the session what they like.
 */
export interface Principal {
  kind: "role" | "user" | "other";
  account: string;
  /** Without its path: names are unique in an account whatever their path, and STS does not tell it. */
  name: string;
  session?: string;
}

const ARN = /^arn:(aws[a-z-]*):(iam|sts)::([0-9]{12}):(.+)$/;

/** Undefined where it is no principal's ARN. */
export function principalOf(arn: string): Principal | undefined {
  const [, , service, account = "", resource = ""] = ARN.exec(arn) ?? [];
  const [kind = "", ...path] = resource.split("/");
  const last = path.at(-1);
  if (service === "iam" && (kind === "role" || kind === "user") && last !== undefined && last !== "") return { kind, account, name: last };
  const [role, session, ...more] = path;
  if (service === "sts" && kind === "assumed-role" && role !== undefined && role !== "" && more.length === 0) {
    return { kind: "role", account, name: role, ...(session !== undefined && session !== "" && { session }) };
  }
  // Root, and federated users: principals too, but nobody that an approver's ARN can mean.
  return account === "" ? undefined : { kind: "other", account, name: resource };
}

/** Equal for all sessions of a role. An ARN that is none is a principal of its own, so that nothing is ever taken for the same by being unreadable. */
export function identityOf(arn: string): string {
  const principal = principalOf(arn);
  return principal === undefined ? arn : `${principal.account}:${principal.kind}/${principal.name}`;
}

/** An approver's ARN that names a session means that session alone. */
export function isApprover(caller: string, approver: string): boolean {
  const [who, meant] = [principalOf(caller), principalOf(approver)];
  if (who === undefined || meant === undefined || meant.kind === "other" || identityOf(caller) !== identityOf(approver)) return false;
  return meant.session === undefined || meant.session === who.session;
}
