/**
 * What `Pulumi.<stack>.yaml` may say. Everything else (sentences of refusal, the editor's help) is derived from this file and those of the layers.
 *
 * Each key has a description and, where it has no default, an example. Keys are named like the component's argument that they set, so that a
 * reader finds one in the other. These files judge shape; what values mean together, `invariants.ts` and the components themselves do.
 */
import { z } from "zod";
import { compute } from "./schema-compute";
import { data } from "./schema-data";
import { foundation } from "./schema-foundation";
import { learning } from "./schema-learning";
import { serving } from "./schema-serving";

export { BUCKETS } from "./schema-data";
export { Environment } from "./schema-foundation";

/** Name of the project in Pulumi.yaml, and so the namespace of our keys. */
export const PROJECT = "modelloop";

/** The keys of the `config` block that this program reads. */
export const stackConfigSchema = z.strictObject({
  "aws:region": z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
    .meta({ description: "Region of everything that has one.", examples: ["us-east-1"], rule: "the name of a region such as us-east-1" }),
  "modelloop:foundation": foundation.meta({ description: "Network, keys, audit trail, budget." }),
  "modelloop:data": data.prefault({}).meta({ description: "Buckets, database, cache, images, secrets, backups." }),
  "modelloop:compute": compute.prefault({}).meta({ description: "Cluster, nodes, add-ons, namespaces, the way in." }),
  "modelloop:serving": serving.optional().meta({ description: "Models that are called, and who splits users between them." }),
  "modelloop:learning": learning.optional().meta({ description: "The control loop of the models. Left out, the stack has none." }),
});

export type StackConfig = z.output<typeof stackConfigSchema>;
export type FoundationConfig = z.output<typeof foundation>;
export type DataConfig = z.output<typeof data>;
export type ComputeConfig = z.output<typeof compute>;
export type MonitoringConfig = NonNullable<ServingConfig["monitoring"]>;
export type ServingConfig = z.output<typeof serving>;
export type LanguageModelConfig = NonNullable<ServingConfig["languageModel"]>;
export type TritonConfig = NonNullable<ServingConfig["triton"]>;
export type RouterConfig = NonNullable<ServingConfig["router"]>;
export type LearningConfig = z.output<typeof learning>;
