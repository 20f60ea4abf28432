import type { PlatformConfig } from "./config/parse";

/**
 * What every resource that can have tags carries. Handed to each component as an argument and not set once as the provider's default tags:
 * those are added by the provider itself, so that neither a plan, nor a policy, nor a component built by another provider would see them.
 */
export function platformTags({ stack, foundation }: PlatformConfig, project: string): Record<string, string> {
  return {
    Project: project,
    Environment: foundation.environment,
    Stack: stack,
    Owner: foundation.owner,
    CostCentre: foundation.costCentre,
  };
}

/** By which the backup plan finds volumes: their claims make them, long after `pulumi up`. */
export function backupTag({ stack }: PlatformConfig): Record<string, string> {
  return { BackupPlan: stack };
}
