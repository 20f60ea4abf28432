import { type LoadBalancerShape } from "../web-service/load-balancer";

/** An OpenID Connect provider at which the load balancer has people sign in. */
export interface SignIn<Text> {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userInfoEndpoint: string;
  /** Of the client: keys `clientID` and `clientSecret`. */
  readonly secretName: Text;
}

const ENDPOINTS = ["issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"] as const;

export function signInFaults(signIn: SignIn<unknown> | undefined, loadBalancer: LoadBalancerShape<unknown> | undefined): string[] {
  if (signIn === undefined) return [];
  const faults = ENDPOINTS.filter((endpoint) => !/^https:\/\/[^/\s]+\S*$/.test(signIn[endpoint])).map(
    (endpoint) =>
      `signIn.${endpoint} is ${JSON.stringify(signIn[endpoint])}; people's names cross the internet on that way: write an address with https://`,
  );
  if (loadBalancer === undefined)
    faults.push("signIn is set without loadBalancer; it is the load balancer that asks people: add one, or leave signIn out");
  if (loadBalancer?.allowPlainHttp === true) {
    faults.push(
      "signIn is set together with loadBalancer.allowPlainHttp; a load balancer asks over HTTPS only: give a certificate instead",
    );
  }
  if (loadBalancer?.jwt !== undefined) {
    faults.push("signIn is set together with loadBalancer.jwt; one is for people, the other for programs: leave one of the two out");
  }
  return faults;
}

/** Names and meanings: AWS Load Balancer Controller v3.5.0, docs/guide/ingress/annotations.md, "Authentication". */
export function signInAnnotations<Text>(
  signIn: SignIn<Text> | undefined,
  idp: (secretName: Text, rest: object) => Text,
): Record<string, Text | string> {
  if (signIn === undefined) return {};
  const { secretName, ...rest } = signIn;
  return {
    "alb.ingress.kubernetes.io/auth-type": "oidc",
    "alb.ingress.kubernetes.io/auth-on-unauthenticated-request": "authenticate",
    "alb.ingress.kubernetes.io/auth-idp-oidc": idp(secretName, rest),
  };
}
