import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { WantedDatabase } from "../../../lambdas/domain/database-roles";
import { accountOf } from "../../shared/account.pulumi";
import { allowAssume, policyDocument } from "../../shared/policy-document";
import { admit, createClosedGroup, letOut } from "../../shared/private-access.pulumi";
import { poolStatements, proxyResourceId } from "./login-rights";
import { DEFAULT_POOLING } from "./postgres-database";
import { type ConnectionPoolingArgs, type DatabaseReference, type PostgresDatabaseArgs, type Server } from "./postgres-database.pulumi";

type PoolArgs = PostgresDatabaseArgs & { readonly connectionPooling: ConnectionPoolingArgs };

/** An RDS Proxy that asks its clients for IAM tokens and comes to the server with tokens of its own: no password anywhere. */
export function createPool(
  parent: pulumi.Resource,
  name: string,
  server: Server,
  wanted: readonly WantedDatabase[],
  args: PoolArgs,
): DatabaseReference {
  const { vpc, tags } = args;
  const { maxConnectionsPercent, maxIdleConnectionsPercent, ...patience } = { ...DEFAULT_POOLING, ...args.connectionPooling };
  const group = createClosedGroup(
    `${name}-pool-entrance`,
    { vpcId: vpc.vpcId, description: `Connection pool of ${name}`, tags },
    { parent },
  );
  const path = { from: group.id, to: server.securityGroupId, port: server.port, description: "PostgreSQL from its pool", tags };
  letOut(`${name}-pool-out`, path, { parent });
  admit(`${name}-pool-in`, path, { parent });

  const role = new aws.iam.Role(`${name}-pool-role`, { assumeRolePolicy: allowAssume("rds.amazonaws.com"), tags }, { parent });
  const rights = pulumi
    .all([accountOf(parent), server.resourceId])
    .apply(([account, id]) => policyDocument(poolStatements(account, id, wanted)));
  const policy = new aws.iam.RolePolicy(`${name}-pool-policy`, { role: role.id, policy: rights }, { parent });
  const proxy = new aws.rds.Proxy(
    `${name}-pool`,
    {
      ...{ engineFamily: "POSTGRESQL", defaultAuthScheme: "IAM_AUTH", requireTls: true, roleArn: role.arn },
      ...{ vpcSubnetIds: vpc.intraSubnetIds, vpcSecurityGroupIds: [group.id] },
      ...{ idleClientTimeout: patience.idleClientTimeoutMinutes * 60, debugLogging: false, tags },
    },
    // The proxy tries its role as soon as it is there, and takes minutes to try again.
    { parent, dependsOn: policy },
  );
  const connectionPoolConfig = { maxConnectionsPercent, maxIdleConnectionsPercent, connectionBorrowTimeout: patience.borrowTimeoutSeconds };
  const targets = new aws.rds.ProxyDefaultTargetGroup(
    `${name}-pool-targets`,
    { dbProxyName: proxy.name, connectionPoolConfig },
    { parent },
  );
  const target = new aws.rds.ProxyTarget(
    `${name}-pool-target`,
    { dbProxyName: proxy.name, targetGroupName: targets.name, dbInstanceIdentifier: server.instanceIdentifier },
    { parent },
  );
  return {
    // Known once it leads somewhere.
    host: pulumi.all([proxy.endpoint, target.id]).apply(([endpoint]) => endpoint),
    ...{ port: server.port, securityGroupId: group.id, instanceIdentifier: server.instanceIdentifier },
    resourceId: proxy.arn.apply(proxyResourceId),
  };
}
