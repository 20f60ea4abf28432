import * as pulumi from "@pulumi/pulumi";

/**
 * The same value, known no sooner than the others. Whoever uses it then waits for them, in every language and through every argument, where
 * `dependsOn` would have to be remembered.
 */
export function knownOnce(value: pulumi.Input<string>, others: pulumi.Input<unknown>[]): pulumi.Output<string> {
  return pulumi.all([value, pulumi.all(others)]).apply(([known]) => known);
}
