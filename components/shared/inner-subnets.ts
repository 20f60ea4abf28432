/** "At least two subnets in different Availability Zones": EKS for its control plane, Elastic Load Balancing for a load balancer. */
const FEWEST = 2;

/** The subnets without a way out, where there are enough: what only answers needs none. */
export function innerSubnets(intra: readonly string[], others: readonly string[]): readonly string[] {
  return intra.length >= FEWEST ? intra : others;
}

export function innerSubnetFaults(what: string, intra: readonly string[], others: readonly string[]): string[] {
  if (innerSubnets(intra, others).length >= FEWEST) return [];
  return [
    `vpc has ${intra.length} intra and ${others.length} private subnets; ${what} stands in two zones or more: give two of one kind, in different zones`,
  ];
}
