/** What must be said of a VPC that is there already. Pure: no cloud import. */
import { isLater, shown } from "../../shared/faults";
import { existingVpcCidrFaults } from "./cidr";

export interface ExistingVpcShape {
  readonly vpcId?: unknown;
  readonly cidr?: unknown;
  readonly publicSubnetIds?: unknown;
  readonly privateSubnetIds?: unknown;
  readonly intraSubnetIds?: unknown;
}

const VPC_ID = /^vpc-[\da-f]+$/;
const SUBNET_ID = /^subnet-[\da-f]+$/;

/** An empty list is right, a missing one is not: a VPC may have no public subnet, but nobody forgets to say so. */
const SUBNET_LISTS = ["publicSubnetIds", "privateSubnetIds", "intraSubnetIds"] as const;

/** The range decides whom the interface endpoints' security group lets in: 0.0.0.0/0 would be everybody. */
export function existingVpcFaults(property: string, vpc: ExistingVpcShape): string[] {
  return [
    ...givenFaults(`${property}.vpcId`, vpc.vpcId, (value) => idFaults(`${property}.vpcId`, value, VPC_ID, "vpc-0abc12de")),
    ...givenFaults(`${property}.cidr`, vpc.cidr, (value) => existingVpcCidrFaults(`${property}.cidr`, value)),
    ...SUBNET_LISTS.flatMap((list) => givenFaults(`${property}.${list}`, vpc[list], (value) => subnetFaults(`${property}.${list}`, value))),
  ];
}

function givenFaults(property: string, value: unknown, faults: (value: unknown) => string[]): string[] {
  if (value === undefined) return [`${property} is missing; nothing of an existing VPC is looked up: give it`];
  return isLater(value) ? [] : faults(value);
}

function subnetFaults(property: string, ids: unknown): string[] {
  if (!Array.isArray(ids)) return [`${property} is ${shown(ids)}; it must be a list: give the subnets' ids, or an empty list`];
  return ids.flatMap((id: unknown, index) => (isLater(id) ? [] : idFaults(`${property}[${index}]`, id, SUBNET_ID, "subnet-0abc12de")));
}

function idFaults(property: string, value: unknown, pattern: RegExp, example: string): string[] {
  if (typeof value === "string" && pattern.test(value)) return [];
  return [`${property} is ${shown(value)}; it is no such id: write it like ${example}`];
}
