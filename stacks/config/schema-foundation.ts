/** What a stack file may say about the network, keys, the audit trail and the budget. */
import { z } from "zod";
import { ObjectLockMode } from "../../components/data/bucket/bucket";
import { MAX_ZONES } from "../../components/foundation/network/cidr";
import { FlowLogDestination, InterfaceEndpoint, NatGateways } from "../../components/foundation/network/network";
import { cidr, CIDR_RULE, days } from "./schema-leaves";

export enum Environment {
  Dev = "dev",
  Staging = "staging",
  Prod = "prod",
}

const reservedCidr = z.strictObject({
  name: z
    .string()
    .min(1)
    .meta({ description: "Whose range it is.", examples: ["office network"], rule: "a name that people know" }),
  cidr: cidr.meta({ description: "IPv4 range.", examples: ["10.1.0.0/16"], rule: CIDR_RULE }),
});

const subnetIds = z
  .array(
    z
      .string()
      .regex(/^subnet-[0-9a-f]+$/)
      .meta({ examples: ["subnet-0abc12de"], rule: "the id of a subnet" }),
  )
  .min(1);

const existingVpc = z.strictObject({
  vpcId: z
    .string()
    .regex(/^vpc-[0-9a-f]+$/)
    .meta({ description: "Id of the VPC.", examples: ["vpc-0abc12de"], rule: "the id of a VPC" }),
  cidr: cidr.meta({ description: "IPv4 range of the VPC.", examples: ["10.20.0.0/16"], rule: CIDR_RULE }),
  publicSubnetIds: subnetIds.meta({ description: "Subnets with a route to the internet, one a zone.", examples: [["subnet-0abc12de"]] }),
  privateSubnetIds: subnetIds.meta({
    description: "Subnets that reach the internet through NAT, one a zone.",
    examples: [["subnet-0abc12df"]],
  }),
  intraSubnetIds: subnetIds.meta({ description: "Subnets without any route out of the VPC, one a zone.", examples: [["subnet-0abc12d0"]] }),
});

const flowLogs = z.strictObject({
  destination: z.enum(FlowLogDestination).default(FlowLogDestination.CloudWatch).meta({
    description: "Where the record of all traffic goes. S3 is cheaper from some GB a day on, CloudWatch is easier to search.",
  }),
  retentionDays: days.default(30).meta({ description: "Days that the record is kept." }),
});

const network = z.strictObject({
  cidr: cidr.optional().meta({
    description: "IPv4 range of the VPC, /16 to /23; a different one in each environment. Changing it replaces everything in it.",
    examples: ["10.20.0.0/16"],
    rule: CIDR_RULE,
  }),
  zones: z
    .number()
    .int()
    .min(1)
    .max(MAX_ZONES)
    .optional()
    .meta({ description: "Number of availability zones. Default 2.", examples: [2] }),
  availabilityZones: z
    .array(
      z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/)
        .meta({ examples: ["us-east-1a"], rule: "the name of a zone such as us-east-1a" }),
    )
    .optional()
    .meta({
      description: "Names of the zones, in order. Changing one replaces its subnets. Default: the region's first zones that EKS accepts.",
    }),
  natGateways: z.enum(NatGateways).optional().meta({
    description: "How private subnets reach the internet. Default single: cheap, and the failure of its zone cuts off the others.",
  }),
  flowLogs: flowLogs.prefault({}).meta({ description: "Record of all traffic in the VPC." }),
  interfaceEndpoints: z.array(z.enum(InterfaceEndpoint)).default([]).meta({
    description: "AWS services reached without NAT, billed by endpoint, zone and hour. S3 and DynamoDB always are, for free.",
  }),
  reservedCidrs: z
    .array(reservedCidr)
    .optional()
    .meta({ description: "Ranges that the VPC must not overlap: other environments, the office." }),
  kubernetesServiceCidr: cidr.default("172.20.0.0/16").meta({
    description:
      "Range that Kubernetes gives to services. It never leaves the cluster, but a VPC that overlaps it is unreachable from pods.",
    rule: CIDR_RULE,
  }),
  existingVpc: existingVpc.optional().meta({ description: "Use this VPC and create none." }),
});

const objectLock = z.strictObject({
  mode: z.enum(ObjectLockMode).meta({
    description:
      "GOVERNANCE: principals with s3:BypassGovernanceRetention may end the lock early. COMPLIANCE: nobody, not even the root user.",
  }),
  days: days.meta({ description: "Days that no file can be changed or deleted.", examples: [365] }),
});

const auditTrail = z.strictObject({
  retentionDays: days.default(400).meta({ description: "Days that the trail's files are kept." }),
  objectLock: objectLock
    .optional()
    .meta({ description: "Makes the files unchangeable for a time. Adding or removing it replaces the bucket." }),
  recordDataAccess: z
    .boolean()
    .default(false)
    .meta({ description: "Records every read and write in the data buckets too, billed by event." }),
  cloudWatchLogs: z
    .strictObject({ retentionDays: days.default(90).meta({ description: "Days that CloudWatch keeps the events." }) })
    .optional()
    .meta({ description: "Sends the events to CloudWatch Logs too, where alarms can see them." }),
});

const percents = z.array(z.number().meta({ examples: [80] }));

const budget = z.strictObject({
  monthlyLimitUsd: z.number().meta({ description: "Limit of a calendar month in US dollars.", examples: [600] }),
  emailAddresses: z
    .array(z.string().meta({ examples: ["ml-platform@example.com"], rule: "an e-mail address" }))
    .optional()
    .meta({ description: "Who is told. At least one address, or snsTopicArn.", examples: [["ml-platform@example.com"]] }),
  snsTopicArn: z
    .string()
    .optional()
    .meta({
      description: "Topic that is told. Its policy must admit budgets.amazonaws.com.",
      examples: ["arn:aws:sns:us-east-1:123456789012:budget"],
      rule: "the ARN of an SNS topic",
    }),
  actualThresholdPercents: percents
    .optional()
    .meta({ description: "Percent of the limit at which money already spent is reported. Default 80 and 100." }),
  forecastThresholdPercents: percents
    .optional()
    .meta({ description: "Percent of the limit at which the month's forecast is reported. Default 100." }),
  countOnlyThisEnvironment: z.boolean().default(false).meta({
    description:
      "Counts only what carries this environment's tag, not the whole account. The tag must be activated for cost allocation in the billing console first: until then the budget sees no cost and never speaks.",
  }),
});

const tagValue = z.string().regex(/^[\w .:/=+@-]{1,128}$/);
const TAG_RULE = "1 to 128 letters, digits, spaces and . : / = + @ - _";

export const foundation = z.strictObject({
  environment: z.enum(Environment).meta({ description: "Which rules apply: those of prod refuse what may break or be lost." }),
  owner: tagValue.meta({
    description: "Team that answers for this environment. Becomes a tag.",
    examples: ["ml-platform"],
    rule: TAG_RULE,
  }),
  costCentre: tagValue.meta({ description: "Who pays. Becomes a tag.", examples: ["log-anomalies"], rule: TAG_RULE }),
  destroyDeletesAllData: z.boolean().default(false).meta({
    description: "Lets `pulumi destroy` delete keys, buckets and what is in them. Never in prod.",
  }),
  permissionsBoundaryArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:policy\/.+$/)
    .optional()
    .meta({
      description:
        "Policy that bounds what every role of this stack can do. Needed where who deploys may make bounded roles only (bootstrap/).",
      examples: ["arn:aws:iam::123456789012:policy/github-dev-boundary-0a1b2c3"],
      rule: "the ARN of a managed policy",
    }),
  network: network.meta({ description: "The VPC." }),
  auditTrail: auditTrail
    .optional()
    .meta({ description: "Record of every call to AWS, in all regions. Leave it out where the organisation has one." }),
  budget: budget.optional().meta({ description: "Limit of what a month may cost; it reports, it stops nothing." }),
});
