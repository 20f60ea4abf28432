import { mapping } from "../../reading";
import { Harm, resourceRule, Severity } from "../../rule";

/** What is billed by itself, and may carry tags. */
const BILLED = [
  "aws:rds/instance:Instance",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:s3/bucket:Bucket",
  "aws:eks/cluster:Cluster",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:kms/key:Key",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:lambda/function:Function",
  "aws:cloudformation/stack:Stack",
];

export const stackRequireTags = resourceRule({
  name: "stack-require-tags",
  wrong: "Something that is billed says not whose it is.",
  why: "Nobody can say whom to ask, nor what an environment costs.",
  severity: Severity.Low,
  harm: Harm.Practice,
  requirements: ["I10"],
  types: BILLED,
  settings: { keys: { default: ["Environment", "Owner", "CostCentre"], says: "Tags that have to be there." } },
  compliant: [{ type: "aws:s3/bucket:Bucket", name: "logs", props: { tags: { Environment: "dev", Owner: "ml", CostCentre: "17" } } }],
  *check({ props }, { keys }) {
    const tags = { ...mapping(props["tagsAll"]), ...mapping(props["tags"]) };
    const missing = keys.filter((key) => !(key in tags));
    if (missing.length > 0)
      yield { found: `tags lacks ${missing.join(", ")}`, cure: "add them, or give them to the provider as defaultTags" };
  },
});
