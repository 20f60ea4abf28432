/** A web ACL of WAFv2 for load balancers; those of CloudFront are `global`. */
const REGIONAL_ARN = /^arn:[a-z-]+:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[^/]+\/[^/]+$/;

/** AWS would say so when the load balancer is there already, and without it. */
export function webAclFaults(property: string, arn: unknown): string[] {
  if (typeof arn !== "string" || REGIONAL_ARN.test(arn)) return [];
  const rule = "a load balancer takes a web ACL of WAFv2 with the scope REGIONAL";
  return [`${property} is ${JSON.stringify(arn)}; ${rule}: give the ARN of one, which has :regional/webacl/ in it`];
}
