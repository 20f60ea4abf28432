/** The SDK exports its guard against unknown values, and strips it from its declarations. */
declare module "@pulumi/policy/proxy" {
  export function unknownCheckingProxy(props: object): object;
  export class UnknownValueError extends Error {}
}
