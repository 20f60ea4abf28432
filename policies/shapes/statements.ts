/** Statements of policy documents, in one shape. */
import { list, many, mapping, text } from "../reading";
import { isOpenRange } from "./addresses";

export interface Statement {
  readonly sid: string | undefined;
  readonly allows: boolean;
  readonly actions: readonly string[];
  /** What is allowed is all but a list: as good as everything. */
  readonly isAllBut: boolean;
  readonly resources: readonly string[];
  readonly principal: unknown;
  /** Whether a condition names who asks, or from where: `aws:SecureTransport` alone does not. */
  readonly namesWho: boolean;
  /** Whether a condition names what is asked for. */
  readonly namesWhat: boolean;
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
      namesWho: narrows(condition, WHO),
      namesWhat: narrows(condition, WHAT),
      condition,
    };
  });
}

/** Without a condition that narrows it. */
export function isForEverybody({ principal, namesWho }: Statement): boolean {
  if (namesWho || principal === undefined) return false;
  return principal === "*" || many(mapping(principal)["AWS"]).includes("*");
}

/**
 * Keys that name a party or a place. The list is of what counts and not of what does not: a key that nobody thought of is told, and taken for good it
 * would be a hole. IAM user guide, "AWS global condition context keys", and those of KMS, S3 and the token services; written from memory.
 */
const WHO =
  /^(aws:(Source(Arn|Account|OrgID|OrgPaths|OwnerAccount|Vpc|VpcArn|Vpce|Ip|Identity)|VpcSourceIp|Vpce(Account|OrgID|OrgPaths)|Principal(Arn|Account|OrgID|OrgPaths|ServiceName|Tag\/.+)|userid|username)|kms:(CallerAccount|ViaService|GrantIsForAWSResource)|s3:DataAccessPoint(Account|Arn)|sts:ExternalId|.+:sub)$/i;
/** Keys that name a thing. A Region is none: everything of a Region is still everything. */
const WHAT =
  /^(aws:(ResourceTag|RequestTag)\/.+|(?!aws:)\w+:(ResourceTag\/.+|EncryptionContext:.+|PassedToService|PermissionsBoundary|AWSServiceName|PolicyARN|LeadingKeys|Cluster))$/i;
/** `StringNotEquals` says who is not meant, and `…IfExists` lets pass whoever does not say. */
const SAYS = /^(ForA(ny|ll)Values:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress|Bool)$/i;

function narrows(condition: Record<string, unknown>, keys: RegExp): boolean {
  return Object.entries(condition).some(([operator, tests]) => {
    if (!SAYS.test(operator)) return false;
    return Object.entries(mapping(tests)).some(([key, given]) => {
      const values = many(given);
      return keys.test(key) && values.length > 0 && !values.some((value) => isEverything(value) || isOpenRange(value));
    });
  });
}

/** `*`, and `arn:aws:*:*:*:*`, which is longer and no narrower. */
export function isEverything(value: unknown): boolean {
  return typeof value === "string" && /^(\*+|arn:(aws[a-z-]*|\*)(:[*?]*)*)$/.test(value);
}
