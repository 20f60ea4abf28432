/** Whether the account is the right one, and has what the plan takes for given: certificates, a place for the state, permissions. */
import { type Certificate, known, type Permission, type StateBucket, unknown } from "./cloud";
import { check } from "./check";
import { actionsOf } from "./permissions";

export const ACCOUNT_CHECK = check<readonly string[], string>({
  id: "account",
  title: "Account",
  asks: ["sts:GetCallerIdentity"],
  needs: ({ allowedAccounts }) => (allowedAccounts.length === 0 ? [] : [allowedAccounts]),
  wanted: (allowed) => ({ subject: "aws:allowedAccountIds", wanted: allowed.join(" or ") }),
  ask: (_cloud, _allowed, { identity }) => Promise.resolve(known(identity.account)),
  judge: (account, allowed) =>
    allowed.includes(account)
      ? { verdict: "ok", says: account }
      : {
          verdict: "short",
          says: `the credentials are of ${account}`,
          cure: "Take the credentials of that account, or correct the stack file.",
        },
});

/** AWS renews its own certificates 60 days before their end; one that is nearer has a problem, or was imported. */
export const CERTIFICATE_CHECK = check<string, Certificate | undefined>({
  id: "certificates",
  title: "Certificates",
  asks: ["acm:DescribeCertificate"],
  needs: ({ certificates }) => certificates,
  wanted: (arn) => ({ subject: arn, wanted: "issued, in the plan's Region and account" }),
  ask: (cloud, arn) => cloud.certificate(arn),
  judge: (certificate, arn, { facts, identity }) => {
    const [, , , region = "", account = ""] = arn.split(":");
    const cure = "Name a certificate that is issued in this Region and account.";
    if (region !== facts.region) return { verdict: "short", says: `it is of ${region}; a load balancer takes one of its own Region`, cure };
    if (account !== identity.account) return { verdict: "short", says: `it is of account ${account}`, cure };
    if (certificate === undefined) return { verdict: "short", says: "there is none of this ARN", cure };
    const { status, domain, expires } = certificate;
    const until = expires === undefined ? "" : ` until ${expires}`;
    if (status === "ISSUED") return { verdict: "ok", says: `${domain}, issued${until}` };
    const validate = status === "PENDING_VALIDATION" ? "Publish its validation record, and wait until it is issued." : cure;
    return { verdict: "short", says: `${domain}, ${status}`, cure: validate };
  },
});

export const STATE_CHECK = check<string | undefined, StateBucket | undefined>({
  id: "state",
  title: "State of Pulumi",
  asks: ["s3:ListBucket", "s3:GetBucketVersioning"],
  needs: ({ backend }) => [backend],
  wanted: (backend) => ({
    subject: backend ?? "backend not named",
    wanted: bucketOf(backend) === undefined ? "a place for it" : "a versioned bucket",
  }),
  ask: (cloud, backend) => {
    const bucket = bucketOf(backend);
    if (bucket !== undefined) return cloud.bucket(bucket.name, bucket.region);
    return Promise.resolve(unknown(otherBackend(backend)));
  },
  judge: (bucket, backend) => {
    const { name = "", region } = bucketOf(backend) ?? {};
    const where = region === undefined ? "" : ` --region ${region}`;
    if (bucket === undefined)
      return { verdict: "short", says: "there is no such bucket", cure: `Make it, versioned and private: aws s3 mb s3://${name}${where}` };
    if (bucket.versioned) return { verdict: "ok", says: "reachable and versioned" };
    return {
      verdict: "short",
      says: "reachable, but not versioned: a state that was overwritten cannot be brought back",
      cure: `aws s3api put-bucket-versioning --bucket ${name} --versioning-configuration Status=Enabled${where}`,
    };
  },
});

/** `s3://bucket/prefix?region=us-east-1`, as `pulumi login` takes it. */
function bucketOf(backend: string | undefined): { name: string; region?: string } | undefined {
  const found = /^s3:\/\/([^/?]+)[^?]*(?:\?(.*))?$/.exec(backend ?? "");
  if (found?.[1] === undefined) return undefined;
  const region = new URLSearchParams(found[2] ?? "").get("region");
  return { name: found[1], ...(region === null ? {} : { region }) };
}

function otherBackend(backend: string | undefined): string {
  if (backend === undefined)
    return "neither PULUMI_BACKEND_URL nor Pulumi.yaml names it; `pulumi whoami --verbose` tells where you are logged in";
  if (backend.startsWith("file:")) return "on this machine only; nobody else can run this stack, and preflight does not look into it";
  return "not one that preflight can ask";
}

interface PermissionNeed {
  readonly layer: string;
  readonly actions: readonly string[];
  /** Resource types of which the table of actions has no row. */
  readonly untold: readonly string[];
}

const MOST_NAMED = 12;

export const PERMISSION_CHECK = check<PermissionNeed, readonly Permission[]>({
  id: "permissions",
  title: "Permissions",
  asks: ["iam:SimulatePrincipalPolicy", "iam:GetRole"],
  needs: ({ typesByLayer }) =>
    [...typesByLayer].flatMap(([layer, types]) => {
      const { actions, untold } = actionsOf(types);
      return actions.length + untold.length === 0 ? [] : [{ layer, actions, untold }];
    }),
  wanted: ({ layer, actions }) => ({ subject: layer, wanted: `${actions.length} actions` }),
  ask: (cloud, { actions }, { identity }) => cloud.permissions(identity.arn, actions),
  judge: (permissions, { untold }) => {
    const named = (decision: Permission["decision"]) =>
      permissions.filter((each) => each.decision === decision).map(({ action }) => action);
    const [forbidden, missing] = [named("explicitDeny"), named("implicitDeny")];
    if (forbidden.length + missing.length > 0) {
      const says = [
        ...(forbidden.length === 0 ? [] : [`a policy forbids ${listed(forbidden)}`]),
        ...(missing.length === 0 ? [] : [`none allows ${listed(missing)} on everything`]),
      ].join("; ");
      const narrow =
        "A policy that allows them for this environment's own names only is not seen here: then leave this check out (--skip permissions).";
      return { verdict: "short", says, cure: `Have them allowed. ${missing.length === 0 ? "" : narrow}`.trim() };
    }
    if (untold.length > 0)
      return { verdict: "unknown", says: `all allowed that are known; not known what these take: ${untold.join(", ")}` };
    return { verdict: "ok", says: "all allowed" };
  },
});

function listed(actions: readonly string[]): string {
  const more = actions.length - MOST_NAMED;
  return more > 0 ? `${actions.slice(0, MOST_NAMED).join(", ")} and ${more} more` : actions.join(", ");
}
