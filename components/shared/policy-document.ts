/** IAM policies as plain data, so that who may do what can be tested without a cloud. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly AWS: string } | { readonly Service: string } | { readonly Federated: string };
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: PolicyCondition;
}

/** On all but what is named. For refusals: an allowance by what it is not grows with every new service. */
export interface ExceptStatement extends Omit<PolicyStatement, "Resource" | "Effect"> {
  readonly Effect: "Deny";
  readonly NotResource: string | readonly string[];
}

/** Operator → key → value; all must hold, and of several values one. */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Where the program runs. */
export interface AccountFacts {
  readonly accountId: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
}

export function policyDocument(statements: readonly (PolicyStatement | ExceptStatement)[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export function allowAssume(service: string, condition?: PolicyCondition): string {
  // No resource, unlike all other policies: a trust policy is part of its role.
  const statement = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(condition && { Condition: condition }),
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/**
 * Only for the thing that the pattern names. Without it any customer of the service could point theirs at our bucket, key or role
 * (IAM user guide, "The confused deputy problem"). The pattern must name the account.
 */
export function onlyFor(sourceArn: string): PolicyCondition {
  return { ArnLike: { "aws:SourceArn": sourceArn } };
}

/** The same twice over, for services that say both: account and thing. */
export function onBehalfOf({ accountId }: AccountFacts, sourceArn: string): PolicyCondition {
  return { StringEquals: { "aws:SourceAccount": accountId }, ...onlyFor(sourceArn) };
}
