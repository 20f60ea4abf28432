/** What a stack file may say about the cluster, its nodes, and what runs in it for everybody. */
import { z } from "zod";
import { AddOn, ALL_ADD_ONS } from "../../components/compute/add-ons/add-ons";
import {
  ClusterAccessLevel,
  ControlPlaneLog,
  DEFAULT_CONTROL_PLANE_LOGS,
  DEFAULT_LOG_RETENTION_DAYS,
} from "../../components/compute/cluster/cluster";
import { DEFAULT_KUBERNETES_VERSION, KubernetesVersion } from "../../components/compute/cluster/kubernetes-version";
import { GpuInstanceType } from "../../components/compute/gpu-node-group/gpu-instances";
import { GpuImageStorage } from "../../components/compute/gpu-node-group/gpu-node-group";
import { Capacity } from "../../components/compute/node-group/managed-groups";
import { cidr, CIDR_RULE, count, days, label, LABEL_RULE } from "./schema-leaves";

const zones = count.optional().meta({ description: "Number of zones, each with a group of its own. Default 2.", examples: [2] });
const instanceTypes = z
  .array(z.string().meta({ examples: ["m6i.large"], rule: "an instance type such as m6i.large" }))
  .optional()
  .meta({ description: "Types that AWS may choose among, of one class and size. Default m6i.large." });
const maxSizePerZone = (normal: number) =>
  count
    .optional()
    .meta({ description: `Nodes in each zone at most; the autoscaler decides how many. Default ${normal}.`, examples: [normal] });
const diskGiB = count.optional().meta({ description: "Disk of a node in GiB. Default 50.", examples: [100] });

const releaseVersion = z
  .string()
  .optional()
  .meta({
    description: "Release of the nodes' image. Default: the newest when the group is made.",
    examples: ["1.35.4-20261113"],
    rule: "a release such as 1.35.4-20261113",
  });

/** EKS takes 63 characters; the stack's name, the largest GPU type's, the zone and Pulumi's own end leave 13. */
const groupName = label.max(13).meta({
  description: "Name of the group. Changing it replaces its nodes.",
  examples: ["serving"],
  rule: `up to 13 ${LABEL_RULE}`,
});

const minSize = count.optional().meta({ description: "Nodes that are kept, of all zones together. Default: one a zone.", examples: [2] });

const systemNodes = z.strictObject({
  zones,
  instanceTypes,
  minSize,
  maxSizePerZone: maxSizePerZone(3),
  diskGiB,
  releaseVersion,
});

const nodeGroup = systemNodes.extend({
  name: groupName,
  capacity: z.enum(Capacity).optional().meta({ description: "How nodes are bought. Default on-demand; spot needs two types." }),
});

const gpuNodeGroup = z.strictObject({
  name: groupName,
  instanceTypes: z
    .array(z.enum(GpuInstanceType))
    .optional()
    .meta({ description: "Types with T4 GPUs, the preferred one first. Default g4dn.xlarge." }),
  zones,
  capacity: z.enum(Capacity).optional().meta({ description: "How nodes are bought. Default on-demand; spot needs two zones or types." }),
  minSize: count.default(0).meta({ description: "Nodes that are kept whether a pod needs them or not, of all zones together." }),
  maxSizePerZone: maxSizePerZone(2),
  imageStorage: z.enum(GpuImageStorage).optional().meta({ description: "Where images and containers lie. Default rootVolume." }),
  diskGiB: count.optional().meta({ description: "Root disk of a node in GiB. Default: the smallest that images fit on.", examples: [150] }),
  releaseVersion,
});

const access = z.strictObject({
  name: label.meta({
    description: "Whose access it is. To change it, take the entry out, update, and add it anew.",
    examples: ["deployers"],
    rule: LABEL_RULE,
  }),
  principalArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/)
    .meta({
      description: "IAM role or user that is let in.",
      examples: ["arn:aws:iam::123456789012:role/deployers"],
      rule: "the ARN of an IAM role or user",
    }),
  level: z.enum(ClusterAccessLevel).meta({ description: "What it may do." }),
  namespaces: z
    .array(z.string().meta({ examples: ["serving"], rule: "the name of a namespace" }))
    .optional()
    .meta({ description: "Where. Default: everywhere." }),
});

const cluster = z.strictObject({
  kubernetesVersion: z
    .enum(KubernetesVersion)
    .default(DEFAULT_KUBERNETES_VERSION)
    .meta({ description: 'Version of Kubernetes, in quotes ("1.35"); a step of one at a time.' }),
  publicEndpoint: z.boolean().default(false).meta({
    description: "Whether the Kubernetes API can be reached from outside the VPC, by publicAccessCidrs. From inside it always can.",
  }),
  publicAccessCidrs: z
    .array(cidr.meta({ examples: ["203.0.113.0/24"], rule: CIDR_RULE }))
    .optional()
    .meta({ description: "Ranges that may reach the public endpoint: offices, a VPN, CI." }),
  allowPublicAccessFromAnywhere: z
    .boolean()
    .default(false)
    .meta({ description: "Allows 0.0.0.0/0 and ranges wider than /8 among them: the internet may then try the door. Never in prod." }),
  controlPlaneLogs: z
    .strictObject({
      types: z
        .array(z.enum(ControlPlaneLog))
        .default([...DEFAULT_CONTROL_PLANE_LOGS])
        .meta({ description: "What the control plane logs. Api is by far the largest." }),
      retentionDays: days.default(DEFAULT_LOG_RETENTION_DAYS).meta({ description: "Days that CloudWatch keeps them." }),
    })
    .prefault({})
    .meta({ description: "Who did what in the cluster." }),
  access: z.array(access).default([]).meta({ description: "Who is let in besides whoever made the cluster." }),
  apiClients: z
    .array(
      z.strictObject({
        name: label.meta({ description: "Who it is; a rule is named after it.", examples: ["deploy-runner"], rule: LABEL_RULE }),
        securityGroupId: z
          .string()
          .regex(/^sg-[0-9a-f]+$/)
          .meta({ description: "Security group of those who connect.", examples: ["sg-0abc12de"], rule: "the id of a security group" }),
      }),
    )
    .default([])
    .meta({ description: "Who may connect to the Kubernetes API from inside the VPC: a runner, a bastion. Nodes and pods always may." }),
  systemNodes: systemNodes
    .prefault({})
    .meta({ description: "Nodes that the cluster's own services run on. Default: one m6i.large in each of two zones." }),
});

const namespaces = z.strictObject({
  extraNamespaces: z
    .array(z.string().meta({ examples: ["payments"], rule: "the name of a namespace" }))
    .default([])
    .meta({ description: "Namespaces besides the platform's own five." }),
  httpsEgress: z
    .array(
      z.strictObject({
        name: label.meta({ description: "Where the ranges lead.", examples: ["github"], rule: LABEL_RULE }),
        cidrs: z
          .array(cidr.meta({ examples: ["140.82.112.0/20"], rule: CIDR_RULE }))
          .meta({ description: "IPv4 ranges.", examples: [["140.82.112.0/20"]] }),
        namespaces: z
          .array(z.string().meta({ examples: ["airflow"], rule: "the name of a namespace" }))
          .optional()
          .meta({ description: "Whose pods may go there. Default: all namespaces'." }),
      }),
    )
    .default([])
    .meta({ description: "Where pods may go over HTTPS outside the VPC; else nowhere but S3." }),
  allowHttpsToAnywhere: z
    .boolean()
    .default(false)
    .meta({ description: "Allows 0.0.0.0/0 and ranges wider than /8: pods could then send anything anywhere." }),
});

const port = z.number().int().min(1).max(65_535);

const gateway = z.strictObject({
  domainName: z.string().meta({
    description: "Domain of the gateway, a private zone of the VPC. Changing it replaces zone and names.",
    examples: ["dev.ml.internal"],
    rule: "a domain such as dev.ml.internal",
  }),
  certificateArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/)
    .optional()
    .meta({
      description: "Certificate for *.<domainName>, in ACM and in this region.",
      examples: ["arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"],
      rule: "the ARN of a certificate in ACM",
    }),
  allowPlainHttp: z.boolean().default(false).meta({ description: "Speaks HTTP without TLS. Never in prod." }),
  routes: z
    .array(
      z.strictObject({
        host: label.meta({
          description: "First part of its name. Changing it replaces the route.",
          examples: ["mlflow"],
          rule: LABEL_RULE,
        }),
        namespace: z.string().meta({ description: "Namespace of the Service.", examples: ["mlflow"], rule: "the name of a namespace" }),
        serviceName: z.string().meta({ description: "Service that it leads to.", examples: ["mlflow"], rule: "the name of a Service" }),
        servicePort: port.meta({ description: "Port of the Service.", examples: [80] }),
        podPort: port.meta({ description: "Port of the Service's pods.", examples: [5_000] }),
        healthPath: z
          .string()
          .optional()
          .meta({ description: "Where a pod says that it is well. Default /.", examples: ["/health"], rule: "a path" }),
      }),
    )
    .meta({
      description: "What it leads to. A name answers 503 until its Service is there.",
      examples: [[{ host: "mlflow", namespace: "mlflow", serviceName: "mlflow", servicePort: 80, podPort: 5_000 }]],
    }),
});

export const compute = z.strictObject({
  cluster: cluster.prefault({}).meta({ description: "The EKS cluster." }),
  nodeGroups: z
    .array(nodeGroup)
    .default([])
    .meta({ description: "Nodes without a GPU, besides the system's. Their pods find them by the label modelloop/node-group." }),
  gpuNodeGroups: z.array(gpuNodeGroup).default([]).meta({ description: "Nodes with NVIDIA T4 GPUs, from zero." }),
  addOns: z
    .array(z.enum(AddOn))
    .default([...ALL_ADD_ONS])
    .meta({ description: "What the cluster runs for itself. Their images come from public registries." }),
  idleNodeMinutes: days.optional().meta({ description: "Minutes that a node must be idle before it goes. Default 10.", examples: [10] }),
  namespaces: namespaces.prefault({}).meta({ description: "Namespaces, and where their pods may go." }),
  gateway: gateway.optional().meta({ description: "The way into the cluster for functions of the VPC: one internal load balancer." }),
});
