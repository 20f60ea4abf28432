import { type AppliedQuota, type Answer, known, unknown } from "./cloud";
import { check, type Judgement } from "./check";
import { type Quota, type QuotaNeed, quotaNeeds } from "./quotas";

interface QuotaAnswer {
  readonly applied: AppliedQuota;
  /** Absent where nobody counts it. */
  readonly used?: Answer<number>;
}

export const QUOTA_CHECK = check<QuotaNeed, QuotaAnswer>({
  id: "quotas",
  title: "Service quotas",
  asks: [
    ...["servicequotas:ListServiceQuotas", "ec2:DescribeAddresses", "ec2:DescribeInstances", "ec2:DescribeNatGateways"],
    ...["ec2:DescribeSubnets", "ec2:DescribeVpcs", "eks:ListClusters"],
  ],
  needs: quotaNeeds,
  wanted: ({ quota, wanted, because }) => {
    const units = `${quota.unit}${quota.unit.endsWith("s") ? "es" : "s"}`;
    const amount = wanted === undefined ? `${units}, how many the plan does not tell` : `${wanted} ${wanted === 1 ? quota.unit : units}`;
    return { subject: quota.name, wanted: because === "" ? amount : `${amount} (${because})` };
  },
  ask: async (cloud, { quota, usedByOthers }, { facts }) => {
    const answer = await cloud.quotas(quota.service);
    if (answer.kind === "unknown") return answer;
    const applied = answer.value.find(({ code, name }) => (quota.code === undefined ? name === quota.name : code === quota.code));
    // A quota that was never changed may not be listed; AWS's default is no answer, because new accounts get less.
    if (applied === undefined) return unknown(`AWS does not tell this account's value; look in ${consoleOf(quota, facts.region)}`);
    return known(usedByOthers === undefined ? { applied } : { applied, used: await usedByOthers(cloud, facts) });
  },
  judge: ({ applied, used }, { quota, wanted }, { facts }) => {
    if (wanted === undefined) return { verdict: "unknown", says: `${applied.value} allowed; compare by hand` };
    const taken = used?.kind === "known" ? used.value : 0;
    const total = wanted + taken;
    if (applied.value < total) return tooSmall(applied, quota, total, taken, facts.region);
    if (used?.kind === "unknown") {
      return {
        verdict: "unknown",
        says: `${applied.value} allowed, enough for this plan alone; what others use is unknown: ${used.reason}`,
      };
    }
    return { verdict: "ok", says: used === undefined ? `${applied.value} allowed` : `${applied.value} allowed, ${taken} used by others` };
  },
});

function tooSmall({ code, value, adjustable }: AppliedQuota, quota: Quota, total: number, taken: number, region: string): Judgement {
  const says = taken === 0 ? `${value} allowed` : `${value} allowed, ${taken} used by others`;
  if (!adjustable) return { verdict: "short", says, cure: `AWS does not raise this quota: use less, or another Region or account.` };
  const request = `aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${code} --desired-value ${total} --region ${region}`;
  return {
    verdict: "short",
    says,
    cure: `Ask for ${total} or more, days ahead: ${request} (or in ${consoleOf({ ...quota, code }, region)})`,
  };
}

function consoleOf({ service, code }: Quota, region: string): string {
  const quota = code === undefined ? "" : `/${code}`;
  return `https://${region}.console.aws.amazon.com/servicequotas/home/services/${service}/quotas${quota}`;
}
