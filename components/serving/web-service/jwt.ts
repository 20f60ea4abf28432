import { enumFaults, repeatFaults } from "../../shared/faults";

/** How a token writes a claim. */
export enum JwtClaimFormat {
  /** `"role": "analyst"`. */
  SingleString = "single-string",
  /** `"roles": ["analyst", "admin"]`. */
  StringArray = "string-array",
  /** `"scope": "read write"`. */
  SpaceSeparated = "space-separated-values",
}

/** Tokens that the load balancer asks for before a request reaches a pod. */
export interface Jwt {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly claims?: readonly JwtClaim[];
}

export interface JwtClaim {
  readonly name: string;
  readonly format?: JwtClaimFormat;
  readonly values: readonly string[];
}

/** Elastic Load Balancing API reference, JwtValidationActionConfig and JwtValidationActionAdditionalClaim. */
const MOST_CLAIMS = 10;
const MOST_VALUES = 10;
const ALWAYS_CHECKED = ["exp", "iss", "nbf", "iat"];

export function jwtFaults(property: string, { issuer, jwksUrl, claims = [] }: Jwt, plainHttp: boolean): string[] {
  const faults: string[] = [];
  if (plainHttp) {
    faults.push(`${property} is set together with allowPlainHttp; whoever listens would have the tokens: give a certificate instead`);
  }
  if (issuer === "") faults.push(`${property}.issuer is ""; a token of anybody would do: give what the claim iss must be`);
  if (!/^https:\/\/[^/\s]+\/\S*$/.test(jwksUrl)) {
    const rule = "the load balancer fetches keys over HTTPS from a public address";
    faults.push(`${property}.jwksUrl is ${JSON.stringify(jwksUrl)}; ${rule}: write https://, the host and the path`);
  }
  if (claims.length > MOST_CLAIMS) {
    faults.push(`${property}.claims names ${claims.length}; a load balancer checks ${MOST_CLAIMS} at most: name fewer`);
  }
  const names = claims.map(({ name }) => name);
  return [
    ...faults,
    ...repeatFaults(`${property}.claims`, names),
    ...claims.flatMap((claim, i) => claimFaults(`${property}.claims[${i}]`, claim)),
  ];
}

function claimFaults(property: string, { name, format, values }: JwtClaim): string[] {
  const faults = enumFaults(`${property}.format`, format, JwtClaimFormat);
  if (ALWAYS_CHECKED.includes(name)) faults.push(`${property}.name is ${name}; a load balancer always checks it: leave the claim out`);
  if (values.length === 0 || values.length > MOST_VALUES) {
    faults.push(`${property}.values has ${values.length}; a load balancer compares 1 to ${MOST_VALUES}: give that many`);
  }
  const spaced = values.find((value) => value.includes(" "));
  if (format === JwtClaimFormat.SpaceSeparated && spaced !== undefined) {
    faults.push(`${property}.values has ${JSON.stringify(spaced)}; values between spaces have none: give each by itself`);
  }
  return faults;
}

export function jwtValidation({ issuer, jwksUrl, claims = [] }: Jwt): string {
  const additionalClaims = claims.map(({ name, format = JwtClaimFormat.SingleString, values }) => ({ format, name, values }));
  return JSON.stringify({ jwksEndpoint: jwksUrl, issuer, ...(claims.length > 0 && { additionalClaims }) });
}
