/** Amazon resource names, as far as their parts are asked for. */
export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

export function serviceIn(arn: string): string {
  return arn.split(":")[2] ?? "";
}

export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** Last part: a queue's, topic's or function's name. */
export function nameIn(arn: string): string {
  return arn.split(/[:/]/).pop() ?? arn;
}

export function arnOf(service: string, rest: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
}
