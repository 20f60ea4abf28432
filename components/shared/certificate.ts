/** In ACM or, older, uploaded to IAM (Elastic Load Balancing API reference, Certificate). */
const CERTIFICATE_ARN = /^arn:[a-z-]+:(acm:[a-z0-9-]+:\d{12}:certificate|iam::\d{12}:server-certificate)\/\S+$/;

/** A load balancer would say so when all around it is there already. */
export function certificateFaults(property: string, arn: unknown): string[] {
  if (typeof arn !== "string" || CERTIFICATE_ARN.test(arn)) return [];
  const cure = "give one such as arn:aws:acm:us-east-1:123456789012:certificate/1234abcd";
  return [`${property} is ${JSON.stringify(arn)}; it is not the ARN of a certificate: ${cure}`];
}
