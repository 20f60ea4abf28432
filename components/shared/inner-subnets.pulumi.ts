import * as pulumi from "@pulumi/pulumi";
import { type VpcReference } from "../foundation/network/network.pulumi";
import { refuseInvalidArguments } from "./errors";
import { innerSubnetFaults, innerSubnets } from "./inner-subnets";

/** Refuses once the subnets are known; how many there are may be known only when the VPC is. */
export function innerSubnetIds(
  component: string,
  name: string,
  what: string,
  { intraSubnetIds, privateSubnetIds }: VpcReference,
): pulumi.Output<string[]> {
  return pulumi.all([intraSubnetIds, privateSubnetIds]).apply(([intra, others]) => {
    refuseInvalidArguments(component, name, innerSubnetFaults(what, intra, others));
    return [...innerSubnets(intra, others)];
  });
}
