import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createClosedGroup } from "../../shared/private-access.pulumi";
import { DEFAULT_MASTER_USERNAME } from "./database-names";
import * as defaults from "./postgres-database";
import { growthBound, majorOf } from "./postgres-database";
import { type PostgresDatabaseArgs, type Server } from "./postgres-database.pulumi";

const PORT = 5432;

/** What is exported to CloudWatch. The last says why a token was refused: the client is told "PAM authentication failed" and nothing else. */
const EXPORTED_LOGS = ["postgresql", "upgrade", "iam-db-auth-error"];

export function createInstance(parent: pulumi.Resource, name: string, args: PostgresDatabaseArgs): Server {
  const { vpc, kmsKeyArn, tags, instanceIdentifier: identifier = name, version = defaults.DEFAULT_VERSION } = args;
  const { storage = {}, backup = {}, allowDelete = false, deleteWithoutFinalSnapshot = false } = args;
  const insightsDays = args.performanceInsightsRetentionDays ?? defaults.DEFAULT_INSIGHTS_DAYS;
  const kept = !allowDelete;
  // A server that is kept keeps what it stands on; without these it could not even be restarted.
  const always = { parent, retainOnDelete: kept };

  const group = createClosedGroup(`${name}-entrance`, { vpcId: vpc.vpcId, description: `PostgreSQL server ${name}`, tags }, always);
  const subnets = new aws.rds.SubnetGroup(`${name}-subnets`, { subnetIds: vpc.intraSubnetIds, tags }, always);
  const parameters = createParameters(name, version, args, always);
  const logs = createLogGroups(name, identifier, args, always);

  const instance = new aws.rds.Instance(
    `${name}-instance`,
    {
      identifier,
      ...{ engine: "postgres", engineVersion: version, parameterGroupName: parameters.name, port: PORT },
      ...{ autoMinorVersionUpgrade: true, allowMajorVersionUpgrade: args.allowMajorVersionUpgrade ?? false },
      engineLifecycleSupport:
        args.extendedSupport === true ? "open-source-rds-extended-support" : "open-source-rds-extended-support-disabled",
      instanceClass: args.instanceClass ?? defaults.DEFAULT_INSTANCE_CLASS,
      ...{ storageType: "gp3", allocatedStorage: storage.sizeGib ?? defaults.DEFAULT_SIZE_GIB, maxAllocatedStorage: growthBound(storage) },
      ...{ storageEncrypted: true, kmsKeyId: kmsKeyArn },
      ...{ username: args.masterUsername ?? DEFAULT_MASTER_USERNAME, manageMasterUserPassword: true, masterUserSecretKmsKeyId: kmsKeyArn },
      iamDatabaseAuthenticationEnabled: true,
      ...{ publiclyAccessible: false, dbSubnetGroupName: subnets.name, vpcSecurityGroupIds: [group.id], multiAz: args.multiAz ?? false },
      backupRetentionPeriod: backup.turnedOff === true ? 0 : (backup.retentionDays ?? defaults.DEFAULT_BACKUP_DAYS),
      backupWindow: backup.window ?? defaults.DEFAULT_BACKUP_WINDOW,
      maintenanceWindow: args.maintenanceWindow ?? defaults.DEFAULT_MAINTENANCE_WINDOW,
      applyImmediately: args.applyImmediately ?? false,
      performanceInsightsEnabled: insightsDays > 0,
      ...(insightsDays > 0 && { performanceInsightsRetentionPeriod: insightsDays, performanceInsightsKmsKeyId: kmsKeyArn }),
      enabledCloudwatchLogsExports: EXPORTED_LOGS,
      ...{ deletionProtection: kept, skipFinalSnapshot: deleteWithoutFinalSnapshot, deleteAutomatedBackups: deleteWithoutFinalSnapshot },
      ...(!deleteWithoutFinalSnapshot && { finalSnapshotIdentifier: args.finalSnapshotIdentifier ?? `${identifier}-final` }),
      ...{ copyTagsToSnapshot: true, tags },
    },
    {
      ...{ ...always, protect: kept, dependsOn: logs },
      // AWS decides it once and says nothing to a later change, which would then stand in every preview
      // (https://github.com/hashicorp/terraform-provider-aws/issues/40870).
      ignoreChanges: ["engineLifecycleSupport"],
    },
  );
  return {
    ...{ host: instance.address, port: instance.port, securityGroupId: group.id, resourceId: instance.resourceId },
    ...{ instanceIdentifier: instance.identifier, secretArn: instance.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? "") },
  };
}

function createParameters(
  name: string,
  version: string,
  { logs = {}, tags }: PostgresDatabaseArgs,
  opts: pulumi.CustomResourceOptions,
): aws.rds.ParameterGroup {
  const { slowStatementMilliseconds = defaults.DEFAULT_SLOW_STATEMENT_MILLISECONDS } = logs;
  const values = {
    "rds.force_ssl": "1",
    ssl_min_protocol_version: "TLSv1.2",
    log_connections: "1",
    log_statement: "ddl",
    log_min_duration_statement: String(slowStatementMilliseconds),
  };
  const parameters = Object.entries(values).map(([parameter, value]) => ({ name: parameter, value }));
  return new aws.rds.ParameterGroup(`${name}-parameters`, { family: `postgres${majorOf(version)}`, parameters, tags }, opts);
}

/** Made before the server, because RDS makes those that are missing itself: unencrypted, and kept for ever. */
function createLogGroups(
  name: string,
  identifier: string,
  { logs = {}, tags }: PostgresDatabaseArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { retentionDays: retentionInDays = defaults.DEFAULT_LOG_DAYS, kmsKeyArn: kmsKeyId } = logs;
  return EXPORTED_LOGS.map((log) => {
    const group = { name: `/aws/rds/instance/${identifier}/${log}`, retentionInDays, kmsKeyId, tags };
    return new aws.cloudwatch.LogGroup(`${name}-log-${log}`, group, opts);
  });
}
