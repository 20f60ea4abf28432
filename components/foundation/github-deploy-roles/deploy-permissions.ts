/**
 * What the role of one environment may do, out of the list of actions that a deployment calls. Pure. Three borders: what begins with the
 * environment's name where AWS's names can be told before (IAM, S3, secrets), the Region where they cannot, and nothing that bears the tag
 * `Stack` of another. Accounts of their own are a stronger border than all three.
 */
import { type AccountFacts, type PolicyCondition, type PolicyStatement } from "../../shared/policy-document";

export interface DeployFacts extends AccountFacts {
  readonly environment: string;
  readonly actions: readonly string[];
  readonly boundaryArn: string;
  readonly state: StateFacts;
}

export interface StateFacts {
  readonly bucketArn: string;
  readonly kmsKeyArn: string;
  readonly project: string;
}

/** Verbs that change nothing. Not `Query`, `Invoke` or `Assume`: those do what they are told. */
const READS = /:(Get|List|Describe|BatchGet|View)[A-Z]/;
/** Reads that hand out what is kept secret; for functions and the loop's own files, `refreshStatements` says of which. */
const SECRETS: readonly string[] = ["secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters", "lambda:GetFunction"];

export function isRead(action: string): boolean {
  return READS.test(action);
}

/** AWS answers for these from one place, whatever Region a deployment is for. */
const GLOBAL_SERVICES: readonly string[] = ["budgets", "route53"];

/** Who of AWS is handed a role by a deployment: services whose resources have one among their settings. */
export const ROLES_ARE_PASSED_TO: readonly string[] = [
  ...["backup", "cloudtrail", "ec2", "eks", "events", "firehose", "lambda", "monitoring.rds", "pods.eks", "rds", "scheduler", "states"],
  // The loop hands the role of a training to SageMaker while it runs, and the boundary has this list too.
  ...["sagemaker", "vpc-flow-logs"],
].map((service) => `${service}.amazonaws.com`);

/** Service-linked roles are AWS's own; an account gets each at the first resource of its service. */
export const LINKED_SERVICES: readonly string[] = [
  ...["autoscaling", "backup", "eks", "eks-nodegroup", "eks-fargate", "elasticache", "elasticloadbalancing", "rds", "spot"],
  "ops.apigateway",
].map((service) => `${service}.amazonaws.com`);

/** They decide how much a role may do, and are therefore allowed on roles within the boundary only (IAM user guide, "Permissions boundaries"). */
const GIVE_RIGHTS: readonly string[] = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"];

/** With these somebody could make the state unreadable for everybody. */
const END_OF_A_KEY: readonly string[] = ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:CreateGrant"];

export function deployStatements(facts: DeployFacts): PolicyStatement[] {
  return [
    ...iamStatements(facts),
    ...named("Buckets", facts, "s3", bucketsOf(facts)),
    ...named("Secrets", facts, "secretsmanager", secretsOf(facts)),
    ...elsewhere(facts),
    ...stateStatements(facts),
    ...othersStatements(facts),
  ];
}

export function readStatements(facts: DeployFacts): PolicyStatement[] {
  const reads = facts.actions.filter((action) => isRead(action) && !SECRETS.includes(action) && !action.startsWith("s3:GetObject"));
  return [allow("Look", reads, "*"), ...refreshStatements(facts), ...stateReadStatements(facts), leaveOtherStacksAlone(facts.environment)];
}

/**
 * What `pulumi refresh` cannot do without: the provider reads an object by getting it, and a function with the address of its code. Of functions,
 * and of the bucket with the loop's handlers and templates, which hold no data and no secret.
 */
function refreshStatements({ partition, region, accountId, environment }: DeployFacts): PolicyStatement[] {
  const bucket = `arn:${partition}:s3:::${environment}-loop-assets*`;
  return [
    allow("LookAtFunctions", ["lambda:GetFunction"], `arn:${partition}:lambda:${region}:${accountId}:function:${environment}-*`),
    allow("LookAtAssets", ["s3:GetObject", "s3:GetObjectTagging"], `${bucket}/*`),
    {
      // S3 asks in the caller's name and says for which bucket, or with a bucket key for all of it.
      ...allow("OpenAssets", ["kms:Decrypt"], `arn:${partition}:kms:${region}:${accountId}:key/*`),
      Condition: {
        StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com`, "aws:ResourceTag/Stack": environment },
        ArnLike: { "kms:EncryptionContext:aws:s3:arn": bucket },
      },
    },
  ];
}

/** What the workflows of this repository ask; to approve, stop and resume wants a person's own role. */
const OPERATED: readonly string[] = ["POST/retrain", "POST/roll-back"];

/** By its id: API Gateway tells IAM no tags of an API when it is called. */
export function operateStatements({ partition, region, accountId }: AccountFacts, apiId: string): PolicyStatement[] {
  const api = `arn:${partition}:execute-api:${region}:${accountId}:${apiId}`;
  return [
    allow(
      "AskTheLoop",
      ["execute-api:Invoke"],
      OPERATED.map((route) => `${api}/*/${route}`),
    ),
  ];
}

/** Of a service, on what bears the environment's name. */
function named(sid: string, { actions }: DeployFacts, service: string, resources: string[]): PolicyStatement[] {
  const own = actions.filter((action) => action.startsWith(`${service}:`));
  return own.length === 0 ? [] : [allow(sid, own, resources)];
}

export function bucketsOf({ partition, environment }: DeployFacts): string[] {
  return [`arn:${partition}:s3:::${environment}-*`];
}

/** RDS keeps the password of a database in a secret whose name begins so. */
export function secretsOf({ partition, region, accountId, environment }: DeployFacts): string[] {
  const secret = `arn:${partition}:secretsmanager:${region}:${accountId}:secret`;
  return [`${secret}:${environment}-*`, `${secret}:rds!*`];
}

const NAMED: readonly string[] = ["iam", "s3", "secretsmanager"];

function elsewhere({ actions, region }: DeployFacts): PolicyStatement[] {
  const serviceOf = (action: string) => action.slice(0, action.indexOf(":"));
  const others = actions.filter((action) => !NAMED.includes(serviceOf(action)));
  const isGlobal = (action: string) => GLOBAL_SERVICES.includes(serviceOf(action));
  const inRegion: PolicyCondition = { StringEquals: { "aws:RequestedRegion": region } };
  return [
    allow(
      "InTheRegion",
      others.filter((action) => !isGlobal(action)),
      "*",
      inRegion,
    ),
    allow("WithoutRegion", others.filter(isGlobal), "*"),
  ].filter(({ Action }) => Action.length > 0);
}

/**
 * A role that may make roles may make itself an administrator, unless what it makes is bounded: the boundary is a condition of every call that
 * gives rights, cannot be taken off, and lies under a name that this role may not change.
 */
function iamStatements(facts: DeployFacts): PolicyStatement[] {
  const { partition, accountId, environment, boundaryArn, region } = facts;
  const iam = `arn:${partition}:iam::${accountId}`;
  const own = facts.actions.filter((action) => action.startsWith("iam:"));
  const roles = `${iam}:role/${environment}-*`;
  const special = [...GIVE_RIGHTS, "iam:PassRole", "iam:CreateServiceLinkedRole"];
  const writes = own.filter((action) => !isRead(action) && !special.includes(action));
  const ofEnvironment = [
    ...["role", "policy", "instance-profile"].map((kind) => `${iam}:${kind}/${environment}-*`),
    // Of clusters: their names in IAM are ids that EKS makes.
    `${iam}:oidc-provider/oidc.eks.${region}.amazonaws.com/*`,
  ];
  return [
    allow("SeeRoles", own.filter(isRead), "*"),
    allow("MakeBoundedRoles", GIVE_RIGHTS, roles, { StringEquals: { "iam:PermissionsBoundary": boundaryArn } }),
    allow("ChangeOwnRoles", writes, ofEnvironment),
    allow("HandOverOwnRoles", ["iam:PassRole"], roles, { StringEquals: { "iam:PassedToService": ROLES_ARE_PASSED_TO } }),
    allow("LetAwsMakeItsRoles", ["iam:CreateServiceLinkedRole"], `${iam}:role/aws-service-role/*`, {
      StringEquals: { "iam:AWSServiceName": LINKED_SERVICES },
    }),
  ];
}

/** Where Pulumi's own backend keeps a stack (pkg/backend/diy, 3.259). */
export function stateObjects(project: string, stack: string): { locks: string[]; records: string[] } {
  return {
    locks: [`.pulumi/locks/organization/${project}/${stack}/*`],
    records: [
      // `.json`, and what it was before, `.json.bak`; not `<stack>-other.json`.
      ...[`.pulumi/stacks/${project}/${stack}.json`, `.pulumi/stacks/${project}/${stack}.json.*`],
      ...[`.pulumi/history/${project}/${stack}/*`, `.pulumi/backups/${project}/${stack}/*`],
    ],
  };
}

function stateStatements({ environment, state }: DeployFacts): PolicyStatement[] {
  const { locks, records } = stateObjects(state.project, environment);
  return [
    ...findState(state),
    allow("KeepState", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], inState(state, [...records, ...locks])),
    allow("OpenState", ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"], state.kmsKeyArn),
  ];
}

/** Without the lock: what only looks takes none (`pulumi preview`, `pulumi refresh --preview-only`; seen with 3.259). */
function stateReadStatements({ environment, state }: DeployFacts): PolicyStatement[] {
  const { records } = stateObjects(state.project, environment);
  return [
    ...findState(state),
    allow("ReadState", ["s3:GetObject"], inState(state, records)),
    allow("OpenState", ["kms:Decrypt", "kms:DescribeKey"], state.kmsKeyArn),
  ];
}

function findState(state: StateFacts): PolicyStatement[] {
  return [
    allow("FindState", ["s3:ListBucket", "s3:GetBucketLocation"], state.bucketArn),
    allow("KnowState", ["s3:GetObject"], inState(state, [".pulumi/meta.yaml"])),
  ];
}

function inState({ bucketArn }: StateFacts, objects: readonly string[]): string[] {
  return objects.map((object) => `${bucketArn}/${object}`);
}

/** Denied, so that no list of actions above opens it again. */
function othersStatements({ environment, state }: DeployFacts): PolicyStatement[] {
  return [leaveOtherStacksAlone(environment), { Sid: "KeepTheStatesKey", Effect: "Deny", Action: END_OF_A_KEY, Resource: state.kmsKeyArn }];
}

/** Both operators must hold: the thing has the tag, and the tag is another's. */
export function leaveOtherStacksAlone(environment: string): PolicyStatement {
  return {
    Sid: "LeaveOtherStacksAlone",
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: { StringNotEquals: { "aws:ResourceTag/Stack": environment }, Null: { "aws:ResourceTag/Stack": "false" } },
  };
}

function allow(Sid: string, Action: readonly string[], Resource: string | readonly string[], Condition?: PolicyCondition): PolicyStatement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}
