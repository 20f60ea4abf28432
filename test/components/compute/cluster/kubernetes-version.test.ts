import {
  KubernetesVersion,
  kubernetesVersionFaults,
  STANDARD_SUPPORT_ENDS,
} from "../../../../components/compute/cluster/kubernetes-version";

describe("I2 Kubernetes versions", () => {
  it.each(Object.values(KubernetesVersion))("takes %s until the last day of its standard support", (version) => {
    expect(kubernetesVersionFaults("kubernetesVersion", version, STANDARD_SUPPORT_ENDS[version])).toEqual([]);
  });

  it("says nothing where nothing is chosen, and asks no calendar where no day is given", () => {
    expect(kubernetesVersionFaults("kubernetesVersion", undefined, "2099-01-01")).toEqual([]);
    expect(kubernetesVersionFaults("kubernetesVersion", KubernetesVersion.V1_35)).toEqual([]);
  });

  // The day after, the same cluster costs USD 438 a month in place of 73, and nobody is told.
  it("refuses a version on the day after, and names those that AWS still keeps", () => {
    expect(kubernetesVersionFaults("compute.cluster.kubernetesVersion", KubernetesVersion.V1_35, "2027-03-28")).toEqual([
      "compute.cluster.kubernetesVersion is 1.35; its standard support on EKS ended on 2027-03-27, and USD 0.60 an hour or an upgrade at any time follows: use 1.36",
    ]);
  });

  it("says so when all that it knows has ended", () => {
    expect(kubernetesVersionFaults("kubernetesVersion", KubernetesVersion.V1_36, "2027-08-03")).toEqual([
      "kubernetesVersion is 1.36; its standard support on EKS ended on 2027-08-02, and USD 0.60 an hour or an upgrade at any time follows: use a newer release of modelloop",
    ]);
  });

  it("refuses a version that nobody chose charts and images for", () => {
    expect(kubernetesVersionFaults("kubernetesVersion", "1.33" as KubernetesVersion, "2026-11-21")).toEqual([
      `kubernetesVersion is "1.33"; it must be one of 1.35, 1.36: use one of these`,
    ]);
  });
});
