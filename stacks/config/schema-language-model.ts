/** What a stack file may say about the language model. Models and GPUs are those of the fit check's tables. */
import { z } from "zod";
import { GpuModel, LanguageModel } from "../../components/serving/fit";
import { count, label, LABEL_RULE } from "./schema-leaves";

export const languageModel = z.strictObject({
  model: z
    .enum(LanguageModel)
    .default(LanguageModel.Llama2With7BGptq)
    .meta({ description: "Which model. It must fit the GPU; npx modelloop fit says whether it does." }),
  weightsPrefix: z.string().meta({
    description: "Folder of its files in the bucket of models, with a slash at the end. Nothing in it ever changes.",
    examples: ["llm/llama-2-7b-gptq/v1/"],
    rule: "a folder without a slash in front and with one at the end",
  }),
  apiKeySecret: label.meta({
    description: "Secret with the key that callers send, by its name in data.secrets.",
    examples: ["llm-key"],
    rule: `the name of a secret of modelloop:data.secrets: ${LABEL_RULE}`,
  }),
  gpu: z.enum(GpuModel).default(GpuModel.T4).meta({ description: "GPU of the nodes that it runs on, for the fit check." }),
  instanceType: z
    .string()
    .default("g4dn.xlarge")
    .meta({ description: "Type of these nodes, for the fit check.", rule: "an EC2 instance type" }),
  contextTokens: count
    .optional()
    .meta({ description: "Longest prompt and answer together. Default: the model's, at most 4096.", examples: [4_096] }),
  chatTemplate: z
    .string()
    .optional()
    .meta({
      description:
        "Jinja template that turns a conversation into the text that the model goes on with. Default: the model's own; for Llama 2, which has none, one that writes it as a dialogue.",
      examples: ["{{ bos_token }}{% for message in messages %}{{ message['content'] }}{% endfor %}"],
      rule: "a Jinja template",
    }),
  sequences: count.optional().meta({ description: "Requests answered at once. Default 4.", examples: [4] }),
  minReplicas: z.int().min(0).max(100).default(1).meta({
    description: "Pods, each with a GPU; 0 lets it sleep until somebody writes 1, or until wakeQueueUrl has work.",
    rule: "0 to 100",
  }),
  maxReplicas: count.optional().meta({
    description: "Pods at most, with wakeQueueUrl or modelloop:serving.monitoring. Default: minReplicas, with wakeQueueUrl at least 1.",
    examples: [1],
  }),
  wakeQueueUrl: z
    .string()
    .regex(/^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/\d{12}\/[\w.-]+$/)
    .optional()
    .meta({
      description: "Queue in SQS whose length wakes it; compute.addOns' KEDA must be allowed to read it. Default: none.",
      examples: ["https://sqs.us-east-1.amazonaws.com/123456789012/explanations"],
      rule: "the URL of a queue",
    }),
  callerNamespaces: z
    .array(label.meta({ examples: ["serving"], rule: LABEL_RULE }))
    .default([])
    .meta({ description: "Namespaces whose pods may call. Default: its own." }),
});
