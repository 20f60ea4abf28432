/** Rules across keys, by name. What a single component would refuse stands in `component-rules.ts`. */
import { overlaps, readCidr } from "../../components/foundation/network/cidr";
import { FlowLogDestination, NatGateways } from "../../components/foundation/network/network";
import { componentRules } from "./component-rules";
import type { Invariant } from "./invariant";
import { Environment, type FoundationConfig } from "./schema";

const FOUNDATION = "modelloop:foundation";
const NETWORK = `${FOUNDATION}.network`;

/** S3 allows 63 characters, and the longest end that we and Pulumi append (`-audit-trail-records-bucket-1a2b3c4`) has 35. */
const LONGEST_STACK_NAME = 20;

const general: Invariant[] = [
  {
    id: "stack-name",
    reads: [],
    check: ({ stack }) =>
      unless(
        /^[a-z][a-z0-9-]*$/.test(stack) && stack.length <= LONGEST_STACK_NAME,
        `The stack is called "${stack}"; its name begins the name of every bucket, so it takes lower-case letters, digits and hyphens, ${LONGEST_STACK_NAME} at most: choose another with \`pulumi stack rename\``,
      ),
  },
  {
    id: "stack-is-its-environment",
    reads: [[FOUNDATION, "environment"]],
    check: ({ stack, foundation: { environment } }) =>
      unless(
        stack === String(environment) || !Object.values<string>(Environment).includes(stack),
        `${FOUNDATION}.environment is "${environment}" in the stack ${stack}; a stack named after an environment keeps that one's rules: write ${stack}, or rename the stack`,
      ),
  },
  {
    id: "own-or-existing-network",
    reads: [
      [FOUNDATION, "network", "cidr"],
      [FOUNDATION, "network", "existingVpc"],
    ],
    check: ({ foundation: { network } }) =>
      unless(
        network.cidr !== undefined || network.existingVpc !== undefined,
        `${NETWORK}.cidr is missing; networks with the same range can never be connected: add a range that no other network uses, for example "10.20.0.0/16", or name an existingVpc`,
      ),
  },
  {
    id: "zones-of-the-region",
    reads: [["aws:region"], [FOUNDATION, "network", "availabilityZones"]],
    check: ({ region, foundation: { network } }) =>
      (network.availabilityZones ?? []).flatMap((zone, index) =>
        unless(
          zone.startsWith(region),
          `${NETWORK}.availabilityZones[${index}] is "${zone}"; aws:region is ${region}: write a zone of that region, or leave the list out`,
        ),
      ),
  },
  {
    id: "kubernetes-services-apart",
    reads: [
      [FOUNDATION, "network", "kubernetesServiceCidr"],
      [FOUNDATION, "network", "cidr"],
      [FOUNDATION, "network", "existingVpc"],
    ],
    check: ({ foundation: { network } }) => kubernetesServiceFaults(network),
  },
  {
    id: "object-lock-or-disposal",
    reads: [
      [FOUNDATION, "destroyDeletesAllData"],
      [FOUNDATION, "auditTrail", "objectLock"],
    ],
    check: ({ foundation: { destroyDeletesAllData, auditTrail } }) =>
      unless(
        !destroyDeletesAllData || auditTrail?.objectLock === undefined,
        `${FOUNDATION}.destroyDeletesAllData is true beside auditTrail.objectLock; a locked file cannot be deleted, so \`pulumi destroy\` would stop half-way: remove one of them`,
      ),
  },
];

const prod: Invariant[] = [
  inProd(
    "prod-nat-per-zone",
    ["network.natGateways", "network.existingVpc"],
    ({ network: { natGateways = NatGateways.Single, existingVpc } }) =>
      unless(
        natGateways === NatGateways.PerZone || existingVpc !== undefined,
        `${NETWORK}.natGateways is "${natGateways}"; in prod the failure of one zone must not cut off the others: write perZone`,
      ),
  ),
  inProd("prod-flow-logs", ["network.flowLogs", "network.existingVpc"], ({ network: { flowLogs, existingVpc } }) =>
    unless(
      flowLogs.destination !== FlowLogDestination.None || existingVpc !== undefined,
      `${NETWORK}.flowLogs.destination is "none"; after an incident in prod it must be possible to tell who spoke to whom: write cloudWatch or s3`,
    ),
  ),
  inProd("prod-audit-trail", ["auditTrail"], ({ auditTrail }) =>
    unless(auditTrail !== undefined, `${FOUNDATION}.auditTrail is missing; in prod every change is on record: add it, with an objectLock`),
  ),
  inProd("prod-audit-trail-locked", ["auditTrail.objectLock"], ({ auditTrail }) =>
    unless(
      auditTrail === undefined || auditTrail.objectLock !== undefined,
      `${FOUNDATION}.auditTrail.objectLock is missing; in prod nobody may tidy up the record of their own changes: add it, for example with mode GOVERNANCE and 365 days`,
    ),
  ),
  inProd("prod-budget", ["budget"], ({ budget }) =>
    unless(
      budget !== undefined,
      `${FOUNDATION}.budget is missing; in prod somebody is told before the month is over: add monthlyLimitUsd and emailAddresses`,
    ),
  ),
  inProd("prod-keeps-data", ["destroyDeletesAllData"], ({ destroyDeletesAllData }) =>
    unless(
      !destroyDeletesAllData,
      `${FOUNDATION}.destroyDeletesAllData is true; in prod one mistyped command must not end all data: remove it`,
    ),
  ),
];

export const invariants: Invariant[] = [...general, ...componentRules, ...prod];

function inProd(id: string, keys: string[], check: (foundation: FoundationConfig) => string[]): Invariant {
  return {
    id,
    reads: ["environment", ...keys].map((key) => [FOUNDATION, ...key.split(".")]),
    check: ({ foundation }) => (foundation.environment === Environment.Prod ? check(foundation) : []),
  };
}

function unless(holds: boolean, sentence: string): string[] {
  return holds ? [] : [sentence];
}

/** "10.0.0.0/8, 172.16.0.0/12, or 192.168.0.0/16", "Between /24 and /12", no overlap with the VPC (EKS API reference, KubernetesNetworkConfigRequest). */
function kubernetesServiceFaults({ kubernetesServiceCidr: text, cidr, existingVpc }: FoundationConfig["network"]): string[] {
  const key = `${NETWORK}.kubernetesServiceCidr`;
  const services = readCidr(text);
  if (services.kind !== "range")
    return [`${key} is ${JSON.stringify(text)}; it takes the first address of a range and its length: write for example "172.20.0.0/16"`];
  const vpcText = existingVpc?.cidr ?? cidr ?? "";
  const vpc = readCidr(vpcText);
  const privateRange = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.)/.test(text);
  return [
    ...unless(
      privateRange && services.range.prefix >= 12 && services.range.prefix <= 24,
      `${key} is ${text}; EKS takes a private range of /12 to /24: write for example "172.20.0.0/16"`,
    ),
    ...unless(
      vpc.kind !== "range" || !overlaps(vpc.range, services.range),
      `${key} is ${text}; it overlaps ${vpcText}, the range of the VPC, which pods could then not reach: write for example "172.20.0.0/16"`,
    ),
  ];
}
