import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Bucket, Capacity, type ClusterReference, EncryptionKey, GpuNodeGroup, NatGateways, Network } from "modelloop";

/** A cluster that another team made, with whatever tool: what our program is told of it. */
interface CompanyCluster {
  reference: ClusterReference;
  subnetIds: string[];
}

const config = new pulumi.Config();
const keepDays = config.requireNumber("keepDays");
const company = config.requireObject<CompanyCluster>("cluster");
const tags = { Team: "billing" };

const key = new EncryptionKey("intake-key", { description: "Encrypts invoices", tags });
const network = new Network("intake", { cidr: "10.60.0.0/20", natGateways: NatGateways.None, tags });
const invoices = new Bucket(
  "invoices",
  { kmsKeyArn: key.keyArn, lifecycle: { deleteAfterDays: keepDays }, tags },
  // What a component has no argument for, Pulumi's own transforms change.
  {
    transforms: [
      ({ type, props, opts }) =>
        type === "aws:s3/bucket:Bucket" ? { props: { ...props, bucketPrefix: "acme-invoices-" }, opts } : undefined,
    ],
  },
);

// Reads scanned invoices at night. Nodes come when a pod waits for a GPU, and go when none does: the company's autoscaler sees to that.
const readers = new GpuNodeGroup("readers", {
  cluster: company.reference,
  subnetIds: company.subnetIds,
  capacity: Capacity.Spot,
  // The company's CNI has no role of its own, so that the nodes need its rights.
  attachCniPolicy: true,
  tags,
});

// From here on resources of our own, which take what the components hand out.
const arrivals = new aws.sqs.Queue("arrivals", { sqsManagedSseEnabled: true, messageRetentionSeconds: 4 * 24 * 3600, tags });

new aws.sqs.QueuePolicy("arrivals-from-bucket", {
  queueUrl: arrivals.url,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: arrivals.arn,
        Condition: { ArnEquals: { "aws:SourceArn": invoices.arn } },
      },
    ],
  }),
});

new aws.s3.BucketNotification("arrivals", {
  bucket: invoices.bucketName,
  queues: [{ queueArn: arrivals.arn, events: ["s3:ObjectCreated:*"] }],
});

const reader = new aws.ec2.SecurityGroup("reader", {
  vpcId: network.vpcId,
  description: "Functions that read invoices; nothing comes in",
  tags,
});

export const bucketName = invoices.bucketName;
export const queueUrl = arrivals.url;
export const readerSecurityGroupId = reader.id;
export const privateSubnetIds = network.privateSubnetIds;
export const readerNodeGroups = readers.nodeGroupNames;
