import * as pulumi from "@pulumi/pulumi";
import { type VpcReference } from "../foundation/network/network.pulumi";
import { refuseInvalidArguments } from "./errors";
import { innerSubnetFaults, innerSubnets } from "./inner-subnets";

/**
 * Refuses once the subnets are known; how many there are may be known only when the VPC is. The private ones are asked for only where they
 * are needed: they come after their NAT gateway, which takes two minutes that a control plane need not wait.
 */
export function innerSubnetIds(
  component: string,
  name: string,
  what: string,
  { intraSubnetIds, privateSubnetIds }: VpcReference,
): pulumi.Output<string[]> {
  return pulumi.output(intraSubnetIds).apply((intra) => {
    if (innerSubnetFaults(what, intra, []).length === 0) return pulumi.output(intra);
    return pulumi.output(privateSubnetIds).apply((others) => {
      refuseInvalidArguments(component, name, innerSubnetFaults(what, intra, others));
      return [...innerSubnets(intra, others)];
    });
  });
}
