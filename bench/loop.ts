/**
 * Time to synthesise the loop for a Pulumi program, and what comes out, for 1, 10 and 100 models: as a loop that watches, and as one that trains and
 * rolls out. The ratio compares the time for one model more with the time for one synthesis of the smallest loop, both measured here. Exits with 1
 * where something outgrows what AWS takes.
 *
 *     npx tsx bench/loop.ts
 */
import type { ParameterName } from "../components/learning/model-loop/deployment";
import { synthesiseLoop, type SynthesisedLoop } from "../components/learning/model-loop/synthesis.cdk";
import { TrainedKind, VariantRole } from "../components/learning/model-loop/training-arguments";

/** CloudFormation, "Quotas": a template in S3, 1 MB; a stack, 500 resources. Step Functions: a definition, 1 MB. Lambda: variables, 4 KB. (2026) */
const MOST = { template: 1_000_000, resources: 500, definition: 1_000_000, variables: 4_096 };

const RUNS: ParameterName[] = [
  ...(["ArtifactsBucket", "DataBucket", "DataKeyArn", "ReleasesBucket", "RegistryUrl", "RegistrySecretArn"] as const),
  ...(["FunctionSubnetIds", "FunctionSecurityGroupIds", "ClusterName", "ClusterEndpoint", "ClusterAuthority", "PrometheusUrl"] as const),
];

const TRAINING = {
  data: {
    ...{ database: "logs", table: "features", labelColumn: "label" },
    features: Array.from({ length: 40 }, (_, index) => ({ name: `feature_${index}` })),
  },
  variants: [
    { model: "anomaly_xgboost", role: VariantRole.Champion, kind: TrainedKind.Xgboost },
    { model: "anomaly_catboost", role: VariantRole.Challenger, kind: TrainedKind.Catboost },
  ],
  governance: { approvers: ["arn:aws:iam::111122223333:role/ml-lead"] },
  servedBy: { namespace: "serving", server: "triton", splitMap: "ab-router-split" },
};

function synthesise(count: number, trains: boolean): SynthesisedLoop {
  const models = Array.from({ length: count }, (_, index) => ({ name: `model-${index}`, ...(trains && { training: TRAINING }) }));
  const given = trains ? RUNS : [];
  return synthesiseLoop({ environment: "dev", models, emailAddresses: ["ml@example.com"], allowDelete: false, given });
}

interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

interface Measured {
  milliseconds: number;
  sizes: Record<keyof typeof MOST, number>;
  root: number;
  templates: number;
  allTemplates: number;
  documents: number;
  code: number;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));

function measure(count: number, trains: boolean): Measured {
  const began = performance.now();
  const { files, templateKey } = synthesise(count, trains);
  const milliseconds = performance.now() - began;
  const texts = files.filter(({ content }) => typeof content === "string");
  const read = texts.map((file) => ({ file, body: JSON.parse(String(file.content)) as Partial<Template> }));
  const templates = read.flatMap(({ file, body: { Resources } }) => (Resources === undefined ? [] : [{ file, Resources }]));
  const declared = templates.flatMap(({ Resources }) => Object.values(Resources));
  const largest = (type: string, property: string): number =>
    Math.max(0, ...declared.filter(({ Type }) => Type === type).map(({ Properties = {} }) => bytesOf(Properties[property] ?? "")));
  const sizes = templates.map(({ file }) => bytesOf(file.content));
  const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
  return {
    milliseconds,
    sizes: {
      template: Math.max(...sizes),
      resources: Math.max(...templates.map(({ Resources }) => Object.keys(Resources).length)),
      definition: largest("AWS::StepFunctions::StateMachine", "DefinitionString"),
      variables: largest("AWS::Lambda::Function", "Environment"),
    },
    root: bytesOf(templates.find(({ file }) => file.key === templateKey)?.file.content),
    templates: templates.length,
    allTemplates: sum(sizes),
    documents: sum(texts.map(({ content }) => bytesOf(content))) - sum(sizes),
    code: sum(files.map(({ content }) => (typeof content === "string" ? 0 : content.length))),
  };
}

let outgrown = false;
for (const trains of [false, true]) {
  // Loads the CDK's lazy parts.
  synthesise(1, trains);
  console.log(trains ? "\na loop that trains and rolls out" : "a loop that watches");
  const rows = [1, 10, 100].map((models) => ({ models, ...measure(models, trains) }));
  for (const { models, milliseconds, sizes, root, templates, allTemplates, documents, code } of rows) {
    console.log(
      `${String(models).padStart(3)} models: ${milliseconds.toFixed(0)} ms; ${templates} templates of ${allTemplates} bytes, the stack's own ${root}, ` +
        `the largest ${sizes.template} with up to ${sizes.resources} resources; the largest machine ${sizes.definition} bytes, the largest environment ` +
        `${sizes.variables}; documents ${documents} bytes, code ${code} bytes zipped`,
    );
    for (const [what, most] of Object.entries(MOST) as [keyof typeof MOST, number][]) {
      if (sizes[what] <= most) continue;
      outgrown = true;
      console.log(`     outgrown: ${what} ${sizes[what]}, and AWS takes ${most}`);
    }
  }
  const [one, , hundred] = rows;
  if (one !== undefined && hundred !== undefined) {
    const more = (hundred.milliseconds - one.milliseconds) / 99;
    const ratio = (more / one.milliseconds).toFixed(3);
    console.log(`a model more: ${more.toFixed(1)} ms, ${ratio} of the smallest loop's ${one.milliseconds.toFixed(0)} ms`);
  }
}
process.exitCode = outgrown ? 1 : 0;
