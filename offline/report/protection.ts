/** How well a plan is protected, as figures that two environments can be compared by. Pure. */
import type { Json, Properties, RecordedResource } from "../engine";
import { counted } from "./signs";

type Planned = Pick<RecordedResource, "type" | "kind" | "inputs" | "options">;

export interface Protection {
  readonly subject: string;
  readonly says: string;
  /** The more, the better protected. Comparable between plans, for one subject. */
  readonly degree: number;
}

interface Measure {
  readonly subject: string;
  /** Nothing where the plan has nothing of the kind. */
  readonly of: (plan: readonly Planned[]) => Omit<Protection, "subject"> | undefined;
}

/** Subjects as a person asks for them. A new one is a row. */
const MEASURES: readonly Measure[] = [
  {
    subject: "Refused by pulumi destroy",
    of: (plan) => count(plan.filter(({ kind, options }) => kind === "custom" && options.protect === true).length, "resource"),
  },
  {
    subject: "Kept when they leave the stack",
    of: (plan) => count(plan.filter(({ kind, options }) => kind === "custom" && options.retainOnDelete === true).length, "resource"),
  },
  {
    subject: "Ways out of private subnets",
    of: (plan) => {
      const nats = ofType(plan, "aws:ec2/natGateway:NatGateway").length;
      return nats === 0 ? undefined : { degree: nats, says: nats === 1 ? "one, in one zone" : `${nats}, one in each zone` };
    },
  },
  {
    subject: "Kubernetes API",
    of: (plan) => weakest(ofType(plan, "aws:eks/cluster:Cluster").map((cluster) => endpoint(block(cluster["vpcConfig"])))),
  },
  {
    subject: "Log of the control plane",
    of: (plan) =>
      weakest(
        ofType(plan, "aws:eks/cluster:Cluster").map((cluster) => {
          const types = list(cluster["enabledClusterLogTypes"]).map(String);
          return { degree: types.length, says: types.length === 0 ? "none" : types.join(", ") };
        }),
      ),
  },
  {
    subject: "Database",
    of: (plan) =>
      weakest(
        databases(plan).map((database) =>
          database["multiAz"] === true ? { degree: 1, says: "in two zones" } : { degree: 0, says: "in one zone" },
        ),
      ),
  },
  {
    subject: "Database's own backups",
    of: (plan) => weakest(databases(plan).map((database) => forDays(number(database["backupRetentionPeriod"])))),
  },
  {
    subject: "Cache",
    of: (plan) =>
      weakest(
        ofType(plan, "aws:elasticache/replicationGroup:ReplicationGroup").map((cache) => {
          const replicas = cache["automaticFailoverEnabled"] === true ? number(cache["numCacheClusters"]) - 1 : 0;
          return { degree: replicas, says: replicas === 0 ? "nothing takes over" : `${counted(replicas, "replica")} to take over` };
        }),
      ),
  },
  { subject: "Backups in a vault", of: (plan) => longest(ofType(plan, "aws:backup/plan:Plan").flatMap(keptDays)) },
  {
    subject: "Lock of that vault",
    of: (plan) =>
      longest(ofType(plan, "aws:backup/vaultLockConfiguration:VaultLockConfiguration").map((lock) => number(lock["minRetentionDays"]))),
  },
  {
    subject: "Lock of the audit trail",
    of: (plan) =>
      longest(
        ofType(plan, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration").map(({ rule }) =>
          number(block(block(rule)["defaultRetention"])["days"]),
        ),
      ),
  },
  {
    subject: "Gateway into the cluster",
    of: (plan) =>
      weakest(
        ofType(plan, "aws:lb/listener:Listener").map(({ protocol }) =>
          protocol === "HTTPS" || protocol === "TLS" ? { degree: 1, says: "TLS" } : { degree: 0, says: "plain HTTP" },
        ),
      ),
  },
];

/** One row for each subject that the plan has. */
export function protections(plan: readonly Planned[]): Protection[] {
  return MEASURES.flatMap(({ subject, of }) => {
    const found = of(plan);
    return found === undefined ? [] : [{ subject, ...found }];
  });
}

function endpoint(vpc: Properties): Omit<Protection, "subject"> {
  if (vpc["endpointPublicAccess"] !== true) return { degree: 2, says: "private" };
  const cidrs = list(vpc["publicAccessCidrs"]).map(String);
  const open = cidrs.length === 0 || cidrs.some((cidr) => cidr.endsWith("/0"));
  return open ? { degree: 0, says: "public, to everybody" } : { degree: 1, says: `public, to ${cidrs.join(", ")} only` };
}

function databases(plan: readonly Planned[]): Properties[] {
  return ofType(plan, "aws:rds/instance:Instance");
}

function keptDays({ rules }: Properties): number[] {
  return list(rules).map((rule) => number(block(block(rule)["lifecycle"])["deleteAfter"]));
}

function ofType(plan: readonly Planned[], wanted: string): Properties[] {
  return plan.filter(({ type, kind }) => type === wanted && kind === "custom").map(({ inputs }) => inputs);
}

function weakest(found: Omit<Protection, "subject">[]): Omit<Protection, "subject"> | undefined {
  return found.sort((left, right) => left.degree - right.degree)[0];
}

function longest(days: number[]): Omit<Protection, "subject"> | undefined {
  return days.length === 0 ? undefined : forDays(Math.max(...days));
}

function forDays(days: number): Omit<Protection, "subject"> {
  return { degree: days, says: days === 0 ? "none" : `for ${counted(days, "day")}` };
}

function count(degree: number, noun: string): Omit<Protection, "subject"> {
  return { degree, says: counted(degree, noun) };
}

function block(value: Json | undefined): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function number(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}
