/** What no component may create unless an argument says so by name. Each answers with sentences, so that a failing test says what is wrong. */
import { type Json, type PropertyPath, type RecordedResource } from "../../../offline/engine";

interface Leaf {
  readonly path: PropertyPath;
  readonly value: null | boolean | number | string;
}

function leaves(value: Json, path: PropertyPath = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

const startsWith = (path: PropertyPath, start: PropertyPath) => start.every((step, index) => path[index] === step);

/** Names of what is worth hiding; an ARN or a name of it is not, nor whether EC2's metadata asks for tokens (`httpTokens`). */
const SECRET_KEY = /(password|secret|(?<!http)token|privatekey|apikey|credential)s?$/i;

export function plaintextSecrets({ name, inputs, secrets }: RecordedResource): string[] {
  return leaves(inputs)
    .filter(({ path, value }) => typeof value === "string" && path.some((step) => typeof step === "string" && SECRET_KEY.test(step)))
    .filter(({ path }) => !secrets.some((secret) => startsWith(path, secret)))
    .map(({ path }) => `${name}: ${path.join(".")} stands in the state in plain text`);
}

const WHOLE_WORLD = ["0.0.0.0/0", "::/0"];

/** Types whose rules let somebody in, and below which property. */
const DOORS: Record<string, PropertyPath> = {
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [],
  "aws:ec2/securityGroup:SecurityGroup": ["ingress"],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["ingress"],
};

/** Properties of any type that must not have this value. */
const PUBLIC_SETTINGS: Record<string, boolean> = {
  publiclyAccessible: true,
  mapPublicIpOnLaunch: true,
  associatePublicIpAddress: true,
  blockPublicAcls: false,
  blockPublicPolicy: false,
  ignorePublicAcls: false,
  restrictPublicBuckets: false,
};

export function openToTheWorld({ name, type, inputs }: RecordedResource): string[] {
  const door = DOORS[type];
  return leaves(inputs).flatMap(({ path, value }) => {
    const property = path.join(".");
    const open =
      (door !== undefined && startsWith(path, door) && WHOLE_WORLD.includes(String(value))) ||
      (typeof value === "boolean" && PUBLIC_SETTINGS[String(path.at(-1))] === value) ||
      (typeof value === "string" && allowsAnybody(value));
    return open ? [`${name}: ${property} is open to the whole world`] : [];
  });
}

interface Statement {
  Effect: string;
  Action?: string | string[];
  Principal?: Json;
  Condition?: Json;
}

function allowsAnybody(text: string): boolean {
  if (!text.includes(`"Statement"`)) return false;
  return statementsIn(JSON.parse(text) as Json).some(
    ({ Effect, Action, Principal, Condition }) =>
      Effect === "Allow" &&
      Condition === undefined &&
      (Principal === "*" || JSON.stringify(Principal)?.includes(`"*"`)) &&
      !isAboutUpdates(Action),
  );
}

/** Wherever they stand: a template holds the policies of all its resources. */
function statementsIn(value: Json): Statement[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "Statement" in value && Array.isArray(value["Statement"]) ? (value["Statement"] as unknown as Statement[]) : [];
  return [...own, ...Object.values(value).flatMap((inner) => statementsIn(inner))];
}

/** A stack's policy lets nobody in: it says what an update may do, to whoever may update the stack anyway. */
function isAboutUpdates(actions: Statement["Action"]): boolean {
  return actions !== undefined && [actions].flat().every((action) => action.startsWith("Update:"));
}

/**
 * Services whose roles are trusted without a condition, and why. A role reaches them by `iam:PassRole` only, which passes none of another
 * account. Which of them would honour a condition on the account was not tried on AWS.
 */
const TRUSTED_WITHOUT_CONDITION: Record<string, string> = {
  "backup.amazonaws.com": "one role for whatever is backed up: there is no single thing to name",
  "ec2.amazonaws.com": "the machines do not exist when their role does",
  "eks.amazonaws.com": "the cluster does not exist when its role does",
  "lambda.amazonaws.com": "the function does not exist when its role does",
  "pods.eks.amazonaws.com": "an association of cluster, namespace and service account decides which pod gets the role",
  "rds.amazonaws.com": "the proxy or instance does not exist when its role does",
};

interface TrustStatement {
  readonly Principal?: { readonly Service?: string | readonly string[] };
  readonly Condition?: Json;
}

export function trustOfStrangers({ name, type, inputs }: RecordedResource): string[] {
  const text = inputs["assumeRolePolicy"];
  if (type !== "aws:iam/role:Role" || typeof text !== "string") return [];
  const { Statement } = JSON.parse(text) as { Statement: TrustStatement | readonly TrustStatement[] };
  return [Statement].flat().flatMap(({ Principal, Condition }) => {
    const services = Condition === undefined ? [Principal?.Service ?? []].flat() : [];
    const unlisted = services.filter((service) => !(service in TRUSTED_WITHOUT_CONDITION));
    return unlisted.map((service) => `${name} trusts ${service} on behalf of any account`);
  });
}

/** What holds data or evidence: lost with the resource, and not to be had again. */
const STATEFUL_TYPES = [
  "aws:backup/vault:Vault",
  "aws:cloudtrail/trail:Trail",
  "aws:dynamodb/table:Table",
  "aws:ecr/repository:Repository",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kms/key:Key",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
];

export function unprotectedState({ name, type, options }: RecordedResource): string[] {
  if (!STATEFUL_TYPES.includes(type)) return [];
  return [
    ...(options.protect === true ? [] : [`${name} is not protected against deletion`]),
    ...(options.retainOnDelete === true ? [] : [`${name} is not kept when it leaves the program`]),
  ];
}
