/** What holds data, what replaces it and what weakens it. Facts about the providers, read by what compares two states. */
import { AWS_FACTS } from "./aws-facts";
import type { UpgradeFact } from "./fact";
import { KUBERNETES_FACTS } from "./kubernetes-facts";

/**
 * Every resource of @pulumi/aws 7 takes a Region of its own, and changing it replaces (enhanced Region support, provider 6). Where the program names
 * none, the provider writes its own into the state, so nothing is not another one.
 */
export const REGION = "region";

export const UPGRADE_FACTS: Readonly<Record<string, UpgradeFact>> = { ...AWS_FACTS, ...KUBERNETES_FACTS };

export function replacingPaths(type: string): string[] {
  const known = UPGRADE_FACTS[type];
  return known === undefined ? [] : [...known.replacedBy, ...(type.startsWith("aws:") ? [REGION] : [])];
}
