/** What AWS would answer, as far as a program needs it to go on: look-ups, ids, ARNs, and outputs that no typing gives. */
import type { Json, Properties } from "../recording";
import type { CallModel, ModelContext, OutputModel } from "./model";

type Place = Pick<ModelContext, "region" | "accountId">;

/** Zone letters a, b and c exist in every Region that has three zones to offer; which zones an account sees, only AWS knows. */
const ZONE_LETTERS = ["a", "b", "c"];

export const AWS_CALL_MODELS: Readonly<Record<string, CallModel>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_, { accountId }) => ({
    accountId,
    id: accountId,
    userId: "AIDASTANDIN",
    arn: `arn:aws:iam::${accountId}:user/stand-in`,
  }),
  "aws:index/getRegion:getRegion": (args, { region }) => {
    const name = text(args["region"]) ?? region;
    return { id: name, name, region: name, description: name, endpoint: `ec2.${name}.amazonaws.com` };
  },
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, { region }) => ({
    id: region,
    region,
    names: ZONE_LETTERS.map((letter) => `${region}${letter}`),
    zoneIds: ZONE_LETTERS.map((_letter, index) => `${shortRegion(region)}-az${index + 1}`),
    groupNames: [`${region}-zg-1`],
  }),
  "aws:index/getServicePrincipal:getServicePrincipal": (args, { region }) => {
    const service = text(args["serviceName"]) ?? "";
    return {
      id: `${service}.${region}.amazonaws.com`,
      name: `${service}.amazonaws.com`,
      serviceName: service,
      suffix: "amazonaws.com",
      region,
    };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": (args) => policyDocument(args),
  "aws:iam/getPolicy:getPolicy": (args, { accountId }) => {
    const name = text(args["name"]) ?? "policy";
    const arn = text(args["arn"]) ?? `arn:aws:iam::${accountId}:policy/${name}`;
    return { id: arn, arn, name, path: "/", policyId: "ANPASTANDIN", policy: "{}", description: "", attachmentCount: 0, tags: {} };
  },
  // Ranges that are documentation's own (RFC 5737): a plan shows that something is there, and nobody takes it for AWS's answer.
  "aws:ec2/getPrefixList:getPrefixList": (args) => ({
    id: "pl-standin",
    prefixListId: "pl-standin",
    name: text(args["name"]) ?? "",
    cidrBlocks: ["198.51.100.0/24"],
  }),
  "aws:ec2/getSubnet:getSubnet": (args) => ({ id: text(args["id"]) ?? "", cidrBlock: "192.0.2.0/24", availabilityZone: "", tags: {} }),
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": (args) => ({
    id: "pl-standin",
    name: text(args["name"]) ?? "",
    entries: [],
    arn: "",
  }),
  "aws:eks/getAddonVersion:getAddonVersion": (args) => ({
    id: text(args["addonName"]) ?? "",
    addonName: text(args["addonName"]) ?? "",
    kubernetesVersion: text(args["kubernetesVersion"]) ?? "",
    mostRecent: true,
    version: `${text(args["addonName"]) ?? "addon"}-version`,
  }),
};

/** Types whose id is one of their outputs (registry documentation of @pulumi/aws 7.48, "import" sections). The others get `<name>-id`. */
const ID_OUTPUT: Readonly<Record<string, string>> = {
  "aws:cloudtrail/trail:Trail": "arn",
  "aws:cloudwatch/eventRule:EventRule": "name",
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:dynamodb/table:Table": "name",
  "aws:ecr/repository:Repository": "name",
  "aws:eks/cluster:Cluster": "name",
  "aws:elasticache/parameterGroup:ParameterGroup": "name",
  "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
  "aws:elasticache/subnetGroup:SubnetGroup": "name",
  "aws:elasticache/user:User": "userId",
  "aws:elasticache/userGroup:UserGroup": "userGroupId",
  "aws:iam/instanceProfile:InstanceProfile": "name",
  "aws:iam/policy:Policy": "arn",
  "aws:iam/role:Role": "name",
  "aws:kms/alias:Alias": "name",
  "aws:kms/key:Key": "keyId",
  "aws:lambda/function:Function": "name",
  "aws:lb/listener:Listener": "arn",
  "aws:lb/loadBalancer:LoadBalancer": "arn",
  "aws:lb/targetGroup:TargetGroup": "arn",
  "aws:rds/parameterGroup:ParameterGroup": "name",
  "aws:rds/proxy:Proxy": "name",
  "aws:rds/subnetGroup:SubnetGroup": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:secretsmanager/secret:Secret": "arn",
  "aws:sns/topic:Topic": "arn",
  "aws:sqs/queue:Queue": "url",
};

/** ARNs that are not `arn:aws:<service>:<region>:<account>:<name>` (AWS, "Actions, resources, and condition keys"). */
const ARN_FORMS: Readonly<Record<string, (name: string, place: Place) => string>> = {
  "aws:cloudtrail/trail:Trail": (name, at) => `arn:aws:cloudtrail:${at.region}:${at.accountId}:trail/${name}`,
  "aws:cloudwatch/logGroup:LogGroup": (name, at) => `arn:aws:logs:${at.region}:${at.accountId}:log-group:${name}`,
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name, at) => `arn:aws:cloudwatch:${at.region}:${at.accountId}:alarm:${name}`,
  "aws:dynamodb/table:Table": (name, at) => `arn:aws:dynamodb:${at.region}:${at.accountId}:table/${name}`,
  "aws:ecr/repository:Repository": (name, at) => `arn:aws:ecr:${at.region}:${at.accountId}:repository/${name}`,
  "aws:eks/cluster:Cluster": (name, at) => `arn:aws:eks:${at.region}:${at.accountId}:cluster/${name}`,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (name, at) => `arn:aws:iam::${at.accountId}:oidc-provider/${name}`,
  "aws:iam/policy:Policy": (name, at) => `arn:aws:iam::${at.accountId}:policy/${name}`,
  "aws:iam/role:Role": (name, at) => `arn:aws:iam::${at.accountId}:role/${name}`,
  "aws:kms/key:Key": (name, at) => `arn:aws:kms:${at.region}:${at.accountId}:key/${name}`,
  "aws:lambda/function:Function": (name, at) => `arn:aws:lambda:${at.region}:${at.accountId}:function:${name}`,
  "aws:rds/instance:Instance": (name, at) => `arn:aws:rds:${at.region}:${at.accountId}:db:${name}`,
  "aws:rds/proxy:Proxy": (name, at) => `arn:aws:rds:${at.region}:${at.accountId}:db-proxy:prx-${name}`,
  "aws:s3/bucket:Bucket": (name) => `arn:aws:s3:::${name}`,
  "aws:secretsmanager/secret:Secret": (name, at) => `arn:aws:secretsmanager:${at.region}:${at.accountId}:secret:${name}`,
};

/** Outputs that other resources are built from, and that typings alone would leave empty. */
export const AWS_OUTPUT_MODELS: Readonly<Record<string, OutputModel>> = {
  "aws:s3/bucket:Bucket": (bucket, { region }) => {
    const name = text(bucket.inputs["bucket"]) ?? `${bucket.name}-standin`;
    const domain = `${name}.s3.amazonaws.com`;
    return {
      bucket: name,
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: domain,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    };
  },
  "aws:cloudwatch/logGroup:LogGroup": named("aws:cloudwatch/logGroup:LogGroup"),
  "aws:iam/role:Role": named("aws:iam/role:Role"),
  "aws:iam/policy:Policy": named("aws:iam/policy:Policy"),
  "aws:eks/cluster:Cluster": (cluster, place) => {
    const name = text(cluster.inputs["name"]) ?? `${cluster.name}-standin`;
    const issuer = `https://oidc.eks.${place.region}.amazonaws.com/id/STANDIN`;
    return {
      name,
      arn: awsArn("aws:eks/cluster:Cluster", name, place),
      endpoint: `https://STANDIN.gr7.${place.region}.eks.amazonaws.com`,
      certificateAuthority: { data: "c3RhbmQtaW4=" },
      identities: [{ oidcs: [{ issuer }] }],
      vpcConfig: {
        ...(cluster.inputs["vpcConfig"] as Properties | undefined),
        clusterSecurityGroupId: `${cluster.name}-clusterSecurityGroupId`,
      },
    };
  },
  "aws:rds/instance:Instance": (instance, { region, accountId }) => {
    const managed = instance.inputs["manageMasterUserPassword"] === true;
    const secretArn = `arn:aws:secretsmanager:${region}:${accountId}:secret:rds!${instance.name}`;
    const kmsKeyId = instance.inputs["masterUserSecretKmsKeyId"] ?? "";
    const address = `${instance.name}.standin.${region}.rds.amazonaws.com`;
    const port = instance.inputs["port"] ?? 5432;
    return {
      address,
      port,
      endpoint: `${address}:${typeof port === "number" ? port : 5432}`,
      masterUserSecrets: managed ? [{ secretArn, kmsKeyId, secretStatus: "active" }] : [],
    };
  },
};

export function awsArn(type: string, name: string, place: Place): string {
  const form = ARN_FORMS[type];
  if (form !== undefined) return form(name, place);
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  return `arn:aws:${service}:${place.region}:${place.accountId}:${name}`;
}

export function awsId(type: string, outputs: Properties): string | undefined {
  const output = ID_OUTPUT[type];
  return output === undefined ? undefined : text(outputs[output]);
}

/** The physical name as given or invented, and the ARN that AWS would build from it. */
function named(type: string): OutputModel {
  return (resource, place) => {
    const name = text(resource.inputs["name"]) ?? `${resource.name}-standin`;
    return { name, arn: awsArn(type, name, place) };
  };
}

function shortRegion(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-");
  const compass = direction.replace(/north|south|east|west|central/g, (word) => word.charAt(0));
  return `${area}${compass}${number}`;
}

/** The document that the provider renders on the spot, without asking AWS; enough of it that least-privilege tests can read the result. */
function policyDocument(args: Properties): Properties {
  const statements = list(args["statements"]).map((statement) => ({
    ...(statement["sid"] === undefined ? {} : { Sid: statement["sid"] }),
    Effect: statement["effect"] ?? "Allow",
    ...unlessEmpty("Action", statement["actions"]),
    ...unlessEmpty("NotAction", statement["notActions"]),
    ...unlessEmpty("Resource", statement["resources"]),
    ...unlessEmpty("NotResource", statement["notResources"]),
    ...(statement["principals"] === undefined ? {} : { Principal: principals(statement["principals"]) }),
    ...(statement["conditions"] === undefined ? {} : { Condition: conditions(statement["conditions"]) }),
  }));
  const json = JSON.stringify({ Version: args["version"] ?? "2012-10-17", Statement: statements });
  return { id: "stand-in", json, minifiedJson: json };
}

function principals(value: Json | undefined): Json {
  const all = list(value).map(({ type, identifiers }) => [text(type) ?? "", single(identifiers)] as const);
  return all.some(([type]) => type === "*") ? "*" : Object.fromEntries(all);
}

function conditions(value: Json | undefined): Json {
  const byTest: Record<string, Properties> = {};
  for (const { test, variable, values } of list(value)) (byTest[text(test) ?? ""] ??= {})[text(variable) ?? ""] = single(values);
  return byTest;
}

function single(value: Json | undefined): Json {
  return Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : (value ?? null);
}

function unlessEmpty(key: string, value: Json | undefined): Properties {
  return Array.isArray(value) && value.length > 0 ? { [key]: single(value) } : {};
}

function list(value: Json | undefined): Properties[] {
  return (Array.isArray(value) ? value : []) as Properties[];
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
