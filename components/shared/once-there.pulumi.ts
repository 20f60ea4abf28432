import * as pulumi from "@pulumi/pulumi";

/**
 * The same value, for whoever must come after these resources and go before them: it is theirs once they are there, in every language and
 * through every argument, where `dependsOn` would have to be remembered. A component stands for all that it holds.
 *
 * By their URNs and not by their ids: a preview knows those of new resources too. With ids, a new policy of an old role would make the
 * role's ARN unknown, and everything that cannot change its role would be shown as replaced.
 */
export function onceThere(value: pulumi.Input<string>, resources: readonly pulumi.Resource[]): pulumi.Output<string> {
  return pulumi.all([value, pulumi.all(resources.map(({ urn }) => urn))]).apply(([known]) => known);
}
