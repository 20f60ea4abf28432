import { importsOf } from "./sources";

/** Files of a kind, and the only things they may import. The first row that fits a file is the one that judges it. */
interface Row {
  files: RegExp;
  are: string;
  may: RegExp[];
}

const PURE_COMPONENT = /^components\/(?!index\.ts$|cdk\.ts$)(?!.*\.(pulumi|cdk)\.ts$)/;
const PULUMI_COMPONENT = /^components\/.*\.pulumi\.ts$/;
const CDK_CONSTRUCT = /^components\/learning\/.*\.cdk\.ts$/;
const DOMAIN = /^lambdas\/domain\//;
const PORTS = /^lambdas\/ports\//;
const RUNTIME = /^lambdas\/runtime\//;
const NODE = /^node:/;
const PULUMI = /^@pulumi\/(?!policy)/;
const CDK = /^(aws-cdk-lib|constructs)(\/|$)/;
const ZOD = /^zod$/;
const ANYTHING = /./;

/** The borders of docs/architecture.md. Whatever is not allowed is forbidden: a new dependency is a decision, and this is where it is seen. */
const TABLE: Row[] = [
  { files: PURE_COMPONENT, are: "pure parts of components", may: [ZOD, PURE_COMPONENT, DOMAIN] },
  // The bridge: the one place where a Pulumi component synthesises CDK constructs.
  {
    files: /^components\/learning\/.*\.pulumi\.ts$/,
    are: "Pulumi components of the learning layer",
    may: [PULUMI, NODE, CDK, CDK_CONSTRUCT, PULUMI_COMPONENT, PURE_COMPONENT, DOMAIN],
  },
  { files: PULUMI_COMPONENT, are: "Pulumi components", may: [PULUMI, NODE, PULUMI_COMPONENT, PURE_COMPONENT, DOMAIN] },
  { files: CDK_CONSTRUCT, are: "CDK constructs", may: [CDK, NODE, CDK_CONSTRUCT, PURE_COMPONENT, DOMAIN, RUNTIME] },
  { files: /^components\/index\.ts$/, are: "the barrel of Pulumi components", may: [PULUMI_COMPONENT, PURE_COMPONENT] },
  { files: /^components\/cdk\.ts$/, are: "the barrel of CDK constructs", may: [CDK_CONSTRUCT, PURE_COMPONENT] },
  { files: DOMAIN, are: "decisions of the loop", may: [ZOD, DOMAIN] },
  { files: PORTS, are: "ports", may: [DOMAIN, PORTS] },
  { files: /^lambdas\/application\//, are: "use cases", may: [DOMAIN, PORTS, /^lambdas\/application\//] },
  {
    files: /^lambdas\/adapters\//,
    are: "adapters",
    may: [/^@(aws-sdk|smithy)\//, /^(pg|tar-stream|onnxruntime-web)$/, NODE, ZOD, DOMAIN, PORTS, RUNTIME, /^lambdas\/adapters\//],
  },
  {
    files: RUNTIME,
    are: "environment, logger and clock of handlers",
    may: [/^@aws-lambda-powertools\//, NODE, ZOD, DOMAIN, PORTS, RUNTIME],
  },
  {
    files: /^lambdas\/handlers\//,
    are: "handlers",
    may: [/^@(aws-sdk|smithy|aws-lambda-powertools)\//, /^aws-lambda$/, NODE, ZOD, /^lambdas\/(?!handlers\/)/],
  },
  { files: /^stacks\/config\/load\.ts$/, are: "the reader of Pulumi's configuration", may: [/^@pulumi\/pulumi$/, /^stacks\/config\//] },
  { files: /^stacks\/config\//, are: "judges of the configuration", may: [ZOD, PURE_COMPONENT, DOMAIN, /^stacks\/config\/(?!load\.ts$)/] },
  { files: /^stacks\//, are: "stacks", may: [/^@pulumi\/pulumi$/, /^components\/index\.ts$/, /^stacks\//] },
  {
    files: /^bootstrap\//,
    are: "the bootstrap",
    // Of the offline tools the list of actions that its roles are given, so that preflight and they agree.
    may: [
      /^@pulumi\/pulumi$/,
      ZOD,
      /^yaml$/,
      NODE,
      /^components\/index\.ts$/,
      PURE_COMPONENT,
      /^offline\/preflight\/permissions\.ts$/,
      /^bootstrap\//,
    ],
  },
  { files: /^policies\/rules\//, are: "policy rules", may: [/^@pulumi\//, ZOD, /^policies\//] },
  { files: /^policies\//, are: "the policy pack", may: [/^@pulumi\//, NODE, ZOD, /^policies\//] },
  { files: /^plugin\//, are: "the plugin", may: [/^components\/index\.ts$/] },
  { files: /^examples\//, are: "examples", may: [/^modelloop(\/|$)/, PULUMI, CDK] },
  // They are in the package, and the platform's own program is not: the command would end before it began, at everybody but us.
  { files: /^offline\//, are: "offline tools", may: [/^(?!(test|stacks|bootstrap|scripts)\/)/] },
  { files: /^scripts\//, are: "scripts", may: [/^(?!test\/)/] },
  { files: /^(test|bench|training)\//, are: "tests", may: [ANYTHING] },
];

/** One sentence for each import that crosses a border. */
export function borderFaults(file: string, source: string, exists: (file: string) => boolean): string[] {
  const row = TABLE.find(({ files }) => files.test(file));
  if (row === undefined) return [`${file} is in no row of the table of borders: give it one, or a place that has one`];
  return importsOf(file, source, exists)
    .filter((target) => !row.may.some((allowed) => allowed.test(target)))
    .map((target) => `${file} imports ${target}, which ${row.are} must not`);
}
