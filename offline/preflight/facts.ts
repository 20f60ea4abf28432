/** What of a plan an account must have room for. Pure; reads a recording in apply mode, where ids are stand-ins that still tell who names whom. */
import type { Json, Properties, RecordedCall, RecordedResource } from "../engine";
import type { Tags, ZoneLookUp } from "./cloud";

export interface NodeGroupFacts {
  readonly name: string;
  readonly clusterName: string;
  readonly instanceTypes: readonly string[];
  readonly spot: boolean;
  readonly maxSize: number;
  readonly subnetIds: readonly string[];
}

export interface ClusterFacts {
  readonly name: string;
  readonly version?: string;
  /** What happens at the end of standard support: `STANDARD` upgrades, `EXTENDED` pays. */
  readonly supportType: string;
  /** Ranges that may reach the public endpoint; absent where it is private. */
  readonly publicAccessCidrs?: readonly string[];
}

export interface SubnetFacts {
  readonly id: string;
  readonly zone: string;
}

export interface NatFacts {
  readonly name: string;
  readonly zone: string;
  readonly tags: Tags;
}

export interface TrainingFacts {
  /** `ml.m5.4xlarge` */
  readonly type: string;
  readonly spot: boolean;
  /** Places that name it, which may run side by side; 0 where none does, and it is assumed. */
  readonly named: number;
}

export interface PlanFacts {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  /** `aws:allowedAccountIds` of the stack file. */
  readonly allowedAccounts: readonly string[];
  /** ARN of the role that the provider takes on (`aws:assumeRole`, `aws:assumeRoles`): it decides about account and permissions. */
  readonly assumedRole?: string;
  readonly nodeGroups: readonly NodeGroupFacts[];
  readonly clusters: readonly ClusterFacts[];
  readonly subnets: readonly SubnetFacts[];
  /** How the program asks for zones, where it does not name them. */
  readonly zoneLookUp?: ZoneLookUp;
  /** Tags of each address, by which an address that exists already is recognised as this environment's own. */
  readonly addresses: readonly Tags[];
  readonly vpcs: readonly Tags[];
  readonly natGateways: readonly NatFacts[];
  readonly certificates: readonly string[];
  readonly training: readonly TrainingFacts[];
  /** Concurrent executions that functions keep for themselves. */
  readonly reservedConcurrency: number;
  /** Where the state lies, as far as this machine says. */
  readonly backend?: string;
  /** Whether this machine finds the AWS CLI. */
  readonly hasAwsCli: boolean;
  /** Resource types of each layer, sorted; those of CloudFormation templates besides. */
  readonly typesByLayer: ReadonlyMap<string, readonly string[]>;
}

export interface FactSources {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly config: Readonly<Record<string, string>>;
  readonly resources: readonly RecordedResource[];
  readonly calls: readonly RecordedCall[];
  readonly typesByLayer: ReadonlyMap<string, readonly string[]>;
  /** CloudFormation templates that the plan would send. */
  readonly templates: readonly Json[];
  readonly backend?: string;
  readonly hasAwsCli: boolean;
}

export function planFacts(sources: FactSources): PlanFacts {
  const { project, environment, region, config, resources, calls, typesByLayer, templates, backend, hasAwsCli } = sources;
  const created = resources.filter(({ kind }) => kind === "custom");
  const of = (type: string) => created.filter((resource) => resource.type === type);
  const subnets = of("aws:ec2/subnet:Subnet").map(({ id = "", inputs }) => ({ id, zone: text(inputs["availabilityZone"]) }));
  const assumedRole = assumedRoleOf(config);
  const zoneLookUp = calls.find(({ token }) => token === "aws:index/getAvailabilityZones:getAvailabilityZones")?.args;
  return {
    ...{ project, environment, region, subnets, hasAwsCli, typesByLayer: withTemplates(typesByLayer, templates) },
    ...(backend === undefined ? {} : { backend }),
    ...(assumedRole === undefined ? {} : { assumedRole }),
    allowedAccounts: texts(parsed(config["aws:allowedAccountIds"])),
    nodeGroups: of("aws:eks/nodeGroup:NodeGroup").map(nodeGroupFacts),
    clusters: of("aws:eks/cluster:Cluster").map(({ inputs, outputs }) => ({
      name: text(outputs["name"] ?? inputs["name"]),
      ...(typeof inputs["version"] === "string" ? { version: inputs["version"] } : {}),
      supportType: text(mapping(inputs["upgradePolicy"])["supportType"]) || "EXTENDED",
      ...publicAccess(mapping(inputs["vpcConfig"])),
    })),
    ...(zoneLookUp === undefined ? {} : { zoneLookUp }),
    addresses: of("aws:ec2/eip:Eip").map(tagsOf),
    vpcs: of("aws:ec2/vpc:Vpc").map(tagsOf),
    natGateways: of("aws:ec2/natGateway:NatGateway").map((gateway) => ({
      name: gateway.name,
      zone: subnets.find(({ id }) => id === gateway.inputs["subnetId"])?.zone ?? "",
      tags: tagsOf(gateway),
    })),
    certificates: certificatesIn(resources, config),
    training: trainingIn(created, templates),
    reservedConcurrency: reservedIn(created, templates),
  };
}

/** EKS API reference, VpcConfigRequest: public unless told otherwise, and to everybody. */
function publicAccess({ endpointPublicAccess, publicAccessCidrs }: Properties): Pick<ClusterFacts, "publicAccessCidrs"> {
  if (endpointPublicAccess === false) return {};
  const ranges = texts(publicAccessCidrs);
  return { publicAccessCidrs: ranges.length === 0 ? ["0.0.0.0/0"] : ranges };
}

function resourcesOf(templates: readonly Json[]): Properties[] {
  return templates.flatMap((template) => Object.values(mapping(mapping(template)["Resources"]))).map(mapping);
}

/** CloudFormation makes what is in a template with the rights of whoever sends it. */
function withTemplates(typesByLayer: ReadonlyMap<string, readonly string[]>, templates: readonly Json[]) {
  const types = [...new Set(resourcesOf(templates).map(({ Type }) => text(Type)))].sort();
  return types.length === 0 ? typesByLayer : new Map([...typesByLayer, ["CloudFormation templates", types] as const]);
}

/** Of a chain of roles, the last one acts. */
function assumedRoleOf(config: Readonly<Record<string, string>>): string | undefined {
  const chain = parsed(config["aws:assumeRoles"]);
  const last = Array.isArray(chain) ? chain.at(-1) : parsed(config["aws:assumeRole"]);
  const arn = mapping(last)["roleArn"];
  return typeof arn === "string" ? arn : undefined;
}

function nodeGroupFacts({ name, inputs }: RecordedResource): NodeGroupFacts {
  const types = texts(inputs["instanceTypes"]);
  const maxSize = mapping(inputs["scalingConfig"])["maxSize"];
  return {
    name,
    clusterName: text(inputs["clusterName"]),
    // EKS API reference, CreateNodegroup, instanceTypes: "If you don't specify one, t3.medium is used".
    instanceTypes: types.length === 0 ? ["t3.medium"] : types,
    spot: inputs["capacityType"] === "SPOT",
    maxSize: typeof maxSize === "number" ? maxSize : 0,
    subnetIds: texts(inputs["subnetIds"]),
  };
}

const CERTIFICATE = /arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+/g;

/** Named in the stack file or by a resource, annotations of Kubernetes objects included; those that the program makes itself do not exist yet. */
function certificatesIn(resources: readonly RecordedResource[], config: Readonly<Record<string, string>>): string[] {
  const own = new Set(resources.filter(({ type }) => type.startsWith("aws:acm/certificate")).map(({ outputs }) => outputs["arn"]));
  const everything = JSON.stringify([config, resources.map(({ inputs }) => inputs)]);
  return [...new Set(everything.match(CERTIFICATE) ?? [])].filter((arn) => !own.has(arn)).sort();
}

const ML_TYPE = /\bml\.[a-z][a-z0-9-]*\.(?:\d*x?large|medium|metal)\b/g;

/**
 * What a retraining workflow of which nothing says where it trains is taken to want: 32 GiB, for a window of a million rows. A function of the
 * user's trains, and says elsewhere on what; a new account has none of any type.
 */
const ASSUMED_TRAINING: TrainingFacts = { type: "ml.m5.2xlarge", spot: false, named: 0 };

/** Instance types of training jobs, wherever a resource speaks of them: an argument, a template, a state machine inside a template. */
function trainingIn(resources: readonly RecordedResource[], templates: readonly Json[]): TrainingFacts[] {
  const found = resources.flatMap(({ inputs }) => {
    const all = JSON.stringify(inputs);
    const spot = /EnableManagedSpotTraining\W{1,12}true/.test(all);
    return (all.match(ML_TYPE) ?? []).map((type) => ({ type, spot }));
  });
  const kinds = new Map<string, TrainingFacts>();
  for (const { type, spot } of found) {
    const key = `${type} ${spot}`;
    kinds.set(key, { type, spot, named: (kinds.get(key)?.named ?? 0) + 1 });
  }
  if (kinds.size === 0 && resourcesOf(templates).some(({ Type }) => Type === "AWS::StepFunctions::StateMachine")) return [ASSUMED_TRAINING];
  return [...kinds.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, facts]) => facts);
}

function reservedIn(resources: readonly RecordedResource[], templates: readonly Json[]): number {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  const own = functions.map(({ inputs }) => inputs["reservedConcurrentExecutions"]);
  const inTemplates = resourcesOf(templates).map(({ Properties }) => mapping(Properties)["ReservedConcurrentExecutions"]);
  return [...own, ...inTemplates].reduce<number>((sum, count) => sum + (typeof count === "number" && count > 0 ? count : 0), 0);
}

function tagsOf({ inputs }: RecordedResource): Tags {
  const tags = Object.entries(mapping(inputs["tags"])).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(tags);
}

function parsed(value: string | undefined): Json | undefined {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function mapping(value: Json | undefined): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function texts(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : []).filter((item): item is string => typeof item === "string");
}
