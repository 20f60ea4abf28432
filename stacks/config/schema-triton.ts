/** What a stack file may say about the server of tree models. */
import { z } from "zod";
import { Accelerator, ModelKind } from "../../components/serving/triton-server/triton-server";
import { count, label, LABEL_RULE } from "./schema-leaves";

const model = z.strictObject({
  name: z.string().meta({
    description: "Name under which it is called, the same as in its package.",
    examples: ["anomaly_xgboost"],
    rule: "up to 40 of a-z, 0-9 and _, the first a letter",
  }),
  kind: z.enum(ModelKind).meta({ description: "What it is made of.", examples: ["xgboost"] }),
});

const quantity = z.string();
const QUANTITY_RULE = "an amount such as 500m, 2 or 4Gi";

export const triton = z.strictObject({
  name: label.default("triton").meta({ description: "Name of the server; its slots are <name>-a and <name>-b.", rule: LABEL_RULE }),
  models: z.array(model).meta({
    description: "The variants that every release holds.",
    examples: [[{ name: "anomaly_xgboost", kind: "xgboost" }]],
  }),
  nodeGroup: label.default("serving").meta({
    description: "Group of nodes that it runs on: of nodeGroups, or with a GPU of gpuNodeGroups.",
    rule: LABEL_RULE,
  }),
  accelerator: z.enum(Accelerator).default(Accelerator.Cpu).meta({ description: "Where models run; the packages must say the same." }),
  image: z
    .string()
    .optional()
    .meta({
      description: "Image of Triton 26.06 or newer, a mirror of NVIDIA's. Default: NVIDIA's own.",
      examples: [`123456789012.dkr.ecr.us-east-1.amazonaws.com/prod/tritonserver:26.07-py3@sha256:${"0".repeat(64)}`],
      rule: "an image with a version, or better a digest too",
    }),
  minReplicas: count.optional().meta({ description: "Pods of a slot that is awake, at least. Default 3.", examples: [3] }),
  maxReplicas: count.optional().meta({ description: "Pods of a slot at most. Default 10.", examples: [10] }),
  targetCpuPercent: count.optional().meta({ description: "Percent of its CPUs above which pods are added. Default 60.", examples: [60] }),
  targetQueueMicroseconds: count.optional().meta({
    description: "Microseconds that a call may wait on average before pods are added; needs modelloop:serving.monitoring. Default 5000.",
    examples: [5_000],
  }),
  cpu: quantity.optional().meta({ description: "CPUs of a pod. Default 2.", examples: ["2"], rule: QUANTITY_RULE }),
  memoryRequest: quantity
    .optional()
    .meta({ description: "Memory that a pod is promised. Default 2Gi.", examples: ["2Gi"], rule: QUANTITY_RULE }),
  memoryLimit: quantity
    .optional()
    .meta({ description: "Memory above which it is killed. Default 4Gi.", examples: ["4Gi"], rule: QUANTITY_RULE }),
  modelStorage: quantity
    .optional()
    .meta({ description: "Disk for the models of a release. Default 2Gi.", examples: ["2Gi"], rule: QUANTITY_RULE }),
});
