import type { RecordedResource } from "../../../offline/engine";
import { type Fate, remainders } from "../../../offline/teardown/remains";
import { object, resource } from "./resources";

const KEY = "aws:kms/key:Key";

interface Case {
  readonly of: RecordedResource;
  readonly fate: Fate;
  readonly says: string;
}

const CASES: readonly Case[] = [
  {
    of: resource(KEY, "k", { options: { protect: true } }),
    fate: "stops",
    says: "is protected: destroy refuses as a whole, or leaves it and what it needs (--exclude-protected)",
  },
  {
    of: resource(KEY, "k", { options: { protect: true, retainOnDelete: true } }),
    fate: "stops",
    says: "is protected: destroy refuses as a whole, or leaves it and what it needs (--exclude-protected); unprotected, it would still stay in AWS (retainOnDelete)",
  },
  {
    of: resource(KEY, "k", { options: { retainOnDelete: true } }),
    fate: "kept",
    says: "leaves the state and stays in AWS (retainOnDelete)",
  },
  {
    of: resource(KEY, "k", { inputs: { deletionWindowInDays: 7 } }),
    fate: "waits",
    says: "is deleted 7 days after destroy, unbilled; until then `aws kms cancel-key-deletion` brings it back",
  },
  {
    of: resource("aws:secretsmanager/secret:Secret", "s"),
    fate: "waits",
    says: "is deleted 30 days after destroy, unbilled; until then its name is taken, and the next up with that name fails",
  },
  {
    of: resource("aws:dynamodb/table:Table", "t", { inputs: { deletionProtectionEnabled: true } }),
    fate: "stops",
    says: "has deletionProtectionEnabled: AWS refuses to delete it until an update has switched that off",
  },
  {
    of: resource("aws:s3/bucket:Bucket", "b"),
    fate: "stops",
    says: "must be empty: AWS refuses to delete it while it holds an object or a version of one",
  },
  {
    of: resource("aws:ecr/repository:Repository", "r"),
    fate: "stops",
    says: "must be empty: AWS refuses to delete it while it holds an image",
  },
  {
    of: resource("aws:rds/instance:Instance", "d"),
    fate: "stops",
    says: "wants a final snapshot and names none: the provider refuses to delete it without finalSnapshotIdentifier",
  },
  {
    of: resource("aws:rds/instance:Instance", "d", { inputs: { finalSnapshotIdentifier: "last" } }),
    fate: "left",
    says: "leaves the snapshot last, billed by its size until you delete it",
  },
  {
    of: resource("aws:rds/instance:Instance", "d", { inputs: { skipFinalSnapshot: true, deleteAutomatedBackups: false } }),
    fate: "waits",
    says: "leaves its automated backups until their retention has passed",
  },
  {
    of: resource("aws:rds/instance:Instance", "d", {
      inputs: { skipFinalSnapshot: true, identifier: "feedback", enabledCloudwatchLogsExports: ["postgresql"] },
    }),
    fate: "left",
    says: "leaves the log group /aws/rds/instance/feedback/postgresql, which AWS makes and nobody deletes",
  },
  {
    of: resource("aws:elasticache/replicationGroup:ReplicationGroup", "c", { inputs: { finalSnapshotIdentifier: "last" } }),
    fate: "left",
    says: "leaves a final snapshot, billed by its size until you delete it",
  },
  {
    of: resource("aws:eks/cluster:Cluster", "c", { inputs: { name: "platform", enabledClusterLogTypes: ["audit"] } }),
    fate: "left",
    says: "leaves the log group /aws/eks/platform/cluster, which AWS makes and nobody deletes",
  },
  {
    of: resource("aws:lambda/function:Function", "f", { outputs: { name: "decide" } }),
    fate: "left",
    says: "leaves the log group /aws/lambda/decide, which AWS makes and nobody deletes",
  },
  {
    of: object("storage.k8s.io/v1", "StorageClass", "gp3", { inputs: { reclaimPolicy: "Retain" } }),
    fate: "left",
    says: "has reclaimPolicy Retain: the disks of all its claims stay, and are billed",
  },
];

describe("what is left of an environment", () => {
  // A platform that was "destroyed" and still bills: 81 secrets and 39 keys of one that is public made USD 66 a month.
  it.each(CASES)("says of $of.type: $says", ({ of, fate, says }) => {
    const noun = of.type.slice(of.type.lastIndexOf(":") + 1);
    expect(remainders([of], [])).toEqual([{ fate, what: `${noun} "${of.name}"`, says }]);
  });

  it("says nothing of what goes without a trace", () => {
    const logs = resource("aws:cloudwatch/logGroup:LogGroup", "logs", { inputs: { name: "/aws/eks/platform/cluster" } });
    const gone = [
      resource("aws:ec2/vpc:Vpc", "vpc"),
      logs,
      resource("aws:eks/cluster:Cluster", "c", { inputs: { name: "platform", enabledClusterLogTypes: ["audit"] } }),
      resource("aws:s3/bucket:Bucket", "b", { inputs: { forceDestroy: true } }),
      resource("aws:secretsmanager/secret:Secret", "s", { inputs: { recoveryWindowInDays: 0 } }),
      resource("aws:rds/instance:Instance", "d", { inputs: { skipFinalSnapshot: true } }),
      resource("aws:lambda/function:Function", "f", { inputs: { loggingConfig: { logGroup: "/own" } } }),
      resource(KEY, "read", { kind: "read" }),
      object("storage.k8s.io/v1", "StorageClass", "gp3", { inputs: { reclaimPolicy: "Delete" } }),
    ];
    expect(remainders(gone, [])).toEqual([]);
  });

  it("reads in a CloudFormation template what the stack leaves behind", () => {
    const Resources = {
      Ledger: { Type: "AWS::DynamoDB::Table", DeletionPolicy: "Retain" },
      Audit: { Type: "AWS::DynamoDB::Table", DeletionPolicy: "RetainExceptOnCreate" },
      Store: { Type: "AWS::RDS::DBInstance", DeletionPolicy: "Snapshot" },
      Queue: { Type: "AWS::SQS::Queue", DeletionPolicy: "Delete" },
      Decide: { Type: "AWS::Lambda::Function", Properties: {} },
      Quiet: { Type: "AWS::Lambda::Function", Properties: { LoggingConfig: { LogGroup: { Ref: "Logs" } } } },
    };
    expect(remainders([], [{ name: "loop", body: { Resources } }])).toEqual([
      { fate: "kept", what: 'AWS::DynamoDB::Table "Ledger" of the stack loop', says: "is kept by the template's DeletionPolicy" },
      { fate: "kept", what: 'AWS::DynamoDB::Table "Audit" of the stack loop', says: "is kept by the template's DeletionPolicy" },
      { fate: "kept", what: 'AWS::RDS::DBInstance "Store" of the stack loop', says: "leaves a snapshot, by the template's DeletionPolicy" },
      {
        fate: "left",
        what: 'AWS::Lambda::Function "Decide" of the stack loop',
        says: "leaves the log group /aws/lambda/<its name>, which AWS makes and nobody deletes, unless the stack declares it",
      },
    ]);
  });
});
