/** What the queries and the training jobs of a run ask of IAM, beyond the call that begins them. Pure. */
import type { Json, Properties } from "../engine";
import { isMapping } from "../plan/mapping";
import { ACCOUNT, arnOf, REGION } from "../rehearsal/standins/arns";
import type { SeenCall } from "./seen-calls";

/** Athena user guide, "Configure access to databases and tables in the AWS Glue Data Catalog" (read 2026-11). */
const OF_TABLES = ["GetDatabase", "GetDatabases", "GetTable", "GetPartition", "GetPartitions", "BatchGetPartition"];
/** Of any query, on a database that it need not name. */
const OF_DEFAULT = ["GetDatabase", "GetDatabases"];

/** Athena reads the catalog and writes what comes of it as whoever asks. Where the files of a table lie, only the catalog knows. */
export function callsOfQuery({ QueryString, QueryExecutionContext, ResultConfiguration }: Properties): SeenCall[] {
  const sql = text(QueryString);
  const database = text(mapping(QueryExecutionContext)["Database"]);
  const results = text(mapping(ResultConfiguration)["OutputLocation"]);
  const tables = [...sql.matchAll(/\bFROM "?(\w+)"?\."?(\w+)"?/gi)].map(([, of = "", name = ""]) => [of, name] as const);
  const unloaded = [...sql.matchAll(/\bTO '(s3:\/\/[^']+)'/gi)].map(([, uri = ""]) => uri);
  const databases = [...new Set([database, ...tables.map(([of]) => of)])].filter((name) => name !== "");
  return [
    { action: "athena:GetDataCatalog", resource: arnOf("athena", "datacatalog/AwsDataCatalog") },
    ...on(glue("catalog"), "glue", OF_TABLES),
    ...on(glue("database/default"), "glue", OF_DEFAULT),
    ...databases.flatMap((name) => on(glue(`database/${name}`), "glue", OF_TABLES)),
    ...tables.flatMap(([of, name]) => on(glue(`table/${of}/${name}`), "glue", OF_TABLES.slice(2))),
    ...[results, ...unloaded].flatMap((uri) => [...listed(uri), ...bucketAsked(uri), ...read(uri), ...written(uri)]),
  ];
}

/** SageMaker developer guide, "CreateTrainingJob API: Execution Role Permissions" (read 2026-11): what the role of the job is asked for. */
export function callsOfJob(given: Properties): SeenCall[] {
  const inputs = all(given["InputDataConfig"]).map((channel) => text(mapping(mapping(channel["DataSource"])["S3DataSource"])["S3Uri"]));
  const programs = text(mapping(given["HyperParameters"])["sagemaker_submit_directory"]);
  const kept = text(mapping(given["CheckpointConfig"])["S3Uri"]);
  const { S3OutputPath, KmsKeyId } = mapping(given["OutputDataConfig"]);
  const volumeKey = text(mapping(given["ResourceConfig"])["VolumeKmsKeyId"]);
  const log = arnOf("logs", `log-group:/aws/sagemaker/TrainingJobs:log-stream:${text(given["TrainingJobName"])}/algo-1-1`);
  return [
    ...[...inputs, kept].flatMap((uri) => [...listed(uri), ...read(uri)]),
    ...(programs === "" ? [] : read(programs)),
    ...[text(S3OutputPath), kept].flatMap((uri) => written(uri)),
    ...(text(KmsKeyId) === "" ? [] : on(text(KmsKeyId), "kms", ["Encrypt", "Decrypt", "GenerateDataKey"])),
    ...(volumeKey === "" ? [] : on(volumeKey, "kms", ["CreateGrant", "DescribeKey"])),
    ...on(log, "logs", ["CreateLogGroup", "CreateLogStream", "PutLogEvents", "DescribeLogStreams"]),
    { action: "cloudwatch:PutMetricData", resource: "*", context: { "cloudwatch:namespace": "/aws/sagemaker/TrainingJobs" } },
    ...image(text(mapping(given["AlgorithmSpecification"])["TrainingImage"])),
    ...(isMapping(given["VpcConfig"]) ? on("*", "ec2", [...INTERFACES, ...LOOKS]) : []),
  ];
}

/** Whoever starts a job with a key of its volumes lends it to SageMaker. */
export function callsOfVolumes({ ResourceConfig }: Properties): SeenCall[] {
  const key = text(mapping(ResourceConfig)["VolumeKmsKeyId"]);
  const context = { "kms:ViaService": `sagemaker.${REGION}.amazonaws.com` };
  return key === "" ? [] : on(key, "kms", ["CreateGrant", "DescribeKey"]).map((call) => ({ ...call, context }));
}

const INTERFACES = ["Create", "Delete"].flatMap((verb) => [`${verb}NetworkInterface`, `${verb}NetworkInterfacePermission`]);
const LOOKS = ["NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups"].map((each) => `Describe${each}`);

function image(uri: string): SeenCall[] {
  const [, account = ACCOUNT, region = REGION, repository = "*"] = /^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/([^:]+)/.exec(uri) ?? [];
  const layers = ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"];
  return [
    { action: "ecr:GetAuthorizationToken", resource: "*" },
    ...on(`arn:aws:ecr:${region}:${account}:repository/${repository}`, "ecr", layers),
  ];
}

/** A folder is asked about by one file in it. */
function read(uri: string): SeenCall[] {
  return uri === "" ? [] : on(object(uri), "s3", ["GetObject"]);
}

function written(uri: string): SeenCall[] {
  return uri === "" ? [] : on(object(uri), "s3", ["PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"]);
}

function listed(uri: string): SeenCall[] {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return bucket === "" ? [] : [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}`, context: { "s3:prefix": key } }];
}

function bucketAsked(uri: string): SeenCall[] {
  const [, bucket = ""] = /^s3:\/\/([^/]+)\//.exec(uri) ?? [];
  return bucket === "" ? [] : on(`arn:aws:s3:::${bucket}`, "s3", ["GetBucketLocation", "ListBucketMultipartUploads"]);
}

function object(uri: string): string {
  return `${uri.replace(/^s3:\/\//, "arn:aws:s3:::")}${uri.endsWith("/") ? "any" : ""}`;
}

function on(resource: string, service: string, operations: readonly string[]): SeenCall[] {
  return operations.map((operation) => ({ action: `${service}:${operation}`, resource }));
}

function glue(rest: string): string {
  return arnOf("glue", rest);
}

function mapping(value: Json | undefined): Properties {
  return value !== undefined && isMapping(value) ? value : {};
}

function all(value: Json | undefined): Properties[] {
  return Array.isArray(value) ? value.filter(isMapping) : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
