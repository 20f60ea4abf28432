import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface ClientArgs {
  /** Whose it is; the name of a rule is made from it. */
  name: string;
  /** Security group of those who connect. */
  securityGroupId: pulumi.Input<string>;
}

export interface GroupArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly description: string;
  readonly tags?: Record<string, pulumi.Input<string>> | undefined;
}

/** A security group that admits nobody and lets nothing out. */
export function createClosedGroup(name: string, { tags, ...args }: GroupArgs, opts: pulumi.CustomResourceOptions): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(name, { ...args, tags: { Name: name, ...tags } }, opts);
}

export interface PathArgs {
  readonly from: pulumi.Input<string>;
  readonly to: pulumi.Input<string>;
  readonly port: pulumi.Input<number>;
  readonly description: string;
  readonly tags?: Record<string, pulumi.Input<string>> | undefined;
}

/** Lets the members of one group in to those of another, at one port. By group and never by address: addresses are handed on. */
export function admit(name: string, { from, to, port, description, tags }: PathArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const path = { ipProtocol: "tcp", fromPort: port, toPort: port, description, tags };
  return new aws.vpc.SecurityGroupIngressRule(name, { securityGroupId: to, referencedSecurityGroupId: from, ...path }, opts);
}

/** The other half, for a group of ours that has to reach another: a closed group lets nothing out. */
export function letOut(name: string, { from, to, port, description, tags }: PathArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const path = { ipProtocol: "tcp", fromPort: port, toPort: port, description, tags };
  return new aws.vpc.SecurityGroupEgressRule(name, { securityGroupId: from, referencedSecurityGroupId: to, ...path }, opts);
}
