/** S3 allows 63 characters, and the longest end that we and Pulumi append (`-audit-trail-records-bucket-1a2b3c4`) has 35. */
export const LONGEST_STACK_NAME = 20;

/** Whether names in AWS can begin with it: RDS and ElastiCache take no two hyphens together. */
export function isStackName(stack: string): boolean {
  return /^[a-z](-?[a-z0-9])*$/.test(stack) && stack.length <= LONGEST_STACK_NAME;
}
