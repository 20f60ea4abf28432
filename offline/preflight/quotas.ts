/**
 * The quotas that a plan can run into, and how much of each it wants. Pure but for the counting of what is used already.
 *
 * Codes: public quota listings and AWS's own examples, compared 2026-11-21 (each code in at least three of them); L-1216C47A also in the AWS
 * CLI user guide, "get-aws-default-service-quota". Values are never taken from there: an account's own may be 0 where the listings say 768.
 */
import { type Answer, type Cloud, known, type Tagged, type Tags } from "./cloud";
import type { NodeGroupFacts, PlanFacts } from "./facts";
import { type QuotaFamily, quotaFamilyOf, vcpusOf } from "./instance-vcpus";

export interface Quota {
  readonly service: string;
  /** Absent where only the name is known; SageMaker has one quota for each instance type. */
  readonly code?: string;
  readonly name: string;
  /** In the singular. */
  readonly unit: string;
}

export interface QuotaNeed {
  readonly quota: Quota;
  /** Undefined where the plan does not tell how much. */
  readonly wanted: number | undefined;
  /** Where the number comes from, as a phrase. */
  readonly because: string;
  /** What others use already. Absent where nobody counts it. */
  readonly usedByOthers?: (cloud: Cloud, facts: PlanFacts) => Promise<Answer<number>>;
}

type Market = "onDemand" | "spot";

const VCPU_QUOTAS: Readonly<Record<QuotaFamily, Readonly<Record<Market, Quota>>>> = {
  standard: {
    onDemand: vcpuQuota("L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"),
    spot: vcpuQuota("L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests"),
  },
  g: {
    onDemand: vcpuQuota("L-DB2E81BA", "Running On-Demand G and VT instances"),
    spot: vcpuQuota("L-3819A6DF", "All G and VT Spot Instance Requests"),
  },
  p: {
    onDemand: vcpuQuota("L-417A185B", "Running On-Demand P instances"),
    spot: vcpuQuota("L-7212CCBC", "All P Spot Instance Requests"),
  },
  inf: {
    onDemand: vcpuQuota("L-1945791B", "Running On-Demand Inf instances"),
    spot: vcpuQuota("L-B5D1601B", "All Inf Spot Instance Requests"),
  },
};

export const ADDRESSES: Quota = { service: "ec2", code: "L-0263D0A3", name: "EC2-VPC Elastic IPs", unit: "address" };
export const VPCS: Quota = { service: "vpc", code: "L-F678F1CE", name: "VPCs per Region", unit: "VPC" };
export const NAT_GATEWAYS: Quota = { service: "vpc", code: "L-FE5A380F", name: "NAT gateways per Availability Zone", unit: "gateway" };
export const CLUSTERS: Quota = { service: "eks", code: "L-1194D53C", name: "Clusters", unit: "cluster" };
export const CONCURRENCY: Quota = { service: "lambda", code: "L-B99A9384", name: "Concurrent executions", unit: "execution" };

/** "Lambda requires at least 100 unreserved concurrent executions" (Lambda developer guide, "Configuring reserved concurrency"). */
const UNRESERVED = 100;

export function quotaNeeds(facts: PlanFacts): QuotaNeed[] {
  return [
    ...vcpuNeeds(facts),
    ...countNeed(
      ADDRESSES,
      facts.addresses.length,
      "one for each NAT gateway",
      ofOthers(
        (cloud) => cloud.addresses(),
        ({ addresses }) => addresses,
      ),
    ),
    ...countNeed(
      VPCS,
      facts.vpcs.length,
      "",
      ofOthers(
        (cloud) => cloud.vpcs(),
        ({ vpcs }) => vpcs,
      ),
    ),
    ...natNeeds(facts),
    ...countNeed(CLUSTERS, facts.clusters.length, "", otherClusters),
    ...(facts.reservedConcurrency === 0
      ? []
      : [
          {
            quota: CONCURRENCY,
            wanted: facts.reservedConcurrency + UNRESERVED,
            because: `${facts.reservedConcurrency} reserved by functions, and the ${UNRESERVED} that AWS wants left; what other functions reserve is not counted`,
          },
        ]),
    ...trainingNeeds(facts),
  ];
}

function vcpuQuota(code: string, name: string): Quota {
  return { service: "ec2", code, name, unit: "vCPU" };
}

/** All groups at their largest at once: so large the autoscaler may make them on a bad day. */
function vcpuNeeds({ nodeGroups }: PlanFacts): QuotaNeed[] {
  const byQuota = new Map<string, NodeGroupFacts[]>();
  for (const group of nodeGroups) {
    for (const family of new Set(group.instanceTypes.map((type) => quotaFamilyOf(type) ?? ""))) {
      const key = `${family} ${group.spot ? "spot" : "onDemand"}`;
      byQuota.set(key, [...(byQuota.get(key) ?? []), group]);
    }
  }
  return [...byQuota].map(([key, groups]) => {
    const [family = "", market = ""] = key.split(" ");
    return family === "" ? unknownFamily(groups) : vcpuNeed(family as QuotaFamily, market as Market, groups);
  });
}

function vcpuNeed(family: QuotaFamily, market: Market, groups: readonly NodeGroupFacts[]): QuotaNeed {
  const sizes = groups.map(({ instanceTypes, maxSize }) => {
    const vcpus = instanceTypes.filter((type) => quotaFamilyOf(type) === family).map(vcpusOf);
    return vcpus.some((count) => count === undefined) ? undefined : maxSize * Math.max(...vcpus.map((count) => count ?? 0));
  });
  return {
    quota: VCPU_QUOTAS[family][market],
    wanted: sizes.some((size) => size === undefined) ? undefined : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    because: phraseOf(groups),
    usedByOthers: otherInstances(family, market),
  };
}

function unknownFamily(groups: readonly NodeGroupFacts[]): QuotaNeed {
  const types = [...new Set(groups.flatMap(({ instanceTypes }) => instanceTypes))].filter((type) => quotaFamilyOf(type) === undefined);
  const quota = { service: "ec2", name: `the quota of ${types.join(", ")}`, unit: "vCPU" };
  return { quota, wanted: undefined, because: phraseOf(groups) };
}

/** `up to 6 × m6i.large, 4 × g4dn.xlarge` */
function phraseOf(groups: readonly NodeGroupFacts[]): string {
  const counts = new Map<string, number>();
  for (const { instanceTypes, maxSize } of groups)
    counts.set(instanceTypes.join(" or "), (counts.get(instanceTypes.join(" or ")) ?? 0) + maxSize);
  return `up to ${[...counts].map(([types, count]) => `${count} × ${types}`).join(", ")}`;
}

function otherInstances(family: QuotaFamily, market: Market) {
  return async (cloud: Cloud, { clusters }: PlanFacts): Promise<Answer<number>> => {
    const running = await cloud.runningInstances();
    if (running.kind === "unknown") return running;
    // EKS gives every node of a managed group this tag (EKS user guide, "Tag your Amazon EKS resources").
    const isOwn = (tags: Tags) => clusters.some(({ name }) => name !== "" && tags["eks:cluster-name"] === name);
    const counted = running.value.filter(
      ({ type, spot, tags }) => quotaFamilyOf(type) === family && spot === (market === "spot") && !isOwn(tags),
    );
    return known(counted.reduce((sum, { type, vcpus }) => sum + (vcpusOf(type) ?? vcpus), 0));
  };
}

function countNeed(quota: Quota, count: number, because: string, usedByOthers: NonNullable<QuotaNeed["usedByOthers"]>): QuotaNeed[] {
  return count === 0 ? [] : [{ quota, wanted: count, because, usedByOthers }];
}

function natNeeds({ natGateways }: PlanFacts): QuotaNeed[] {
  const fullest = Math.max(0, ...natGateways.map(({ zone }) => natGateways.filter((other) => other.zone === zone).length));
  return countNeed(NAT_GATEWAYS, fullest, "in the fullest zone", async (cloud) => {
    const existing = await cloud.natGateways();
    if (existing.kind === "unknown") return existing;
    const others = existing.value.filter(({ tags }) => !natGateways.some((own) => carries(tags, own.tags)));
    return known(Math.max(0, ...others.map(({ zone }) => others.filter((other) => other.zone === zone).length)));
  });
}

/** What exists and does not carry the tags of one that the plan has: a second `up` must not count its own. */
function ofOthers(list: (cloud: Cloud) => Promise<Answer<readonly Tagged[]>>, own: (facts: PlanFacts) => readonly Tags[]) {
  return async (cloud: Cloud, facts: PlanFacts): Promise<Answer<number>> => {
    const existing = await list(cloud);
    if (existing.kind === "unknown") return existing;
    return known(existing.value.filter(({ tags }) => !own(facts).some((wanted) => carries(tags, wanted))).length);
  };
}

function carries(tags: Tags, wanted: Tags): boolean {
  const entries = Object.entries(wanted);
  return entries.length > 0 && entries.every(([key, value]) => tags[key] === value);
}

async function otherClusters(cloud: Cloud, { clusters }: PlanFacts): Promise<Answer<number>> {
  const existing = await cloud.clusterNames();
  if (existing.kind === "unknown") return existing;
  return known(existing.value.filter((name) => !clusters.some((own) => own.name === name)).length);
}

const ASSUMED = "assumed for a retraining: the plan names no type; compare with what your training function asks for";

/** One for each instance type and market, by name; a new account has 0 of most, and of some no quota is told at all. */
function trainingNeeds({ training }: PlanFacts): QuotaNeed[] {
  return training.map(({ type, spot, named }) => ({
    quota: { service: "sagemaker", name: `${type} for ${spot ? "spot " : ""}training job usage`, unit: "instance" },
    wanted: 1,
    because: named === 0 ? ASSUMED : named === 1 ? "one training job" : `named in ${named} places; as many if they run side by side`,
  }));
}
