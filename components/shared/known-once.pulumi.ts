import * as pulumi from "@pulumi/pulumi";

/**
 * The same value, known no sooner than the others. Whoever uses it then waits for them, in every language and through every argument, where
 * `dependsOn` would have to be remembered.
 */
export function knownOnce(value: pulumi.Input<string>, others: pulumi.Input<unknown>[]): pulumi.Output<string> {
  return pulumi.all([value, pulumi.all(others)]).apply(([known]) => known);
}

/**
 * The same, where a preview must not forget the value because one of the resources is new: their URNs are known there, and their ids are
 * not. An id that turns unknown looks like a replacement of everything that it is given to.
 */
export function onceThere(value: pulumi.Input<string>, resources: pulumi.Resource[]): pulumi.Output<string> {
  return knownOnce(
    value,
    resources.map(({ urn }) => urn),
  );
}
