/** What the components of the foundation would refuse. */
import { auditTrailFaults } from "../../components/foundation/audit-trail/audit-trail";
import { budgetFaults } from "../../components/foundation/budget/budget";
import { FlowLogDestination, type FlowLogsShape, networkFaults } from "../../components/foundation/network/network";
import type { Invariant } from "./invariant";
import { judged } from "./judged";
import type { FoundationConfig } from "./schema";

const FOUNDATION = "modelloop:foundation";

/** Who is told, for the rules of a budget that are not about who is told. */
const TOLD = { emailAddresses: ["name@example.com"] };

export const foundationRules: Invariant[] = [
  ...judged<FoundationConfig["network"]>({
    id: "network",
    path: [FOUNDATION, "network"],
    block: ({ foundation }) => foundation.network,
    groups: [
      { keys: ["cidr", "existingVpc"] },
      { keys: ["cidr", "reservedCidrs", "existingVpc"] },
      { keys: ["zones", "availabilityZones", "natGateways", "existingVpc"] },
      { keys: ["flowLogs"] },
      { keys: ["interfaceEndpoints"] },
    ],
    faults: ({ flowLogs, ...shape }) => networkFaults({ ...shape, flowLogs: flowLogs && flowLogsShape(flowLogs) }),
  }),
  ...judged<NonNullable<FoundationConfig["auditTrail"]>>({
    id: "audit-trail",
    path: [FOUNDATION, "auditTrail"],
    block: ({ foundation }) => foundation.auditTrail,
    groups: [{ keys: ["retentionDays"] }, { keys: ["retentionDays", "objectLock"] }, { keys: ["cloudWatchLogs"] }],
    faults: auditTrailFaults,
  }),
  ...judged<NonNullable<FoundationConfig["budget"]>>({
    id: "budget",
    path: [FOUNDATION, "budget"],
    block: ({ foundation }) => foundation.budget,
    groups: [
      { keys: ["monthlyLimitUsd"], beside: TOLD },
      { keys: ["emailAddresses", "snsTopicArn"] },
      { keys: ["actualThresholdPercents", "forecastThresholdPercents"], beside: TOLD },
    ],
    faults: ({ monthlyLimitUsd = 1, ...budget }) => budgetFaults({ monthlyLimitUsd, ...budget }),
  }),
];

/** The bucket and the key are the stack's own affair, so the component's rules about them cannot fail here. */
function flowLogsShape({ destination, retentionDays }: FoundationConfig["network"]["flowLogs"]): FlowLogsShape {
  if (destination === FlowLogDestination.CloudWatch) return { destination, retentionDays };
  return destination === FlowLogDestination.S3 ? { destination, bucketArn: "the stack's own" } : { destination };
}
