import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./account.pulumi";

/** What AWS publishes as S3 of this Region; no VPC contains it. Its own list, asked for at every update: it grows. */
export function s3CidrsOf(parent: pulumi.Resource): pulumi.Output<string[]> {
  const name = pulumi.interpolate`com.amazonaws.${accountOf(parent).region}.s3`;
  return aws.ec2.getPrefixListOutput({ name }, { parent }).cidrBlocks;
}
