/** What nobody can read out of a program: how much it will be used. Assumed for a small team, shown with the result, and set by `--usage`. */

export interface Assumption {
  /** A month, unless `unit` says otherwise. */
  readonly value: number;
  readonly unit: string;
  readonly says: string;
}

/**
 * Guesses, and told as such. They come from document P's system where it gives figures (12 GB of logs a day, a model of some megabytes,
 * retraining once a week), made small for an environment that has just begun.
 */
export const ASSUMPTIONS = {
  natGb: { value: 50, unit: "GB", says: "through each NAT gateway" },
  internetGb: { value: 20, unit: "GB", says: "sent to the internet" },
  zoneGb: { value: 100, unit: "GB", says: "between zones, in each direction" },
  flowLogGb: { value: 5, unit: "GB", says: "of flow logs of a network" },
  controlPlaneLogGb: { value: 2, unit: "GB", says: "of each kind of control-plane log" },
  logGb: { value: 1, unit: "GB", says: "into each other group of logs" },
  bucketGb: { value: 100, unit: "GB", says: "in each bucket" },
  bucketRequests: { value: 500, unit: "1,000 requests", says: "to each bucket" },
  imageGb: { value: 20, unit: "GB", says: "of images in each repository" },
  loadUnits: { value: 0.5, unit: "LCU", says: "of each load balancer, on average" },
  endpointGb: { value: 20, unit: "GB", says: "through each interface endpoint" },
  gpuNodeHours: { value: 0, unit: "hours", says: "of GPU nodes in each group beyond those that are kept" },
  nodeHours: { value: 0, unit: "hours", says: "of other nodes in each group beyond those that are kept" },
  servingNodeHours: {
    value: 730,
    unit: "hours",
    says: "of a node in each group that is at zero until the first release, and then holds its replicas (0: no release serves yet)",
  },
  trainingHours: {
    value: 6,
    unit: "hours",
    says: "of ml.m5.4xlarge, the default, for each loop that trains: a run a week of five jobs of a quarter of an hour, and not on spot",
  },
  backupGb: { value: 50, unit: "GB", says: "of backups in a vault" },
  keyRequests: { value: 20, unit: "10,000 requests", says: "to each KMS key" },
  secretReads: { value: 1, unit: "10,000 calls", says: "for each secret" },
  functionRuns: { value: 0.1, unit: "1,000,000 runs", says: "of each function, of a second and its memory" },
  transitions: { value: 1, unit: "1,000 transitions", says: "of each state machine" },
  messages: { value: 0.5, unit: "1,000,000 requests", says: "to each queue and topic" },
  tableUnits: { value: 1, unit: "1,000,000 units", says: "written to, and read from, each table" },
  dataEvents: { value: 5, unit: "1,000,000 events", says: "on data that a trail records" },
  webRequests: { value: 1, unit: "1,000,000 requests", says: "through each web ACL" },
  deployMinutes: { value: 300, unit: "minutes", says: "of jobs on each runner" },
  customMetrics: { value: 10, unit: "metrics", says: "of its own for each model of the loop" },
} as const satisfies Record<string, Assumption>;

export type UsageKey = keyof typeof ASSUMPTIONS;
export type Usage = Readonly<Record<UsageKey, number>>;

export const USAGE_KEYS = Object.keys(ASSUMPTIONS) as UsageKey[];

export const ASSUMED: Usage = Object.fromEntries(USAGE_KEYS.map((key) => [key, ASSUMPTIONS[key].value])) as Usage;

/** Whole sentences; none for a mapping of known names to numbers that are not negative. */
export function usageFaults(given: unknown): string[] {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return ["it holds no mapping; usage is written as lines of the form natGb: 200: write it so"];
  }
  return Object.entries(given).flatMap(([key, value]: [string, unknown]) => {
    if (!(USAGE_KEYS as string[]).includes(key)) return [`${key} is no assumption; there are ${USAGE_KEYS.join(", ")}: use one of these`];
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return [];
    return [`${key} is ${JSON.stringify(value)}; it is a number of ${ASSUMPTIONS[key as UsageKey].unit} a month: write 0 or more`];
  });
}
