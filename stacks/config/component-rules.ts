import { lifecycleFaults } from "../../components/data/bucket/bucket";
import { auditTrailFaults } from "../../components/foundation/audit-trail/audit-trail";
import { budgetFaults } from "../../components/foundation/budget/budget";
import { FlowLogDestination, type FlowLogsShape, networkFaults } from "../../components/foundation/network/network";
import type { Invariant, InvariantContext } from "./invariant";
import { BUCKETS, type DataConfig, type FoundationConfig } from "./schema";

const FOUNDATION = "modelloop:foundation";
const DATA = "modelloop:data";

/** Who is told, for the rules of a budget that are not about who is told. */
const TOLD = { emailAddresses: ["name@example.com"] };

/**
 * What the components would refuse, said before the first of them is created and with the key as it stands in the file. Each group of keys is
 * judged alone, so that a mistake in one does not hide the mistakes in the others until the next attempt.
 */
export const componentRules: Invariant[] = [
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
  ...BUCKETS.flatMap((name) =>
    judged<DataConfig["buckets"]["models"]>({
      id: `bucket-${name}`,
      path: [DATA, "buckets", name],
      block: ({ data }) => data.buckets[name],
      groups: [
        { keys: ["moveToInfrequentAccessAfterDays"] },
        { keys: ["moveToInfrequentAccessAfterDays", "deleteAfterDays"] },
        { keys: ["deleteOldVersionsAfterDays"] },
      ],
      faults: (lifecycle) => lifecycleFaults(lifecycle).map((fault) => fault.replace(/^lifecycle\./, "")),
    }),
  ),
];

interface Judgement<Block extends object> {
  id: string;
  path: string[];
  /** The block of the file that a component's arguments are made of; nothing where the file leaves it out. */
  block: (context: InvariantContext) => Block | undefined;
  groups: Group<Block>[];
  faults: (part: Partial<Block>) => string[];
}

interface Group<Block extends object> {
  keys: (keyof Block & string)[];
  /** Stand-ins for what the component cannot do without and this group is not about. */
  beside?: Partial<Block>;
}

function judged<Block extends object>({ id, path, block, groups, faults }: Judgement<Block>): Invariant[] {
  return groups.map(({ keys, beside }) => ({
    id: `${id}-${keys.join("-")}`,
    reads: keys.map((key) => [...path, key]),
    check: (context) => {
      const whole = block(context);
      if (whole === undefined) return [];
      const part = Object.fromEntries(keys.filter((key) => key in whole).map((key) => [key, whole[key]])) as Partial<Block>;
      return faults({ ...beside, ...part }).map((fault) => `${path.join(".")}.${fault}`);
    },
  }));
}

/** The bucket and the key are the stack's own affair, so the component's rules about them cannot fail here. */
function flowLogsShape({ destination, retentionDays }: FoundationConfig["network"]["flowLogs"]): FlowLogsShape {
  if (destination === FlowLogDestination.CloudWatch) return { destination, retentionDays };
  return destination === FlowLogDestination.S3 ? { destination, bucketArn: "the stack's own" } : { destination };
}
