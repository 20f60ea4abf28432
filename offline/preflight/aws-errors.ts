/** What the AWS SDK throws, in words. Pure. */

/** As the SDK names a thing that does not exist: ACM by name, HEAD on a bucket by status alone. */
export function isAbsent(error: unknown): boolean {
  const { name, $metadata } = shape(error);
  return (
    ["NoSuchBucket", "NotFound", "ResourceNotFoundException"].includes(name) || ($metadata?.httpStatusCode === 404 && name === "Error")
  );
}

/** Not the same as credentials that AWS refuses, or that have expired. */
export function isWithoutCredentials(error: unknown): boolean {
  const { name, message } = shape(error);
  return name === "CredentialsProviderError" && /could not load credentials from any providers/i.test(message);
}

const REFUSED = new Set(["AccessDenied", "AccessDeniedException", "Forbidden", "UnauthorizedOperation", "UnauthorizedException"]);
const THROTTLED = new Set(["RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"]);
const LONGEST = 200;

/** @param action the IAM action that was asked for. */
export function reasonOf(action: string, error: unknown): string {
  const { name, message, $metadata } = shape(error);
  // HEAD has no body, so S3 can say no more than a number.
  if (REFUSED.has(name) || $metadata?.httpStatusCode === 403) return `these credentials may not ask: allow ${action}`;
  if (THROTTLED.has(name)) return `AWS answered ${action} with ${name}, too often: try again later`;
  const [line = ""] = message.split("\n");
  return `${action} failed: ${name}${line === "" ? "" : `: ${line.slice(0, LONGEST)}`}`;
}

interface Shape {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function shape(error: unknown): Shape {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  return error;
}
