/** Rules across keys, by name. What a single component would refuse stands in `component-rules.ts`. */
import { componentRules } from "./component-rules";
import { type Invariant, readsOf, unless } from "./invariant";
import { placeRules } from "./place-rules";
import { prodRules } from "./prod-rules";
import { Environment } from "./schema";
import { isStackName, LONGEST_STACK_NAME } from "./stack-name";

const FOUNDATION = "modelloop:foundation";
const NETWORK = `${FOUNDATION}.network`;

const general: Invariant[] = [
  {
    id: "stack-name",
    reads: [],
    check: ({ stack }) =>
      unless(
        isStackName(stack),
        `The stack is called "${stack}"; its name begins the name of every bucket and database, so it takes lower-case letters, digits and single hyphens, ${LONGEST_STACK_NAME} at most: choose another with \`pulumi stack rename\``,
      ),
  },
  {
    id: "stack-is-its-environment",
    reads: readsOf("foundation.environment"),
    check: ({ stack, foundation: { environment } }) =>
      unless(
        stack === String(environment) || !Object.values<string>(Environment).includes(stack),
        `${FOUNDATION}.environment is "${environment}" in the stack ${stack}; a stack named after an environment keeps that one's rules: write ${stack}, or rename the stack`,
      ),
  },
  {
    id: "own-or-existing-network",
    reads: readsOf("foundation.network.cidr", "foundation.network.existingVpc"),
    check: ({ foundation: { network } }) =>
      unless(
        network.cidr !== undefined || network.existingVpc !== undefined,
        `${NETWORK}.cidr is missing; networks with the same range can never be connected: add a range that no other network uses, for example "10.20.0.0/16", or name an existingVpc`,
      ),
  },
  {
    id: "zones-of-the-region",
    reads: [["aws:region"], ...readsOf("foundation.network.availabilityZones")],
    check: ({ region, foundation: { network } }) =>
      (network.availabilityZones ?? []).flatMap((zone, index) =>
        unless(
          zone.startsWith(region),
          `${NETWORK}.availabilityZones[${index}] is "${zone}"; aws:region is ${region}: write a zone of that region, or leave the list out`,
        ),
      ),
  },
  {
    id: "object-lock-or-disposal",
    reads: readsOf("foundation.destroyDeletesAllData", "foundation.auditTrail.objectLock"),
    check: ({ foundation: { destroyDeletesAllData, auditTrail } }) =>
      unless(
        !destroyDeletesAllData || auditTrail?.objectLock === undefined,
        `${FOUNDATION}.destroyDeletesAllData is true beside auditTrail.objectLock; a locked file cannot be deleted, so \`pulumi destroy\` would stop half-way: remove one of them`,
      ),
  },
  {
    id: "vault-lock-or-disposal",
    reads: readsOf("foundation.destroyDeletesAllData", "data.backup.vaultLock"),
    check: ({ foundation: { destroyDeletesAllData }, data: { backup } }) =>
      unless(
        !destroyDeletesAllData || backup?.vaultLock === undefined,
        `${FOUNDATION}.destroyDeletesAllData is true beside modelloop:data.backup.vaultLock; a locked backup cannot be deleted, so \`pulumi destroy\` would stop half-way: remove one of them`,
      ),
  },
];

export const invariants: Invariant[] = [...general, ...placeRules, ...componentRules, ...prodRules];
