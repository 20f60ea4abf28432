/** What prod may not do without. Named one by one, because each was somebody's bad night. */
import { BackupFrequency, DEFAULT_RULES } from "../../components/data/backup-plan/backup-plan";
import { DEFAULT_BACKUP_DAYS, DEFAULT_SIZE_GIB, maxSizeGib } from "../../components/data/postgres-database/postgres-database";
import { FlowLogDestination, NatGateways } from "../../components/foundation/network/network";
import { LoopMode } from "../../components/learning/model-loop/model-loop";
import { MissingUser } from "../../components/serving/model-router/model-router";
import { inProd } from "./in-prod";
import { type Invariant, unless } from "./invariant";
import { prodComputeRules } from "./prod-compute-rules";
import type { LearningConfig } from "./schema";

const FOUNDATION = "modelloop:foundation";
const NETWORK = `${FOUNDATION}.network`;
const DATA = "modelloop:data";
const POSTGRES = `${DATA}.postgres`;
const ROUTER = "modelloop:serving.router";
const TRITON = "modelloop:serving.triton";
const LEARNING = "modelloop:learning";

/** A fault of a weekly job is found out a week later, and repaired within another. */
const FEWEST_BACKUP_DAYS = 14;

/** One may go while the other answers. */
const FEWEST_ROUTERS = 2;
const FEWEST_TRITONS = 3;

export const prodRules: Invariant[] = [
  inProd(
    "prod-nat-per-zone",
    ["foundation.network.natGateways", "foundation.network.existingVpc"],
    ({
      foundation: {
        network: { natGateways = NatGateways.Single, existingVpc },
      },
    }) =>
      unless(
        natGateways === NatGateways.PerZone || existingVpc !== undefined,
        `${NETWORK}.natGateways is "${natGateways}"; in prod the failure of one zone must not cut off the others: write perZone`,
      ),
  ),
  inProd(
    "prod-flow-logs",
    ["foundation.network.flowLogs", "foundation.network.existingVpc"],
    ({
      foundation: {
        network: { flowLogs, existingVpc },
      },
    }) =>
      unless(
        flowLogs.destination !== FlowLogDestination.None || existingVpc !== undefined,
        `${NETWORK}.flowLogs.destination is "none"; after an incident in prod it must be possible to tell who spoke to whom: write cloudWatch or s3`,
      ),
  ),
  inProd("prod-audit-trail", ["foundation.auditTrail"], ({ foundation: { auditTrail } }) =>
    unless(auditTrail !== undefined, `${FOUNDATION}.auditTrail is missing; in prod every change is on record: add it, with an objectLock`),
  ),
  inProd("prod-audit-trail-locked", ["foundation.auditTrail.objectLock"], ({ foundation: { auditTrail } }) =>
    unless(
      auditTrail === undefined || auditTrail.objectLock !== undefined,
      `${FOUNDATION}.auditTrail.objectLock is missing; in prod nobody may tidy up the record of their own changes: add it, for example with mode GOVERNANCE and 365 days`,
    ),
  ),
  inProd("prod-budget", ["foundation.budget"], ({ foundation: { budget } }) =>
    unless(
      budget !== undefined,
      `${FOUNDATION}.budget is missing; in prod somebody is told before the month is over: add monthlyLimitUsd and emailAddresses`,
    ),
  ),
  // Protection in Pulumi, deletion protection in AWS, and final snapshots all follow this one key.
  inProd("prod-keeps-data", ["foundation.destroyDeletesAllData"], ({ foundation: { destroyDeletesAllData } }) =>
    unless(
      !destroyDeletesAllData,
      `${FOUNDATION}.destroyDeletesAllData is true; in prod one mistyped command must not end all data: remove it`,
    ),
  ),
  inProd("prod-database-multi-az", ["data.postgres.multiAz"], ({ data: { postgres } }) =>
    unless(
      postgres.multiAz,
      `${POSTGRES}.multiAz is false; in prod the failure of one zone must not end the database of every service: write true`,
    ),
  ),
  inProd("prod-database-backups", ["data.postgres.backup"], ({ data: { postgres } }) => {
    const { retentionDays = DEFAULT_BACKUP_DAYS, turnedOff } = postgres.backup;
    return unless(
      !turnedOff && retentionDays >= FEWEST_BACKUP_DAYS,
      `${POSTGRES}.backup.${turnedOff ? "turnedOff is true" : `retentionDays is ${retentionDays}`}; in prod a fault that is found after a week must still be curable: keep backups for ${FEWEST_BACKUP_DAYS} days or more`,
    );
  }),
  inProd("prod-database-grows", ["data.postgres.storage"], ({ data: { postgres } }) => {
    const { sizeGib = DEFAULT_SIZE_GIB } = postgres.storage;
    return unless(
      maxSizeGib(postgres.storage) > sizeGib,
      `${POSTGRES}.storage.maxSizeGib is ${maxSizeGib(postgres.storage)}, no more than the ${sizeGib} GiB it starts with; in prod a full disk must not stop the database: write a larger one, or leave it out`,
    );
  }),
  inProd("prod-cache-replica", ["data.cache.replicas", "data.cache.automaticFailover"], ({ data: { cache } }) =>
    unless(
      cache.replicas > 0 && cache.automaticFailover !== false,
      `${DATA}.cache.replicas is ${cache.replicas}${cache.automaticFailover === false ? " and automaticFailover is false" : ""}; in prod the failure of one node must not end every session and Feast's online store: write 1 or more, and leave automaticFailover out`,
    ),
  ),
  inProd("prod-backup-plan", ["data.backup"], ({ data: { backup } }) =>
    unless(
      backup !== undefined,
      `${DATA}.backup is missing; in prod volumes are backed up, and backups outlive the server that they are of: add it, {} is enough`,
    ),
  ),
  // RDS's own backups go with RDS's own mistakes, and of the volumes there are no others.
  inProd("prod-backup-plan-daily", ["data.backup.rules"], ({ data: { backup } }) =>
    unless(
      (backup?.rules ?? DEFAULT_RULES).some(
        ({ frequency, keepDays }) => frequency === BackupFrequency.Daily && keepDays >= FEWEST_BACKUP_DAYS,
      ),
      `${DATA}.backup.rules has no daily one that keeps for ${FEWEST_BACKUP_DAYS} days or more; in prod a fault that is found after a week must still be curable: add one, or leave rules out`,
    ),
  ),
  inProd("prod-backup-failures-told", ["data.backup.failureEmailAddresses", "data.backup.notificationTopicArn"], ({ data: { backup } }) =>
    unless(
      backup === undefined || backup.notificationTopicArn !== undefined || (backup.failureEmailAddresses ?? []).length > 0,
      `${DATA}.backup tells nobody; in prod backups that fail must not be found out when one is needed: add failureEmailAddresses, or notificationTopicArn`,
    ),
  ),
  inProd("prod-cache-snapshots", ["data.cache.snapshotRetentionDays"], ({ data: { cache } }) =>
    unless(
      cache.snapshotRetentionDays > 0,
      `${DATA}.cache.snapshotRetentionDays is 0; in prod a lost cache must not mean a day of filling Feast's online store again: write 1 or more`,
    ),
  ),
  ...prodComputeRules,
  inProd("prod-router-tls", ["serving.router"], ({ serving }) =>
    unless(
      serving?.router?.loadBalancer?.allowPlainHttp !== true,
      `${ROUTER}.loadBalancer.allowPlainHttp is true; in prod nobody reads along what models are asked: give certificateArn, and remove it`,
    ),
  ),
  // Where there is a gateway, its rule says so already.
  inProd(
    "prod-router-log",
    ["serving.router", "data.accessLogs", "compute.gateway"],
    ({ serving, data: { accessLogs }, compute: { gateway } }) =>
      unless(
        serving?.router?.loadBalancer === undefined || accessLogs !== undefined || gateway !== undefined,
        `${DATA}.accessLogs is missing; in prod it must be possible to tell who asked the router for what: add it, {} is enough`,
      ),
  ),
  // A change of the split replaces the pods; with one of them each is a gap.
  inProd("prod-router-replicas", ["serving.router"], ({ serving }) =>
    unless(
      (serving?.router?.replicas ?? FEWEST_ROUTERS) >= FEWEST_ROUTERS,
      `${ROUTER}.replicas is ${serving?.router?.replicas}; in prod the failure of one node must not end all predictions: write ${FEWEST_ROUTERS} or more, or leave it out`,
    ),
  ),
  // S1: one pod that is replaced and one that fails must leave one.
  inProd("prod-triton-replicas", ["serving.triton"], ({ serving }) =>
    unless(
      (serving?.triton?.minReplicas ?? FEWEST_TRITONS) >= FEWEST_TRITONS,
      `${TRITON}.minReplicas is ${serving?.triton?.minReplicas}; in prod one pod may be replaced while another fails: write ${FEWEST_TRITONS} or more, or leave it out`,
    ),
  ),
  // Behind one address stand whole companies: they would all get one model, and an experiment on them would mean nothing.
  inProd("prod-router-users", ["serving.router"], ({ serving }) =>
    unless(
      serving?.router?.user.missing !== MissingUser.UseClientAddress,
      `${ROUTER}.user.missing is useClientAddress; in prod many users share an address, and would share a model: remove it`,
    ),
  ),
  inProd("prod-loop-reaches-people", ["learning.channels"], ({ learning }) =>
    unless(
      learning === undefined || learning.channels.pagerDutySecret !== undefined || learning.channels.emailAddresses.length > 0,
      `${LEARNING}.channels are Slack alone; in prod a message must reach somebody who is not looking: add pagerDutySecret or emailAddresses`,
    ),
  ),
  // A roll-back that cannot be made, an accuracy that collapses: at three in the morning only a pager is heard.
  inProd("prod-loop-pages", ["learning.models", "learning.channels.pagerDutySecret"], ({ learning }) =>
    acting(learning).flatMap(({ key }) =>
      unless(
        learning?.channels.pagerDutySecret !== undefined,
        `${LEARNING}.${key} is "act" without channels.pagerDutySecret; in prod what acts by itself must be able to wake somebody: name the secret, or write observe`,
      ),
    ),
  ),
  inProd("prod-loop-trains", ["learning.models", "learning.retrainingFunctionArn"], ({ learning }) =>
    acting(learning).flatMap(({ key }) =>
      unless(
        learning?.retrainingFunctionArn !== undefined,
        `${LEARNING}.${key} is "act" without retrainingFunctionArn; each run would train nothing and hold off the next one: give the function's ARN, or write observe`,
      ),
    ),
  ),
];

function acting(learning: LearningConfig | undefined): { key: string }[] {
  const models = (learning?.models ?? []).map(({ mode }, index) => ({ key: `models[${index}].mode`, mode }));
  return models.filter(({ mode }) => mode === LoopMode.Act);
}
