/** Who may log in to what, and what the function that makes logins may do, as IAM writes it. */
import type { WantedDatabase } from "../../../lambdas/domain/database-roles";
import type { AccountFacts, PolicyStatement } from "../../shared/policy-document";

/** RDS user guide, "Creating and using an IAM policy for IAM database access". */
export function loginArn({ partition, region, accountId }: AccountFacts, resourceId: string, role: string): string {
  return `arn:${partition}:rds-db:${region}:${accountId}:dbuser:${resourceId}/${role}`;
}

/** By database. */
export function loginArns(account: AccountFacts, resourceId: string, wanted: readonly WantedDatabase[]): Record<string, string> {
  return Object.fromEntries(wanted.map(({ database, role }) => [database, loginArn(account, resourceId, role)]));
}

export function instanceArn({ partition, region, accountId }: AccountFacts, identifier: string): string {
  return `arn:${partition}:rds:${region}:${accountId}:db:${identifier}`;
}

/** `arn:aws:rds:us-east-1:123456789012:db-proxy:prx-0123` ends with what the right to log in names. */
export function proxyResourceId(proxyArn: string): string {
  return proxyArn.slice(proxyArn.lastIndexOf(":") + 1);
}

export function poolStatements(account: AccountFacts, resourceId: string, wanted: readonly WantedDatabase[]): PolicyStatement[] {
  const Resource = wanted.map(({ role }) => loginArn(account, resourceId, role));
  return [{ Sid: "LogInAsItsClients", Effect: "Allow", Action: "rds-db:connect", Resource }];
}

export interface LoginsFacts {
  readonly account: AccountFacts;
  readonly logGroupArn: string;
  readonly secretArn: string;
  readonly kmsKeyArn: string;
  /** The administrator may have to come by token itself. */
  readonly administratorArn: string;
}

export function loginsStatements({ account, logGroupArn, secretArn, kmsKeyArn, administratorArn }: LoginsFacts): PolicyStatement[] {
  return [
    { Sid: "WriteItsLog", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroupArn}:*` },
    { Sid: "ReadTheSecret", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn },
    {
      ...{ Sid: "DecryptTheSecret", Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn },
      Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${account.region}.amazonaws.com` } },
    },
    { Sid: "LogInByToken", Effect: "Allow", Action: "rds-db:connect", Resource: administratorArn },
    // What Lambda itself does for a function in a VPC; EC2 knows no narrower resource for most of it (AWSLambdaVPCAccessExecutionRole, 2024-01-05).
    {
      ...{ Sid: "StandInTheVpc", Effect: "Allow", Resource: "*" },
      Action: [
        ...["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
        ...["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
      ],
    },
  ];
}
