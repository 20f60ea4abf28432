import { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/** For schedules of this account alone (Scheduler user guide, "Confused deputy prevention"). */
export function schedulerRole(scope: Construct, id: string): Role {
  const ours = { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } };
  return new Role(scope, id, { assumedBy: new ServicePrincipal("scheduler.amazonaws.com", { conditions: ours }) });
}
