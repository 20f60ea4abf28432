/** What a stack file may say about the models that are called: who splits users between them, and what serves them. */
import { z } from "zod";
import { MissingUser, UserIdSource } from "../../components/serving/model-router/model-router";
import { Exposure } from "../../components/serving/web-service/load-balancer";
import { cidr, CIDR_RULE, count, label, LABEL_RULE } from "./schema-leaves";
import { languageModel } from "./schema-language-model";
import { triton } from "./schema-triton";

const certificateArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/)
  .optional()
  .meta({
    description: "Certificate for its hosts, in ACM and in this region.",
    examples: ["arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"],
    rule: "the ARN of a certificate in ACM",
  });

const loadBalancer = z.strictObject({
  exposure: z
    .enum(Exposure)
    .default(Exposure.Internal)
    .meta({ description: "From where it can be reached. A change replaces it and its DNS name." }),
  inboundCidrs: z
    .array(cidr.meta({ examples: ["10.20.0.0/16"], rule: CIDR_RULE }))
    .optional()
    .meta({ description: "Ranges that may call. Default: the VPC's own." }),
  allowInboundFromAnywhere: z
    .boolean()
    .default(false)
    .meta({ description: "Allows 0.0.0.0/0 among them: whoever reaches it may then ask for predictions." }),
  certificateArn,
  allowPlainHttp: z.boolean().default(false).meta({ description: "Speaks HTTP without TLS. Never in prod." }),
  hosts: z
    .array(z.string().meta({ examples: ["anomaly.example.com"], rule: "a host name in lower case" }))
    .default([])
    .meta({ description: "Host names that are answered. Default: all." }),
  webAclArn: z
    .string()
    .optional()
    .meta({
      description: "Regional web ACL of WAFv2 in front of it. Default: none.",
      examples: ["arn:aws:wafv2:us-east-1:123456789012:regional/webacl/models/12345678-1234-1234-1234-123456789012"],
      rule: "the ARN of a regional web ACL",
    }),
});

const variant = z.strictObject({
  variant: z.string().meta({ description: "Name of the variant.", examples: ["xgboost"], rule: LABEL_RULE }),
  model: z
    .string()
    .meta({ description: "Name of its model on the model server.", examples: ["anomaly_xgboost"], rule: "the name of a model" }),
  percent: z.number().meta({ description: "Percent of users, two decimals at most. All variants together have 100.", examples: [70] }),
});

const router = z.strictObject({
  model: z.string().meta({
    description: "Name that callers use, in the path /v2/models/<model>/infer.",
    examples: ["anomaly"],
    rule: "a name of lower-case letters, digits, dots, underscores and hyphens",
  }),
  modelServer: label
    .default("triton")
    .meta({ description: "Name of the model server; its slots are the Services <name>-a and <name>-b.", rule: LABEL_RULE }),
  expects: z
    .string()
    .optional()
    .meta({ description: "What a request must hold, for whoever sent nothing.", examples: ["input FP32[n,37]"], rule: "a few words" }),
  experiment: z
    .strictObject({
      name: label.default("exp1").meta({ description: "Name of the experiment; users are dealt by it.", rule: LABEL_RULE }),
      variants: z.array(variant).meta({
        description: "Variants, the one that is to grow first.",
        examples: [[{ variant: "xgboost", model: "anomaly_xgboost", percent: 100 }]],
      }),
    })
    .meta({ description: "The first split. Later ones are the loop's: changes here are ignored once the router is there." }),
  user: z
    .strictObject({
      source: z.enum(UserIdSource).exclude(["SignIn"]).default(UserIdSource.Header).meta({ description: "What tells users apart." }),
      name: z
        .string()
        .optional()
        .meta({
          description: "Name of the header or cookie. Default X-User-Id, user_id.",
          examples: ["X-User-Id"],
          rule: "the name of a header or cookie",
        }),
      missing: z
        .enum(MissingUser)
        .default(MissingUser.Refuse)
        .meta({ description: "What happens to requests without a user. Never by address in prod, where many share one." }),
    })
    .prefault({})
    .meta({ description: "Who a user is." }),
  replicas: count.optional().meta({ description: "Pods, or with maxReplicas pods at least. Default 3.", examples: [2] }),
  maxReplicas: count.optional().meta({ description: "Pods at most. Default: always replicas.", examples: [10] }),
  limits: z
    .strictObject({
      maxBodyKib: count.optional().meta({ description: "KiB of a request's body. Default 1024.", examples: [1_024] }),
      answerSeconds: count.optional().meta({ description: "Seconds that the model server has to answer. Default 5.", examples: [5] }),
      requestsPerSecond: count
        .optional()
        .meta({ description: "Requests a second of one user, for each pod by itself. Default 20.", examples: [20] }),
      burst: count.optional().meta({ description: "Requests that a user may have above that at once. Default 40.", examples: [40] }),
    })
    .prefault({})
    .meta({ description: "What one request and one user may cost." }),
  serviceMonitor: z
    .boolean()
    .default(false)
    .meta({ description: "Has Prometheus' operator read its metrics; needs the operator's custom resources in the cluster." }),
  loadBalancer: loadBalancer.optional().meta({ description: "How it is reached from outside the cluster. Left out, it is not." }),
});

const monitoring = z.strictObject({
  prometheusUrl: z
    .string()
    .regex(/^https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/\S*)?$/)
    .meta({
      description: "Prometheus inside the cluster, which KEDA asks how long calls wait and how many.",
      examples: ["http://prometheus-operated.monitoring.svc:9090"],
      rule: "an address inside the cluster",
    }),
  serviceMonitors: z.boolean().default(true).meta({
    description:
      "Has Prometheus' operator read the servers' metrics and watch the language model; needs the operator's custom resources in the cluster.",
  }),
});

export const serving = z.strictObject({
  languageModel: languageModel.optional().meta({ description: "Serves a language model from a GPU." }),
  triton: triton.optional().meta({ description: "Serves tree models, in two slots of which the loop fills one." }),
  monitoring: monitoring.optional().meta({
    description: "Prometheus, where the cluster has one. Without it servers are scaled by CPU alone, and nobody reads their metrics.",
  }),
  router: router.optional().meta({ description: "Splits users between models, and between an old and a new release." }),
});
