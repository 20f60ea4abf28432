/** Whether the Region has what the plan puts there: zones, instance types, a Kubernetes version. */
import { type Answer, type Cloud, type InstanceOffering, known, type KubernetesOffer } from "./cloud";
import { check } from "./check";
import type { ClusterFacts, NodeGroupFacts, PlanFacts } from "./facts";

interface ZonesNeed {
  readonly planned: readonly string[];
  readonly lookedUp: boolean;
}

export const ZONE_CHECK = check<ZonesNeed, readonly string[]>({
  id: "zones",
  title: "Availability zones",
  asks: ["ec2:DescribeAvailabilityZones"],
  needs: (facts) => {
    const planned = zonesOf(facts);
    return planned.length === 0 ? [] : [{ planned, lookedUp: facts.zoneLookUp !== undefined }];
  },
  wanted: ({ planned, lookedUp }, { region }) => ({
    subject: region,
    wanted: lookedUp ? `${planned.length} that EKS accepts` : planned.join(", "),
  }),
  ask: (cloud, _, { facts }) => cloud.zones(facts.zoneLookUp ?? { state: "available" }),
  judge: (zones, { planned, lookedUp }) => {
    if (lookedUp) {
      const says = zones.length === 0 ? "none" : zones.join(", ");
      if (zones.length >= planned.length) return { verdict: "ok", says };
      return { verdict: "short", says, cure: "Plan fewer zones, or another Region." };
    }
    const missing = planned.filter((zone) => !zones.includes(zone));
    if (missing.length === 0) return { verdict: "ok", says: "all there" };
    return { verdict: "short", says: `this account has ${zones.join(", ")}, not ${missing.join(", ")}`, cure: "Name zones that it has." };
  },
});

interface OfferingAnswer {
  readonly zones: readonly string[];
  readonly offerings: readonly InstanceOffering[];
}

export const OFFERING_CHECK = check<NodeGroupFacts, OfferingAnswer>({
  id: "instance-types",
  title: "Instance types",
  asks: ["ec2:DescribeInstanceTypeOfferings", "ec2:DescribeAvailabilityZones", "ec2:DescribeSubnets"],
  needs: ({ nodeGroups }) => nodeGroups,
  wanted: ({ name, instanceTypes }) => ({ subject: name, wanted: `${instanceTypes.join(" or ")} in each of its zones` }),
  ask: async (cloud, group, { facts }) => {
    const zones = await zonesOfGroup(cloud, group, facts);
    if (zones.kind === "unknown") return zones;
    const offerings = await cloud.instanceOfferings(group.instanceTypes);
    return offerings.kind === "unknown" ? offerings : known({ zones: zones.value, offerings: offerings.value });
  },
  judge: ({ zones, offerings }) => {
    if (zones.length === 0) return { verdict: "unknown", says: "the plan does not tell in which zones it stands" };
    const without = zones.filter((zone) => !offerings.some((offering) => offering.zone === zone));
    if (without.length === 0) return { verdict: "ok", says: `offered in ${zones.join(", ")}` };
    const elsewhere = [...new Set(offerings.map(({ zone }) => zone))].sort();
    const says = `not offered in ${without.join(", ")}; ${elsewhere.length === 0 ? "nor anywhere in the Region" : `offered in ${elsewhere.join(", ")}`}`;
    return { verdict: "short", says, cure: "Name a further instance type for the group, or other zones." };
  },
});

export const KUBERNETES_CHECK = check<ClusterFacts, KubernetesOffer | undefined>({
  id: "kubernetes-version",
  title: "Kubernetes version",
  asks: ["eks:DescribeClusterVersions"],
  needs: ({ clusters }) => clusters.filter(({ version }) => version !== undefined),
  wanted: ({ name, version = "" }) => ({ subject: name, wanted: `Kubernetes ${version}` }),
  ask: (cloud, { version = "" }) => cloud.kubernetesVersion(version),
  judge: (offer, { supportType }) => {
    if (offer === undefined) return { verdict: "short", says: "EKS does not offer it here", cure: "Plan a version that EKS offers." };
    const until = offer.standardSupportEnds === undefined ? "" : ` until ${offer.standardSupportEnds}`;
    switch (offer.status) {
      case "STANDARD_SUPPORT":
        return { verdict: "ok", says: `in standard support${until}` };
      case "UNSUPPORTED":
        return { verdict: "short", says: "EKS no longer supports it", cure: "Plan a version in standard support." };
      case "EXTENDED_SUPPORT": {
        const says = `out of standard support${offer.standardSupportEnds === undefined ? "" : ` since ${offer.standardSupportEnds}`}`;
        // EKS user guide, "View current cluster upgrade policy": a cluster with the policy STANDARD is upgraded at the end of standard support.
        if (supportType === "STANDARD")
          return { verdict: "short", says, cure: "Plan a version in standard support, or let the policy be EXTENDED." };
        return { verdict: "ok", says: `${says}: it costs extra by the hour` };
      }
    }
  },
});

function zonesOf({ subnets }: PlanFacts): string[] {
  return [...new Set(subnets.map(({ zone }) => zone))].filter((zone) => zone !== "").sort();
}

/** A looked-up zone has a stand-in's name in the plan; the real one is that of the same place in AWS's list. */
async function zonesOfGroup(cloud: Cloud, { subnetIds }: NodeGroupFacts, facts: PlanFacts): Promise<Answer<string[]>> {
  const planned = facts.subnets.filter(({ id }) => subnetIds.includes(id)).map(({ zone }) => zone);
  const others = subnetIds.filter((id) => !facts.subnets.some((subnet) => subnet.id === id));
  const existing = others.length === 0 ? known(new Map<string, string>()) : await cloud.zonesOfSubnets(others);
  if (existing.kind === "unknown") return existing;
  const zonesThere = others.flatMap((id) => existing.value.get(id) ?? []);
  if (facts.zoneLookUp === undefined) return known([...new Set([...planned, ...zonesThere])].sort());
  const real = await cloud.zones(facts.zoneLookUp);
  if (real.kind === "unknown") return real;
  const places = zonesOf(facts);
  return known([...new Set([...planned.flatMap((zone) => real.value[places.indexOf(zone)] ?? []), ...zonesThere])].sort());
}
