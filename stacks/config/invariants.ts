/** Rules across keys, by name. Each says which keys it reads, so that it stays silent while one of them is itself at fault. */
import { FlowLogDestination, NatGateways } from "../../components/foundation/network/network";
import { Environment, type NetworkConfig, type StackConfig } from "./schema";

export interface InvariantContext {
  config: StackConfig;
  stack: string;
}

export interface Invariant {
  id: string;
  /** Keys as they stand in the file, from the top. */
  reads: string[][];
  /** Whole sentences: key, value got, rule, cure. None when the rule holds. */
  check: (context: InvariantContext) => string[];
}

const FOUNDATION = "modelloop:foundation";
const NETWORK = `${FOUNDATION}.network`;

/** S3 allows 63 characters; the longest name we append, with the component's noun and Pulumi's random end, has 40. */
const LONGEST_STACK_NAME = 20;

export const invariants: Invariant[] = [
  {
    id: "stack-name",
    reads: [],
    check: ({ stack }) =>
      new RegExp(`^[a-z][a-z0-9-]{0,${LONGEST_STACK_NAME - 1}}$`).test(stack)
        ? []
        : [
            `The stack is called "${stack}"; its name begins the name of every bucket, so it takes lower-case letters, digits and hyphens, ${LONGEST_STACK_NAME} at most: choose another with \`pulumi stack rename\``,
          ],
  },
  {
    id: "stack-is-its-environment",
    reads: [[FOUNDATION, "environment"]],
    check: ({ stack, config }) => {
      const { environment } = config[FOUNDATION];
      const named = Object.values(Environment).find((word) => word === stack);
      return named === undefined || named === environment
        ? []
        : [
            `${FOUNDATION}.environment is "${environment}" in the stack ${stack}; a stack named after an environment keeps that one's rules: write ${stack}, or name the stack otherwise`,
          ];
    },
  },
  {
    id: "own-or-existing-network",
    reads: [
      [FOUNDATION, "network", "cidr"],
      [FOUNDATION, "network", "existingVpc"],
    ],
    check: ({ config }) => {
      const { cidr, existingVpc } = networkOf(config);
      return cidr !== undefined || existingVpc !== undefined
        ? []
        : [
            `${NETWORK}.cidr is missing; environments with the same range can never be connected: add one that no other network uses, for example "10.20.0.0/16", or name an existingVpc`,
          ];
    },
  },
  {
    id: "zones-of-the-region",
    reads: [["aws:region"], [FOUNDATION, "network", "availabilityZones"]],
    check: ({ config }) =>
      (networkOf(config).availabilityZones ?? []).flatMap((zone, index) =>
        zone.startsWith(config["aws:region"])
          ? []
          : [
              `${NETWORK}.availabilityZones[${index}] is "${zone}", which does not lie in ${config["aws:region"]}: write a zone of that region, or leave the list out`,
            ],
      ),
  },
  {
    id: "object-lock-or-disposal",
    reads: [
      [FOUNDATION, "destroyDeletesAllData"],
      [FOUNDATION, "auditTrail", "objectLock"],
    ],
    check: ({ config: { [FOUNDATION]: foundation } }) =>
      foundation.destroyDeletesAllData && foundation.auditTrail?.objectLock !== undefined
        ? [
            `${FOUNDATION}.destroyDeletesAllData is true beside auditTrail.objectLock; a locked file cannot be deleted, so \`pulumi destroy\` would stop half-way: remove one of them`,
          ]
        : [],
  },
  inProd("prod-nat-per-zone", ["network", "natGateways"], ({ network: { natGateways = NatGateways.Single, existingVpc } }) =>
    natGateways === NatGateways.PerZone || existingVpc !== undefined
      ? undefined
      : `network.natGateways is "${natGateways}"; in prod the failure of one zone must not cut off the others: write perZone`,
  ),
  inProd("prod-flow-logs", ["network", "flowLogs"], ({ network }) =>
    network.flowLogs.destination !== FlowLogDestination.None
      ? undefined
      : `network.flowLogs.destination is "none"; after an incident in prod it must be possible to tell who spoke to whom: write cloudWatch or s3`,
  ),
  inProd("prod-audit-trail", ["auditTrail"], ({ auditTrail }) =>
    auditTrail !== undefined ? undefined : `auditTrail is missing; in prod every change is on record: add it, with an objectLock`,
  ),
  inProd("prod-audit-trail-locked", ["auditTrail"], ({ auditTrail }) =>
    auditTrail === undefined || auditTrail.objectLock !== undefined
      ? undefined
      : `auditTrail.objectLock is missing; in prod nobody may tidy up the record of their own changes: add it, for example with mode GOVERNANCE and 365 days`,
  ),
  inProd("prod-budget", ["budget"], ({ budget }) =>
    budget !== undefined
      ? undefined
      : `budget is missing; in prod somebody is told before the month is over: add monthlyLimitUsd and emailAddresses`,
  ),
  inProd("prod-keeps-data", ["destroyDeletesAllData"], ({ destroyDeletesAllData }) =>
    destroyDeletesAllData ? `destroyDeletesAllData is true; in prod one mistyped command must not end all data: remove it` : undefined,
  ),
];

/** A rule of prod about the foundation layer; the sentence starts at a key of that layer. */
function inProd(id: string, path: string[], broken: (foundation: StackConfig[typeof FOUNDATION]) => string | undefined): Invariant {
  return {
    id,
    reads: [
      [FOUNDATION, "environment"],
      [FOUNDATION, ...path],
    ],
    check: ({ config: { [FOUNDATION]: foundation } }) => {
      const sentence = foundation.environment === Environment.Prod ? broken(foundation) : undefined;
      return sentence === undefined ? [] : [`${FOUNDATION}.${sentence}`];
    },
  };
}

function networkOf(config: StackConfig): NetworkConfig {
  return config[FOUNDATION].network;
}
