/** Constructs, synthesised as a stranger's app would, without what takes seconds: one test file alone has CloudFormation's validation on. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { App, type AppProps, Stack } from "aws-cdk-lib";

export interface TemplateResource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export interface SynthesisedTemplate {
  Resources: Record<string, TemplateResource>;
  Parameters?: Record<string, unknown>;
  Outputs?: Record<string, unknown>;
}

export interface Synthesised {
  template: SynthesisedTemplate;
  nested: SynthesisedTemplate[];
}

const HANDLERS = [
  ...["intake", "renew-lease", "run-ended", "sweep", "notify", "daily-summary", "operator", "roll-out", "roll-back"],
  ...["prepare-run", "validate-data", "judge-run", "registry", "ask-approval", "package-release"],
];

/** Stand-ins for the bundles: the code of a function is no matter of these tests, and hashing megabytes would be most of their time. */
export function handlersFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "handlers-"));
  for (const handler of HANDLERS) {
    fs.mkdirSync(path.join(folder, handler));
    fs.writeFileSync(path.join(folder, handler, "index.js"), "exports.handler = async () => ({});\n");
  }
  return folder;
}

export function synthesised(build: (stack: Stack, app: App) => void, props: AppProps = {}): Synthesised {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "cdk-"));
  try {
    const app = new App({
      ...{ analyticsReporting: false, builtinCloudFormationValidation: false, outdir },
      context: { "aws:cdk:enable-path-metadata": false, "aws:cdk:enable-asset-metadata": false },
      ...props,
    });
    const stack = new Stack(app, "Loop");
    build(stack, app);
    const assembly = app.synth();
    const nested = fs.readdirSync(outdir).filter((file) => file.endsWith(".nested.template.json"));
    return {
      template: assembly.getStackArtifact(stack.artifactId).template as SynthesisedTemplate,
      nested: nested.map((file) => JSON.parse(fs.readFileSync(path.join(outdir, file), "utf8")) as SynthesisedTemplate),
    };
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

export function ofType({ Resources }: SynthesisedTemplate, type: string): TemplateResource[] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

export function only(template: SynthesisedTemplate, type: string): TemplateResource {
  const found = ofType(template, type);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of ${type}, and one was expected`);
  return found[0];
}

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Condition?: unknown;
  Principal?: unknown;
  Sid?: string;
}

/** All statements of all roles: what the loop may do, on what. */
export function statements(template: SynthesisedTemplate): Statement[] {
  return ofType(template, "AWS::IAM::Policy").flatMap(
    ({ Properties }) => (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement,
  );
}
