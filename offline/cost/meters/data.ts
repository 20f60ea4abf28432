/** Databases, caches, files, keys. */
import { type Charge, hourly, type Meter, monthly, numberOf, type Subject, textOf, unpriced, used } from "../charge";

function database({ inputs }: Subject): Charge[] {
  const type = textOf(inputs["instanceClass"]);
  if (textOf(inputs["engine"], "postgres") !== "postgres") return [unpriced(`${type}, ${textOf(inputs["engine"])}`, type)];
  const twice = inputs["multiAz"] === true;
  const gib = numberOf(inputs["allocatedStorage"], 20);
  const storage = twice ? "RDS:Multi-AZ-GP3-Storage" : "RDS:GP3-Storage";
  return [
    hourly(`${type}${twice ? " in two zones" : ""}`, "RDS PostgreSQL", `${twice ? "Multi-AZUsage" : "InstanceUsage"}:${type}`),
    monthly(`${gib} GiB of gp3`, "RDS PostgreSQL", storage, gib),
  ];
}

/** vCPUs of an instance by the end of its class (RDS user guide, "Hardware specifications", 2026): t4g up to large, and large, have two. */
const VCPUS: Readonly<Record<string, number>> = { micro: 2, small: 2, medium: 2, large: 2, xlarge: 4, "2xlarge": 8, "4xlarge": 16 };

/** Billed by the vCPUs of the database behind it; which one that is, its target says. */
function poolTarget(subject: Subject): Charge[] {
  const [type = ""] = subject.from("dbInstanceIdentifier").map(({ inputs }) => textOf(inputs["instanceClass"]));
  const vcpus = VCPUS[type.split(".").pop() ?? ""];
  if (vcpus === undefined) return [unpriced(`connection pool in front of ${type || "a database of another stack"}`, "RDS:ProxyUsage")];
  return [hourly(`connection pool, ${vcpus} vCPUs`, "RDS PostgreSQL", "USE1-RDS:ProxyUsage", vcpus)];
}

function cache({ inputs }: Subject): Charge[] {
  const type = textOf(inputs["nodeType"]);
  const groups = numberOf(inputs["numNodeGroups"], 1);
  const nodes = numberOf(inputs["numCacheClusters"], groups * (1 + numberOf(inputs["replicasPerNodeGroup"], 0)));
  const service = textOf(inputs["engine"]) === "valkey" ? "ElastiCache Valkey" : "ElastiCache Redis OSS";
  return [hourly(`${nodes} × ${type}`, service, `NodeUsage:${type}`, nodes)];
}

function bucket({ usage }: Subject): Charge[] {
  const { bucketGb, bucketRequests } = usage;
  return [
    used("bucketGb", `${bucketGb} GB`, "S3", "TimedStorage-ByteHrs", bucketGb),
    used("bucketRequests", `${bucketRequests},000 requests`, "S3", "Requests-Tier2 (GET and other)", bucketRequests),
  ];
}

function key({ usage }: Subject): Charge[] {
  return [
    monthly("key", "KMS", "us-east-1-KMS-Keys"),
    used("keyRequests", `${usage.keyRequests}0,000 requests`, "KMS", "us-east-1-KMS-Requests", usage.keyRequests),
  ];
}

function secret({ usage }: Subject): Charge[] {
  return [
    monthly("secret", "Secrets Manager", "USE1-AWSSecretsManager-Secrets"),
    used("secretReads", `${usage.secretReads}0,000 reads`, "Secrets Manager", "USE1-AWSSecretsManagerAPIRequest", usage.secretReads),
  ];
}

export const DATA_METERS: Readonly<Record<string, Meter>> = {
  "aws:rds/instance:Instance": database,
  "aws:rds/proxyTarget:ProxyTarget": poolTarget,
  "aws:elasticache/replicationGroup:ReplicationGroup": cache,
  "aws:s3/bucket:Bucket": bucket,
  "aws:ecr/repository:Repository": ({ usage }) => [
    used("imageGb", `${usage.imageGb} GB of images`, "ECR", "TimedStorage-ByteHrs", usage.imageGb),
  ],
  "aws:kms/key:Key": key,
  "aws:secretsmanager/secret:Secret": secret,
  "aws:backup/vault:Vault": ({ usage }) => [
    used("backupGb", `${usage.backupGb} GB of backups`, "AWS Backup", "RDS snapshots", usage.backupGb),
  ],
};
