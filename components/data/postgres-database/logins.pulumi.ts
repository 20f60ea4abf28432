import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { WantedDatabase } from "../../../lambdas/domain/database-roles";
import { accountOf } from "../../shared/account.pulumi";
import { handlerCode } from "../../shared/handler-code.pulumi";
import { allowAssume, policyDocument } from "../../shared/policy-document";
import { admit, createClosedGroup, letOut } from "../../shared/private-access.pulumi";
import { DEFAULT_MASTER_USERNAME } from "./database-names";
import { loginArn, loginsStatements } from "./login-rights";
import { DEFAULT_LOG_DAYS } from "./postgres-database";
import { type PostgresDatabaseArgs, type Server } from "./postgres-database.pulumi";

/** Certificates of all of Amazon's authorities, those of RDS too; Node.js does not read them by itself (Lambda developer guide, "Building Lambda functions with Node.js"). */
const AMAZON_AUTHORITIES = "/var/runtime/ca-cert.pem";

/**
 * A function inside the VPC that makes the databases and their logins, and one run of it for each change of the list.
 *
 * @returns what is known once they are there.
 */
export function createLogins(
  parent: pulumi.Resource,
  name: string,
  server: Server,
  wanted: readonly WantedDatabase[],
  args: PostgresDatabaseArgs,
): pulumi.Output<string> {
  const { vpc, tags } = args;
  const { group, paths } = createAccess(parent, `${name}-logins`, server, args);
  const { role, logGroup, policy } = createRole(parent, `${name}-logins`, server, args);
  const secretArn = server.secretArn ?? "";
  const made = new aws.lambda.Function(
    `${name}-logins`,
    {
      description: `Makes the databases of ${name} and their logins`,
      ...{ runtime: "nodejs24.x", architectures: ["arm64"], handler: "index.handler", code: handlerCode("database-roles") },
      ...{ timeout: 300, memorySize: 256, role: role.arn },
      environment: {
        variables: {
          DATABASE_HOST: server.host,
          DATABASE_PORT: pulumi.output(server.port).apply(String),
          ADMINISTRATOR_SECRET_ARN: secretArn,
          NODE_EXTRA_CA_CERTS: AMAZON_AUTHORITIES,
        },
      },
      vpcConfig: { subnetIds: vpc.privateSubnetIds, securityGroupIds: [group.id] },
      // Lambda keeps a function's network interfaces for up to 40 minutes, and with them the deletion of their group waiting.
      replaceSecurityGroupsOnDestroy: true,
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      tags,
    },
    { parent, dependsOn: policy },
  );
  const run = new aws.lambda.Invocation(
    `${name}-logins-run`,
    {
      functionName: made.name,
      input: JSON.stringify({ databases: wanted }),
      // A server that was restored or replaced has no logins, and a newer function may plan more.
      triggers: { server: server.resourceId, code: made.codeSha256 },
    },
    { parent, dependsOn: paths },
  );
  return run.id;
}

interface LoginsAccess {
  readonly group: aws.ec2.SecurityGroup;
  readonly paths: pulumi.Resource[];
}

function createAccess(parent: pulumi.Resource, name: string, server: Server, { vpc, tags }: PostgresDatabaseArgs): LoginsAccess {
  const group = createClosedGroup(
    `${name}-group`,
    { vpcId: vpc.vpcId, description: "Function that makes databases and logins", tags },
    { parent },
  );
  const path = {
    from: group.id,
    to: server.securityGroupId,
    port: server.port,
    description: "PostgreSQL from the function that makes logins",
    tags,
  };
  const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443, description: "Secrets Manager, by endpoint or by NAT" };
  // By address, because through NAT the service has no group; only outward, and the function speaks to nobody else.
  const anywhere = { securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", ...https, tags };
  return {
    group,
    paths: [
      letOut(`${name}-out`, path, { parent }),
      admit(`${name}-in`, path, { parent }),
      new aws.vpc.SecurityGroupEgressRule(`${name}-secret`, anywhere, { parent }),
    ],
  };
}

interface LoginsRole {
  readonly role: aws.iam.Role;
  readonly policy: aws.iam.RolePolicy;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

function createRole(parent: pulumi.Resource, name: string, server: Server, args: PostgresDatabaseArgs): LoginsRole {
  const { kmsKeyArn, logs = {}, masterUsername = DEFAULT_MASTER_USERNAME, tags } = args;
  const retentionInDays = logs.retentionDays ?? DEFAULT_LOG_DAYS;
  const logGroup = new aws.cloudwatch.LogGroup(`${name}-log`, { retentionInDays, kmsKeyId: logs.kmsKeyArn, tags }, { parent });
  const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: allowAssume("lambda.amazonaws.com"), tags }, { parent });
  const rights = pulumi
    .all([accountOf(parent), logGroup.arn, server.secretArn, kmsKeyArn, server.resourceId])
    .apply(([account, logGroupArn, secretArn, key, id]) => {
      const administratorArn = loginArn(account, id, masterUsername);
      return policyDocument(loginsStatements({ account, logGroupArn, secretArn: secretArn ?? "", kmsKeyArn: key, administratorArn }));
    });
  const policy = new aws.iam.RolePolicy(`${name}-policy`, { role: role.id, policy: rights }, { parent });
  return { role, policy, logGroup };
}
