/** Kubernetes versions on EKS, and until when AWS keeps them for the normal price. */
import { enumFaults } from "../../shared/faults";

/** The versions that this project's charts, manifests and node images were chosen for. */
export enum KubernetesVersion {
  V1_35 = "1.35",
  V1_36 = "1.36",
}

/** The older one of the two: the autoscaler's chart and the nodes' drivers are a version behind EKS. */
export const DEFAULT_KUBERNETES_VERSION = KubernetesVersion.V1_35;

/**
 * Last day of standard support: EKS user guide, "Amazon EKS Kubernetes release calendar", as quoted by endoflife.date (2026-02) and, for 1.36,
 * by a summary of the release notes (2026-08-10). The day after, the cluster costs USD 0.60 an hour in place of 0.10 (offer of 2026-09-25),
 * or is upgraded by AWS at a time of AWS's choice where the support type is STANDARD, as it is here.
 */
export const STANDARD_SUPPORT_ENDS: Record<KubernetesVersion, string> = {
  [KubernetesVersion.V1_35]: "2027-03-27",
  [KubernetesVersion.V1_36]: "2027-08-02",
};

/** Whether the version is one of ours and, on that day (`YYYY-MM-DD`), one that AWS still keeps for the normal price. */
export function kubernetesVersionFaults(property: string, version: KubernetesVersion | undefined, today?: string): string[] {
  const unknown = enumFaults(property, version, KubernetesVersion);
  if (version === undefined || unknown.length > 0 || today === undefined) return unknown;
  const end = STANDARD_SUPPORT_ENDS[version];
  if (today <= end) return [];
  const kept = Object.values(KubernetesVersion).filter((other) => today <= STANDARD_SUPPORT_ENDS[other]);
  const cure = kept.length > 0 ? `use ${kept.join(" or ")}` : "use a newer release of modelloop";
  return [
    `${property} is ${version}; its standard support on EKS ended on ${end}, and USD 0.60 an hour or an upgrade at any time follows: ${cure}`,
  ];
}
