import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AccountFacts } from "./policy-document";

/** Where the component's resources go, by the provider that it was given; known in preview already. */
export function accountOf(parent: pulumi.Resource): pulumi.Output<AccountFacts> {
  const identity = aws.getCallerIdentityOutput({}, { parent });
  const partition = aws.getPartitionOutput({}, { parent });
  const region = aws.getRegionOutput({}, { parent });
  return pulumi.output({ accountId: identity.accountId, partition: partition.partition, region: region.region });
}
